"""Fan-out: one event, three consumers, each at its own pace."""

from diagrams.aws.integration import SNS, SQS

from desenho import Diagram, Flow, Text
from desenho.aws import Cloud, Lambda, Region, User

with Diagram(Text("Um evento, três consumidores", en="One event, three consumers"), filename="fan_out"):
    shop = User(Text("Loja", en="Shop"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        orders = SNS(Text("Pedidos", en="Orders"))
        to_bill = SQS(Text("A faturar", en="To bill"))
        to_ship = SQS(Text("A enviar", en="To ship"))
        to_count = SQS(Text("A contar", en="To count"))
        billing = Lambda(Text("Faturamento", en="Billing"))
        shipping = Lambda(Text("Expedição", en="Shipping"))
        analytics = Lambda(Text("Análise", en="Analytics"))

    shop >> Flow(1, Text("publica o pedido", en="publishes the order")) >> orders
    orders >> Flow(2, Text("copia a cada fila", en="copies to each queue")) >> [to_bill, to_ship, to_count]
    to_bill >> Flow(3) >> billing
    to_ship >> Flow(4) >> shipping
    to_count >> Flow(5) >> analytics
