"""How things look: what a class of the `diagrams` library and a kind of group are drawn as.

Colours of groups are those of the AWS Architecture Icons (https://aws.amazon.com/architecture/icons/), badges are names
of draw.io's library `mxgraph.aws4`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind
from export.drawing import FrameStyle, Shape

if TYPE_CHECKING:
    from architecture.model import Node

__all__ = ["BADGE", "CORNER", "CYLINDER_RIM", "DISC_RIM", "FRAMES", "ICON", "INK", "native_shape"]

ICON: Final = 78
"""The side of an icon, px."""
BADGE: Final = 25
"""The side of a group's badge, px."""

CORNER: Final = 8
"""The radius of a rounded box's corners, px."""
CYLINDER_RIM: Final = 8
"""Half the height of a cylinder's upper ellipse, px."""
DISC_RIM: Final = 4
"""The rim of a step's disc, half of it inside, px."""
INK: Final = "#232F3E"
"""The colour of words."""

_COMPUTE, _GREY, _GREEN, _PINK, _TEAL = "#ED7100", "#7D8998", "#7AA116", "#E7157B", "#00A4A6"

FRAMES: Final[dict[GroupKind, FrameStyle]] = {
    GroupKind.ACCOUNT: FrameStyle(stroke=_PINK, badge="group_account"),
    GroupKind.AUTO_SCALING_GROUP: FrameStyle(stroke=_COMPUTE, dashed=True, badge="group_auto_scaling_group"),
    GroupKind.AVAILABILITY_ZONE: FrameStyle(stroke=_TEAL, dashed=True),
    GroupKind.CLOUD: FrameStyle(stroke=INK, badge="group_aws_cloud_alt"),
    GroupKind.CORPORATE_DATA_CENTER: FrameStyle(stroke=_GREY, badge="group_corporate_data_center"),
    GroupKind.EC2_INSTANCE_CONTENTS: FrameStyle(stroke=_COMPUTE, badge="group_ec2_instance_contents"),
    GroupKind.ELASTIC_BEANSTALK: FrameStyle(stroke=_COMPUTE, badge="group_elastic_beanstalk"),
    GroupKind.GENERIC: FrameStyle(stroke=_GREY, dashed=True),
    GroupKind.IOT_GREENGRASS: FrameStyle(stroke=_GREEN, badge="group_iot_greengrass"),
    GroupKind.IOT_GREENGRASS_DEPLOYMENT: FrameStyle(stroke=_GREEN, badge="group_iot_greengrass_deployment"),
    GroupKind.PRIVATE_SUBNET: FrameStyle(stroke=_TEAL, fill="#E6F6F7", badge="group_security_group"),
    GroupKind.PUBLIC_SUBNET: FrameStyle(stroke=_GREEN, fill="#F2F6E8", badge="group_security_group"),
    GroupKind.REGION: FrameStyle(stroke=_TEAL, dashed=True, badge="group_region"),
    GroupKind.SECURITY_GROUP: FrameStyle(stroke="#DD3522"),
    GroupKind.SERVER_CONTENTS: FrameStyle(stroke=_GREY, badge="group_on_premise"),
    GroupKind.SPOT_FLEET: FrameStyle(stroke=_COMPUTE, badge="group_spot_fleet"),
    GroupKind.STEP_FUNCTIONS_WORKFLOW: FrameStyle(stroke=_PINK, badge="group_aws_step_functions_workflow"),
    GroupKind.VPC: FrameStyle(stroke="#8C4FFF", badge="group_vpc2"),
}


def native_shape(node: Node) -> Shape | None:
    """Return the shape of draw.io's own that stands for a node, None where it has none."""
    provider, _, rest = node.kind.partition(".")
    module, _, name = rest.partition(".")
    if provider == "aws":
        from export.shapes_aws import aws_shape

        return aws_shape(module, name)
    if provider == "k8s":
        from export.shapes_kubernetes import kubernetes_shape

        return kubernetes_shape(module, name)
    if provider == "gcp":
        from export.shapes_gcp import gcp_shape

        return gcp_shape(module, name)
    if provider == "azure":
        from export.shapes_azure import azure_shape

        return azure_shape(module, name)
    return None
