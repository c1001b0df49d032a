"""VPC, subnets and their ways out: private by default, and free of charge.

S3 is reached through the gateway endpoint, people come in through an EC2 Instance Connect Endpoint; neither costs
anything. There is no NAT gateway, no interface endpoint and no public address.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

from architecture.spec import Bucket, Firewall, Instance, Network, Subnet
from deploy.addresses import DEFAULT, subnets
from deploy.resources.resource import Resource, Serves, Value, att, policy, ref, serving, tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from architecture.spec import Spec
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["NO_EGRESS", "Net", "firewall", "nets", "resources", "s3_egress"]

NO_EGRESS: Final[list[Value]] = [
    {"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "replaces the default rule that allows all"}
]
"""A security group without an egress rule gets one that allows everything; this one allows nothing."""


class Net:
    """One VPC with its subnets: what is drawn, and what has to be there besides.

    `owner` is the id that the parts belong to, `drawn` the group if there is one. `subnets` maps the ids of drawn
    subnets to their logical ids; a VPC in which none is drawn has one of its own.
    """

    def __init__(self, plan: Blueprint, environment: Environment, drawn: Part[Network] | None, owner: str) -> None:
        self.plan = plan
        self.environment = environment
        self.drawn = drawn
        self.owner = owner
        self.logical = plan.names.logical(owner, "" if drawn else "Network")
        self.range = IPv4Network(drawn.spec.cidr) if drawn and drawn.spec.cidr else DEFAULT
        self.groups = tuple(s for s in plan.of(Subnet) if s.place.network == (drawn.id if drawn else None))
        self.instances = tuple(i for i in plan.of(Instance) if i.place.network == (drawn.id if drawn else None))
        given = {s.id: IPv4Network(s.spec.cidr) for s in self.groups if s.spec.cidr}
        wanted = [s.id for s in self.groups if not s.spec.cidr]
        extra = [f"{s.id}/pair" for s in self.groups] or [f"{owner}/own", f"{owner}/pair"]
        self.ranges: Mapping[str, IPv4Network] = given | subnets(self.range, [*wanted, *extra], given)

    def part(self, name: str) -> str:
        """Return the logical id of a part of this VPC."""
        return self.plan.names.logical(self.owner, name)

    def zone(self, part: Part[Spec] | None, *, other: bool = False) -> str:
        """Return the name of the zone that something stands in, or of another one."""
        zones = self.environment.zones
        if part and part.place.letter:
            name = f"{self.environment.region}{part.place.letter}"
        else:
            name = zones[(part.place.zone if part else 0) % len(zones)]
        return next(z for z in zones if z != name) if other else name

    def home(self, part: Part[Spec]) -> Part[Subnet] | None:
        """Return the subnet that something stands in; without one drawn round it, the VPC's first private one."""
        drawn = next((s for s in self.groups if s.id == part.place.subnet), None)
        private = [s for s in self.groups if not s.public]
        return drawn or next(iter((*private, *self.groups)), None)

    def subnet(self, part: Part[Spec]) -> str:
        """Return the logical id of the subnet that something stands in."""
        home = self.home(part)
        return self.plan.names.logical(home.id) if home else self.part("Subnet")

    def pair(self, part: Part[Spec]) -> tuple[str, str]:
        """Return the logical ids of two subnets in two zones, the first of them something's own."""
        home = self.home(part)
        if home is None:
            return self.part("Subnet"), self.part("SubnetPair")
        mine = self.zone(home)
        twin = next((s for s in self.groups if s.public == home.public and self.zone(s) != mine), None)
        second = self.plan.names.logical(twin.id) if twin else self.plan.names.logical(home.id, "Pair")
        return self.plan.names.logical(home.id), second

    @property
    def admin(self) -> str:
        """The logical id of the security group that the Instance Connect Endpoint has."""
        return self.part("AdminGroup")

    @property
    def endpoint(self) -> str:
        """The logical id of the gateway endpoint of S3."""
        return self.part("S3Endpoint")

    def routes(self, subnet: str) -> str:
        """Return the logical id of what joins a subnet to its routes, by the subnet's."""
        return self.plan.names.logical(subnet, "Routes")

    def ways_out(self, *subnets: str) -> tuple[str, ...]:
        """Return what must exist before something in the subnets can reach S3."""
        return (self.endpoint, *map(self.routes, subnets))


def nets(plan: Blueprint, environment: Environment) -> dict[str | None, Net]:
    """Return the VPCs by the id of their group; the key of the one that is not drawn is None."""
    found: dict[str | None, Net] = {n.id: Net(plan, environment, n, n.id) for n in plan.of(Network)}
    homeless = [i for i in plan.of(Instance) if i.place.network is None]
    if homeless:
        found[None] = Net(plan, environment, None, homeless[0].id)
    return found


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


def firewall(group: Part[Firewall], net: Net) -> Resource:
    """Return the security group that a diagram draws."""
    serves = serving(group)
    return Resource(
        id=net.plan.names.logical(group.id),
        type="AWS::EC2::SecurityGroup",
        serves=serves,
        properties={
            "GroupDescription": "What the diagram allows and nothing else",
            "VpcId": ref(net.logical),
            "SecurityGroupEgress": NO_EGRESS,
            "Tags": tags(net.environment.named(group.id), serves),
        },
    )


def s3_egress(group: Value, logical: str, serves: Serves, environment: Environment) -> Resource:
    """Return the rule by which a security group lets S3 be reached. The VPC's routes hold no other way out."""
    return Resource(
        id=logical,
        type="AWS::EC2::SecurityGroupEgress",
        serves=serves,
        properties={
            "GroupId": group,
            "DestinationPrefixListId": environment.prefix_list,
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "Description": "S3 through the gateway endpoint",
        },
    )


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
    yield Resource(
        id=net.admin,
        type="AWS::EC2::SecurityGroup",
        serves=part,
        properties={
            "GroupDescription": "EC2 Instance Connect Endpoint, may open SSH to the instances only",
            "VpcId": ref(net.logical),
            "SecurityGroupEgress": NO_EGRESS,
            "Tags": tags(f"{name}-admin", part),
        },
    )
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
