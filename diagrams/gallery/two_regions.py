"""Two regions, one service: if a region stops, names lead to the other."""

from diagrams.aws.database import Dynamodb
from diagrams.aws.network import APIGateway, Route53

from desenho import Diagram, Flow, Text
from desenho.aws import Cloud, Lambda, Region, User

with Diagram(Text("Duas regiões ativas", en="Two active Regions"), filename="two_regions"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"):
        dns = Route53("Amazon Route 53")
        with Region("sa-east-1", id="south"):
            api_south = APIGateway("Amazon API Gateway")
            function_south = Lambda("AWS Lambda")
            table_south = Dynamodb("Amazon DynamoDB")
        with Region("us-east-1", id="north"):
            api_north = APIGateway("Amazon API Gateway")
            function_north = Lambda("AWS Lambda")
            table_north = Dynamodb("Amazon DynamoDB")

    user >> Flow(1, Text("resolve o nome", en="resolves the name")) >> dns
    dns >> Flow(2, Text("à mais próxima que responde", en="to the nearest that answers")) >> [api_south, api_north]
    api_south >> Flow(3) >> function_south >> Flow(4) >> table_south
    api_north >> Flow(5) >> function_north >> Flow(6) >> table_north
    table_south - Flow(7, Text("tabela global", en="global table")) - table_north
