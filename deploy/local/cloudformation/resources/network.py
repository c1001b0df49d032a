"""EC2's network: VPCs, subnets, route tables and their routes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, or_removed, pick
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, Record, boolean, record, text

__all__ = ["HANDLERS"]


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


HANDLERS: tuple[Handler, ...] = (Vpc(), Subnet(), RouteTable(), Association(), Route())
