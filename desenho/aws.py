"""AWS in typed words: groups that know what they stand for, and nodes that know what they become when deployed.

All are subclasses of the `diagrams` library's own classes, so everything of it works beside them. A wrong keyword is
an error that names the right ones; Graphviz attributes go in `attrs`. `id` is the name for good of a node or group: it
defaults to the variable that the call is bound to.
"""
# ruff: noqa: A002 - `id` is the word for it
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from diagrams.aws import compute, general, integration, network, storage

from architecture import spec
from architecture.model import GroupKind
from desenho.closed import closed
from desenho.group import Group
from desenho.operators import Joins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.model import Direction

    Attrs = Mapping[str, str] | None

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
    ) -> None:
        """Make the AWS Cloud."""
        super().__init__(label, id=id, direction=direction, attrs=attrs)


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
        name: str | None = None,
    ) -> None:
        """Make a Region with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs)
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
        letter: str | None = None,
    ) -> None:
        """Make an Availability Zone with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs)
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
        cidr: str | None = None,
    ) -> None:
        """Make a VPC."""
        super().__init__(label, id=id, direction=direction, attrs=attrs)
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
        cidr: str | None = None,
    ) -> None:
        """Make a subnet with its label."""
        super().__init__(label, id=id, direction=direction, attrs=attrs)
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


class User(Joins, general.User):
    """Somebody or something outside that uses the system."""

    @closed
    def __init__(self, label: str, *, id: str | None = None, attrs: Attrs = None) -> None:
        """Make a user with a label."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Person()


class S3(Joins, storage.S3):
    """A bucket of Amazon S3. The properties are those of `architecture.spec.Bucket`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon S3",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        versioned: bool = True,
        keep_versions_days: int = 30,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Make a bucket. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Bucket(versioned=versioned, keep_versions_days=keep_versions_days, origins=origins)


class Lambda(Joins, compute.Lambda):
    """A function of AWS Lambda. The properties are those of `architecture.spec.Function`."""

    @closed
    def __init__(
        self,
        label: str = "AWS Lambda",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        workload: str | None = None,
        code: str | None = None,
        handler: str | None = None,
        memory_mb: int = 512,
        timeout_s: int = 60,
        storage_mb: int = 1024,
        max_object_mb: int | None = None,
        concurrency: int | None = None,
        log_days: int = 14,
    ) -> None:
        """Make a function. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Function(
            workload=workload,
            code=code,
            handler=handler,
            memory_mb=memory_mb,
            timeout_s=timeout_s,
            storage_mb=storage_mb,
            max_object_mb=max_object_mb,
            concurrency=concurrency,
            log_days=log_days,
        )


class EC2(Joins, compute.EC2):
    """An instance of Amazon EC2. The properties are those of `architecture.spec.Instance`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon EC2",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        instance_type: str = "t4g.micro",
        workload: str | None = None,
        app: str | None = None,
        port: int = 8080,
        root_gb: int = 8,
        public_ip: bool = False,
    ) -> None:
        """Make an instance. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Instance(
            instance_type=instance_type, workload=workload, app=app, port=port, root_gb=root_gb, public_ip=public_ip
        )


class EBS(Joins, storage.EBS):
    """A volume of Amazon EBS. The properties are those of `architecture.spec.Volume`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon EBS",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        size_gb: int = 10,
        snapshot: str | None = None,
    ) -> None:
        """Make a volume. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Volume(size_gb=size_gb, snapshot=snapshot)


class SQS(Joins, integration.SQS):
    """A queue of Amazon SQS. The properties are those of `architecture.spec.Queue`."""

    @closed
    def __init__(
        self, label: str = "Amazon SQS", *, id: str | None = None, attrs: Attrs = None, retention_days: int = 14
    ) -> None:
        """Make a queue. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Queue(retention_days=retention_days)


class CloudFront(Joins, network.CloudFront):
    """A distribution of Amazon CloudFront. The properties are those of `architecture.spec.Distribution`."""

    @closed
    def __init__(
        self, label: str = "Amazon CloudFront", *, id: str | None = None, attrs: Attrs = None, index: str = "index.html"
    ) -> None:
        """Make a distribution. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Distribution(index=index)


class APIGateway(Joins, network.APIGateway):
    """An HTTP API of Amazon API Gateway. The properties are those of `architecture.spec.Api`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon API Gateway",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Make an API. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.spec = spec.Api(origins=origins)


def _given(id: str | None, attrs: Attrs) -> dict[str, Any]:
    return {"nodeid": id, **(attrs or {})}
