"""The challenge: files go to S3, a function takes them, an instance keeps them on its volume."""

from desenho import Diagram, Flow, Text
from desenho.aws import EBS, EC2, S3, VPC, Cloud, Lambda, PrivateSubnet, Region, User

with Diagram(Text("Desafio de arquitetura", en="Architecture challenge"), filename="challenge"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        bucket = S3("Amazon S3", versioned=True)
        function = Lambda("AWS Lambda", workload="challenge", memory_mb=512)
        with (
            VPC("VPC", cidr="10.0.0.0/16") as vpc,
            PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"),
        ):
            server = EC2("Amazon EC2", instance_type="t4g.micro", workload="challenge")
            volume = EBS("Amazon EBS", size_gb=10)

    user >> Flow(1, Text("envia arquivo", en="uploads a file")) >> bucket >> Flow(2, "s3:ObjectCreated") >> function
    function >> Flow(3, "HTTP POST") >> server
    server - Flow(4, Text("grava", en="stores")) - volume
