"""A whole platform on one page: ten domains of six nodes each, and what flows between them."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.analytics import Athena, Glue, KinesisDataStreams, Quicksight, Redshift
from diagrams.aws.compute import ECR, ECS, EKS, Batch, Fargate, Lambda
from diagrams.aws.database import DAX, RDS, Aurora, Dynamodb, ElastiCache, Neptune
from diagrams.aws.devtools import Codebuild, Codecommit, Codedeploy, Codepipeline, XRay
from diagrams.aws.engagement import SES, Connect, Pinpoint
from diagrams.aws.general import MobileClient, TraditionalServer, User, Users
from diagrams.aws.integration import SNS, SQS, Appsync, Eventbridge, StepFunctions
from diagrams.aws.iot import IotCore
from diagrams.aws.ml import Forecast, Personalize, Sagemaker, Textract
from diagrams.aws.network import ALB, APIGateway, CloudFront, GlobalAccelerator, Route53
from diagrams.aws.security import WAF, Cognito, SecretsManager, Shield
from diagrams.aws.storage import EFS, S3

with Diagram("Retail platform", filename="sixty_nodes", show=False):
    with Cluster("Channels"):
        shopper, staff, phone = Users("Shoppers"), User("Staff"), MobileClient("Mobile app")
        till, kiosk, partner = TraditionalServer("Tills"), TraditionalServer("Kiosks"), User("Partners")
    with Cluster("Edge"):
        dns, cdn, shield = Route53("Route 53"), CloudFront("CloudFront"), Shield("Shield")
        waf, accelerator, assets = WAF("AWS WAF"), GlobalAccelerator("Accelerator"), S3("site assets")
    with Cluster("Access"):
        api, graph, balancer = APIGateway("REST API"), Appsync("GraphQL API"), ALB("balancer")
        identity, tokens, secrets = Cognito("Cognito"), Lambda("authorizer"), SecretsManager("secrets")
    with Cluster("Catalogue"):
        catalogue, search, products = Fargate("catalogue"), Lambda("search"), Dynamodb("products")
        images, accelerated, related = S3("images"), DAX("product cache"), Neptune("related items")
    with Cluster("Orders"):
        orders, basket, checkout = ECS("orders"), ElastiCache("baskets"), StepFunctions("checkout")
        order_db, order_queue, invoices = Aurora("order book"), SQS("order queue"), Lambda("invoices")
    with Cluster("Fulfilment"):
        stock, picking, stock_db = EKS("stock"), Batch("picking lists"), RDS("stock book")
        scanners, routes, papers = IotCore("scanners"), Lambda("route planner"), EFS("papers")
    with Cluster("Messages"):
        bus, topic, mail = Eventbridge("event bus"), SNS("notices"), SES("mail")
        campaign, support, letters = Pinpoint("campaigns"), Connect("call centre"), SQS("dead letters")
    with Cluster("Insight"):
        stream, lake, jobs = KinesisDataStreams("clicks"), S3("lake"), Glue("jobs")
        warehouse, query, boards = Redshift("warehouse"), Athena("queries"), Quicksight("boards")
    with Cluster("Intelligence"):
        models, advice, demand = Sagemaker("models"), Personalize("advice"), Forecast("demand")
        reader, features, inference = Textract("paper reader"), S3("features"), Lambda("inference")
    with Cluster("Operations"):
        source, pipeline, build = Codecommit("source"), Codepipeline("pipeline"), Codebuild("build")
        deploy, registry, traces = Codedeploy("deploy"), ECR("images"), XRay("traces")

    [shopper, phone] >> dns
    dns >> cdn >> waf
    cdn >> assets
    shield - Edge(style="dotted") - cdn
    [till, kiosk] >> accelerator >> balancer
    staff >> support
    partner >> api
    waf >> [api, graph]
    api >> tokens >> identity
    tokens >> secrets
    api >> balancer
    graph >> catalogue
    balancer >> orders
    catalogue >> accelerated >> products
    catalogue >> search
    catalogue >> images
    search >> related
    orders >> basket
    orders >> checkout >> order_queue >> invoices
    checkout >> Edge(label="reserve") >> stock
    orders >> order_db
    stock >> stock_db
    stock >> picking >> papers
    scanners >> stock
    picking >> routes
    orders >> Edge(label="OrderPlaced") >> bus
    bus >> topic >> mail
    bus >> campaign
    bus >> Edge(style="dashed") >> letters
    bus >> stream
    stream >> lake >> jobs >> warehouse >> boards
    lake >> query >> boards
    jobs >> features >> models >> inference
    models >> advice
    models >> demand
    papers >> reader
    advice >> Edge(label="nightly", constraint="false") >> catalogue
    source >> pipeline >> build >> registry
    pipeline >> deploy
    deploy >> Edge(label="blue/green", constraint="false") >> orders
    orders >> Edge(style="dotted", constraint="false") >> traces
