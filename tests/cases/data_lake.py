"""A lake house: three ways in, three zones of storage, one catalogue over all, four ways out."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.analytics import (
    EMR,
    Athena,
    Glue,
    GlueCrawlers,
    GlueDataCatalog,
    KinesisDataFirehose,
    KinesisDataStreams,
    LakeFormation,
    Quicksight,
    Redshift,
)
from diagrams.aws.database import RDS, DatabaseMigrationService
from diagrams.aws.general import MobileClient, User
from diagrams.aws.integration import StepFunctions
from diagrams.aws.iot import IotSensor
from diagrams.aws.migration import TransferForSftp
from diagrams.aws.ml import Sagemaker
from diagrams.aws.security import KMS, Macie
from diagrams.aws.storage import S3, S3Glacier

with Diagram("Data lake", filename="data_lake", show=False):
    with Cluster("Sources"):
        crm = RDS("CRM database")
        app = MobileClient("Mobile app")
        meters = IotSensor("Smart meters")
        partners = User("Partners")
    with Cluster("AWS Cloud"):
        with Cluster("Ingestion"):
            migration = DatabaseMigrationService("AWS DMS")
            stream = KinesisDataStreams("Kinesis Data Streams")
            delivery = KinesisDataFirehose("Data Firehose")
            sftp = TransferForSftp("Transfer Family")
        with Cluster("Storage"):
            raw = S3("raw zone")
            clean = S3("clean zone")
            curated = S3("curated zone")
            archive = S3Glacier("archive")
        with Cluster("Processing"):
            steps = StepFunctions("nightly run")
            jobs = Glue("Glue jobs")
            cluster = EMR("EMR Spark")
        with Cluster("Governance"):
            formation = LakeFormation("Lake Formation")
            catalogue = GlueDataCatalog("Data Catalog")
            crawler = GlueCrawlers("crawler")
            keys = KMS("AWS KMS")
            privacy = Macie("Amazon Macie")
        with Cluster("Consumption"):
            athena = Athena("Amazon Athena")
            warehouse = Redshift("Redshift Spectrum")
            dashboards = Quicksight("QuickSight")
            models = Sagemaker("SageMaker")
    analyst = User("Analysts")

    crm >> Edge(label="CDC") >> migration >> raw
    app >> Edge(label="events") >> stream
    meters >> Edge(label="MQTT") >> stream >> delivery >> Edge(label="Parquet") >> raw
    partners >> Edge(label="CSV") >> sftp >> raw
    raw >> Edge(label="validate") >> jobs >> clean >> Edge(label="join") >> cluster >> curated
    raw >> Edge(label="after 90 days", style="dashed") >> archive
    steps >> jobs
    steps >> cluster
    crawler >> catalogue
    crawler >> Edge(style="dashed") >> curated
    formation >> Edge(label="grants") >> catalogue
    keys - Edge(style="dotted") - raw
    privacy >> Edge(label="scan", style="dotted") >> raw
    curated >> [athena, warehouse, models]
    catalogue >> athena
    [athena, warehouse] >> dashboards >> analyst
