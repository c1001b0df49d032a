"""One web shop in two regions at once: latency routing in, replication across."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import Fargate
from diagrams.aws.database import Aurora, Dynamodb, ElastiCache
from diagrams.aws.general import Users
from diagrams.aws.network import ALB, CloudFront, NATGateway, Route53
from diagrams.aws.security import WAF
from diagrams.aws.storage import S3

with Diagram("Active-active web shop", filename="two_regions", show=False):
    customers = Users("Customers")
    with Cluster("AWS Cloud"):
        dns = Route53("Amazon Route 53")
        cdn = CloudFront("Amazon CloudFront")
        firewall = WAF("AWS WAF")
        sites = []
        for region in ("sa-east-1", "us-east-1"):
            with Cluster(f"Region {region}"):
                sessions = Dynamodb("sessions (global table)")
                media = S3(f"media {region}")
                with Cluster(f"VPC {region}"):
                    with Cluster(f"Public subnets {region}"):
                        balancer = ALB("Application Load Balancer")
                        nat = NATGateway("NAT gateway")
                    with Cluster(f"Private subnets {region}"):
                        shop = Fargate("shop service")
                        cache = ElastiCache("Redis cache")
                    with Cluster(f"Data subnets {region}"):
                        orders = Aurora("orders (Aurora Global)")
            sites.append((balancer, nat, shop, cache, orders, sessions, media))

    customers >> Edge(label="1 DNS query") >> dns
    customers >> Edge(label="2 HTTPS") >> cdn
    cdn >> Edge(label="3 filtered") >> firewall
    for balancer, nat, shop, cache, orders, sessions, media in sites:
        firewall >> Edge(label="latency routing") >> balancer >> Edge(label="HTTP 8080") >> shop
        shop >> cache
        shop >> Edge(label="SQL") >> orders
        shop >> Edge(label="session") >> sessions
        shop >> media
        shop >> nat
    (first, second) = sites
    first[4] >> Edge(label="storage replication", style="dashed", constraint="false") >> second[4]
    first[5] >> Edge(label="two-way", style="dashed", constraint="false") << second[5]
    first[6] >> Edge(label="CRR", style="dashed", constraint="false") >> second[6]
