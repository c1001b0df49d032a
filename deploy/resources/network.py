"""VPC, subnets and their ways out: private by default, and free of charge.

S3 is reached through the gateway endpoint, people come in through an EC2 Instance Connect Endpoint; neither costs
anything. There is no NAT gateway, no interface endpoint and no public address.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from architecture.spec import Bucket
from deploy.resources.firewall import security_group
from deploy.resources.resource import Resource, Serves, att, policy, ref, serving, tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.resources.net import Net

__all__ = ["resources"]


def resources(net: Net, functions: Mapping[str, str]) -> Iterator[Resource]:
    """Yield a VPC and its subnets. `functions` maps the subnets that functions stand in to the one that each pairs."""
    of_net = serving(net.drawn) if net.drawn else Serves(kind="part", id=net.owner)
    part = Serves(kind="part", id=net.owner)
    name = net.environment.named(net.owner)
    yield Resource(
        id=net.logical,
        type="AWS::EC2::VPC",
        serves=of_net,
        properties={
            "CidrBlock": str(net.range),
            "EnableDnsSupport": True,
            "EnableDnsHostnames": True,
            "Tags": tags(name, of_net),
        },
    )
    tables = [net.part("Routes")]
    yield Resource(
        id=tables[0],
        type="AWS::EC2::RouteTable",
        serves=part,
        properties={"VpcId": ref(net.logical), "Tags": tags(f"{name}-private", part)},
    )
    if any(s.public for s in net.groups):
        tables.append(net.part("PublicRoutes"))
        yield from _internet(net, name, part)
    yield from _subnets(net, functions)
    yield _endpoint(net, tables, part)
    if net.instances:
        yield from _admin(net, name, part)


def _subnets(net: Net, functions: Mapping[str, str]) -> Iterator[Resource]:
    if net.groups:
        for group in net.groups:
            logical, serves = net.plan.names.logical(group.id), serving(group)
            yield from _subnet(net, logical, serves, group.id, net.ranges[group.id], net.zone(group), group.public)
            pair = net.plan.names.logical(group.id, "Pair")
            if functions.get(logical) == pair:
                part = Serves(kind="part", id=group.id)
                place, zone = net.ranges[f"{group.id}/pair"], net.zone(group, other=True)
                yield from _subnet(net, pair, part, f"{group.id}-pair", place, zone, group.public)
    elif net.instances:
        part = Serves(kind="part", id=net.owner)
        own, pair = net.part("Subnet"), net.part("SubnetPair")
        place = net.ranges[f"{net.owner}/own"]
        yield from _subnet(net, own, part, f"{net.owner}-private", place, net.zone(None), public=False)
        if functions.get(own) == pair:
            place, zone = net.ranges[f"{net.owner}/pair"], net.zone(None, other=True)
            yield from _subnet(net, pair, part, f"{net.owner}-pair", place, zone, public=False)


def _subnet(
    net: Net, logical: str, serves: Serves, name: str, place: IPv4Network, zone: str, public: bool
) -> Iterator[Resource]:
    yield Resource(
        id=logical,
        type="AWS::EC2::Subnet",
        serves=serves,
        properties={
            "VpcId": ref(net.logical),
            "AvailabilityZone": zone,
            "CidrBlock": str(place),
            "MapPublicIpOnLaunch": False,
            "Tags": tags(net.environment.named(name), serves),
        },
    )
    table = net.part("PublicRoutes" if public else "Routes")
    yield Resource(
        id=net.routes(logical),
        type="AWS::EC2::SubnetRouteTableAssociation",
        serves=Serves(kind="part", id=serves.id),
        properties={"SubnetId": ref(logical), "RouteTableId": ref(table)},
    )


def _internet(net: Net, name: str, part: Serves) -> Iterator[Resource]:
    gateway, table = net.part("InternetGateway"), net.part("PublicRoutes")
    attachment = net.part("InternetGatewayAttachment")
    yield Resource(
        id=table,
        type="AWS::EC2::RouteTable",
        serves=part,
        properties={"VpcId": ref(net.logical), "Tags": tags(f"{name}-public", part)},
    )
    yield Resource(
        id=gateway,
        type="AWS::EC2::InternetGateway",
        serves=part,
        properties={"Tags": tags(f"{name}-internet", part)},
    )
    yield Resource(
        id=attachment,
        type="AWS::EC2::VPCGatewayAttachment",
        serves=part,
        properties={"VpcId": ref(net.logical), "InternetGatewayId": ref(gateway)},
    )
    yield Resource(
        id=net.part("InternetRoute"),
        type="AWS::EC2::Route",
        serves=part,
        after=(attachment,),
        properties={"RouteTableId": ref(table), "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ref(gateway)},
    )


def _endpoint(net: Net, tables: list[str], part: Serves) -> Resource:
    """Return the endpoint of S3. Its policy names all that may be reached through it.

    That is our buckets, the packages of Amazon Linux, and the bucket by which CloudFormation hears that an instance is
    ready.
    """
    env = net.environment
    buckets = [f"arn:{env.partition}:s3:::{env.bucket_name(b.id)}" for b in net.plan.of(Bucket)]
    ours = [*buckets, *(f"{b}/*" for b in buckets), f"arn:{env.partition}:s3:::{env.artifacts}/*"]
    return Resource(
        id=net.endpoint,
        type="AWS::EC2::VPCEndpoint",
        serves=part,
        properties={
            "VpcEndpointType": "Gateway",
            "VpcId": ref(net.logical),
            "ServiceName": f"com.amazonaws.{env.region}.s3",
            "RouteTableIds": [ref(t) for t in tables],
            "PolicyDocument": policy(
                {
                    "Sid": "StackBuckets",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:ListBucket"],
                    "Resource": [*ours],
                    "Condition": {"StringEquals": {"aws:PrincipalAccount": env.account}},
                },
                {
                    "Sid": "AmazonLinuxPackages",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    # The bucket of the AL2023 repositories. Source: "Networking and AL2023" in its user guide.
                    "Resource": f"arn:{env.partition}:s3:::al2023-repos-{env.region}-de612dc2/*",
                },
                {
                    "Sid": "ReadinessSignal",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:PutObject",
                    "Resource": f"arn:{env.partition}:s3:::cloudformation-waitcondition-{env.region}/*",
                },
            ),
        },
    )


def _admin(net: Net, name: str, part: Serves) -> Iterator[Resource]:
    says = "EC2 Instance Connect Endpoint, may open SSH to the instances only"
    yield security_group(net, net.admin, says, f"{name}-admin", part)
    yield Resource(
        id=net.part("AdminEndpoint"),
        type="AWS::EC2::InstanceConnectEndpoint",
        serves=part,
        properties={
            "SubnetId": ref(net.subnet(net.instances[0])),
            "SecurityGroupIds": [att(net.admin, "GroupId")],
            "PreserveClientIp": False,
            "Tags": tags(f"{name}-admin", part),
        },
    )
