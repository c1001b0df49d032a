"""The classic three tiers from top to bottom, with security groups and Auto Scaling over two zones."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2
from diagrams.aws.database import RDS, ElastiCache
from diagrams.aws.general import Users
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import ALB, CloudFront, InternetGateway, NATGateway, Route53
from diagrams.aws.security import ACM, WAF, SecretsManager
from diagrams.aws.storage import EFS, S3

with Diagram("Three tiers from top to bottom", filename="three_tier_tb", direction="TB", show=False):
    users = Users("Users")
    with Cluster("AWS Cloud"):
        dns = Route53("Route 53")
        edge = CloudFront("CloudFront")
        waf = WAF("AWS WAF")
        certificate = ACM("Certificate")
        static = S3("static site")
        with Cluster("Region sa-east-1"):
            secrets = SecretsManager("Secrets Manager")
            metrics = Cloudwatch("CloudWatch")
            with Cluster("VPC 10.20.0.0/16"):
                gateway = InternetGateway("Internet gateway")
                with Cluster("Public subnet"):
                    balancer = ALB("web balancer")
                    nats = [NATGateway("NAT gateway a"), NATGateway("NAT gateway b")]
                with Cluster("Private subnet, application"), Cluster("Auto Scaling group"):
                    apps = [EC2("app zone a"), EC2("app zone b")]
                with Cluster("Private subnet, data"), Cluster("Security group data"):
                    primary = RDS("primary")
                    standby = RDS("standby")
                    cache = ElastiCache("sessions")
                    files = EFS("shared files")

    users >> Edge(label="1. resolve") >> dns
    users >> Edge(label="2. HTTPS") >> edge
    edge >> Edge(label="3. cached") >> static
    certificate - Edge(style="dotted") - edge
    edge >> waf >> Edge(label="4. dynamic") >> gateway >> balancer
    balancer >> Edge(label="5. HTTP") >> apps
    for app, nat in zip(apps, nats, strict=True):
        app >> Edge(label="SQL") >> primary
        app >> cache
        app >> files
        app >> Edge(constraint="false") >> nat
    primary - Edge(label="synchronous", style="dashed") - standby
    apps[1] >> Edge(label="password", style="dashed", constraint="false") >> secrets
    apps[0] >> Edge(style="dashed", constraint="false") >> metrics
