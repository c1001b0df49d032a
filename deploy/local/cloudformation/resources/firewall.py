"""EC2's security groups and their rules, inline and standing alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, or_removed, pick
from deploy.local.cloudformation.resources.ec2 import Ec2Handler, one, own_tags
from deploy.local.cloudformation.schema import TAGS, Kind, Props, Record, integer, listing, record, same, text

__all__ = ["HANDLERS"]

Direction = Literal["ingress", "egress"]
_OPEN: Props = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
"""The rule that EC2 gives a new group for outgoing traffic."""


def _members(end: str, **given: bool) -> dict[str, Kind]:
    """Return the table of a rule whose other end is called Source or Destination."""
    return {
        "IpProtocol": text(needed=True, **given),
        "FromPort": integer(**given),
        "ToPort": integer(**given),
        "CidrIp": text(**given),
        "CidrIpv6": text(**given),
        f"{end}SecurityGroupId": text(**given),
        f"{end}PrefixListId": text(**given),
        "Description": text(),
    }


_ENDS: dict[Direction, str] = {"ingress": "Source", "egress": "Destination"}


def permission(rule: Props, direction: Direction) -> dict[str, Any]:
    """Return a rule as the API takes it. Raises ResourceError unless it names exactly one other end."""
    end, said = _ENDS[direction], pick(rule, "Description")
    made = pick(rule, "IpProtocol", "FromPort", "ToPort")
    if made["IpProtocol"] not in {"-1", "all"} and "FromPort" not in made:
        raise ResourceError(f"a rule for {made['IpProtocol']} needs FromPort and ToPort")
    ends = {
        "CidrIp": ("IpRanges", "CidrIp"),
        "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        f"{end}SecurityGroupId": ("UserIdGroupPairs", "GroupId"),
        f"{end}PrefixListId": ("PrefixListIds", "PrefixListId"),
    }
    named = [name for name in ends if name in rule]
    if len(named) != 1:
        raise ResourceError(f"a rule needs exactly one of: {', '.join(ends)}")
    plural, singular = ends[named[0]]
    return {**made, plural: [{singular: rule[named[0]], **said}]}


def authorize(resource: Resource, group: str, rule: Props, direction: Direction) -> str:
    """Add a rule to a group and return the rule's id."""
    ec2 = resource.aws("ec2")
    call = ec2.authorize_security_group_ingress if direction == "ingress" else ec2.authorize_security_group_egress
    return call(GroupId=group, IpPermissions=[permission(rule, direction)])["SecurityGroupRules"][0][
        "SecurityGroupRuleId"
    ]


def revoke(resource: Resource, group: str, rules: list[str], direction: Direction) -> None:
    """Take rules away from a group by their ids: moto keeps a rule for an IPv6 range that is named by its content."""
    ec2 = resource.aws("ec2")
    call = ec2.revoke_security_group_ingress if direction == "ingress" else ec2.revoke_security_group_egress
    call(GroupId=group, SecurityGroupRuleIds=rules)


def _rule(found: dict[str, Any]) -> Props:
    """Return a described rule as a template writes it."""
    end = "Destination" if found["IsEgress"] else "Source"
    told = pick(found, "IpProtocol", "Description")
    if found["IpProtocol"] != "-1":
        told |= pick(found, "FromPort", "ToPort")
    if "CidrIpv4" in found:
        told["CidrIp"] = found["CidrIpv4"]
    told |= pick(found, "CidrIpv6")
    if "PrefixListId" in found:
        told[f"{end}PrefixListId"] = found["PrefixListId"]
    if "ReferencedGroupInfo" in found:
        told[f"{end}SecurityGroupId"] = found["ReferencedGroupInfo"]["GroupId"]
    return told


def _plain(rule: Props) -> Props:
    """Return a rule as `_rule` tells it: one for every protocol has no ports."""
    every = rule["IpProtocol"] in {"-1", "all"}
    return {k: v for k, v in rule.items() if k not in {"FromPort", "ToPort"}} if every else rule


def _rules(resource: Resource, group: str) -> list[dict[str, Any]]:
    mine = [{"Name": "group-id", "Values": [group]}]
    return resource.aws("ec2").describe_security_group_rules(Filters=mine)["SecurityGroupRules"]


class SecurityGroup(Ec2Handler):
    TYPE = "AWS::EC2::SecurityGroup"
    KIND = "security-group"
    NAME = "GroupName"
    PROPERTIES = record(
        GroupDescription=text(needed=True, replace=True),
        GroupName=text(replace=True),
        VpcId=text(replace=True),
        SecurityGroupIngress=listing(Record(members=_members("Source"))),
        SecurityGroupEgress=listing(Record(members=_members("Destination"))),
        Tags=TAGS,
    )
    ATTRIBUTES = ("GroupId", "Id", "VpcId")

    def create(self, resource: Resource) -> str:
        props = resource.properties
        made = self.ec2(resource).create_security_group(
            GroupName=props.get("GroupName", resource.name),
            Description=props["GroupDescription"],
            **pick(props, "VpcId"),
            **self.tagging(resource),
        )["GroupId"]
        resource = replace(resource, physical_id=made)
        with or_removed(self, resource):
            self.change(resource, {})
        return made

    def change(self, resource: Resource, before: Props) -> None:
        self._exchange(resource, before, "ingress", [])
        self._exchange(resource, before, "egress", [_OPEN])

    def _exchange(self, resource: Resource, before: Props, direction: Direction, default: list[Props]) -> None:
        name = f"SecurityGroup{direction.capitalize()}"
        kind = self.PROPERTIES.members[name]
        old, new = before.get(name, default), resource.properties.get(name, default)
        surplus = [_plain(rule) for rule in old if not any(same(kind, [rule], [other]) for other in new)]
        lost = [
            found["SecurityGroupRuleId"]
            for found in (_rules(resource, resource.physical_id) if surplus else [])
            if found["IsEgress"] == (direction == "egress")
            and found["SecurityGroupRuleId"] not in resource.siblings
            and any(same(kind, [rule], [_rule(found)]) for rule in surplus)
        ]
        if lost:
            revoke(resource, resource.physical_id, lost, direction)
        for rule in new:
            if not any(same(kind, [rule], [other]) for other in old):
                authorize(resource, resource.physical_id, rule, direction)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self.ec2(resource).delete_security_group(GroupId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        group = one(self.ec2(resource).describe_security_groups(GroupIds=[resource.physical_id]), "SecurityGroups")
        own = [r for r in _rules(resource, resource.physical_id) if r["SecurityGroupRuleId"] not in resource.siblings]
        return {
            "GroupDescription": group["Description"],
            "GroupName": group["GroupName"],
            "VpcId": group["VpcId"],
            "SecurityGroupIngress": [_rule(r) for r in own if not r["IsEgress"]],
            "SecurityGroupEgress": [_rule(r) for r in own if r["IsEgress"]],
            "Tags": own_tags(group),
        }

    def attributes(self, resource: Resource) -> dict[str, Any]:
        group = one(self.ec2(resource).describe_security_groups(GroupIds=[resource.physical_id]), "SecurityGroups")
        return {"GroupId": resource.physical_id, "Id": resource.physical_id, "VpcId": group["VpcId"]}


class _StandaloneRule(Handler):
    DIRECTION: ClassVar[Direction]
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        rule = {k: v for k, v in resource.properties.items() if k != "GroupId"}
        return authorize(resource, resource.properties["GroupId"], rule, self.DIRECTION)

    def update(self, resource: Resource, before: Props) -> str:
        ec2 = resource.aws("ec2")
        call = (
            ec2.update_security_group_rule_descriptions_ingress
            if self.DIRECTION == "ingress"
            else ec2.update_security_group_rule_descriptions_egress
        )
        rule = {k: v for k, v in resource.properties.items() if k != "GroupId"}
        call(GroupId=resource.properties["GroupId"], IpPermissions=[permission(rule, self.DIRECTION)])
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            revoke(resource, resource.properties["GroupId"], [resource.physical_id], self.DIRECTION)

    def read(self, resource: Resource) -> Props:
        group = resource.properties["GroupId"]
        found = [r for r in _rules(resource, group) if r["SecurityGroupRuleId"] == resource.physical_id]
        if not found:
            raise ResourceError(f"{resource.physical_id} does not exist")
        return {"GroupId": found[0]["GroupId"], **_rule(found[0])}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}


class Ingress(_StandaloneRule):
    TYPE = "AWS::EC2::SecurityGroupIngress"
    DIRECTION = "ingress"
    PROPERTIES = Record(members={"GroupId": text(needed=True, replace=True), **_members("Source", replace=True)})


class Egress(_StandaloneRule):
    TYPE = "AWS::EC2::SecurityGroupEgress"
    DIRECTION = "egress"
    PROPERTIES = Record(members={"GroupId": text(needed=True, replace=True), **_members("Destination", replace=True)})


HANDLERS: tuple[Handler, ...] = (SecurityGroup(), Ingress(), Egress())
