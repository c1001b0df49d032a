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
access_analyzer action agent2 alarm alexa_enabled_device alexa_skill alexa_voice_service ami
application_load_balancer attribute aurora_instance automation bank bycicle cache_node camera car cart
checklist_cost checklist_fault_tolerant checklist_performance checklist_security classic_load_balancer
cloud_extension_ros cluster coffee_pot container_registry_image customer_gateway data_lake_resource_icon
dense_compute_node dense_storage_node deployment desired_state disk door_lock download_distribution
dynamodb_stream edge_location elastic_network_adapter elastic_network_interface email_notification endpoint
event event_event_based event_resource event_time_based eventbridge_pipes eventbridge_schema factory
filtering_rule flow_logs generic global_secondary_index glue_crawlers group_security_group hardware_board
hdfs_cluster house http2_protocol http_notification http_protocol instances instances_2 internet_gateway
inventory item lambda_function layers lightbulb maintenance_windows medical_emergency mfa_token mqtt_protocol
nat_gateway network_access_control_list network_load_balancer object opsworks_apps patch_manager peering
police_emergency rds_instance rds_mariadb_instance rds_mysql_instance rds_oracle_instance
rds_postgresql_instance rds_sql_server_instance registry rekognition_image rekognition_video reported_state
rescue router s3_object_lambda_access_points sagemaker_model saml_token spot_instance ssl_padlock state_manager
streaming_distribution systems_manager_opscenter table temporary_security_credential thermostat
transit_gateway_attachment travel users utility vpc_traffic_mirroring vpn_gateway windfarm
"""
# Resources with their width and height in px, to even numbers, where the longer side is 78.
_OBLONG: Final = """
actuator:70x78 ad_connector:78x72 addon:78x40 agent:78x74 application:50x78 archive:62x78 attributes:78x76
blockchain_resource:78x24 bucket:74x78 bucket_with_objects:74x78 cached_volume:62x78 certificate_manager:60x78
certificate_manager_2:78x72 change_set:66x78 checklist:66x78 client:78x76 cloudwatch_logs:78x58 connector:78x30
container_1:78x50 data_encryption_key:62x78 database_migration_workflow_job:50x78 deployments:64x78
development_environment:78x70 documents:64x78 dynamodb_dax:78x76 echo:40x78 ecs_service_connect:78x70
ecs_task:60x78 elastic_ip_address:78x32 elasticache_for_memcached:78x72 elasticache_for_redis:78x72 email:78x68
emr_engine:78x60 emr_engine_mapr_m3:78x60 emr_engine_mapr_m5:78x60 emr_engine_mapr_m7:78x60 encrypted_data:62x78
eventbridge_custom_event_bus_resource:78x68 eventbridge_default_event_bus_resource:78x54
eventbridge_saas_partner_event_bus_resource:78x76 eventbridge_scheduler:78x76 external_sdk:68x78
external_toolkit:68x78 file_system:78x74 firetv:78x54 firetv_stick:78x34 fleet_management:76x78 forums:78x76
general_access_points:64x78 generic_database:62x78 generic_firewall:78x66 glue_data_catalog:70x78
hosted_zone:76x78 import_export:78x60 internet_alt1:78x50 internet_alt2:78x74 iot_analytics_channel:64x78
iot_analytics_data_store:52x78 iot_analytics_pipeline:78x42 iot_device_gateway:78x72
iot_device_jobs_resource:64x78 iot_over_the_air_update:78x64 items:78x76 long_term_security_credential:78x70
managed_ms_ad:78x76 message:68x78 mobile_client:42x78 monitoring:78x58 multimedia:78x74
multiple_volumes_resource:78x60 non_cached_volume:62x78 notebook:68x78 office_building:50x78
opsworks_permissions:54x78 organizations_account:74x78 organizations_organizational_unit:78x66
parameter_store:76x78 permissions:62x78 policy:78x68 queue:78x46 resources:68x78 role:78x44 route_table:78x76
rule:46x78 rule_2:78x76 rule_3:78x68 run_command:78x56 sagemaker_notebook:68x78 sagemaker_train:78x64
search_documents:68x78 sensor:70x78 servo:78x56 shadow:76x78 shield_shield_advanced:68x78 simple_ad:78x76
simulator:68x78 snapshot:56x78 stack:78x76 sts:78x50 sts_alternate:62x78 tape_storage:78x38 template:66x78
topic:78x68 topic_2:54x78 traditional_server:46x78 user:70x78 vault:62x78 virtual_tape_library:62x78
volume:62x78 vpn_connection:70x78
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
def _resources() -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    found.update((name, (_SIDE, _SIDE)) for name in _SQUARE.split())
    for entry in _OBLONG.split():
        name, _, size = entry.partition(":")
        width, _, height = size.partition("x")
        found[name] = int(width), int(height)
    return found
