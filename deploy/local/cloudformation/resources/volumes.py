"""EC2's volumes and what they are attached to."""

from __future__ import annotations

from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, pick
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, boolean, integer, record, text

__all__ = ["HANDLERS"]


class Volume(Ec2Handler):
    TYPE = "AWS::EC2::Volume"
    KIND = "volume"
    PROPERTIES = record(
        AvailabilityZone=text(needed=True, replace=True),
        Size=integer(),
        VolumeType=text("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"),
        Iops=integer(),
        Throughput=integer(),
        Encrypted=boolean(replace=True),
        KmsKeyId=text(replace=True),
        SnapshotId=text(replace=True),
        MultiAttachEnabled=boolean(replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("VolumeId",)

    def create(self, resource: Resource) -> str:
        asked = {k: v for k, v in resource.properties.items() if k != "Tags"}
        return self.ec2(resource).create_volume(**asked, **self.tagging(resource))["VolumeId"]

    def change(self, resource: Resource, before: Props) -> None:
        after = resource.properties
        if after.get("Size", 0) < before.get("Size", 0):
            raise ResourceError(
                f"a volume cannot shrink from {before['Size']} to {after.get('Size')} GiB: make a new one and copy"
            )
        names = ("Size", "VolumeType", "Iops", "Throughput")
        asked = {n: after[n] for n in names if n in after and after[n] != before.get(n)}
        if "VolumeType" in before and "VolumeType" not in after:
            asked["VolumeType"] = "gp2"
        if asked:
            self.ec2(resource).modify_volume(VolumeId=resource.physical_id, **asked)

    def taken_back(self, wanted: Props, actual: Props) -> Props:
        """Leave a volume that has grown as it is. Source: CloudFormation Template Reference, AWS::EC2::Volume."""
        size = max(wanted.get("Size", 0), actual.get("Size", 0))
        return {**wanted, "Size": size} if "Size" in wanted else wanted

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_volume(VolumeId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = one(self.ec2(resource).describe_volumes(VolumeIds=[resource.physical_id]), "Volumes")
        told = pick(found, "AvailabilityZone", "Size", "VolumeType", "Iops", "Throughput", "Encrypted", "KmsKeyId")
        told |= pick(found, "MultiAttachEnabled")
        return {
            **told,
            **({"SnapshotId": found["SnapshotId"]} if found.get("SnapshotId") else {}),
            "Tags": own_tags(found),
        }

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"VolumeId": resource.physical_id}


class Attachment(Handler):
    TYPE = "AWS::EC2::VolumeAttachment"
    PROPERTIES = record(
        InstanceId=text(needed=True, replace=True),
        VolumeId=text(needed=True, replace=True),
        Device=text(replace=True),
    )

    def create(self, resource: Resource) -> str:
        props, ec2 = resource.properties, resource.aws("ec2")
        volume = one(ec2.describe_volumes(VolumeIds=[props["VolumeId"]]), "Volumes")
        instance = one(ec2.describe_instances(InstanceIds=[props["InstanceId"]]), "Reservations")["Instances"][0]
        zone = instance["Placement"]["AvailabilityZone"]
        if volume["Attachments"]:
            holder = volume["Attachments"][0]["InstanceId"]
            raise ResourceError(f"{props['VolumeId']} is already attached to {holder}: one change at a time")
        if volume["AvailabilityZone"] != zone:
            raise ResourceError(f"the volume is in {volume['AvailabilityZone']} and the instance in {zone}")
        device = props.get("Device", "/dev/sdf")
        if any(b["DeviceName"] == device for b in instance.get("BlockDeviceMappings", [])):
            raise ResourceError(f"{device} is in use on {props['InstanceId']}")
        ec2.attach_volume(InstanceId=props["InstanceId"], VolumeId=props["VolumeId"], Device=device)
        return f"{props['VolumeId']}|{props['InstanceId']}"

    def delete(self, resource: Resource) -> None:
        volume, _, instance = resource.physical_id.partition("|")
        ec2 = resource.aws("ec2")
        with gone_is_fine():
            found = one(ec2.describe_volumes(VolumeIds=[volume]), "Volumes")
            if found["Attachments"]:
                ec2.detach_volume(VolumeId=volume, InstanceId=instance)

    def read(self, resource: Resource) -> Props:
        volume, _, instance = resource.physical_id.partition("|")
        found = one(resource.aws("ec2").describe_volumes(VolumeIds=[volume]), "Volumes")
        attached = [a for a in found["Attachments"] if a["InstanceId"] == instance]
        if not attached:
            raise ResourceError(f"{volume} is not attached to {instance}")
        return pick(attached[0], "InstanceId", "VolumeId", "Device")


HANDLERS: tuple[Handler, ...] = (Volume(), Attachment())
