"""Kinds of nodes that rules ask for.

Where a service lives: docs.aws.amazon.com, "What is" pages; the VPC ones are those that get addresses in a subnet.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "DATABASES",
    "IN_A_SUBNET",
    "PEOPLE",
    "PLATFORMS",
    "REGIONAL",
    "VOLUMES",
    "WAYS_OUT",
    "is_function",
    "is_instance",
]

PEOPLE: Final = frozenset(
    {
        "aws.general.Client",
        "aws.general.MobileClient",
        "aws.general.User",
        "aws.general.Users",
        "c4.Person",
        "onprem.client.Client",
        "onprem.client.User",
        "onprem.client.Users",
    }
)
"""Who uses a system from outside."""

PLATFORMS: Final = frozenset(
    {
        "alibabacloud.compute.ContainerService",
        "aws.compute.ElasticContainerService",
        "aws.compute.ElasticKubernetesService",
        "azure.compute.KubernetesServices",
        "azure.containers.AzureRedHatOpenshift",
        "azure.containers.KubernetesServices",
        "digitalocean.compute.K8SCluster",
        "gcp.compute.GKEOnPrem",
        "gcp.compute.KubernetesEngine",
        "oci.compute.OKE",
        "oci.compute.OKEWhite",
        "onprem.compute.Nomad",
        "onprem.container.K3S",
    }
)
"""What runs the containers of a cluster."""

VOLUMES: Final = frozenset({"aws.storage.ElasticBlockStoreEBS", "aws.storage.ElasticBlockStoreEBSVolume"})
"""Block storage that is attached to an instance."""

_INSTANCES: Final = frozenset(
    {
        "aws.compute.EC2",
        "aws.compute.EC2Instance",
        "aws.compute.EC2Instances",
        "aws.compute.EC2SpotInstance",
    }
)

DATABASES: Final = frozenset(
    {
        "aws.database.Aurora",
        "aws.database.AuroraInstance",
        "aws.database.DocumentdbMongodbCompatibility",
        "aws.database.Elasticache",
        "aws.database.ElasticacheForMemcached",
        "aws.database.ElasticacheForRedis",
        "aws.database.Neptune",
        "aws.database.RDS",
        "aws.database.RDSInstance",
        "aws.database.RDSMariadbInstance",
        "aws.database.RDSMysqlInstance",
        "aws.database.RDSOracleInstance",
        "aws.database.RDSPostgresqlInstance",
        "aws.database.RDSSqlServerInstance",
    }
)
"""Databases that run on instances in a subnet."""

IN_A_SUBNET: Final = _INSTANCES | VOLUMES | DATABASES

REGIONAL: Final = frozenset(
    {
        "aws.analytics.Athena",
        "aws.analytics.Glue",
        "aws.analytics.KinesisDataFirehose",
        "aws.analytics.KinesisDataStreams",
        "aws.database.Dynamodb",
        "aws.database.DynamodbTable",
        "aws.integration.Eventbridge",
        "aws.integration.SimpleNotificationServiceSns",
        "aws.integration.SimpleNotificationServiceSnsTopic",
        "aws.integration.SimpleQueueServiceSqs",
        "aws.integration.SimpleQueueServiceSqsQueue",
        "aws.integration.StepFunctions",
        "aws.management.Cloudwatch",
        "aws.management.CloudwatchLogs",
        "aws.ml.Bedrock",
        "aws.ml.Comprehend",
        "aws.ml.Rekognition",
        "aws.ml.Textract",
        "aws.ml.Transcribe",
        "aws.ml.Translate",
        "aws.security.Cognito",
        "aws.security.KeyManagementService",
        "aws.security.SecretsManager",
        "aws.storage.S3Glacier",
        "aws.storage.SimpleStorageServiceS3",
        "aws.storage.SimpleStorageServiceS3Bucket",
        "aws.storage.SimpleStorageServiceS3BucketWithObjects",
    }
)
"""Services of a Region that no VPC holds: they are reached through their API."""

WAYS_OUT: Final = frozenset({"aws.network.Endpoint", "aws.network.NATGateway", "aws.network.Privatelink"})
"""What lets things in a VPC reach the APIs of services."""


def is_instance(kind: str) -> bool:
    """Tell whether a node is an EC2 instance."""
    return kind in _INSTANCES


def is_function(kind: str) -> bool:
    """Tell whether a node is a Lambda function."""
    return kind in {"aws.compute.Lambda", "aws.compute.LambdaFunction"}
