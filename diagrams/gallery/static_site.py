"""A static site: pages from a private bucket, near the reader, over HTTPS."""

from diagrams import Edge
from diagrams.aws.network import CloudFront, Route53
from diagrams.aws.security import CertificateManager

from desenho import Diagram, Flow, Text
from desenho.aws import S3, Cloud, Region, User

with Diagram(Text("Site estático", en="Static site"), filename="static_site"):
    reader = User(Text("Leitor", en="Reader"))
    with Cloud(id="cloud"):
        dns = Route53("Amazon Route 53")
        cdn = CloudFront("Amazon CloudFront")
        certificate = CertificateManager("AWS Certificate Manager")
        with Region("sa-east-1", id="region"):
            pages = S3("Amazon S3")

    reader >> Flow(1, Text("resolve o nome", en="resolves the name")) >> dns
    reader >> Flow(2, "HTTPS") >> cdn
    cdn >> Flow(3, Text("se não tem em cache", en="if not in its cache")) >> pages
    certificate - Edge(label=Text("certificado", en="certificate")) - cdn
