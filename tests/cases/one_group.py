"""Everything in one box: no nesting to lean on, twenty services and many lines."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.analytics import Athena, KinesisDataFirehose, Quicksight
from diagrams.aws.compute import Lambda
from diagrams.aws.database import Dynamodb
from diagrams.aws.engagement import SES
from diagrams.aws.general import User
from diagrams.aws.integration import SNS, SQS, Eventbridge, StepFunctions
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import APIGateway, CloudFront, Route53
from diagrams.aws.security import KMS, WAF, Cognito, SecretsManager
from diagrams.aws.storage import S3

with Diagram("Serverless ticket shop", filename="one_group", show=False):
    visitor = User("Visitor")
    with Cluster("AWS Cloud"):
        dns = Route53("Route 53")
        cdn = CloudFront("CloudFront")
        waf = WAF("WAF")
        site = S3("site")
        api = APIGateway("API Gateway")
        login = Cognito("Cognito")
        reserve = Lambda("reserve")
        pay = Lambda("pay")
        tickets = Dynamodb("tickets")
        flow = StepFunctions("purchase")
        queue = SQS("payments")
        bus = Eventbridge("events")
        notify = SNS("notices")
        mail = SES("mail")
        archive = KinesisDataFirehose("delivery")
        lake = S3("sales")
        query = Athena("Athena")
        boards = Quicksight("boards")
        secrets = SecretsManager("secrets")
        keys = KMS("keys")
        alarms = Cloudwatch("alarms")

    visitor >> dns
    visitor >> cdn >> waf >> api
    cdn >> site
    visitor >> Edge(label="sign in") >> login
    api >> Edge(label="authorize") >> login
    api >> reserve >> tickets
    api >> flow >> [reserve, queue]
    queue >> pay >> Edge(label="sold") >> bus
    pay >> secrets >> keys
    pay >> tickets
    bus >> notify >> mail
    bus >> archive >> lake >> query >> boards
    mail >> Edge(label="ticket", constraint="false") >> visitor
    [reserve, pay] >> Edge(style="dotted") >> alarms
    keys - Edge(style="dotted") - lake
