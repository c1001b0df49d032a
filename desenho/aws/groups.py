"""Typed groups of AWS: clusters that know what they stand for."""
# ruff: noqa: A002 - `id` is the word for it
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from architecture import spec
from architecture.model import GroupKind
from desenho.closed import closed
from desenho.group import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.model import Direction

    Attrs = Mapping[str, str] | None
    Box = tuple[float, float, float, float] | None

__all__ = [
    "AZ",
    "VPC",
    "Account",
    "AutoScalingGroup",
    "AvailabilityZone",
    "Cloud",
    "CorporateDataCenter",
    "EC2InstanceContents",
    "ElasticBeanstalk",
    "IoTGreengrass",
    "IoTGreengrassDeployment",
    "PrivateSubnet",
    "PublicSubnet",
    "Region",
    "SecurityGroup",
    "ServerContents",
    "SpotFleet",
    "StepFunctionsWorkflow",
]


class Cloud(Group):
    """The AWS Cloud: everything inside it is AWS's."""

    kind = GroupKind.CLOUD

    @closed
    def __init__(
        self,
        label: str = "AWS Cloud",
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Attrs = None,
        pin: Box = None,
    ) -> None:
        """Make the AWS Cloud."""
        super().__init__(label, id=id, direction=direction, attrs=attrs, pin=pin)


class Account(Group):
    """An AWS account."""

    kind = GroupKind.ACCOUNT


class Region(Group):
    """An AWS Region. `name` is its code, such as sa-east-1; a label that is a code needs none."""

    kind = GroupKind.REGION

    @closed
    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Attrs = None,
        pin: Box = None,
        name: str | None = None,
    ) -> None:
        """Make a Region with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs, pin=pin)
        self.spec = spec.Region(name=name or (str(label) if re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", label) else None))


class AvailabilityZone(Group):
    """An Availability Zone. `letter` is the last of its name: `a` of sa-east-1a."""

    kind = GroupKind.AVAILABILITY_ZONE

    @closed
    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Attrs = None,
        pin: Box = None,
        letter: str | None = None,
    ) -> None:
        """Make an Availability Zone with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs, pin=pin)
        self.spec = spec.Zone(letter=letter)


AZ: Final = AvailabilityZone


class VPC(Group):
    """A virtual private cloud. `cidr` is its address range, such as 10.0.0.0/16."""

    kind = GroupKind.VPC

    @closed
    def __init__(
        self,
        label: str = "VPC",
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Attrs = None,
        pin: Box = None,
        cidr: str | None = None,
    ) -> None:
        """Make a VPC."""
        super().__init__(label, id=id, direction=direction, attrs=attrs, pin=pin)
        self.spec = spec.Network(cidr=cidr)


class _Subnet(Group):
    @closed
    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Attrs = None,
        pin: Box = None,
        cidr: str | None = None,
    ) -> None:
        """Make a subnet with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs, pin=pin)
        self.spec = spec.Subnet(cidr=cidr)


class PublicSubnet(_Subnet):
    """A subnet with a way to the internet. `cidr` is its address range."""

    kind = GroupKind.PUBLIC_SUBNET


class PrivateSubnet(_Subnet):
    """A subnet that the internet does not reach. `cidr` is its address range."""

    kind = GroupKind.PRIVATE_SUBNET


class SecurityGroup(Group):
    """A security group: the firewall round what stands in it."""

    kind = GroupKind.SECURITY_GROUP
    spec = spec.Firewall()


class AutoScalingGroup(Group):
    """An Auto Scaling group."""

    kind = GroupKind.AUTO_SCALING_GROUP


class CorporateDataCenter(Group):
    """A data center of one's own, outside AWS."""

    kind = GroupKind.CORPORATE_DATA_CENTER


class EC2InstanceContents(Group):
    """What runs on an EC2 instance."""

    kind = GroupKind.EC2_INSTANCE_CONTENTS


class ElasticBeanstalk(Group):
    """An Elastic Beanstalk environment."""

    kind = GroupKind.ELASTIC_BEANSTALK


class IoTGreengrass(Group):
    """AWS IoT Greengrass."""

    kind = GroupKind.IOT_GREENGRASS


class IoTGreengrassDeployment(Group):
    """A deployment of AWS IoT Greengrass."""

    kind = GroupKind.IOT_GREENGRASS_DEPLOYMENT


class ServerContents(Group):
    """What runs on a server of one's own."""

    kind = GroupKind.SERVER_CONTENTS


class SpotFleet(Group):
    """A Spot Fleet."""

    kind = GroupKind.SPOT_FLEET


class StepFunctionsWorkflow(Group):
    """A workflow of AWS Step Functions."""

    kind = GroupKind.STEP_FUNCTIONS_WORKFLOW
