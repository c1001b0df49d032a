"""Removing a stack: instances first, then all the rest; data only where they are to go too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, cast

from architecture.errors import StackError
from deploy import data, events, stack
from deploy.places import places_of
from deploy.plan import serves
from deploy.states import half_removed, resumed
from deploy.telling import listen

if TYPE_CHECKING:
    from deploy.client import Clients
    from deploy.stack import Stack
    from deploy.telling import Audience
    from deploy.template import Template

__all__ = ["down", "remove", "stop"]

_STOP_SECONDS: Final = 300


def down(clients: Clients, name: str, audience: Audience, *, delete_data: bool = False) -> tuple[data.Kept, ...]:
    """Remove a stack. Its data stay unless they are to go too; what stays is returned.

    Instances are stopped first: a volume in use does not let go. Raises StackError where the stack, or a resource of
    it, does not go, with what to do.
    """
    found = stack.find(clients, name)
    if found and found.busy and not found.status.startswith("DELETE"):
        found = resumed(clients, audience, found, {})
    volumes: dict[str, str] = {}
    if found:
        known = stack.template_of(clients, name) if found.status != "REVIEW_IN_PROGRESS" else cast("Template", {})
        if not audience.agrees(_question(clients, name, delete_data=delete_data)):
            raise StackError("nothing was removed", where=name)
        resources = stack.resources(clients, name)
        volumes = {
            r.physical: serves(known, r.logical)[0] for r in resources if r.type == "AWS::EC2::Volume" and r.physical
        }
        if not found.busy:
            stop(clients, audience, [r.physical for r in resources if r.type == "AWS::EC2::Instance" and r.physical])
        remove(clients, audience, found, known)
    elif delete_data and not audience.agrees(_question(clients, name, delete_data=True)):
        raise StackError("nothing was removed", where=name)
    data.tag_snapshots(clients, name, volumes)
    kept = (*data.buckets(clients, name), *data.snapshots(clients, name, volumes))
    if not delete_data:
        return kept
    for each in kept:
        if each.kind == "bucket":
            audience.passing(f"emptying {each.name}")
            count = data.delete_bucket(clients, each.name)
            audience.say(f"deleted the bucket {each.name} with {count} versions of objects")
        else:
            data.delete_snapshot(clients, each.name)
            audience.say(f"deleted the snapshot {each.name} {each.says}")
    return ()


def remove(clients: Clients, audience: Audience, found: Stack, known: Template) -> None:
    """Delete a stack and follow it to its end. `known` is its template. Raises StackError where it stays."""
    after = events.newest(clients, found.id)
    if not found.busy:
        if any(r.type == "AWS::Lambda::Function" for r in stack.resources(clients, found.id)) and clients.poll_s > 1:
            audience.say(
                "AWS takes 5 to 45 minutes to remove a function from a VPC. Ctrl-C stops nothing but the wait."
            )
        stack.delete(clients, found)
    else:
        operation = events.under_way(clients, found.id)
        after = operation[-1].id if operation else None
    listen(clients, audience, found.id, known, places_of(known), after=after, calm=True)
    now = stack.find(clients, found.id)
    if now and now.status == "DELETE_FAILED":
        raise half_removed(clients, now)


def stop(clients: Clients, audience: Audience, instances: list[str]) -> None:
    """Stop instances and wait: a volume that is in use hangs when it is detached."""
    if not instances:
        return
    ec2 = clients("ec2")
    filters = [{"Name": "instance-id", "Values": instances}]

    def states() -> dict[str, str]:
        told = ec2.describe_instances(Filters=filters)["Reservations"]
        return {i["InstanceId"]: i["State"]["Name"] for r in told for i in r["Instances"]}

    running = [i for i, state in states().items() if state in {"pending", "running"}]
    if running:
        ec2.stop_instances(InstanceIds=running)
    deadline = time.monotonic() + _STOP_SECONDS
    while any(state not in {"stopped", "terminated"} for state in states().values()):
        if time.monotonic() > deadline:
            raise StackError(
                f"{', '.join(instances)} did not stop in {_STOP_SECONDS} s", hint="run the same command again"
            )
        audience.passing("stopping the instance, so that its volume lets go")
        time.sleep(clients.poll_s)


def _question(clients: Clients, name: str, *, delete_data: bool) -> str:
    held = [*data.buckets(clients, name), *data.snapshots(clients, name)]
    names = "".join(f"\n  {k.kind} {k.name}: {k.says}" for k in held)
    if delete_data:
        return f"Remove {name} and its data for ever?{names}\n  and its volumes"
    return f"Remove {name}? Its data stay:{names}\n  and a snapshot of each volume"
