"""EC2's instances, volumes and launch templates."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, or_removed, pick, tag_list
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, boolean, document, integer, listing, record, text
from deploy.local.values import is_list, is_map

__all__ = ["HANDLERS"]

_EBS = record(
    VolumeType=text(),
    VolumeSize=integer(),
    Encrypted=boolean(),
    DeleteOnTermination=boolean(),
    SnapshotId=text(),
    KmsKeyId=text(),
)
_INTERFACE = record(
    DeviceIndex=text(needed=True),
    SubnetId=text(),
    GroupSet=listing(text()),
    AssociatePublicIpAddress=boolean(),
    DeleteOnTermination=boolean(),
    PrivateIpAddress=text(),
)
_METADATA = {
    "HttpTokens": "optional",
    "HttpEndpoint": "enabled",
    "HttpPutResponseHopLimit": 1,
    "HttpProtocolIpv6": "disabled",
    "InstanceMetadataTags": "disabled",
}
"""The options of the metadata service and what they are if nothing is said."""


class Instance(Ec2Handler):
    TYPE = "AWS::EC2::Instance"
    KIND = "instance"
    PROPERTIES = record(
        ImageId=text(replace=True),
        InstanceType=text(),
        KeyName=text(replace=True),
        IamInstanceProfile=text(),
        SubnetId=text(replace=True),
        AvailabilityZone=text(replace=True),
        PrivateIpAddress=text(replace=True),
        SecurityGroupIds=listing(text()),
        UserData=text(),
        MetadataOptions=record(
            HttpTokens=text("optional", "required"),
            HttpEndpoint=text("enabled", "disabled"),
            HttpPutResponseHopLimit=integer(),
            InstanceMetadataTags=text("enabled", "disabled"),
        ),
        BlockDeviceMappings=listing(record(DeviceName=text(needed=True), Ebs=_EBS), replace=True),
        NetworkInterfaces=listing(_INTERFACE, replace=True),
        LaunchTemplate=record(
            LaunchTemplateId=text(), LaunchTemplateName=text(), Version=text(needed=True), replace=True
        ),
        EbsOptimized=boolean(),
        Monitoring=boolean(),
        SourceDestCheck=boolean(),
        InstanceInitiatedShutdownBehavior=text("stop", "terminate"),
        DisableApiTermination=boolean(),
        Tenancy=text("default", "dedicated", "host", replace=True),
        PropagateTagsToVolumeOnCreation=boolean(replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = (
        "AvailabilityZone",
        "InstanceId",
        "PrivateDnsName",
        "PrivateIp",
        "PublicDnsName",
        "PublicIp",
        "VpcId",
    )

    def create(self, resource: Resource) -> str:
        props = resource.properties
        if "ImageId" not in props and "LaunchTemplate" not in props:
            raise ResourceError("an instance needs an ImageId, here or in its launch template")
        asked = pick(
            props,
            "ImageId",
            "KeyName",
            "InstanceType",
            "SubnetId",
            "PrivateIpAddress",
            "SecurityGroupIds",
            "MetadataOptions",
            "BlockDeviceMappings",
            "LaunchTemplate",
            "EbsOptimized",
            "InstanceInitiatedShutdownBehavior",
            "DisableApiTermination",
        )
        if "UserData" in props:
            asked["UserData"] = base64.b64decode(props["UserData"])  # botocore encodes it again
        if "IamInstanceProfile" in props:
            asked["IamInstanceProfile"] = {"Name": props["IamInstanceProfile"]}
        if "Monitoring" in props:
            asked["Monitoring"] = {"Enabled": props["Monitoring"]}
        if "AvailabilityZone" in props or "Tenancy" in props:
            asked["Placement"] = pick(props, "AvailabilityZone", "Tenancy")
        if "NetworkInterfaces" in props:
            asked["NetworkInterfaces"] = [_interface(i) for i in props["NetworkInterfaces"]]
        ec2 = self.ec2(resource)
        made = ec2.run_instances(MinCount=1, MaxCount=1, **asked, **self.tagging(resource))["Instances"][0]
        instance: str = made["InstanceId"]
        with or_removed(self, replace(resource, physical_id=instance)):
            if props.get("SourceDestCheck") is False:
                ec2.modify_instance_attribute(InstanceId=instance, SourceDestCheck={"Value": False})
            if props.get("PropagateTagsToVolumeOnCreation") and resource.all_tags:
                devices = self._find(resource, instance).get("BlockDeviceMappings", [])
                tags = tag_list(resource.all_tags, reserved=True)
                ec2.create_tags(Resources=[d["Ebs"]["VolumeId"] for d in devices], Tags=tags)
        return instance

    def change(self, resource: Resource, before: Props) -> None:
        after, ec2, instance = resource.properties, self.ec2(resource), resource.physical_id
        stopping = {"InstanceType": "m1.small", "UserData": "", "EbsOptimized": False}
        changed = {n: after.get(n, d) for n, d in stopping.items() if after.get(n, d) != before.get(n, d)}
        if changed:
            ec2.stop_instances(InstanceIds=[instance])
            for name, value in changed.items():
                value = base64.b64decode(value) if name == "UserData" else value
                ec2.modify_instance_attribute(InstanceId=instance, **{name: {"Value": value}})
            ec2.start_instances(InstanceIds=[instance])
        running = {"InstanceInitiatedShutdownBehavior": "stop", "DisableApiTermination": False, "SourceDestCheck": True}
        for name, default in running.items():
            if after.get(name, default) != before.get(name, default):
                ec2.modify_instance_attribute(InstanceId=instance, **{name: {"Value": after.get(name, default)}})
        if after.get("SecurityGroupIds") != before.get("SecurityGroupIds"):
            if not after.get("SecurityGroupIds"):
                raise ResourceError(
                    "SecurityGroupIds cannot be taken away: name the groups, the default one if need be"
                )
            ec2.modify_instance_attribute(InstanceId=instance, Groups=after["SecurityGroupIds"])
        if after.get("Monitoring", False) != before.get("Monitoring", False):
            (ec2.monitor_instances if after.get("Monitoring") else ec2.unmonitor_instances)(InstanceIds=[instance])
        if after.get("MetadataOptions") != before.get("MetadataOptions"):
            wanted = {**_METADATA, **after.get("MetadataOptions", {})}
            ec2.modify_instance_metadata_options(InstanceId=instance, **wanted)
        if after.get("IamInstanceProfile") != before.get("IamInstanceProfile"):
            self._exchange_profile(resource, after.get("IamInstanceProfile"))

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).terminate_instances(InstanceIds=[resource.physical_id])

    def read(self, resource: Resource) -> Props:
        ec2 = self.ec2(resource)
        found = self._find(resource, resource.physical_id)
        told = pick(found, "ImageId", "InstanceType", "KeyName", "SubnetId", "PrivateIpAddress", "EbsOptimized")
        told |= pick(found, "SourceDestCheck", "MetadataOptions")
        if "MetadataOptions" in told:
            told["MetadataOptions"].pop("State", None)
        told |= pick(found.get("Placement", {}), "AvailabilityZone", "Tenancy")
        if "IamInstanceProfile" in found:
            told["IamInstanceProfile"] = found["IamInstanceProfile"]["Arn"].rsplit("/", 1)[1]
        told["SecurityGroupIds"] = [g["GroupId"] for g in found.get("SecurityGroups", [])]
        told["Monitoring"] = found["Monitoring"]["State"] in {"enabled", "pending"}
        for name, attribute in (
            ("UserData", "userData"),
            ("InstanceInitiatedShutdownBehavior", "instanceInitiatedShutdownBehavior"),
            ("DisableApiTermination", "disableApiTermination"),
        ):
            answer = ec2.describe_instance_attribute(InstanceId=resource.physical_id, Attribute=attribute)
            value = answer.get(name, {}).get("Value")
            told |= {} if value is None else {name: value}
        interfaces = [_told_interface(i) for i in found.get("NetworkInterfaces", [])]
        devices = [(b["DeviceName"], b["Ebs"]) for b in found.get("BlockDeviceMappings", [])]
        volumes = {
            v["VolumeId"]: v for v in ec2.describe_volumes(VolumeIds=[e["VolumeId"] for _, e in devices])["Volumes"]
        }
        attached = {e["VolumeId"] for _, e in devices if e["VolumeId"] not in resource.siblings}
        told["BlockDeviceMappings"] = [
            {"DeviceName": device, "Ebs": _told_device(ebs, volumes[ebs["VolumeId"]])}
            for device, ebs in devices
            if ebs["VolumeId"] in attached
        ]
        tags = own_tags(found)
        told["PropagateTagsToVolumeOnCreation"] = bool(tags) and all(
            t in volumes[v].get("Tags", []) for v in attached for t in tags
        )
        if "LaunchTemplate" in resource.properties:
            told["LaunchTemplate"] = self._told_template(resource)
        return {**told, "NetworkInterfaces": interfaces, "Tags": tags}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = self._find(resource, resource.physical_id)
        return {
            "InstanceId": resource.physical_id,
            "AvailabilityZone": found["Placement"]["AvailabilityZone"],
            "PrivateDnsName": found.get("PrivateDnsName", ""),
            "PrivateIp": found.get("PrivateIpAddress", ""),
            "PublicDnsName": found.get("PublicDnsName", ""),
            "PublicIp": found.get("PublicIpAddress", ""),
            "VpcId": found.get("VpcId", ""),
        }

    def _find(self, resource: Resource, instance: str) -> dict[str, Any]:
        found = one(self.ec2(resource).describe_instances(InstanceIds=[instance]), "Reservations")["Instances"][0]
        if found["State"]["Name"] == "terminated":
            raise ResourceError(f"{instance} is terminated")
        return found

    def _told_template(self, resource: Resource) -> Props:
        """Return the template as the instance's tag tells it; EC2 puts it there itself."""
        tags = self._find(resource, resource.physical_id).get("Tags", [])
        told = {t["Key"]: t["Value"] for t in tags if t["Key"].startswith("aws:ec2launchtemplate:")}
        wanted = resource.properties["LaunchTemplate"]
        return (
            {
                **pick(wanted, "LaunchTemplateName"),
                "LaunchTemplateId": told.get("aws:ec2launchtemplate:id"),
                "Version": told.get("aws:ec2launchtemplate:version"),
            }
            if told
            else {}
        )

    def _exchange_profile(self, resource: Resource, name: str | None) -> None:
        ec2 = self.ec2(resource)
        mine = [{"Name": "instance-id", "Values": [resource.physical_id]}]
        found = ec2.describe_iam_instance_profile_associations(Filters=mine)["IamInstanceProfileAssociations"]
        for association in found:
            ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
        if name:
            ec2.associate_iam_instance_profile(InstanceId=resource.physical_id, IamInstanceProfile={"Name": name})


def _interface(said: Props) -> dict[str, Any]:
    made = {k: v for k, v in said.items() if k not in {"GroupSet", "DeviceIndex"}}
    made["DeviceIndex"] = int(said["DeviceIndex"])
    return {**made, "Groups": said["GroupSet"]} if "GroupSet" in said else made


def _told_interface(found: dict[str, Any]) -> Props:
    told = pick(found, "SubnetId", "PrivateIpAddress")
    told["DeviceIndex"] = str(found.get("Attachment", {}).get("DeviceIndex", 0))
    told["DeleteOnTermination"] = found.get("Attachment", {}).get("DeleteOnTermination", True)
    told["GroupSet"] = [g["GroupId"] for g in found.get("Groups", [])]
    told["AssociatePublicIpAddress"] = bool(found.get("Association", {}).get("PublicIp"))
    return told


def _told_device(ebs: dict[str, Any], volume: dict[str, Any]) -> Props:
    told = pick(volume, "VolumeType", "Encrypted", "KmsKeyId")
    if volume.get("SnapshotId"):
        told["SnapshotId"] = volume["SnapshotId"]
    return {**told, "VolumeSize": volume["Size"], "DeleteOnTermination": ebs.get("DeleteOnTermination", True)}


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
        return self.ec2(resource).create_volume(**asked, **self.tagging(resource))["VolumeId"]  # type: ignore[no-any-return]

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


class LaunchTemplate(Handler):
    TYPE = "AWS::EC2::LaunchTemplate"
    NAME = "LaunchTemplateName"
    PROPERTIES = record(
        LaunchTemplateName=text(replace=True),
        LaunchTemplateData=document(needed=True),
        VersionDescription=text(),
        TagSpecifications=listing(record(ResourceType=text(needed=True), Tags=TAGS), replace=True),
    )
    ATTRIBUTES = ("LaunchTemplateId", "DefaultVersionNumber", "LatestVersionNumber")

    def create(self, resource: Resource) -> str:
        props = resource.properties
        asked = pick(props, "LaunchTemplateData", "VersionDescription", "TagSpecifications")
        name = props.get("LaunchTemplateName", resource.name)
        made = resource.aws("ec2").create_launch_template(LaunchTemplateName=name, **asked)
        return made["LaunchTemplate"]["LaunchTemplateId"]

    def update(self, resource: Resource, before: Props) -> str:
        ec2 = resource.aws("ec2")
        asked = pick(resource.properties, "LaunchTemplateData", "VersionDescription")
        ec2.create_launch_template_version(LaunchTemplateId=resource.physical_id, **asked)
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ec2").delete_launch_template(LaunchTemplateId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        ec2, mine = resource.aws("ec2"), {"LaunchTemplateId": resource.physical_id}
        version = one(ec2.describe_launch_template_versions(**mine, Versions=["$Latest"]), "LaunchTemplateVersions")
        data = _without_nothing(version["LaunchTemplateData"])
        if "TagSpecifications" not in resource.properties.get("LaunchTemplateData", {}):
            data.pop("TagSpecifications", None)  # moto puts the template's own tags there too
        found = one(ec2.describe_launch_templates(LaunchTemplateIds=[resource.physical_id]), "LaunchTemplates")
        told = {"LaunchTemplateName": version["LaunchTemplateName"], "LaunchTemplateData": data}
        if tags := own_tags(found):
            told["TagSpecifications"] = [{"ResourceType": "launch-template", "Tags": tags}]
        return {**told, **pick(version, "VersionDescription")}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        mine = resource.aws("ec2").describe_launch_templates(LaunchTemplateIds=[resource.physical_id])
        found = one(mine, "LaunchTemplates")
        numbers = {n: str(found[n]) for n in ("DefaultVersionNumber", "LatestVersionNumber")}
        return {"LaunchTemplateId": resource.physical_id, **numbers}


def _without_nothing(value: Any) -> Any:
    """Return a structure without its empty members, which the API tells and templates do not."""
    if is_map(value):
        cleaned = {k: _without_nothing(v) for k, v in value.items()}
        return {k: v for k, v in cleaned.items() if v not in ({}, [], "", None)}
    return [_without_nothing(v) for v in value] if is_list(value) else value


HANDLERS: tuple[Handler, ...] = (Instance(), Volume(), Attachment(), LaunchTemplate())
