"""Nine boxes inside one another, and lines that cross most of their borders."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.database import RDS
from diagrams.aws.general import User
from diagrams.aws.integration import SQS
from diagrams.aws.management import Cloudtrail, Organizations
from diagrams.aws.network import ALB, Endpoint
from diagrams.aws.storage import EBS, S3

with Diagram("Nested landing zone", filename="deep_nesting", show=False):
    operator = User("Operator")
    with Cluster("AWS Cloud"):
        organisation = Organizations("AWS Organizations")
        with Cluster("Account production"):
            trail = Cloudtrail("CloudTrail")
            with Cluster("Region eu-central-1"):
                logs = S3("log archive")
                queue = SQS("jobs")
                starter = Lambda("job starter")
                with Cluster("VPC 10.8.0.0/16"):
                    endpoint = Endpoint("SQS endpoint")
                    with Cluster("Availability Zone a"):
                        with Cluster("Public subnet a"):
                            balancer = ALB("admin balancer")
                        with (
                            Cluster("Private subnet a"),
                            Cluster("Security group workers"),
                            Cluster("Auto Scaling group workers"),
                            Cluster("EC2 instance contents"),
                        ):
                            worker = EC2("worker")
                            scratch = EBS("scratch volume")
                    with Cluster("Availability Zone b"), Cluster("Private subnet b"):
                        results = RDS("results")

    operator >> Edge(label="1 start") >> queue >> Edge(label="2 trigger") >> starter
    starter >> Edge(label="3 run") >> worker
    worker - Edge(label="attached") - scratch
    worker >> Edge(label="4 store") >> results
    worker >> Edge(label="5 done") >> endpoint >> queue
    operator >> Edge(label="HTTPS", style="dashed") >> balancer >> worker
    organisation >> Edge(style="dotted") >> trail >> Edge(label="events") >> logs
