"""draw.io's picture for each class of `diagrams.azure`: those of its folder `img/lib/azure2`.

The rule: the picture of the same name, from the folder of the class's module if it is in several. `_RENAMED` lists the
classes that are named otherwise. What is not here, draw.io does not have.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from export.drawing import Shape

__all__ = ["azure_shape"]

_SIDE: Final = 78

# By folder.
_PICTURES: Final = {
    "ai_machine_learning": """
        AI_Studio Anomaly_Detector Azure_Applied_AI Azure_Experimentation_Studio Azure_Object_Understanding
        Azure_OpenAI Batch_AI Bonsai Bot_Services Cognitive_Services Cognitive_Services_Decisions
        Computer_Vision Content_Moderators Custom_Vision Face_APIs Form_Recognizers Genomics Immersive_Readers
        Language_Services Language_Understanding Machine_Learning Machine_Learning_Studio_Classic_Web_Services
        Machine_Learning_Studio_Web_Service_Plans Machine_Learning_Studio_Workspaces Personalizers QnA_Makers
        Serverless_Search Speech_Services Translator_Text
    """,
    "analytics": """
        Analysis_Services Azure_Databricks Azure_Synapse_Analytics Azure_Workbooks Data_Lake_Analytics
        Data_Lake_Store_Gen1 Endpoint_Analytics Event_Hub_Clusters Event_Hubs HD_Insight_Clusters
        Log_Analytics_Workspaces Power_BI_Embedded Power_Platform Stream_Analytics_Jobs
    """,
    "app_services": """
        API_Management_Services App_Service_Certificates App_Service_Domains App_Service_Environments
        App_Service_Plans App_Services CDN_Profiles Notification_Hubs Search_Services
    """,
    "azure_ecosystem": """
        Applens Azure_Hybrid_Center Collaborative_Service
    """,
    "azure_stack": """
        Azure_Stack Capacity Infrastructure_Backup Multi_Tenancy Offers Plans Updates User_Subscriptions
    """,
    "blockchain": """
        ABS_Member Azure_Blockchain_Service Azure_Token_Service Blockchain_Applications Consortium
        Outbound_Connection
    """,
    "compute": """
        App_Services Application_Group Automanaged_VM Availability_Sets Azure_Compute_Galleries
        Azure_Spring_Cloud Batch_Accounts Cloud_Services_Classic Container_Instances
        Container_Services_Deprecated Disk_Encryption_Sets Disks Disks_Classic Disks_Snapshots Function_Apps
        Host_Groups Host_Pools Hosts Image_Definitions Image_Templates Image_Versions Images Kubernetes_Services
        Maintenance_Configuration Managed_Service_Fabric Mesh_Applications Metrics_Advisor OS_Images_Classic
        Restore_Points Restore_Points_Collections Service_Fabric_Clusters Shared_Image_Galleries
        VM_Images_Classic VM_Scale_Sets Virtual_Machine Virtual_Machines_Classic Workspaces Workspaces2
    """,
    "containers": """
        App_Services Azure_Red_Hat_OpenShift Batch_Accounts Container_Instances Container_Registries
        Kubernetes_Services Service_Fabric_Clusters
    """,
    "databases": """
        Azure_Cosmos_DB Azure_Data_Explorer_Clusters Azure_Database_MariaDB_Server
        Azure_Database_Migration_Services Azure_Database_MySQL_Server Azure_Database_PostgreSQL_Server
        Azure_Database_PostgreSQL_Server_Group Azure_Purview_Accounts Azure_SQL Azure_SQL_Edge
        Azure_SQL_Server_Stretch_Databases Azure_SQL_VM Azure_Synapse_Analytics Cache_Redis Data_Factory
        Elastic_Job_Agents Instance_Pools Managed_Database Oracle_Database SQL_Data_Warehouses SQL_Database
        SQL_Elastic_Pools SQL_Managed_Instance SQL_Server SQL_Server_Registries SSIS_Lift_And_Shift_IR
        Virtual_Clusters
    """,
    "devops": """
        API_Connections Application_Insights Azure_DevOps Change_Analysis CloudTest Code_Optimization
        DevOps_Starter DevTest_Labs Lab_Accounts Lab_Services
    """,
    "general": """
        All_Resources Backlog Biz_Talk Blob_Block Blob_Page Branch Browser Bug Builds Cache Code Commit Controls
        Controls_Horizontal Cost_Alerts Cost_Analysis Cost_Budgets Cost_Management Cost_Management_and_Billing
        Counter Cubes Dashboard Dev_Console Download Error Extensions FTP File Files Folder_Blank Folder_Website
        Free_Services Gear Globe_Error Globe_Success Globe_Warning Guide Heart Help_and_Support Image
        Information Input_Output Journey_Hub Launch_Portal Learn Load_Test Location Log_Streaming
        Management_Groups Management_Portal Marketplace Media Media_File Mobile Mobile_Engagement Module Power
        Power_Up Powershell Preview Preview_Features Process_Explorer Production_Ready_Database
        Quickstart_Center Recent Reservations Resource_Explorer Resource_Group_List Resource_Groups
        Resource_Linked SSD Scheduler Search Search_Grid Server_Farm Service_Bus Service_Health
        Storage_Azure_Files Storage_Container Storage_Queue Subscriptions TFS_VC_Repository Table Tag Tags
        Templates Toolbox Troubleshoot Versions Web_Slots Web_Test Website_Power Website_Staging Workbooks
        Workflow
    """,
    "hybrid_multicloud": """
        Azure_Operator_5G_Core Azure_Operator_Insights Azure_Operator_Nexus Azure_Operator_Service_Manager
        Azure_Programmable_Connectivity
    """,
    "identity": """
        AAD_Licenses Active_Directory_Connect_Health Administrative_Units App_Registrations Azure_AD_B2C
        Azure_AD_Domain_Services Azure_AD_Identity_Protection Azure_AD_Privilege_Identity_Management
        Azure_Active_Directory Azure_Information_Protection Custom_Azure_AD_Roles Enterprise_Applications
        Entra_Connect Entra_Domain_Services Entra_Global_Secure_Access Entra_ID_Protection Entra_Internet_Access
        Entra_Managed_Identities Entra_Private_Access Entra_Privileged_Identity_Management Entra_Verified_ID
        External_Identities Groups Identity_Governance Managed_Identities Multi_Factor_Authentication Security
        Tenant_Properties User_Settings Users Verifiable_Credentials
    """,
    "integration": """
        API_Management_Services App_Configuration Azure_API_for_FHIR Azure_Data_Catalog Event_Grid_Domains
        Event_Grid_Subscriptions Event_Grid_Topics Integration_Accounts Integration_Environments
        Integration_Service_Environments Logic_Apps Logic_Apps_Custom_Connector Partner_Namespace
        Partner_Registration Partner_Topic Relays SQL_Data_Warehouses SendGrid_Accounts Service_Bus
        Software_as_a_Service System_Topic
    """,
    "internet_of_things": """
        Digital_Twins Logic_Apps Time_Series_Insights_Access_Policies
    """,
    "intune": """
        Azure_AD_Roles_and_Administrators Client_Apps Device_Compliance Device_Configuration Device_Enrollment
        Device_Security_Apple Device_Security_Google Device_Security_Windows Devices Exchange_Access Intune
        Intune_For_Education Mindaro Security_Baselines Software_Updates Tenant_Status eBooks
    """,
    "iot": """
        Azure_IoT_Operations Azure_Maps_Accounts Device_Provisioning_Services Digital_Twins Event_Hubs
        Function_Apps Industrial_IoT IoT_Central_Applications IoT_Edge IoT_Hub Logic_Apps Notification_Hubs
        Stack_HCI_Premium Stream_Analytics_Jobs Time_Series_Data_Sets Time_Series_Insights_Environments
        Time_Series_Insights_Event_Sources Windows10_Core_Services
    """,
    "management_governance": """
        Activity_Log Advisor Alerts Application_Insights Arc_Machines Automation_Accounts Azure_Arc
        Azure_Lighthouse Blueprints Compliance Cost_Management_and_Billing Customer_Lockbox_for_MS_Azure
        Diagnostics_Settings Education Log_Analytics_Workspaces MachinesAzureArc Managed_Applications_Center
        Managed_Desktop Metrics Monitor My_Customers Operation_Log_Classic Policy Recovery_Services_Vaults
        Resource_Graph_Explorer Resources_Provider Scheduler_Job_Collections Service_Catalog_MAD
        Service_Providers Solutions Universal_Print User_Privacy
    """,
    "menu": """
        Keys
    """,
    "migrate": """
        Azure_Migrate Cost_Management_and_Billing Data_Box Data_Box_Edge Recovery_Services_Vaults
    """,
    "mixed_reality": """
        Remote_Rendering Spatial_Anchor_Accounts
    """,
    "networking": """
        ATM_Multistack Application_Gateways Azure_Communications_Gateway Azure_Firewall_Manager
        Azure_Firewall_Policy Bastions CDN_Profiles Connections DDoS_Protection_Plans DNS_Multistack
        DNS_Private_Resolver DNS_Security_Policy DNS_Zones ExpressRoute_Circuits Firewalls Front_Doors
        IP_Address_manager IP_Groups Load_Balancer_Hub Load_Balancers Local_Network_Gateways NAT
        Network_Interfaces Network_Security_Groups Network_Watcher On_Premises_Data_Gateways Private_Endpoint
        Private_Link Private_Link_Service Proximity_Placement_Groups Public_IP_Addresses
        Public_IP_Addresses_Classic Public_IP_Prefixes Reserved_IP_Addresses_Classic
        Resource_Management_Private_Link Route_Filters Route_Tables Service_Endpoint_Policies Spot_VM Spot_VMSS
        Subnet Traffic_Manager_Profiles Virtual_Network_Gateways Virtual_Networks Virtual_Networks_Classic
        Virtual_Router Virtual_WAN_Hub Virtual_WANs Web_Application_Firewall_Policies_WAF
    """,
    "other": """
        AKS_Istio API_Proxy AVS_VM App_Compliance_Automation Aquila Arc_Data_services Arc_Kubernetes
        Arc_PostgreSQL Arc_SQL_Managed_Instance Arc_SQL_Server AzureAttestation Azure_A Azure_Backup_Center
        Azure_Center_for_SAP Azure_Chaos_Studio Azure_Cloud_Shell Azure_Communication_Services
        Azure_Deployment_Environments Azure_Dev_Tunnels Azure_Edge_Hardware_Center Azure_HPC_Workbench
        Azure_Load_Testing Azure_Monitor_Dashboard Azure_Network_Function_Manager
        Azure_Network_Function_Manager_Functions Azure_Network_Manager Azure_Orbital Azure_Quotas Azure_Sphere
        Azure_Storage_Mover Azure_Support_Center_Blue Azure_Sustainability Azure_Video_Indexer Azurite
        Backup_Vault Bare_Metal_Infrastructure Central_Service_Instance_for_SAP Ceres
        Cloud_Services_(extended_support) Compliance_Center Confidential_Ledger Connected_Cache
        Connected_Vehicle_Platform Container_App_Environments Cost_Export Custom_IP_Prefix Dashboard_Hub
        Data_Collection_Rules Database_Instance_For_SAP Dedicated_HSM Defender_CM_Local_Manager
        Defender_DCS_Controller Defender_Distributer_Control_System Defender_Engineering_Station
        Defender_External_Management Defender_Freezer_Monitor Defender_HMI Defender_Historian
        Defender_Industrial_Packaging_System Defender_Industrial_Printer Defender_Industrial_Robot
        Defender_Industrial_Scale_System Defender_Marquee Defender_Meter Defender_PLC Defender_Pneumatic_Device
        Defender_Programable_Board Defender_RTU Defender_Relay Defender_Robot_Controller Defender_Sensor
        Defender_Slot Defender_Web_Guiding_System Detonation Device_Update_IoT_Hub Disk_Pool Edge_Management
        Elastic_SAN Entra_Connect_Health Entra_Connect_Sync Exchange_On_Premises_Access ExpressRoute_Direct
        Express_Route_Traffic_Collector FHIR_Service Fiji Grafana HDI_AKS_Cluster IcM_Troubleshooting
        Image_Version Instance_Pools Internet_Analyzer_Profiles Intune_Trends Kubernetes_Fleet_Manager
        Load_Testing Local_Network_Gateways Log_Analytics_Query_Pack Managed_Instance_Apache_Cassandra
        Marketplace_Management MedTech_Service Mission_Landing_Zone Modular_Data_Center
        Network_Security_Perimeters OSConfig Open_Supply_Chain_Platform Peering_Service Peerings
        Private_Endpoints RTOS Reserved_Capacity Resource_Guard Resource_Mover SCVMM_Management_Servers SSH_Keys
        Savings_Plan Sonic_Dash Storage_Actions Targets_Management Template_Specs Test_Base Universal_Print
        Update_Center VM_Application_Definition Video_Analyzers Virtual_Enclaves Virtual_Instance_for_SAP WAC
        Web_App_Database Web_Jobs Windows_Notification_Services Windows_Virtual_Desktop Worker_Container_App
    """,
    "power_platform": """
        PowerPlatform
    """,
    "preview": """
        Azure_Cloud_Shell Azure_Sphere Azure_Workbooks IoT_Edge RTOS Static_Apps Time_Series_Data_Sets
    """,
    "security": """
        Application_Security_Groups Azure_AD_Risky_Signins Azure_AD_Risky_Users Azure_Sentinel
        Conditional_Access Detonation ExtendedSecurityUpdates Identity_Secure_Score Key_Vaults Keys
        MS_Defender_EASM Multifactor_Authentication Security_Center
    """,
    "storage": """
        Azure_Fileshare Azure_HCP_Cache Azure_NetApp_Files Azure_Stack_Edge Data_Box Data_Box_Edge
        Data_Lake_Storage_Gen1 Data_Share_Invitations Data_Shares Import_Export_Jobs Recovery_Services_Vaults
        StorSimple_Data_Managers StorSimple_Device_Managers Storage_Accounts Storage_Accounts_Classic
        Storage_Explorer Storage_Sync_Services
    """,
    "web": """
        API_Center App_Space Azure_Media_Service Notification_Hub_Namespaces SignalR
    """,
}

_RENAMED: Final = """
ADB2C=identity/Azure_AD_B2C ADDomainServices=identity/Azure_AD_Domain_Services
ADIdentityProtection=identity/Azure_AD_Identity_Protection
ADPrivilegedIdentityManagement=identity/Azure_AD_Privilege_Identity_Management
APIForFhir=integration/Azure_API_for_FHIR APIManagement=integration/API_Management_Services
ActiveDirectory=identity/Azure_Active_Directory AppServiceMobile=containers/App_Services
ApplicationGateway=networking/Application_Gateways
AzureADPrivlegedIdentityManagement=identity/Azure_AD_Privilege_Identity_Management
AzureAppliedAIServices=ai_machine_learning/Azure_Applied_AI AzureDataboxGateway=storage/Data_Box
AzureFileshares=storage/Azure_Fileshare AzureHpcWorkbenches=other/Azure_HPC_Workbench
AzureManagedGrafana=other/Grafana AzureServiceBus=integration/Service_Bus
AzureSpeechService=ai_machine_learning/Speech_Services AzureSpringApps=compute/Azure_Spring_Cloud
AzureVirtualDesktop=other/Windows_Virtual_Desktop BlobStorage=general/Blob_Block CacheForRedis=databases/Cache_Redis
CloudServices=other/Cloud_Services_(extended_support) CloudsimpleVirtualMachines=compute/Virtual_Machine
CognitiveSearch=app_services/Search_Services ConfidentialLedgers=other/Confidential_Ledger
ContainerApps=other/Worker_Container_App ContainerAppsEnvironments=other/Container_App_Environments
CosmosDb=databases/Azure_Cosmos_DB
CustomerLockboxForMicrosoftAzure=management_governance/Customer_Lockbox_for_MS_Azure
DNSPrivateZones=networking/DNS_Zones DataBoxEdgeDataBoxGateway=storage/Data_Box_Edge
DataCatalog=integration/Azure_Data_Catalog DataExplorerClusters=databases/Azure_Data_Explorer_Clusters
DataFactories=databases/Data_Factory DataLake=storage/Data_Lake_Storage_Gen1
DataLakeStorage=storage/Data_Lake_Storage_Gen1 DatabaseForMariadbServers=databases/Azure_Database_MariaDB_Server
DatabaseForMysqlServers=databases/Azure_Database_MySQL_Server
DatabaseForPostgresqlServers=databases/Azure_Database_PostgreSQL_Server
DatabaseMigrationServices=databases/Azure_Database_Migration_Services Databricks=analytics/Azure_Databricks
Devops=devops/Azure_DevOps DiskSnapshots=compute/Disks_Snapshots ElasticDatabasePools=databases/SQL_Elastic_Pools
EntraPrivlegedIdentityManagement=identity/Entra_Privileged_Identity_Management FeaturePreviews=general/Preview
Firewall=networking/Firewalls FrontDoorAndCDNProfiles=networking/Front_Doors GeneralStorage=storage/Storage_Accounts
GenomicsAccounts=ai_machine_learning/Genomics GlobalSecureAccess=identity/Entra_Global_Secure_Access
Helpsupport=general/Help_and_Support InformationProtection=identity/Azure_Information_Protection
InternetAccess=identity/Entra_Internet_Access IotHubSecurity=iot/IoT_Hub
Language=ai_machine_learning/Language_Services Logs=management_governance/Log_Analytics_Workspaces
MachineLearningServiceWorkspaces=ai_machine_learning/Machine_Learning
MachineLearningStudioWebServices=ai_machine_learning/Machine_Learning_Studio_Classic_Web_Services
ManagedDatabases=databases/Managed_Database Maps=iot/Azure_Maps_Accounts MediaServices=web/Azure_Media_Service
MicrosoftDefenderEasm=security/MS_Defender_EASM NetappFiles=storage/Azure_NetApp_Files
NetworkManagers=other/Azure_Network_Manager NetworkSecurityGroupsClassic=networking/Network_Security_Groups
OsImages=compute/Images PrivateAccess=identity/Entra_Private_Access
PrivateLinkServices=networking/Private_Link_Service QueuesStorage=general/Storage_Queue
Resource=general/Resource_Linked SQL=databases/Azure_SQL SQLDatabases=databases/SQL_Database
SQLDatawarehouse=integration/SQL_Data_Warehouses SQLManagedInstances=databases/SQL_Managed_Instance
SQLServerStretchDatabases=databases/Azure_SQL_Server_Stretch_Databases SQLServers=databases/SQL_Server
SQLVM=databases/Azure_SQL_VM SavingsPlans=other/Savings_Plan Sentinel=security/Azure_Sentinel
ServiceBusRelays=integration/Relays Shareddashboard=general/Dashboard Sphere=preview/Azure_Sphere
SpringCloud=compute/Azure_Spring_Cloud StorageFunctions=storage/Storage_Accounts Subnets=networking/Subnet
Support=general/Help_and_Support Supportrequests=general/Help_and_Support
SynapseAnalytics=databases/Azure_Synapse_Analytics TableStorage=general/Table
TimeSeriesInsightsEventsSources=iot/Time_Series_Insights_Event_Sources UpdateManagementCenter=other/Update_Center
Usericon=identity/Users Userresource=identity/Users VM=compute/Virtual_Machine
VMAppDefinitions=other/VM_Application_Definition VMClassic=compute/Virtual_Machines_Classic
VMImageVersion=other/Image_Version VMImages=compute/Images VMLinux=compute/Virtual_Machine
VMScaleSet=compute/VM_Scale_Sets VMWindows=compute/Virtual_Machine
VirtualNetworkClassic=networking/Virtual_Networks_Classic Windows10IotCoreServices=iot/Windows10_Core_Services
"""


def azure_shape(module: str, name: str) -> Shape | None:
    """Return the shape of `diagrams.azure.<module>.<name>`, None where draw.io has none."""
    path = _renamed().get(name)
    if path is None:
        folders = _folders().get(_plain(name), {})
        path = next(
            (p for folder, p in folders.items() if _plain(folder) == module), next(iter(folders.values()), None)
        )
    return None if path is None else Shape(family="azure", name=path, width=_SIDE, height=_SIDE)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


@cache
def _renamed() -> dict[str, str]:
    return {name: path for name, _, path in (entry.partition("=") for entry in _RENAMED.split())}


@cache
def _folders() -> dict[str, dict[str, str]]:
    """Return the paths of pictures by plain name and folder."""
    found: dict[str, dict[str, str]] = {}
    for folder, names in _PICTURES.items():
        for name in names.split():
            found.setdefault(_plain(name), {})[folder] = f"{folder}/{name}"
    return found
