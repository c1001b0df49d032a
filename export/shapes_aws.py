"""draw.io's shape for each class of `diagrams.aws`.

The rule: the longest tail of a class's words that names a resource (`EMRCluster` -> `cluster`) is drawn as that
resource, in its own outline; every other class is a service, white on a coloured tile, named by all its words
(`StepFunctions` -> `step_functions`). `_RENAMED` lists the classes that the rule misses.

Names and outlines are facts about draw.io's library `mxgraph.aws4`; the colours are those of the AWS Architecture Icons
(https://aws.amazon.com/architecture/icons/), by category.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from export.drawing import Shape

__all__ = ["aws_shape"]

_SIDE: Final = 78

_INK = "#232F3E"
_COMPUTE = "#ED7100"
_DATABASE = "#C925D1"
_INTEGRATION = "#E7157B"
_LEARNING = "#01A88D"
_NETWORK = "#8C4FFF"
_SECURITY = "#DD344C"
_STORAGE = "#7AA116"

_COLOURS: Final = {
    "analytics": _NETWORK, "ar": "#BC1356", "blockchain": _COMPUTE, "business": _SECURITY, "compute": _COMPUTE,
    "cost": _STORAGE, "database": _DATABASE, "devtools": _DATABASE, "enablement": _DATABASE, "enduser": _LEARNING,
    "engagement": _SECURITY, "game": _NETWORK, "general": _INK, "integration": _INTEGRATION, "iot": _STORAGE,
    "management": _INTEGRATION, "media": _COMPUTE, "migration": _LEARNING, "ml": _LEARNING, "mobile": _SECURITY,
    "network": _NETWORK, "quantum": _COMPUTE, "robotics": _SECURITY, "satellite": _DATABASE, "security": _SECURITY,
    "storage": _STORAGE,
}  # fmt: skip
# Classes that AWS counts among another category than the library's module.
_COLOURED: Final = {
    "compute.ApplicationAutoScaling": _INTEGRATION,
    "general.InternetGateway": _NETWORK,
    "iot.IotLambda": _COMPUTE,
    "management.AmazonDevopsGuru": _LEARNING,
    "mobile.APIGateway": _INTEGRATION,
    "mobile.APIGatewayEndpoint": _INTEGRATION,
    "mobile.Appsync": _INTEGRATION,
    "network.NetworkFirewall": _SECURITY,
    "network.PrivateSubnet": "#00A4A6",
    "network.PublicSubnet": _STORAGE,
}

_RENAMED: Final = {
    "analytics.AmazonOpensearchService": "elasticsearch_service",
    "analytics.Cloudsearch": "cloudsearch2",
    "analytics.DataLakeResource": "data_lake_resource_icon",
    "blockchain.QuantumLedgerDatabaseQldb": "quantum_ledger_database",
    "business.BusinessApplications": "business_application",
    "compute.EC2AutoScaling": "auto_scaling2",
    "compute.EC2ContainerRegistry": "ecr",
    "compute.EC2Instance": "ec2",
    "compute.ElasticContainerService": "ecs",
    "compute.ElasticContainerServiceContainer": "container_1",
    "compute.ElasticContainerServiceService": "ecs",
    "compute.ElasticContainerServiceServiceConnect": "ecs_service_connect",
    "compute.ElasticContainerServiceTask": "ecs_task",
    "compute.ElasticKubernetesService": "eks",
    "cost.Budgets": "budgets_2",
    "database.DatabaseMigrationServiceDatabaseMigrationWorkflow": "database_migration_workflow_job",
    "database.DocumentdbMongodbCompatibility": "documentdb_with_mongodb_compatibility",
    "database.DynamodbStreams": "dynamodb_stream",
    "database.KeyspacesManagedApacheCassandraService": "keyspaces",
    "database.QuantumLedgerDatabaseQldb": "quantum_ledger_database",
    "devtools.Cloud9Resource": "cloud9",
    "devtools.XRay": "xray",
    "enduser.Appstream20": "appstream_20",
    "engagement.SimpleEmailServiceSes": "simple_email_service",
    "game.GameTech": "games",
    "game.Gamelift": "gamelift_2",
    "general.GenericSDK": "external_sdk",
    "general.SDK": "external_sdk",
    "general.Toolkit": "external_toolkit",
    "integration.ConsoleMobileApplication": "mobile_application",
    "integration.EventbridgeRule": "rule_3",
    "integration.ExpressWorkflows": "express_workflow",
    "integration.SimpleNotificationServiceSns": "sns",
    "integration.SimpleQueueServiceSqs": "sqs",
    "iot.Iot1Click": "iot_1click",
    "iot.IotAnalyticsDataSet": "iot_analytics_dataset",
    "iot.IotBicycle": "bycicle",
    "iot.IotCertificate": "certificate_manager",
    "iot.IotFireTv": "firetv",
    "iot.IotFireTvStick": "firetv_stick",
    "iot.IotGreengrass": "greengrass",
    "iot.IotHttp": "http_protocol",
    "iot.IotHttp2": "http2_protocol",
    "iot.IotJobs": "iot_device_jobs_resource",
    "iot.IotLambda": "lambda",
    "iot.IotMqtt": "mqtt_protocol",
    "iot.IotPolicyEmergency": "police_emergency",
    "iot.IotTopic": "topic_2",
    "management.AmazonDevopsGuru": "devops_guru",
    "management.AmazonManagedGrafana": "managed_service_for_grafana",
    "management.AmazonManagedPrometheus": "managed_service_for_prometheus",
    "management.AmazonManagedWorkflowsApacheAirflow": "managed_workflows_for_apache_airflow",
    "management.AutoScaling": "autoscaling",
    "management.Cloudwatch": "cloudwatch_2",
    "management.CloudwatchRule": "rule_2",
    "management.OpsworksInstances": "instances_2",
    "management.SystemsManagerAppConfig": "app_config",
    "management.WellArchitectedTool": "well_architect_tool",
    "media.ElementalConductor": "elemental",
    "media.ElementalDelta": "elemental",
    "media.ElementalLive": "elemental",
    "media.ElementalServer": "elemental",
    "migration.DatasyncAgent": "agent2",
    "ml.ElasticInference": "elastic_inference_2",
    "ml.Rekognition": "rekognition_2",
    "ml.SagemakerTrainingJob": "sagemaker_train",
    "network.CloudFront": "cloudfront",
    "network.Nacl": "network_access_control_list",
    "network.PrivateSubnet": "group_security_group",
    "network.Privatelink": "vpc_privatelink",
    "network.PublicSubnet": "group_security_group",
    "network.Route53": "route_53",
    "security.CertificateAuthority": "certificate_manager_2",
    "security.CertificateManager": "certificate_manager_3",
    "security.IdentityAndAccessManagementIam": "identity_and_access_management",
    "security.IdentityAndAccessManagementIamAddOn": "addon",
    "security.ManagedMicrosoftAd": "managed_ms_ad",
    "security.ShieldAdvanced": "shield_shield_advanced",
    "storage.EFSInfrequentaccessPrimaryBg": "efs_infrequentaccess",
    "storage.EFSStandardPrimaryBg": "efs_standard",
    "storage.ElasticBlockStoreEBS": "elastic_block_store",
    "storage.ElasticFileSystemEFS": "elastic_file_system",
    "storage.S3AccessPoints": "general_access_points",
    "storage.S3Glacier": "glacier",
    "storage.SimpleStorageServiceS3": "s3",
}

# Resources as tall as wide.
_SQUARE: Final = """
action alexa_enabled_device alexa_skill ami application_load_balancer attribute aurora_instance automation bank
bycicle cache_node camera car cart checklist_performance checklist_security classic_load_balancer cloud_extension_ros
cluster coffee_pot container_registry_image customer_gateway dense_compute_node dense_storage_node desired_state disk
door_lock download_distribution edge_location elastic_network_interface email_notification endpoint eventbridge_schema
factory filtering_rule flow_logs generic global_secondary_index glue_crawlers group_security_group hardware_board
hdfs_cluster house http2_protocol http_notification http_protocol instances instances_2 internet_gateway item
lambda_function layers lightbulb maintenance_windows medical_emergency mfa_token mqtt_protocol nat_gateway
network_access_control_list network_load_balancer object opsworks_apps patch_manager peering police_emergency registry
rekognition_video reported_state rescue router ssl_padlock state_manager streaming_distribution table thermostat
transit_gateway_attachment travel users utility vpc_traffic_mirroring vpn_gateway windfarm
"""
# Resources with their width and height in px, where the longer side is 78. They have the stencil's own shape to a
# hundredth: draw.io fits a stencil into its box, and counts where a line ends from what is drawn, not from the box.
_OBLONG: Final = """
access_analyzer:77.28x78 actuator:70.14x78 ad_connector:78x71.87 addon:78x39.87 agent:78x73.02 agent2:78x77.89
alarm:77.58x78 alexa_voice_service:77.8x78 application:50.17x78 archive:62.66x78 attributes:78x76.44
blockchain_resource:78x24.62 bucket:74.99x78 bucket_with_objects:74.98x78 cached_volume:62.49x78
certificate_manager:60.26x78 certificate_manager_2:78x71.81 change_set:65.6x78 checklist:65.59x78
checklist_cost:78x77.82 checklist_fault_tolerant:78x77.91 client:78x76.65 cloudwatch_logs:78x57.79 connector:78x29.16
container_1:78x50.08 data_encryption_key:62.49x78 data_lake_resource_icon:78x77.29
database_migration_workflow_job:49.64x78 deployment:78x77.26 deployments:64.74x78 development_environment:78x71
documents:64.05x78 dynamodb_dax:78x75.74 dynamodb_stream:78x77.88 echo:40.81x78 ecs_service_connect:78x70.91
ecs_task:59.39x78 elastic_ip_address:78x31.5 elastic_network_adapter:78x77.86 elasticache_for_memcached:78x72.2
elasticache_for_redis:78x72.49 email:78x68.41 emr_engine:78x59.39 emr_engine_mapr_m3:78x59.18
emr_engine_mapr_m5:78x59.18 emr_engine_mapr_m7:78x59.18 encrypted_data:62.49x78 event:78x77.04
event_event_based:77.56x78 event_resource:78x77.31 event_time_based:77.79x78
eventbridge_custom_event_bus_resource:78x68.64 eventbridge_default_event_bus_resource:78x53.18
eventbridge_pipes:78x77.84 eventbridge_saas_partner_event_bus_resource:78x76.65 eventbridge_scheduler:78x76.23
external_sdk:67.96x78 external_toolkit:67.66x78 file_system:78x73.04 firetv:78x54.74 firetv_stick:78x34.56
fleet_management:75.26x78 forums:78x76.18 general_access_points:63.52x78 generic_database:61.56x78
generic_firewall:78x66.74 glue_data_catalog:70.91x78 hosted_zone:76.41x78 import_export:78x60.86
internet_alt1:78x50.48 internet_alt2:78x74.88 inventory:77.73x78 iot_analytics_channel:64.96x78
iot_analytics_dataset:62.63x78 iot_analytics_data_store:51.87x78 iot_analytics_pipeline:78x42.55
iot_device_gateway:78x72.06 iot_device_jobs_resource:63.82x78 iot_over_the_air_update:78x63.72 items:78x76.44
long_term_security_credential:78x69.45 managed_ms_ad:78x76.65 message:67.36x78 mobile_client:42.69x78
monitoring:78x57.86 multimedia:78x73.5 multiple_volumes_resource:78x59.78 non_cached_volume:62.49x78 notebook:68.46x78
office_building:49.67x78 opsworks_permissions:54.23x78 organizations_account:73.66x78
organizations_organizational_unit:78x66.88 parameter_store:75.05x78 permissions:62.49x78 policy:78x67.16
queue:78x46.96 rds_instance:78x77.8 rds_mariadb_instance:78x77.8 rds_mysql_instance:78x77.8
rds_oracle_instance:78x77.8 rds_postgresql_instance:78x77.8 rds_sql_server_instance:78x77.8 rekognition_image:78x77.23
resources:67.96x78 role:78x44.9 route_table:78x76.46 rule:46.95x78 rule_2:78x76.4 rule_3:78x67.52 run_command:78x55.16
s3_object_lambda_access_points:77.96x78 sagemaker_model:77.44x78 sagemaker_notebook:68.46x78 sagemaker_train:78x63.77
saml_token:78x77.81 search_documents:68.69x78 sensor:70.25x78 servo:78x56.27 shadow:76.35x78
shield_shield_advanced:68.55x78 simple_ad:78x76.45 simulator:67.88x78 snapshot:56.4x78 spot_instance:78x77.89
stack:78x76.45 sts:78x50.08 sts_alternate:62.49x78 systems_manager_opscenter:77.57x78 tape_storage:78x37.63
template:65.58x78 temporary_security_credential:78x77.2 topic:78x67.36 topic_2:53.29x78 traditional_server:45.19x78
user:70.91x78 vault:62.83x78 virtual_tape_library:62.49x78 volume:62.84x78 vpn_connection:70.17x78
"""

_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]*[a-z0-9]+|[A-Z0-9]+")


def aws_shape(module: str, name: str) -> Shape | None:
    """Return the shape of `diagrams.aws.<module>.<name>`, None for a module that is not known."""
    kind = f"{module}.{name}"
    fill = _COLOURED.get(kind) or _COLOURS.get(module)
    if fill is None:
        return None
    resources = _resources()
    stencil = _RENAMED.get(kind) or _by_rule(name)
    if stencil in resources:
        width, height = resources[stencil]
        return Shape(family="resource", name=stencil, fill=fill, width=width, height=height)
    return Shape(family="service", name=stencil, fill=fill, width=_SIDE, height=_SIDE)


def _by_rule(name: str) -> str:
    words = [w.lower() for w in _WORDS.findall(name)]
    tails = ("_".join(words[n:]) for n in range(len(words)))
    return next((tail for tail in tails if tail in _resources()), "_".join(words))


@cache
def _resources() -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    found.update((name, (_SIDE, _SIDE)) for name in _SQUARE.split())
    for entry in _OBLONG.split():
        name, _, size = entry.partition(":")
        width, _, height = size.partition("x")
        found[name] = float(width), float(height)
    return found
