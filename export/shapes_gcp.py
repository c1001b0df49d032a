"""draw.io's shape for each class of `diagrams.gcp`: the hexagons of its library `mxgraph.gcp2`."""

from __future__ import annotations

from functools import cache
from typing import Final

from export.drawing import Shape

__all__ = ["gcp_shape"]

_BLUE: Final = "#5184F3"
_SIZES: Final = {"cloud_scheduler": (72, 78)}
_HEXAGON: Final = (78, 70)

# By module: class and stencil. What is not here, draw.io does not have.
_NAMES: Final = {
    "analytics": """
        Bigquery=bigquery Composer=cloud_composer DataCatalog=cloud_data_catalog DataFusion=cloud_data_fusion
        Dataflow=cloud_dataflow Datalab=cloud_datalab Dataprep=cloud_dataprep Dataproc=cloud_dataproc
        Genomics=genomics Pubsub=cloud_pubsub
    """,
    "api": """
        APIGateway=cloud_apis Apigee=apigee_api_platform Endpoints=cloud_endpoints
    """,
    "compute": """
        AppEngine=app_engine ComputeEngine=compute_engine ContainerOptimizedOS=container_optimized_os
        Functions=cloud_functions GKEOnPrem=gke_on_prem GPU=gpu KubernetesEngine=container_engine Run=cloud_run
    """,
    "database": """
        Bigtable=cloud_bigtable Datastore=cloud_datastore Firestore=cloud_firestore
        Memorystore=cloud_memorystore SQL=cloud_sql Spanner=cloud_spanner
    """,
    "devtools": """
        Build=container_builder Code=cloud_code ContainerRegistry=container_registry Scheduler=cloud_scheduler
        Tasks=cloud_tasks TestLab=cloud_test_lab ToolsForPowershell=cloud_tools_for_powershell
    """,
    "iot": """
        IotCore=cloud_iot_core
    """,
    "migration": """
        TransferAppliance=transfer_appliance
    """,
    "ml": """
        AIHub=ai_hub AIPlatform=cloud_machine_learning AdvancedSolutionsLab=advanced_solutions_lab
        Automl=cloud_automl AutomlNaturalLanguage=automl_natural_language AutomlTables=automl_tables
        AutomlTranslation=automl_translation AutomlVideoIntelligence=automl_video_intelligence
        AutomlVision=automl_vision DialogFlowEnterpriseEdition=dialogflow_enterprise_edition
        InferenceAPI=cloud_inference_api JobsAPI=cloud_jobs_api NaturalLanguageAPI=cloud_natural_language_api
        RecommendationsAI=recommendations_ai SpeechToText=cloud_speech_api TPU=cloud_tpu
        TextToSpeech=cloud_text_to_speech TranslationAPI=cloud_translation_api
        VideoIntelligenceAPI=cloud_video_intelligence_api VisionAPI=cloud_vision_api
    """,
    "network": """
        Armor=cloud_armor CDN=cloud_cdn DNS=cloud_dns DedicatedInterconnect=dedicated_interconnect
        ExternalIpAddresses=cloud_external_ip_addresses FirewallRules=cloud_firewall_rules
        LoadBalancing=cloud_load_balancing NAT=cloud_nat Network=cloud_network
        PartnerInterconnect=partner_interconnect PremiumNetworkTier=premium_network_tier Router=cloud_router
        Routes=cloud_routes ServiceMesh=cloud_service_mesh StandardNetworkTier=standard_network_tier
        TrafficDirector=traffic_director VPN=cloud_vpn VirtualPrivateCloud=virtual_private_cloud
    """,
    "operations": """
        Logging=logging Monitoring=stackdriver
    """,
    "security": """
        IAP=identity_aware_proxy Iam=cloud_iam KeyManagementService=key_management_service
        SecurityCommandCenter=cloud_security_command_center SecurityScanner=cloud_security_scanner
    """,
    "storage": """
        Filestore=cloud_filestore PersistentDisk=persistent_disk Storage=cloud_storage
    """,
}


def gcp_shape(module: str, name: str) -> Shape | None:
    """Return the shape of `diagrams.gcp.<module>.<name>`, None where draw.io has none."""
    stencil = _table(module).get(name)
    if stencil is None:
        return None
    width, height = _SIZES.get(stencil, _HEXAGON)
    return Shape(family="gcp", name=stencil, fill=_BLUE, width=width, height=height)


@cache
def _table(module: str) -> dict[str, str]:
    entries = (entry.partition("=") for entry in _NAMES.get(module, "").split())
    return {name: stencil for name, _, stencil in entries}
