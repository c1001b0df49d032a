"""File processing: images and documents are checked and treated as they arrive, then kept and found again."""

from desenho import Diagram, Flow, Text
from desenho.aws import EBS, EC2, S3, SQS, VPC, Cloud, Lambda, PrivateSubnet, Region, User

with Diagram(Text("Processamento de arquivos", en="File processing"), filename="file_processing"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        bucket = S3("Amazon S3")
        function = Lambda("AWS Lambda", workload="file_processing", memory_mb=1024)
        failures = SQS(Text("Amazon SQS\nfalhas", en="Amazon SQS\nfailures"))
        with (
            VPC("VPC", cidr="10.0.0.0/16") as vpc,
            PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"),
        ):
            server = EC2("Amazon EC2", workload="file_processing")
            volume = EBS("Amazon EBS", size_gb=50)

    user >> Flow(1, Text("envia imagem ou PDF", en="uploads an image or PDF")) >> bucket
    bucket >> Flow(2, "s3:ObjectCreated") >> function
    function >> Flow(3, Text("entrega o arquivo tratado", en="delivers the treated file")) >> server
    server - Flow(4, Text("guarda e cataloga", en="keeps and lists")) - volume
    function >> Flow(5, Text("o que não deu certo", en="what did not work")) >> failures
