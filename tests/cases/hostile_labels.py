"""Labels that break careless writers: markup, quotes, escapes, tabs, accents, right-to-left words, emoji, nothing."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.database import RDS
from diagrams.aws.general import User
from diagrams.aws.integration import SQS
from diagrams.aws.storage import S3

with Diagram('Labels: <λ> & "quotes" \\ %20', filename="hostile_labels", show=False):
    user = User('João & "Zé" <admin@example.com>')
    with Cluster("VPC <b>bold</b> & 10.0.0.0/16; rm -rf 'x'"):
        with Cluster("Sub-rede privada: produção/ação – não mexer!"):
            function = Lambda('<λ> &amp; "função"')
            queue = SQS("fila\nde\nespera")
            silent = EC2("")
        with Cluster("a=b;fillColor=red;shape=ellipse"):
            database = RDS("label with = and ; and | and {braces}")
            odd = EC2("Donaudampfschifffahrtsgesellschaftskapitän")
    bucket = S3("s3://bucket/${key}?a=1&b=2#c")
    emoji = S3("🚀 backup 中文 مرحبا")

    user >> Edge(label="a < b && c > d") >> function
    function >> Edge(label='{"type": "ObjectCreated"}') >> queue
    queue >> Edge(label="linha um\nlinha dois") >> database
    function >> Edge(label="% $ # \\ ~ ^") >> bucket
    queue >> silent
    silent - Edge(label="'; DROP TABLE--") - odd
    bucket >> Edge(label="<br/>") >> emoji
