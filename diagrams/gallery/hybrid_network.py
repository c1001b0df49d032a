"""Hub and spoke: an office and two networks that meet in one place."""

from diagrams import Edge
from diagrams.aws.general import TraditionalServer
from diagrams.aws.network import DirectConnect, SiteToSiteVpn, TransitGateway

from desenho import Diagram, Text
from desenho.aws import EC2, VPC, Cloud, CorporateDataCenter, PrivateSubnet, Region

with Diagram(Text("Rede híbrida", en="Hybrid network"), filename="hybrid_network"):
    with CorporateDataCenter(Text("Data center próprio", en="Own data centre"), id="office"):
        server = TraditionalServer(Text("Servidor", en="Server"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        line = DirectConnect("AWS Direct Connect")
        backup = SiteToSiteVpn(Text("VPN de reserva", en="Backup VPN"))
        hub = TransitGateway("AWS Transit Gateway")
        with VPC(Text("VPC de produção", en="Production VPC"), cidr="10.0.0.0/16", id="production"):
            with PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="production_subnet"):
                production_app = EC2("Amazon EC2")
        with VPC(Text("VPC de testes", en="Test VPC"), cidr="10.1.0.0/16", id="test"):
            with PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="test_subnet"):
                test_app = EC2("Amazon EC2")

    server >> Edge(label=Text("principal", en="main")) >> line >> hub
    server >> Edge(label=Text("reserva", en="backup"), style="dashed") >> backup >> hub
    hub >> [production_app, test_app]
