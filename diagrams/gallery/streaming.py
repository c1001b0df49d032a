"""Streaming: from the sensor to the dashboard, with the raw data kept."""

from diagrams.aws.analytics import Athena, KinesisDataFirehose, KinesisDataStreams, Quicksight
from diagrams.aws.database import Dynamodb
from diagrams.aws.iot import IotCore

from desenho import Diagram, Flow, Text
from desenho.aws import S3, Cloud, Lambda, Region, User

with Diagram(Text("Dados em fluxo", en="Streaming data"), filename="streaming"):
    analyst = User(Text("Analista", en="Analyst"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        devices = IotCore("AWS IoT Core")
        stream = KinesisDataStreams("Kinesis Data Streams")
        alarm = Lambda(Text("Detecta anomalias", en="Finds anomalies"))
        state = Dynamodb(Text("Estado atual", en="Current state"))
        delivery = KinesisDataFirehose("Amazon Data Firehose")
        raw = S3(Text("Dados brutos", en="Raw data"))
        query = Athena("Amazon Athena")
        dashboard = Quicksight("Amazon QuickSight")

    devices >> Flow(1, Text("medições", en="readings")) >> stream
    stream >> Flow(2) >> alarm
    alarm >> Flow(3, Text("grava", en="writes")) >> state
    stream >> Flow(4) >> delivery
    delivery >> Flow(5, Text("em lotes", en="in batches")) >> raw
    query >> Flow(6, "SQL") >> raw
    dashboard >> Flow(7) >> query
    analyst >> Flow(8, Text("consulta", en="looks")) >> dashboard
