"""EC2's ways out of a VPC: internet gateways, NAT gateways and Elastic IP addresses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, or_removed, pick
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags, retag
from deploy.local.cloudformation.schema import TAGS, Props, record, text

__all__ = ["HANDLERS"]


def _first(found: list[dict[str, Any]]) -> dict[str, Any]:
    return found[0] if found else {}


class InternetGateway(Ec2Handler):
    TYPE = "AWS::EC2::InternetGateway"
    KIND = "internet-gateway"
    PROPERTIES = record(Tags=TAGS)
    ATTRIBUTES = ("InternetGatewayId",)

    def create(self, resource: Resource) -> str:
        made = self.ec2(resource).create_internet_gateway(**self.tagging(resource))
        return made["InternetGateway"]["InternetGatewayId"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_internet_gateway(InternetGatewayId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        mine = self.ec2(resource).describe_internet_gateways(InternetGatewayIds=[resource.physical_id])
        return {"Tags": own_tags(one(mine, "InternetGateways"))}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"InternetGatewayId": resource.physical_id}


class GatewayAttachment(Handler):
    TYPE = "AWS::EC2::VPCGatewayAttachment"
    PROPERTIES = record(VpcId=text(needed=True, replace=True), InternetGatewayId=text(needed=True, replace=True))
    ATTRIBUTES = ("AttachmentType",)

    def create(self, resource: Resource) -> str:
        resource.aws("ec2").attach_internet_gateway(**resource.properties)
        return f"IGW|{resource.properties['VpcId']}"

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ec2").detach_internet_gateway(**resource.properties)

    def read(self, resource: Resource) -> Props:
        gateway = resource.properties["InternetGatewayId"]
        found = one(resource.aws("ec2").describe_internet_gateways(InternetGatewayIds=[gateway]), "InternetGateways")
        return {"InternetGatewayId": gateway, "VpcId": found["Attachments"][0]["VpcId"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"AttachmentType": "IGW"}


class Address(Ec2Handler):
    TYPE = "AWS::EC2::EIP"
    KIND = "elastic-ip"
    PROPERTIES = record(Domain=text("vpc"), InstanceId=text(), Tags=TAGS)
    ATTRIBUTES = ("AllocationId", "PublicIp")

    def create(self, resource: Resource) -> str:
        made = self.ec2(resource).allocate_address(Domain="vpc", **self.tagging(resource))
        resource = replace(resource, physical_id=made["PublicIp"])
        with or_removed(self, resource):
            self.change(resource, {})
        return resource.physical_id

    def update(self, resource: Resource, before: Props) -> str:
        self.change(resource, before)
        allocation = self._find(resource)["AllocationId"]
        retag(self.ec2(resource), replace(resource, physical_id=allocation), before)
        return resource.physical_id

    def change(self, resource: Resource, before: Props) -> None:
        instance = resource.properties.get("InstanceId")
        if instance == before.get("InstanceId"):
            return
        found = self._find(resource)
        if found.get("AssociationId"):
            self.ec2(resource).disassociate_address(AssociationId=found["AssociationId"])
        if instance:
            self.ec2(resource).associate_address(AllocationId=found["AllocationId"], InstanceId=instance)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            found = self._find(resource)
            if found.get("AssociationId"):
                self.ec2(resource).disassociate_address(AssociationId=found["AssociationId"])
            self.ec2(resource).release_address(AllocationId=found["AllocationId"])

    def read(self, resource: Resource) -> Props:
        found = self._find(resource)
        told = {"Domain": found["Domain"], "Tags": own_tags(found)}
        return {**told, "InstanceId": found["InstanceId"]} if found.get("InstanceId") else told

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"AllocationId": self._find(resource)["AllocationId"], "PublicIp": resource.physical_id}

    def _find(self, resource: Resource) -> dict[str, Any]:
        return one(self.ec2(resource).describe_addresses(PublicIps=[resource.physical_id]), "Addresses")


class NatGateway(Ec2Handler):
    TYPE = "AWS::EC2::NatGateway"
    KIND = "natgateway"
    PROPERTIES = record(
        SubnetId=text(needed=True, replace=True),
        AllocationId=text(replace=True),
        ConnectivityType=text("public", "private", replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("NatGatewayId",)

    def create(self, resource: Resource) -> str:
        asked = pick(resource.properties, "SubnetId", "AllocationId", "ConnectivityType")
        return self.ec2(resource).create_nat_gateway(**asked, **self.tagging(resource))["NatGateway"]["NatGatewayId"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_nat_gateway(NatGatewayId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = one(self.ec2(resource).describe_nat_gateways(NatGatewayIds=[resource.physical_id]), "NatGateways")
        told = pick(found, "SubnetId", "ConnectivityType")
        told |= pick(_first(found.get("NatGatewayAddresses", [])), "AllocationId")
        return {**told, "Tags": own_tags(found)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"NatGatewayId": resource.physical_id}


HANDLERS: tuple[Handler, ...] = (InternetGateway(), GatewayAttachment(), Address(), NatGateway())
