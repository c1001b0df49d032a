"""A beginner's own version of the challenge, with its faults: a public subnet, and an arrow into the volume."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.general import User
from diagrams.aws.storage import EBS, S3

with Diagram("Reference", filename="beginner", show=False):
    user = User("User")
    with Cluster("AWS Cloud"), Cluster("Region us-east-1"):
        bucket = S3("uploads bucket")
        function = Lambda("processor")
        with Cluster("VPC 10.0.0.0/16"), Cluster("Public subnet 10.0.1.0/24"):
            server = EC2("web server")
            volume = EBS("data volume")
    user >> Edge(label="1 upload") >> bucket >> Edge(label="2 ObjectCreated") >> function
    function >> Edge(label="3 HTTP POST") >> server >> Edge(label="4 attach") >> volume
