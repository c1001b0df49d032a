"""What can be known to fail before anything is made: limits of the account, and names that are taken.

Each finding stops the deploy with the rest of them; what may not be asked is a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import AccessError, CloudError, StackError
from architecture.spec import Bucket, Function, Instance
from deploy import boot
from deploy.data import owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.blueprint import Blueprint
    from deploy.client import Clients
    from deploy.environment import Environment
    from deploy.template import Template

__all__ = ["adoptable", "check"]

_RESOURCES: Final = 500
_BODY: Final = 1_048_576
"""Bytes of a template. Source, with the line above: CloudFormation quotas."""

_SPARE: Final = 100
"""Executions that Lambda keeps unreserved for all functions of an account. Source: Lambda, reserved concurrency."""

_VPCS: Final = ("vpc", "L-F678F1CE")
_VCPUS: Final = ("ec2", "L-1216C47A")
"""Quotas by service and code: VPCs in a Region, vCPUs of running on-demand standard instances (Service Quotas)."""


def check(
    clients: Clients, plan: Blueprint, env: Environment, wanted: Template, body: str, before: Template | None
) -> list[str]:
    """Return notes on what could not be checked, and on words that have changed.

    `before` is the template of the stack, if there is one.

    Raises StackError with everything that would fail.
    """
    problems: list[str] = [*_sizes(wanted, body), *_shrinking(before, wanted)]
    notes = [*_renamed(before, wanted)] if before else []
    for look in () if before else (_concurrency, _networks, _processors):
        try:
            problems += look(clients, plan)
        except AccessError as error:
            notes.append(f"not checked, for want of a permission: {error.where}")
        except CloudError as error:
            notes.append(f"not checked: {error.where}: {error.what}")
    if problems:
        raise StackError(
            "this would fail in AWS, so nothing was begun:\n" + "\n".join(f"  {p}" for p in problems), where=env.stack
        )
    return notes


def _renamed(before: Template, wanted: Template) -> Iterator[str]:
    """Yield a note on the words of the diagram that are others now.

    They stand in the template's own metadata, which CloudFormation changes only together with a resource. Source:
    CloudFormation User Guide, "CloudFormation template Metadata syntax".
    """
    old, new = (_words(template) for template in (before, wanted))
    changed = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    if changed:
        yield (
            f"the words of {', '.join(changed)} have changed; the stack takes them with the next change of a resource, "
            "for CloudFormation takes no change of words alone"
        )


def _words(template: Template) -> dict[str, object]:
    """Return the words that a template keeps of its diagram: its title, and labels by id."""
    kept = cast("dict[str, dict[str, Any]]", template.get("Metadata") or {}).get("desenho") or {}
    return {"the title": kept.get("title"), **cast("dict[str, object]", kept.get("words") or {})}


def adoptable(clients: Clients, plan: Blueprint, env: Environment, before: Template | None) -> dict[str, str]:
    """Return the buckets that an earlier stack of this name has left, for this one to take over, by logical id.

    Raises StackError where a bucket of a name exists and is somebody else's.
    """
    made = cast("dict[str, Any]", before["Resources"]) if before else {}
    found: dict[str, str] = {}
    for bucket in plan.of(Bucket):
        name = env.bucket_name(bucket.id)
        if plan.names.logical(bucket.id) in made:
            continue
        owner = owner_of(clients, name)
        if owner is not None and owner != env.stack:
            whose = f"the stack {owner}" if owner else "somebody else, or to nobody that says so in a tag"
            raise StackError(
                f"the bucket {name} exists already and belongs to {whose}",
                where=bucket.id,
                hint="choose another --stack, or remove that bucket",
            )
        if owner:
            found[plan.names.logical(bucket.id)] = name
    return found


def _sizes(wanted: Template, body: str) -> Iterator[str]:
    resources = cast("dict[str, dict[str, Any]]", wanted["Resources"])
    if len(resources) > _RESOURCES:
        yield f"the template has {len(resources)} resources, and a stack has {_RESOURCES} at most"
    if len(body.encode()) > _BODY:
        yield f"the template has {len(body.encode())} bytes, and {_BODY} are the limit"
    for logical, resource in resources.items():
        data = resource.get("Properties", {}).get("UserData")
        if data and (size := len(data["Fn::Base64"]["Fn::Sub"].encode())) > boot.LIMIT:
            yield f"{logical}: its user data has {size} bytes, and {boot.LIMIT} are the limit"


def _shrinking(before: Template | None, wanted: Template) -> Iterator[str]:
    """Yield the volumes that would shrink: they can grow while they are used, and AWS makes none smaller."""
    was = cast("dict[str, dict[str, Any]]", before["Resources"]) if before else {}
    for logical, resource in cast("dict[str, dict[str, Any]]", wanted["Resources"]).items():
        if resource["Type"] == "AWS::EC2::Volume" and logical in was:
            old, new = was[logical]["Properties"]["Size"], resource["Properties"]["Size"]
            if new < old:
                yield f"{logical}: a volume cannot shrink from {old} to {new} GiB"


def _concurrency(clients: Clients, plan: Blueprint) -> Iterator[str]:
    reserved = sum(f.spec.concurrency or 0 for f in plan.of(Function))
    if not reserved:
        return
    limits = clients("lambda").get_account_settings()["AccountLimit"]
    free = limits["UnreservedConcurrentExecutions"] - _SPARE
    if reserved > free:
        yield f"its functions reserve {reserved} executions, and the account has {max(free, 0)} to give"


def _networks(clients: Clients, plan: Blueprint) -> Iterator[str]:
    if not plan.of(Instance):
        return
    quota = _quota(clients, *_VPCS)
    used = len(clients("ec2").describe_vpcs()["Vpcs"])
    if quota is not None and used + 1 > quota:
        yield f"the Region has {used} VPCs already, and its quota is {quota:.0f}"


def _processors(clients: Clients, plan: Blueprint) -> Iterator[str]:
    types = [i.spec.instance_type for i in plan.of(Instance) if i.spec.instance_type[0] in "acdhimrtz"]
    if not types:
        return
    quota = _quota(clients, *_VCPUS)
    told = clients("ec2").describe_instance_types(InstanceTypes=sorted(set(types)))["InstanceTypes"]
    cores = {t["InstanceType"]: t["VCpuInfo"]["DefaultVCpus"] for t in told}
    wanted = sum(cores.get(t, 0) for t in types)
    if quota is not None and wanted > quota:
        yield f"its instances have {wanted} vCPUs, and the account's quota is {quota:.0f}"


def _quota(clients: Clients, service: str, code: str) -> float | None:
    """Return a quota of the account, or AWS's default where it has none of its own."""
    call: Callable[..., Any] = clients("service-quotas").get_service_quota
    try:
        told = call(ServiceCode=service, QuotaCode=code)
    except CloudError as error:
        if error.code not in {"NoSuchResourceException", "404"}:
            raise
        return None
    return float(told["Quota"]["Value"])
