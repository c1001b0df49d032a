"""EC2's instances."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, or_removed, pick, tag_list
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, boolean, integer, listing, record, text

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


HANDLERS: tuple[Handler, ...] = (Instance(),)
