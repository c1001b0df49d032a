"""A web application: static pages near the reader, uploads straight to S3, an API in front of the backend."""

from desenho import Diagram, Flow, Text
from desenho.aws import EBS, EC2, S3, VPC, APIGateway, Cloud, CloudFront, Lambda, PrivateSubnet, Region, User

with Diagram(Text("Aplicação web escalável", en="Scalable web application"), filename="web_app"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"):
        cdn = CloudFront("Amazon CloudFront")
        with Region("sa-east-1", id="region"):
            site = S3(Text("Amazon S3\nsite estático", en="Amazon S3\nstatic site"))
            api = APIGateway("Amazon API Gateway")
            media = S3(Text("Amazon S3\nmídia", en="Amazon S3\nmedia"))
            function = Lambda("AWS Lambda", workload="web_app")
            with (
                VPC("VPC", cidr="10.0.0.0/16") as vpc,
                PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"),
            ):
                server = EC2("Amazon EC2", workload="web_app")
                volume = EBS("Amazon EBS", size_gb=20)

    user >> Flow(1, Text("abre o site", en="opens the site")) >> cdn
    cdn >> Flow(2, Text("busca as páginas", en="fetches the pages")) >> site
    user >> Flow(3, Text("chama a API", en="calls the API")) >> api
    api >> Flow(4, Text("pede URL de envio", en="asks for an upload URL")) >> function
    user >> Flow(5, Text("envia mídia", en="uploads media")) >> media
    media >> Flow(6, "s3:ObjectCreated") >> function
    function >> Flow(7, "HTTP POST") >> server
    server - Flow(8, Text("grava", en="stores")) - volume
