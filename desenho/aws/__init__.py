"""AWS in typed words: groups that know what they stand for, and nodes that know what they become when deployed.

All are subclasses of the `diagrams` library's own classes, so everything of it works beside them. A wrong keyword is
an error that names the right ones; Graphviz attributes go in `attrs`. `id` is the name for good of a node or group: it
defaults to the variable that the call is bound to. `pin` fixes its place, in px from the top left corner of the
drawing: `(x, y)`, the middle of the icon, for a node, and `(x, y, width, height)`, its box, for a group.
"""

from __future__ import annotations

from desenho.aws.groups import (
    AZ,
    VPC,
    Account,
    AutoScalingGroup,
    AvailabilityZone,
    Cloud,
    CorporateDataCenter,
    EC2InstanceContents,
    ElasticBeanstalk,
    IoTGreengrass,
    IoTGreengrassDeployment,
    PrivateSubnet,
    PublicSubnet,
    Region,
    SecurityGroup,
    ServerContents,
    SpotFleet,
    StepFunctionsWorkflow,
)
from desenho.aws.nodes import EBS, EC2, S3, SQS, APIGateway, CloudFront, Lambda, User
from desenho.group import Group

__all__ = [
    "AZ",
    "EBS",
    "EC2",
    "S3",
    "SQS",
    "VPC",
    "APIGateway",
    "Account",
    "AutoScalingGroup",
    "AvailabilityZone",
    "Cloud",
    "CloudFront",
    "CorporateDataCenter",
    "EC2InstanceContents",
    "ElasticBeanstalk",
    "Group",
    "IoTGreengrass",
    "IoTGreengrassDeployment",
    "Lambda",
    "PrivateSubnet",
    "PublicSubnet",
    "Region",
    "SecurityGroup",
    "ServerContents",
    "SpotFleet",
    "StepFunctionsWorkflow",
    "User",
]
