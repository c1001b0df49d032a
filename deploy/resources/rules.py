"""Security-group rules: who may speak to whom follows from the lines of the diagram, and nothing else is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Function, Instance
from deploy import catalogue
from deploy.meaning import Meaning
from deploy.resources.firewall import s3_egress
from deploy.resources.resource import Resource, Serves, att

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.spec import Spec
    from deploy.blueprint import Blueprint, Link, Part
    from deploy.environment import Environment
    from deploy.resources.net import Net

__all__ = ["calls", "group", "out_rules", "resources", "speaks_http"]


def group(plan: Blueprint, part: Part[Spec]) -> str:
    """Return the logical id of a node's security group: the one drawn round it, or its own."""
    if part.place.firewall and isinstance(part.spec, Instance):
        return plan.names.logical(part.place.firewall)
    return plan.names.logical(part.id, "Group")


def speaks_http(function: Part[Function]) -> bool:
    """Tell whether a function calls the apps that it is joined with; else it starts their instances."""
    return not catalogue.of(function.spec.runs).starts


def calls(plan: Blueprint, function: Part[Function]) -> tuple[Link[Spec, Instance], ...]:
    """Return the instances whose apps a function calls over HTTP, which puts it into their VPC."""
    return plan.out(function, Meaning.CALL, Instance) if speaks_http(function) else ()


def out_rules(plan: Blueprint, function: Part[Function]) -> tuple[str, ...]:
    """Return the rules that a function needs before it can speak to S3 and to its apps."""
    own = group(plan, function)
    apps = {f"To{group(plan, link.target)}{link.target.spec.port}" for link in calls(plan, function)}
    return tuple(plan.names.logical(own, name) for name in ("ToS3", *sorted(apps)))


def resources(plan: Blueprint, env: Environment, net: Net) -> Iterator[Resource]:
    """Yield the rules inside a VPC, each once however many lines say the same."""
    yield from _once(_rules(plan, env, net))


def _once(rules: Iterator[Resource]) -> Iterator[Resource]:
    seen: set[str] = set()
    for rule in rules:
        if rule.id not in seen:
            seen.add(rule.id)
            yield rule


def _rules(plan: Blueprint, env: Environment, net: Net) -> Iterator[Resource]:
    for instance in net.instances:
        own = group(plan, instance)
        owner = Serves(kind="part", id=instance.place.firewall or instance.id)
        yield s3_egress(att(own, "GroupId"), plan.names.logical(own, "ToS3"), owner, env)
        yield from _pair(plan, net.admin, own, 22, owner, "SSH through the EC2 Instance Connect Endpoint")
    for function in plan.of(Function):
        links = [link for link in calls(plan, function) if link.target in net.instances]
        for link in links:
            own, edge = group(plan, function), Serves(kind="edge", id=link.edges[0])
            yield s3_egress(att(own, "GroupId"), plan.names.logical(own, "ToS3"), _part(function), env)
            yield from _pair(plan, own, group(plan, link.target), link.target.spec.port, edge, "HTTP to the app")


def _pair(plan: Blueprint, source: str, target: str, port: int, serves: Serves, says: str) -> Iterator[Resource]:
    ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "Description": says}
    yield Resource(
        id=plan.names.logical(source, f"To{target}{port}"),
        type="AWS::EC2::SecurityGroupEgress",
        serves=serves,
        properties={
            "GroupId": att(source, "GroupId"),
            "DestinationSecurityGroupId": att(target, "GroupId"),
            **ports,
        },
    )
    yield Resource(
        id=plan.names.logical(target, f"From{source}{port}"),
        type="AWS::EC2::SecurityGroupIngress",
        serves=serves,
        properties={"GroupId": att(target, "GroupId"), "SourceSecurityGroupId": att(source, "GroupId"), **ports},
    )


def _part(part: Part[Spec]) -> Serves:
    return Serves(kind="part", id=part.id)
