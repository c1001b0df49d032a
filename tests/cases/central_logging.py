"""Fan-in: six accounts send their logs to one, which sorts, keeps and watches them."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.analytics import AmazonOpensearchService, Athena, KinesisDataFirehose, KinesisDataStreams
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.general import User
from diagrams.aws.integration import SNS
from diagrams.aws.management import Cloudtrail, CloudwatchLogs, Config
from diagrams.aws.network import VPCFlowLogs
from diagrams.aws.security import Guardduty, SecurityHub
from diagrams.aws.storage import S3, S3Glacier

with Diagram("Central logging", filename="central_logging", show=False):
    with Cluster("Workload accounts"):
        accounts = []
        for name in ("shop", "payments", "logistics", "analytics"):
            with Cluster(f"AWS account {name}"):
                accounts.append((EC2(f"{name} hosts"), CloudwatchLogs(f"{name} logs")))
    with Cluster("Account security"):
        trail, config = Cloudtrail("organization trail"), Config("configuration")
        flows, guard, hub = VPCFlowLogs("flow logs"), Guardduty("GuardDuty"), SecurityHub("Security Hub")
    with Cluster("Account log archive"):
        stream = KinesisDataStreams("log stream")
        parse = Lambda("parse and mask")
        delivery = KinesisDataFirehose("delivery")
        with Cluster("Retention"):
            hot, warm, cold = AmazonOpensearchService("30 days"), S3("1 year"), S3Glacier("7 years")
        athena = Athena("ad hoc queries")
    alert = SNS("on-call page")
    analyst = User("Security analyst")

    for hosts, logs in accounts:
        hosts >> Edge(label="agent") >> logs >> Edge(label="subscription") >> stream
    stream >> parse >> delivery >> [hot, warm]
    warm >> Edge(label="lifecycle") >> cold
    trail >> warm
    config >> warm
    flows >> stream
    guard >> hub >> Edge(label="critical") >> alert >> analyst
    hot >> Edge(label="dashboards") >> analyst
    warm >> athena >> analyst
