"""A saga: each step has its undo, and a workflow that remembers where it stopped."""

from diagrams.aws.database import Dynamodb
from diagrams.aws.integration import SNS, StepFunctions
from diagrams.aws.network import APIGateway

from desenho import Diagram, Flow, Text
from desenho.aws import Cloud, Lambda, Region, User

with Diagram(Text("Pedido em etapas", en="Order as a saga"), filename="order_saga"):
    buyer = User(Text("Comprador", en="Buyer"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        api = APIGateway("Amazon API Gateway")
        workflow = StepFunctions("AWS Step Functions")
        reserve = Lambda(Text("Reserva estoque", en="Reserve stock"))
        charge = Lambda(Text("Cobra", en="Charge"))
        undo = Lambda(Text("Desfaz", en="Undo"))
        stock = Dynamodb(Text("Estoque", en="Stock"))
        payments = Dynamodb(Text("Pagamentos", en="Payments"))
        notice = SNS("Amazon SNS")

    buyer >> Flow(1, Text("compra", en="buys")) >> api
    api >> Flow(2, Text("inicia", en="starts")) >> workflow
    workflow >> Flow(3) >> reserve >> Flow(4) >> stock
    workflow >> Flow(5) >> charge >> Flow(6) >> payments
    workflow >> Flow(7, Text("se falhar", en="on failure")) >> undo
    workflow >> Flow(8, Text("avisa", en="tells")) >> notice
