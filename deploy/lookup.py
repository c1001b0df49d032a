"""Asks the account for what a template needs to know, once, and keeps the answers for as long as the stack lives.

A newer image, another order of zones: a changed answer would replace what runs. So a stack remembers them in its
template, and only what it does not know yet is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from architecture.errors import CloudError
from architecture.spec import Instance, Volume
from deploy.environment import AMI_PARAMETER, Environment, artifact_bucket

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.blueprint import Blueprint
    from deploy.client import Clients
    from deploy.environment import Code
    from deploy.stack import Stack
    from deploy.template import Template

__all__ = ["environment", "pinned", "snapshots"]


def environment(
    clients: Clients,
    plan: Blueprint,
    name: str,
    *,
    code: Mapping[str, Code],
    stack: Stack | None = None,
    before: Template | None = None,
) -> Environment:
    """Return the environment of a stack; `stack` and `before` are what exists of it, with its template.

    Raises CloudError where the account does not answer, or has too little for the architecture.
    """
    known = pinned(before) if before else {}
    account = stack.account if stack else str(clients("sts").get_caller_identity()["Account"])
    instances = plan.of(Instance)
    images = cast("dict[str, str]", known.get("images") or {})
    wanted = {i.spec.machine for i in instances} - images.keys()
    images |= {machine: _image(clients, machine) for machine in sorted(wanted)}
    zones = cast("list[str]", known.get("zones") or []) or _zones(clients, {i.spec.instance_type for i in instances})
    kept = cast("dict[str, str]", known.get("snapshots") or {})
    made = cast("dict[str, object]", before["Resources"]) if before else {}
    if any(plan.names.logical(v.id) not in made for v in plan.of(Volume)):
        kept = snapshots(clients, plan, name) | kept
    return Environment(
        stack=name,
        account=account,
        region=clients.region,
        zones=tuple(zones),
        images=images,
        prefix_list=cast("str", known.get("prefix_list") or "") or _prefix_list(clients),
        artifacts=artifact_bucket(account, clients.region),
        code=code,
        snapshots={v.id: kept[v.id] for v in plan.of(Volume) if v.id in kept},
    )


def pinned(template: Template) -> dict[str, object]:
    """Return what a deployed template remembers, nothing for one that is not ours."""
    ours = cast("dict[str, dict[str, object]]", template.get("Metadata") or {}).get("desenho") or {}
    return cast("dict[str, object]", ours.get("pinned") or {})


def snapshots(clients: Clients, plan: Blueprint, name: str) -> dict[str, str]:
    """Return the newest snapshot that an earlier stack of this name has left of each volume, by the volume's id."""
    if not plan.of(Volume):
        return {}
    told = clients("ec2").describe_snapshots(
        OwnerIds=["self"], Filters=[{"Name": "tag:desenho:stack", "Values": [name]}]
    )
    found: dict[str, str] = {}
    for snapshot in sorted(told["Snapshots"], key=lambda s: s["StartTime"]):
        tags = {t["Key"]: t["Value"] for t in snapshot.get("Tags", [])}
        if snapshot["State"] == "completed" and "desenho:id" in tags:
            found[tags["desenho:id"]] = snapshot["SnapshotId"]
    return found


def _image(clients: Clients, machine: str) -> str:
    told = clients("ssm").get_parameter(Name=AMI_PARAMETER[machine])
    return str(told["Parameter"]["Value"])


def _zones(clients: Clients, types: set[str]) -> list[str]:
    """Return the zones that have every instance type. A VPC function needs two of them."""
    ec2 = clients("ec2")
    told = ec2.describe_availability_zones(Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}])
    zones = sorted(str(z["ZoneName"]) for z in told["AvailabilityZones"] if z.get("State", "available") == "available")
    for kind in sorted(types):
        offered = ec2.describe_instance_type_offerings(
            LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": [kind]}]
        )
        having = {o["Location"] for o in offered["InstanceTypeOfferings"]}
        zones = [z for z in zones if z in having]
        if not zones:
            raise CloudError(f"no zone of {clients.region} has {kind}", hint="choose another instance_type or --region")
    if len(zones) < 2:
        raise CloudError(
            f"only {', '.join(zones) or 'no zone'} of {clients.region} would do, and two are needed",
            hint="choose another instance_type or --region",
        )
    return zones


def _prefix_list(clients: Clients) -> str:
    name = f"com.amazonaws.{clients.region}.s3"
    told = clients("ec2").describe_managed_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [name]}])
    lists = [p["PrefixListId"] for p in told["PrefixLists"] if p["PrefixListName"] == name]
    if not lists:
        raise CloudError(f"the Region {clients.region} has no prefix list {name}", hint="choose another --region")
    return str(lists[0])
