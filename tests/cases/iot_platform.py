"""Devices at the edge, a gateway in the factory, rules in the cloud; flows both ways."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.analytics import KinesisDataStreams, Quicksight
from diagrams.aws.compute import Lambda
from diagrams.aws.database import Dynamodb, Timestream
from diagrams.aws.general import User
from diagrams.aws.iot import (
    IotAnalytics,
    IotCore,
    IotDeviceDefender,
    IotEvents,
    IotGreengrass,
    IotRule,
    IotSensor,
    IotServo,
    IotShadow,
    IotSitewise,
)
from diagrams.aws.ml import Sagemaker
from diagrams.aws.storage import S3

with Diagram("Factory telemetry", filename="iot_platform", show=False):
    with Cluster("Factory"):
        with Cluster("Line 1"):
            heat, press = IotSensor("temperature"), IotServo("press")
        with Cluster("Line 2"):
            shake, belt = IotSensor("vibration"), IotServo("belt")
        gateway = IotGreengrass("Greengrass gateway")
    with Cluster("AWS Cloud"):
        core = IotCore("AWS IoT Core")
        defender = IotDeviceDefender("Device Defender")
        shadow = IotShadow("device shadow")
        rules = IotRule("rules")
        with Cluster("Storage and stream"):
            stream, series, raw = KinesisDataStreams("telemetry"), Timestream("time series"), S3("raw messages")
        with Cluster("Understanding"):
            site, events, analytics = IotSitewise("SiteWise"), IotEvents("detectors"), IotAnalytics("IoT Analytics")
            model, boards = Sagemaker("wear model"), Quicksight("boards")
        command, recipes = Lambda("command"), Dynamodb("recipes")
    engineer = User("Plant engineer")

    [heat, shake] >> gateway
    gateway >> [press, belt]
    gateway >> Edge(label="MQTT over TLS") << core
    core >> defender
    core >> Edge() << shadow
    core >> rules >> [stream, series, raw]
    series >> site >> boards
    stream >> events >> Edge(label="alarm") >> engineer
    raw >> analytics >> model
    model >> Edge(label="deploy", style="dashed", constraint="false") >> gateway
    engineer >> Edge(label="set point") >> command >> recipes
    command >> Edge(label="desired state", constraint="false") >> shadow
    boards >> engineer
