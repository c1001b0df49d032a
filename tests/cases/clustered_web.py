"""A balancer before three services that share a database pair and a cache."""

from diagrams import Cluster, Diagram
from diagrams.aws.compute import ECS
from diagrams.aws.database import RDS, ElastiCache
from diagrams.aws.network import ELB, Route53

with Diagram("Booking site", filename="clustered_web", show=False):
    dns = Route53("booking.example")
    balancer = ELB("public balancer")

    with Cluster("Web services"):
        services = [ECS("search"), ECS("offers"), ECS("checkout")]

    with Cluster("Database pair"):
        primary = RDS("bookings")
        primary - [RDS("bookings (read only)")]

    cache = ElastiCache("price cache")

    dns >> balancer >> services
    services >> primary
    services >> cache
