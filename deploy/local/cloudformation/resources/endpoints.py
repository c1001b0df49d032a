"""EC2's private ways in and out of a VPC: VPC endpoints and Instance Connect endpoints."""

from __future__ import annotations

import json
from typing import Any

from deploy.local.cloudformation.resources.base import Handler, Resource, gained_and_lost, gone_is_fine, pick
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, boolean, document, listing, record, text

__all__ = ["HANDLERS"]


class Endpoint(Ec2Handler):
    TYPE = "AWS::EC2::VPCEndpoint"
    KIND = "vpc-endpoint"
    PROPERTIES = record(
        VpcEndpointType=text("Gateway", "Interface", replace=True),
        VpcId=text(needed=True, replace=True),
        ServiceName=text(needed=True, replace=True),
        RouteTableIds=listing(text()),
        SubnetIds=listing(text()),
        SecurityGroupIds=listing(text()),
        PrivateDnsEnabled=boolean(),
        PolicyDocument=document(),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Id", "CreationTimestamp")

    def create(self, resource: Resource) -> str:
        asked = {k: v for k, v in resource.properties.items() if k not in {"Tags", "PolicyDocument"}}
        if resource.properties.get("VpcEndpointType") == "Interface":
            asked.setdefault("PrivateDnsEnabled", False)  # EC2 says true if nothing is said, CloudFormation false
        if "PolicyDocument" in resource.properties:
            asked["PolicyDocument"] = json.dumps(resource.properties["PolicyDocument"])
        made = self.ec2(resource).create_vpc_endpoint(**asked, **self.tagging(resource))
        return made["VpcEndpoint"]["VpcEndpointId"]

    def change(self, resource: Resource, before: Props) -> None:
        after = resource.properties
        asked: dict[str, Any] = {}
        for name, add, remove in (
            ("RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"),
            ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds"),
            ("SecurityGroupIds", "AddSecurityGroupIds", "RemoveSecurityGroupIds"),
        ):
            gained, lost = gained_and_lost(before.get(name, []), after.get(name, []))
            asked |= {k: v for k, v in ((add, gained), (remove, lost)) if v}
        if after.get("PolicyDocument") != before.get("PolicyDocument"):
            policy = after.get("PolicyDocument")
            asked |= {"PolicyDocument": json.dumps(policy)} if policy else {"ResetPolicy": True}
        if after.get("PrivateDnsEnabled") != before.get("PrivateDnsEnabled"):
            asked["PrivateDnsEnabled"] = after.get("PrivateDnsEnabled", False)
        if asked:
            self.ec2(resource).modify_vpc_endpoint(VpcEndpointId=resource.physical_id, **asked)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_vpc_endpoints(VpcEndpointIds=[resource.physical_id])

    def read(self, resource: Resource) -> Props:
        mine = self.ec2(resource).describe_vpc_endpoints(VpcEndpointIds=[resource.physical_id])
        found = one(mine, "VpcEndpoints")
        told = pick(found, "VpcEndpointType", "VpcId", "ServiceName", "RouteTableIds", "SubnetIds", "PrivateDnsEnabled")
        if found.get("PolicyDocument"):
            told["PolicyDocument"] = json.loads(found["PolicyDocument"])
        told["SecurityGroupIds"] = [g["GroupId"] for g in found.get("Groups", [])]
        return {**told, "Tags": own_tags(found)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        mine = self.ec2(resource).describe_vpc_endpoints(VpcEndpointIds=[resource.physical_id])
        return {"Id": resource.physical_id, "CreationTimestamp": str(one(mine, "VpcEndpoints")["CreationTimestamp"])}


class ConnectEndpoint(Ec2Handler):
    TYPE = "AWS::EC2::InstanceConnectEndpoint"
    KIND = "instance-connect-endpoint"
    PROPERTIES = record(
        SubnetId=text(needed=True, replace=True),
        SecurityGroupIds=listing(text(), replace=True),
        PreserveClientIp=boolean(replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        asked = pick(resource.properties, "SubnetId", "SecurityGroupIds", "PreserveClientIp")
        made = self.ec2(resource).create_instance_connect_endpoint(**asked, **self.tagging(resource))
        return made["InstanceConnectEndpoint"]["InstanceConnectEndpointId"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_instance_connect_endpoint(InstanceConnectEndpointId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        mine = self.ec2(resource).describe_instance_connect_endpoints(InstanceConnectEndpointIds=[resource.physical_id])
        found = one(mine, "InstanceConnectEndpoints")
        return {**pick(found, "SubnetId", "SecurityGroupIds", "PreserveClientIp"), "Tags": own_tags(found)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}


HANDLERS: tuple[Handler, ...] = (Endpoint(), ConnectEndpoint())
