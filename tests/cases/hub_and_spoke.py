"""Four VPCs and an office round one transit gateway; all traffic to the internet is inspected."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, EKS
from diagrams.aws.database import RDS
from diagrams.aws.general import Client, GenericOfficeBuilding
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import (
    DirectConnect,
    InternetGateway,
    NATGateway,
    NetworkFirewall,
    Route53,
    SiteToSiteVpn,
    TransitGateway,
)
from diagrams.aws.security import DirectoryService
from diagrams.onprem.network import Internet

with Diagram("Hub and spoke network", filename="hub_and_spoke", show=False):
    internet = Internet("Internet")
    with Cluster("Corporate data center"):
        office = GenericOfficeBuilding("Head office")
        desk = Client("Staff")
    with Cluster("AWS Cloud"), Cluster("Region eu-west-1"):
        line = DirectConnect("AWS Direct Connect")
        vpn = SiteToSiteVpn("Site-to-Site VPN")
        hub = TransitGateway("AWS Transit Gateway")
        flow_logs = Cloudwatch("Flow logs")
        with Cluster("VPC shop 10.1.0.0/16"), Cluster("Private subnet shop"):
            shop = EKS("shop cluster")
            orders = RDS("orders")
        with Cluster("VPC analytics 10.2.0.0/16"), Cluster("Private subnet analytics"):
            reports = EC2("report server")
        with Cluster("VPC shared services 10.3.0.0/16"), Cluster("Private subnet shared"):
            directory = DirectoryService("Directory")
            resolver = Route53("DNS resolver")
        with Cluster("VPC inspection 10.0.0.0/16"):
            with Cluster("Firewall subnet"):
                firewall = NetworkFirewall("Network Firewall")
            with Cluster("Public subnet egress"):
                nat = NATGateway("NAT gateway")
            gateway = InternetGateway("Internet gateway")

    desk >> office
    office >> Edge(label="10 Gbit/s") >> line >> Edge(label="transit VIF") >> hub
    office >> Edge(label="backup path", style="dashed") >> vpn >> hub
    for spoke in (shop, reports, directory, resolver):
        hub >> Edge() << spoke
    shop >> Edge(label="SQL") >> orders
    hub >> Edge(label="0.0.0.0/0") >> firewall >> Edge(label="allowed") >> nat >> gateway >> internet
    hub >> Edge(style="dashed") >> flow_logs
