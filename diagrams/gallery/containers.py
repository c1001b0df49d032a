"""Containers without servers: images from a registry, tasks in private subnets, one database."""

from diagrams.aws.compute import ECR, Fargate
from diagrams.aws.database import Aurora
from diagrams.aws.network import ALB
from diagrams.aws.security import SecretsManager

from desenho import Diagram, Flow, Text
from desenho.aws import VPC, Cloud, PrivateSubnet, PublicSubnet, Region, User

with Diagram(Text("Contêineres sem servidores", en="Containers without servers"), filename="containers"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        images = ECR("Amazon ECR")
        secrets = SecretsManager("AWS Secrets Manager")
        with VPC("VPC", cidr="10.0.0.0/16", id="vpc"):
            with PublicSubnet(Text("Sub-rede pública", en="Public subnet"), id="public"):
                balancer = ALB("Application Load Balancer")
            with PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="private"):
                tasks = Fargate("AWS Fargate")
                database = Aurora("Amazon Aurora")

    user >> Flow(1, "HTTPS") >> balancer
    balancer >> Flow(2, "HTTP") >> tasks
    images >> Flow(3, Text("imagem", en="image")) >> tasks
    secrets >> Flow(4, Text("senha", en="password")) >> tasks
    tasks >> Flow(5, "SQL") >> database
