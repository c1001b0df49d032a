"""Two availability zones, three tiers: 13 nodes, 10 nested groups, 14 edges, 12 of them labelled."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2
from diagrams.aws.database import RDS
from diagrams.aws.general import User
from diagrams.aws.network import ELB, InternetGateway, NATGateway, Route53
from diagrams.aws.storage import EBS, S3

with Diagram("Three tier, two zones", filename="three_tier", show=False):
    users = User("Users")
    zones = []
    with Cluster("AWS Cloud"):
        dns = Route53("DNS")
        assets = S3("static assets")
        with Cluster("VPC 10.0.0.0/16"):
            gateway = InternetGateway("IGW")
            balancer = ELB("ALB")
            for zone in "ab":
                with Cluster(f"Availability Zone {zone}"):
                    with Cluster(f"Public subnet {zone}"):
                        nat = NATGateway(f"NAT {zone}")
                    with Cluster(f"App subnet {zone}"):
                        app, volume = EC2(f"app {zone}"), EBS(f"vol {zone}")
                    with Cluster(f"Data subnet {zone}"):
                        database = RDS(f"db {zone}")
                zones.append((nat, app, volume, database))
    users >> Edge(label="DNS query") >> dns
    users >> Edge(label="HTTPS 443") >> gateway >> balancer
    for nat, app, volume, database in zones:
        balancer >> Edge(label="HTTP 8080") >> app
        app - Edge(label="attached") - volume
        app >> Edge(label="PostgreSQL 5432") >> database
        app >> nat
        app >> Edge(label="GET") >> assets
    zones[0][3] >> Edge(label="replication", style="dashed", constraint="false") >> zones[1][3]
