"""A serverless API: sign in, call, store, with no server to look after."""

from diagrams.aws.database import Dynamodb
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import APIGateway
from diagrams.aws.security import Cognito

from desenho import Diagram, Flow, Text
from desenho.aws import Cloud, Lambda, Region, User

with Diagram(Text("API sem servidor", en="Serverless API"), filename="serverless_api"):
    client = User(Text("Aplicativo", en="App"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        users = Cognito("Amazon Cognito")
        api = APIGateway("Amazon API Gateway")
        function = Lambda("AWS Lambda")
        table = Dynamodb("Amazon DynamoDB")
        logs = Cloudwatch("Amazon CloudWatch")

    client >> Flow(1, Text("entra", en="signs in")) >> users
    client >> Flow(2, Text("chama com o token", en="calls with the token")) >> api
    api >> Flow(3, Text("invoca", en="invokes")) >> function
    function >> Flow(4, Text("lê e grava", en="reads and writes")) >> table
    function >> Flow(5, "logs") >> logs
