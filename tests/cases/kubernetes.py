"""An EKS cluster with what runs in it, and the AWS services round it."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import ECR, EKS
from diagrams.aws.database import RDS, ElastiCache
from diagrams.aws.general import Users
from diagrams.aws.management import Cloudwatch
from diagrams.aws.network import ALB, Route53
from diagrams.aws.security import IAMRole, SecretsManager
from diagrams.aws.storage import EBS, S3
from diagrams.k8s.clusterconfig import HPA
from diagrams.k8s.compute import Cronjob, Deployment, Pod, StatefulSet
from diagrams.k8s.network import Ingress, Service
from diagrams.k8s.podconfig import ConfigMap, Secret
from diagrams.k8s.rbac import ServiceAccount
from diagrams.k8s.storage import PVC

with Diagram("Kubernetes on AWS", filename="kubernetes", show=False):
    users = Users("Users")
    with Cluster("AWS Cloud"):
        dns = Route53("DNS")
        images = ECR("images")
        vault = SecretsManager("secrets")
        role = IAMRole("pod role")
        backups = S3("backups")
        logs = Cloudwatch("container logs")
        with Cluster("VPC 10.50.0.0/16"):
            balancer = ALB("ingress balancer")
            control = EKS("control plane")
            with Cluster("Private subnet nodes"):
                with Cluster("Namespace web"):
                    ingress = Ingress("ingress")
                    web = Service("web")
                    scaler = HPA("3 to 12 pods")
                    rollout = Deployment("web")
                    pods = [Pod("web 1"), Pod("web 2"), Pod("web 3")]
                    settings = ConfigMap("settings")
                with Cluster("Namespace jobs"):
                    broker = StatefulSet("broker")
                    claim = PVC("broker data")
                    nightly = Cronjob("nightly export")
                    account = ServiceAccount("exporter")
                    password = Secret("db password")
            with Cluster("Private subnet data"):
                database = RDS("PostgreSQL")
                cache = ElastiCache("Redis")
        disk = EBS("gp3 volume")

    users >> dns
    users >> Edge(label="HTTPS") >> balancer >> ingress >> web >> pods
    scaler >> rollout >> pods
    settings - Edge(style="dotted") - pods[2]
    pods[0] >> Edge(label="SQL") >> database
    pods[1] >> cache
    pods[2] >> Edge(label="AMQP") >> broker
    broker - claim
    claim - Edge(label="bound to") - disk
    nightly >> Edge(label="dump") >> backups
    nightly >> account >> Edge(label="IRSA", style="dashed") >> role
    vault >> Edge(label="sync", style="dashed") >> password
    password >> nightly
    images >> Edge(label="pull", style="dashed") >> rollout
    control >> Edge(style="dotted") >> logs
