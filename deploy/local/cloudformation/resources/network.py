"""EC2's network: VPC, subnets, routes, gateways, endpoints, security groups."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    gained_and_lost,
    gone_is_fine,
    or_removed,
    pick,
    retag,
    tag_list,
)
from deploy.local.cloudformation.schema import (
    TAGS,
    Props,
    Record,
    boolean,
    document,
    listing,
    record,
    text,
)

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["HANDLERS"]


class Ec2Handler(Handler):
    """What the resources of EC2 have in common: tags, given at creation and changed in one way."""

    TAGGED = True
    KIND: ClassVar[str] = ""

    def ec2(self, resource: Resource) -> Client:
        """Return the client."""
        return resource.aws("ec2")

    def tagging(self, resource: Resource) -> dict[str, Any]:
        """Return the argument that tags a resource while it is made."""
        tags = tag_list(resource.all_tags, reserved=True)
        return {"TagSpecifications": [{"ResourceType": self.KIND, "Tags": tags}]} if tags else {}

    def update(self, resource: Resource, before: Props) -> str:
        """Change the tags, and what else the type can change."""
        self.change(resource, before)
        retag(self.ec2(resource), resource, before)
        return resource.physical_id

    def change(self, resource: Resource, before: Props) -> None:
        """Change what is not a tag."""


def one(answer: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the only element of a describe call's answer."""
    found: list[dict[str, Any]] = answer[key]
    if len(found) != 1:
        raise ResourceError(f"{len(found)} {key} instead of one")
    return found[0]


def _first(found: list[dict[str, Any]]) -> dict[str, Any]:
    return found[0] if found else {}


def own_tags(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the tags of a described resource without AWS's own."""
    return [t for t in found.get("Tags", []) if not t["Key"].startswith("aws:")]


class Vpc(Ec2Handler):
    TYPE = "AWS::EC2::VPC"
    KIND = "vpc"
    PROPERTIES = record(
        CidrBlock=text(needed=True, replace=True),
        EnableDnsHostnames=boolean(),
        EnableDnsSupport=boolean(),
        InstanceTenancy=text("default", "dedicated", replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("VpcId", "CidrBlock", "CidrBlockAssociations", "DefaultNetworkAcl", "DefaultSecurityGroup")

    def create(self, resource: Resource) -> str:
        asked = pick(resource.properties, "CidrBlock", "InstanceTenancy")
        vpc = self.ec2(resource).create_vpc(**asked, **self.tagging(resource))["Vpc"]["VpcId"]
        resource = replace(resource, physical_id=vpc)
        with or_removed(self, resource):
            self.change(resource, {})
        return vpc

    def change(self, resource: Resource, before: Props) -> None:
        for name, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            value = resource.properties.get(name, default)
            if value != before.get(name, default):
                self.ec2(resource).modify_vpc_attribute(VpcId=resource.physical_id, **{name: {"Value": value}})

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_vpc(VpcId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        ec2 = self.ec2(resource)
        vpc = one(ec2.describe_vpcs(VpcIds=[resource.physical_id]), "Vpcs")
        told = {
            name: ec2.describe_vpc_attribute(VpcId=resource.physical_id, Attribute=attribute)[name]["Value"]
            for name, attribute in (
                ("EnableDnsSupport", "enableDnsSupport"),
                ("EnableDnsHostnames", "enableDnsHostnames"),
            )
        }
        return {**pick(vpc, "CidrBlock", "InstanceTenancy"), **told, "Tags": own_tags(vpc)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        ec2 = self.ec2(resource)
        mine = [{"Name": "vpc-id", "Values": [resource.physical_id]}, {"Name": "default", "Values": ["true"]}]
        groups = ec2.describe_security_groups(Filters=[mine[0], {"Name": "group-name", "Values": ["default"]}])
        acls = ec2.describe_network_acls(Filters=mine)
        vpc = one(ec2.describe_vpcs(VpcIds=[resource.physical_id]), "Vpcs")
        return {
            "VpcId": resource.physical_id,
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [a["AssociationId"] for a in vpc.get("CidrBlockAssociationSet", [])],
            "DefaultNetworkAcl": acls["NetworkAcls"][0]["NetworkAclId"],
            "DefaultSecurityGroup": groups["SecurityGroups"][0]["GroupId"],
        }


class Subnet(Ec2Handler):
    TYPE = "AWS::EC2::Subnet"
    KIND = "subnet"
    PROPERTIES = record(
        VpcId=text(needed=True, replace=True),
        CidrBlock=text(needed=True, replace=True),
        AvailabilityZone=text(replace=True),
        MapPublicIpOnLaunch=boolean(),
        Tags=TAGS,
    )
    ATTRIBUTES = ("SubnetId", "AvailabilityZone", "VpcId", "CidrBlock")

    def create(self, resource: Resource) -> str:
        asked = pick(resource.properties, "VpcId", "CidrBlock", "AvailabilityZone")
        subnet = self.ec2(resource).create_subnet(**asked, **self.tagging(resource))["Subnet"]["SubnetId"]
        resource = replace(resource, physical_id=subnet)
        with or_removed(self, resource):
            self.change(resource, {})
        return subnet

    def change(self, resource: Resource, before: Props) -> None:
        value = resource.properties.get("MapPublicIpOnLaunch", False)
        if value != before.get("MapPublicIpOnLaunch", False):
            self.ec2(resource).modify_subnet_attribute(
                SubnetId=resource.physical_id, MapPublicIpOnLaunch={"Value": value}
            )

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_subnet(SubnetId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        subnet = one(self.ec2(resource).describe_subnets(SubnetIds=[resource.physical_id]), "Subnets")
        names = ("VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch")
        return {**pick(subnet, *names), "Tags": own_tags(subnet)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"SubnetId": resource.physical_id, **pick(self.read(resource), *self.ATTRIBUTES)}


class RouteTable(Ec2Handler):
    TYPE = "AWS::EC2::RouteTable"
    KIND = "route-table"
    PROPERTIES = record(VpcId=text(needed=True, replace=True), Tags=TAGS)
    ATTRIBUTES = ("RouteTableId",)

    def create(self, resource: Resource) -> str:
        made = self.ec2(resource).create_route_table(VpcId=resource.properties["VpcId"], **self.tagging(resource))
        return made["RouteTable"]["RouteTableId"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_route_table(RouteTableId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        table = one(self.ec2(resource).describe_route_tables(RouteTableIds=[resource.physical_id]), "RouteTables")
        return {"VpcId": table["VpcId"], "Tags": own_tags(table)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"RouteTableId": resource.physical_id}


class Association(Handler):
    TYPE = "AWS::EC2::SubnetRouteTableAssociation"
    PROPERTIES = record(SubnetId=text(needed=True, replace=True), RouteTableId=text(needed=True))
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        return resource.aws("ec2").associate_route_table(**resource.properties)["AssociationId"]

    def update(self, resource: Resource, before: Props) -> str:
        return resource.aws("ec2").replace_route_table_association(
            AssociationId=resource.physical_id, RouteTableId=resource.properties["RouteTableId"]
        )["NewAssociationId"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ec2").disassociate_route_table(AssociationId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        mine = [{"Name": "association.route-table-association-id", "Values": [resource.physical_id]}]
        table = one(resource.aws("ec2").describe_route_tables(Filters=mine), "RouteTables")
        found = [a for a in table["Associations"] if a["RouteTableAssociationId"] == resource.physical_id]
        return pick(found[0], "SubnetId", "RouteTableId")

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}


_TARGETS = ("GatewayId", "NatGatewayId", "InstanceId")


class Route(Handler):
    TYPE = "AWS::EC2::Route"
    PROPERTIES = Record(
        members={
            "RouteTableId": text(needed=True, replace=True),
            "DestinationCidrBlock": text(needed=True, replace=True),
            **{target: text() for target in _TARGETS},
        }
    )
    ATTRIBUTES = ("CidrBlock",)

    def create(self, resource: Resource) -> str:
        props = resource.properties
        if self._find(resource):
            raise ResourceError(f"{props['RouteTableId']} already has a route to {props['DestinationCidrBlock']}")
        resource.aws("ec2").create_route(**props)
        return f"{props['RouteTableId']}|{props['DestinationCidrBlock']}"

    def update(self, resource: Resource, before: Props) -> str:
        resource.aws("ec2").replace_route(**resource.properties)
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        table, _, destination = resource.physical_id.partition("|")
        with gone_is_fine():
            resource.aws("ec2").delete_route(RouteTableId=table, DestinationCidrBlock=destination)

    def read(self, resource: Resource) -> Props:
        route = self._find(resource)
        if route is None:
            raise ResourceError(f"{resource.physical_id} does not exist")
        table = resource.physical_id.partition("|")[0]
        return {"RouteTableId": table, **pick(route, "DestinationCidrBlock", *_TARGETS)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"CidrBlock": resource.properties["DestinationCidrBlock"]}

    def _find(self, resource: Resource) -> dict[str, Any] | None:
        props = resource.properties
        tables = resource.aws("ec2").describe_route_tables(RouteTableIds=[props["RouteTableId"]])
        routes: list[dict[str, Any]] = one(tables, "RouteTables")["Routes"]
        return next((r for r in routes if r.get("DestinationCidrBlock") == props["DestinationCidrBlock"]), None)


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


HANDLERS: tuple[Handler, ...] = (
    Vpc(),
    Subnet(),
    RouteTable(),
    Association(),
    Route(),
    InternetGateway(),
    GatewayAttachment(),
    Endpoint(),
    ConnectEndpoint(),
    Address(),
    NatGateway(),
)
