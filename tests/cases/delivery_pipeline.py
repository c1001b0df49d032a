"""A long chain over four accounts, from a commit to production, with approvals and a way back."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import ECR, ECS
from diagrams.aws.devtools import Codebuild, Codecommit, Codedeploy, Codepipeline
from diagrams.aws.general import User
from diagrams.aws.integration import SNS, Eventbridge
from diagrams.aws.management import Cloudformation, Cloudwatch
from diagrams.aws.security import IAMRole, Inspector
from diagrams.aws.storage import S3

with Diagram("Delivery over four accounts", filename="delivery_pipeline", show=False):
    developer = User("Developer")
    with Cluster("Account tools"):
        source = Codecommit("source")
        pipeline = Codepipeline("pipeline")
        build = Codebuild("build and test")
        scan = Inspector("image scan")
        registry = ECR("registry")
        artifacts = S3("artifacts")
        approval = SNS("approval")
    release = User("Release manager")
    stages = []
    for stage in ("development", "staging", "production"):
        with Cluster(f"Account {stage}"):
            role = IAMRole(f"deploy role, {stage}")
            stack = Cloudformation(f"stack, {stage}")
            with Cluster(f"VPC {stage}"):
                deploy = Codedeploy(f"deploy, {stage}")
                service = ECS(f"service, {stage}")
            alarms = Cloudwatch(f"alarms, {stage}")
        role >> stack >> deploy >> service >> Edge(style="dotted") >> alarms
        stages.append((role, alarms))
    rollback = Eventbridge("rollback rule")

    developer >> Edge(label="git push") >> source >> pipeline >> build >> registry
    build >> Edge(label="templates") >> artifacts
    registry - Edge(style="dotted") - scan
    pipeline >> Edge(label="assume") >> stages[0][0]
    pipeline >> Edge(label="assume") >> stages[1][0]
    pipeline >> approval >> Edge(label="approve?") >> release >> Edge(label="assume") >> stages[2][0]
    stages[2][1] >> Edge(label="ALARM") >> rollback
    rollback >> Edge(label="redeploy last good", style="dashed", constraint="false") >> pipeline
