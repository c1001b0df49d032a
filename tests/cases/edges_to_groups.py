"""Lines that end at a group as a whole: a subnet, a VPC, a fleet (Graphviz's lhead and ltail)."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2
from diagrams.aws.database import RDS
from diagrams.aws.general import Users
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import ALB, TransitGateway
from diagrams.aws.security import Guardduty
from diagrams.aws.storage import EFS, Backup

with Diagram("Lines to groups", filename="edges_to_groups", graph_attr={"compound": "true"}, show=False):
    users = Users("Users")
    with Cluster("AWS Cloud"):
        watch = Cloudwatch("CloudWatch")
        guard = Guardduty("GuardDuty")
        backup = Backup("AWS Backup")
        router = TransitGateway("Transit Gateway")
        with Cluster("VPC web"):
            balancer = ALB("balancer")
            with Cluster("Web fleet"):
                web = [EC2("web 1"), EC2("web 2"), EC2("web 3")]
            files = EFS("shared files")
        with Cluster("VPC data"), Cluster("Database subnet"):
            primary = RDS("primary")
            standby = RDS("standby")

    users >> Edge(label="HTTPS") >> balancer
    balancer >> Edge(label="least busy", lhead="cluster_Web fleet") >> web[1]
    web[1] >> Edge(label="NFS", ltail="cluster_Web fleet") >> files
    web[2] >> Edge(label="SQL", ltail="cluster_VPC web") >> router
    router >> Edge(lhead="cluster_VPC data") >> primary
    primary - Edge(label="synchronous") - standby
    backup >> Edge(label="nightly", style="dashed", lhead="cluster_Database subnet") >> standby
    guard >> Edge(style="dotted", lhead="cluster_VPC web") >> balancer
    web[0] >> Edge(label="metrics", style="dotted", ltail="cluster_Web fleet") >> watch
