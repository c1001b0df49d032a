"""Three tiers in two zones: the classic web application that survives the loss of a zone."""

from diagrams.aws.database import RDS
from diagrams.aws.network import ALB

from desenho import Diagram, Flow, Text
from desenho.aws import EC2, VPC, AvailabilityZone, Cloud, PrivateSubnet, Region, User

with Diagram(Text("Três camadas em duas zonas", en="Three tiers in two zones"), filename="three_tiers"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"), VPC("VPC", cidr="10.0.0.0/16", id="vpc"):
        balancer = ALB("Application Load Balancer")
        with AvailabilityZone("sa-east-1a", id="zone_a"):
            with PrivateSubnet(Text("Sub-rede da aplicação", en="Application subnet"), id="app_a"):
                web_a = EC2("Amazon EC2")
            with PrivateSubnet(Text("Sub-rede de dados", en="Data subnet"), id="data_a"):
                primary = RDS(Text("RDS primário", en="RDS primary"))
        with AvailabilityZone("sa-east-1b", id="zone_b"):
            with PrivateSubnet(Text("Sub-rede da aplicação", en="Application subnet"), id="app_b"):
                web_b = EC2("Amazon EC2")
            with PrivateSubnet(Text("Sub-rede de dados", en="Data subnet"), id="data_b"):
                standby = RDS(Text("RDS reserva", en="RDS standby"))

    user >> Flow(1, "HTTPS") >> balancer
    balancer >> Flow(2, Text("distribui", en="spreads")) >> [web_a, web_b]
    web_a >> Flow(3, "SQL") >> primary
    web_b >> Flow(3, "SQL", attrs={"constraint": "false"}) >> primary
    web_b >> Flow(4, Text("se a outra cair", en="if the other fails"), style="dashed") >> standby
    primary - Flow(5, Text("replica", en="replicates")) - standby
