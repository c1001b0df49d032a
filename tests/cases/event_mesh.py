"""Eight services, three buses, and nearly everybody listening to everybody."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import Fargate, Lambda
from diagrams.aws.database import Dynamodb
from diagrams.aws.integration import SNS, SQS, Eventbridge
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import APIGateway

with Diagram("Event mesh", filename="event_mesh", show=False):
    api = APIGateway("public API")
    with Cluster("Producers"):
        orders = Fargate("orders")
        payments = Fargate("payments")
        stock = Fargate("stock")
        customers = Fargate("customers")
    with Cluster("Buses"):
        domain = Eventbridge("domain bus")
        audit = Eventbridge("audit bus")
        notices = SNS("notifications")
    with Cluster("Queues"):
        to_ship = SQS("to ship")
        to_bill = SQS("to bill")
        to_mail = SQS("to mail")
        dead = SQS("dead letters")
    with Cluster("Consumers"):
        shipping = Lambda("shipping")
        billing = Lambda("billing")
        mailer = Lambda("mailer")
        search = Lambda("search index")
        history = Dynamodb("history")
    alarms = Cloudwatch("alarms")

    api >> [orders, payments, customers]
    for producer in (orders, payments, stock, customers):
        producer >> domain
        producer >> audit
    domain >> [to_ship, to_bill, search, notices]
    notices >> [to_mail, to_bill]
    audit >> history
    to_ship >> shipping
    to_bill >> billing
    to_mail >> mailer
    [to_ship, to_bill, to_mail] >> Edge(style="dashed", label="3 tries") >> dead
    dead >> alarms
    shipping >> Edge(label="OrderShipped", constraint="false") >> domain
    billing >> Edge(label="InvoicePaid", constraint="false") >> domain
    stock >> Edge(label="low stock", constraint="false") >> orders
