"""Workers in a cluster feed a queue, functions empty it into a lake and a warehouse: all to all, twice."""

from diagrams import Cluster, Diagram
from diagrams.aws.compute import ECS, EKS, Lambda
from diagrams.aws.database import Redshift
from diagrams.aws.integration import SQS
from diagrams.aws.storage import S3

with Diagram("Clickstream processing", filename="event_processing", show=False):
    source = EKS("web shop")

    with Cluster("Clickstream"):
        with Cluster("Collectors"):
            collectors = [ECS("collector 1"), ECS("collector 2"), ECS("collector 3")]

        queue = SQS("click queue")

        with Cluster("Enrichment"):
            functions = [Lambda("sessions"), Lambda("geography"), Lambda("campaigns")]

    lake = S3("click lake")
    warehouse = Redshift("marketing marts")

    source >> collectors >> queue >> functions
    functions >> lake
    functions >> warehouse
