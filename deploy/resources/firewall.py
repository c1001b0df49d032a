"""Security groups. What they let through is said by the rules of `deploy.resources.rules`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.spec import Firewall
from deploy.resources.resource import Resource, Serves, Value, ref, serving, tags

if TYPE_CHECKING:
    from deploy.blueprint import Part
    from deploy.environment import Environment
    from deploy.resources.net import Net

__all__ = ["firewall", "s3_egress", "security_group"]

_NO_EGRESS: Final[list[Value]] = [
    {"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "replaces the default rule that allows all"}
]
"""A security group without an egress rule gets one that allows everything; this one allows nothing."""


def security_group(net: Net, logical: str, says: str, name: str, serves: Serves) -> Resource:
    """Return a security group that lets nothing in and nothing out; rules of their own open it."""
    return Resource(
        id=logical,
        type="AWS::EC2::SecurityGroup",
        serves=serves,
        properties={
            "GroupDescription": says,
            "VpcId": ref(net.logical),
            "SecurityGroupEgress": _NO_EGRESS,
            "Tags": tags(name, serves),
        },
    )


def firewall(group: Part[Firewall], net: Net) -> Resource:
    """Return the security group that a diagram draws."""
    serves = serving(group)
    logical, name = net.plan.names.logical(group.id), net.environment.named(group.id)
    return security_group(net, logical, "What the diagram allows and nothing else", name, serves)


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
