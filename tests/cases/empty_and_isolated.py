"""A plan in the making: groups with nothing in them yet, and nodes that nothing is joined to."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2
from diagrams.aws.cost import Budgets
from diagrams.aws.general import User
from diagrams.aws.management import Cloudtrail, Config, TrustedAdvisor
from diagrams.aws.network import ALB
from diagrams.aws.security import IAM
from diagrams.aws.storage import S3

with Diagram("Network plan", filename="empty_and_isolated", show=False):
    user = User("User")
    with Cluster("AWS Cloud"):
        trail, config = Cloudtrail("CloudTrail"), Config("AWS Config")
        budgets, advisor = Budgets("Budgets"), TrustedAdvisor("Trusted Advisor")
        identity = IAM("IAM")
        with Cluster("Region sa-east-1"):
            bucket = S3("documents")
            with Cluster("VPC 10.0.0.0/16"):
                with Cluster("Public subnet a"):
                    balancer = ALB("balancer")
                with Cluster("Public subnet b (planned)"):
                    pass
                with Cluster("Private subnet a"):
                    server = EC2("server")
                with Cluster("Private subnet b (planned)"):
                    pass
        with Cluster("Region us-east-1 (disaster recovery, planned)"):
            pass

    user >> Edge(label="HTTPS") >> balancer >> server >> Edge(label="PUT") >> bucket
