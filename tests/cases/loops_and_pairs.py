"""Lines from a node to itself, several between one pair, and lines with a head at both ends."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import Batch, Lambda
from diagrams.aws.database import Aurora, Dynamodb
from diagrams.aws.general import User
from diagrams.aws.integration import SQS, StepFunctions
from diagrams.aws.storage import S3

with Diagram("Order workflow", filename="loops_and_pairs", show=False):
    clerk = User("Clerk")
    with Cluster("AWS Cloud"):
        flow = StepFunctions("order workflow")
        retry = SQS("retry queue")
        worker = Lambda("order worker")
        state = Dynamodb("order state")
        with Cluster("Private subnet"):
            writer = Aurora("writer")
            reader = Aurora("reader")
            nightly = Batch("reconciliation")
        reports = S3("reports")

    clerk >> Edge(label="start") >> flow
    flow >> Edge(label="status") >> clerk
    flow >> Edge(label="wait 60 s") >> flow
    flow >> Edge(label="run") >> worker
    flow >> Edge(label="cancel", style="dashed") >> worker
    worker >> Edge(label="result") >> flow
    worker >> Edge(label="failed") >> retry
    retry >> Edge(label="again") >> worker
    worker >> Edge(label="read, write") << state
    worker >> Edge(label="SQL") >> writer
    writer >> Edge(label="replicate") >> reader
    writer >> Edge(label="vacuum") >> writer
    nightly << Edge(label="query") << reader
    nightly >> Edge(label="daily") >> reports
    nightly >> Edge(label="monthly") >> reports
    nightly >> Edge(label="yearly") >> reports
