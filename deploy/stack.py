"""A stack as CloudFormation keeps it: its state, its change sets, its outputs, its end.

CloudFormation does the work, holds the lock and keeps the record; this module asks and listens. Whoever stops listening
stops nothing, and whoever asks again goes on listening.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import CloudError, StackError, ThrottledError
from deploy import artifacts
from deploy.client import pages
from deploy.events import token

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from deploy.client import Answer, Clients
    from deploy.template import Template

__all__ = [
    "ChangeSet",
    "Stack",
    "StackResource",
    "continue_rollback",
    "delete",
    "discard",
    "execute",
    "find",
    "overtaken",
    "propose",
    "resources",
    "template_of",
]

CAPABILITIES: Final = ("CAPABILITY_IAM",)
"""Our templates make roles, without names of their own."""

_INLINE: Final = 51_200
"""Bytes of a template that a call may carry; a larger one is put into the artifact bucket."""

_PATIENCE: Final = 14
"""How often a call that AWS turned away for haste is made again: two looks apart, for a minute in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack's state. `status` is CloudFormation's word for it, `since` when it took it."""

    name: str
    id: str
    status: str
    reason: str = ""
    since: datetime | None = None
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def sound(self) -> bool:
        """Whether it is as its last deploy wanted it, or as it was before one that failed."""
        return self.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}

    @property
    def account(self) -> str:
        """The account that it lives in."""
        return self.id.split(":")[4]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackResource:
    """A resource of a stack as CloudFormation keeps it."""

    logical: str
    type: str
    physical: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """What CloudFormation would do. `changes` are its own words: `ResourceChange` of DescribeChangeSet."""

    id: str
    creates: bool
    changes: tuple[Answer, ...]


def find(clients: Clients, name: str) -> Stack | None:
    """Return a stack by its name or id, None if there is none. A deleted one is found by its id only."""
    try:
        told = clients("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    except CloudError as error:
        if error.code == "ValidationError" and "does not exist" in error.what:
            return None
        raise
    return Stack(
        name=told["StackName"],
        id=told["StackId"],
        status=told["StackStatus"],
        reason=told.get("StackStatusReason", ""),
        since=told.get("LastUpdatedTime") or told.get("CreationTime"),
        outputs={o["OutputKey"]: o["OutputValue"] for o in told.get("Outputs", [])},
    )


def template_of(clients: Clients, name: str) -> Template:
    """Return the template that a stack was deployed with last."""
    body = clients("cloudformation").get_template(StackName=name)["TemplateBody"]
    return cast("Template", json.loads(body) if isinstance(body, str) else body)


def resources(clients: Clients, name: str) -> tuple[StackResource, ...]:
    """Return the resources of a stack."""
    return tuple(
        StackResource(
            logical=r["LogicalResourceId"],
            type=r["ResourceType"],
            physical=r.get("PhysicalResourceId", ""),
            status=r["ResourceStatus"],
            reason=r.get("ResourceStatusReason", ""),
        )
        for page in pages(clients("cloudformation").list_stack_resources, StackName=name)
        for r in page["StackResourceSummaries"]
    )


def propose(
    clients: Clients, name: str, body: str, *, creates: bool, adopt: bool = False, bucket: str = ""
) -> ChangeSet | None:
    """Ask what a template would change; None if nothing. The change set stays until it is executed or discarded.

    `body` is the template as text; one too large for a call travels through `bucket`. `adopt` takes over resources that
    exist under a name that the template gives them. Raises StackError where CloudFormation cannot make the change set.
    """
    cloudformation = clients("cloudformation")
    small = len(body.encode()) <= _INLINE
    carried = {"TemplateBody": body} if small else {"TemplateURL": artifacts.put_template(clients, bucket, body)}
    made = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"desenho-{time.time_ns() // 1_000_000:x}",
        ChangeSetType="CREATE" if creates else "UPDATE",
        Capabilities=[*CAPABILITIES],
        Tags=[{"Key": "desenho:stack", "Value": name}],
        **carried,
        **({"ImportExistingResources": True} if adopt else {}),
    )
    while True:
        told = _patiently(clients, "describe_change_set", ChangeSetName=made["Id"], StackName=name)
        if told["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            break
        time.sleep(clients.poll_s)
    if told["Status"] == "FAILED":
        reason = told.get("StatusReason", "")
        discard(clients, made["Id"], name, creates=creates)
        if re.search(r"didn't contain changes|no updates are to be performed", reason, re.IGNORECASE):
            return None
        raise StackError(f"CloudFormation refuses the template: {reason}", where=name)
    changes = [*told["Changes"]]
    while "NextToken" in told:
        told = _patiently(clients, "describe_change_set", ChangeSetName=made["Id"], NextToken=told["NextToken"])
        changes += told["Changes"]
    return ChangeSet(id=made["Id"], creates=creates, changes=tuple(c["ResourceChange"] for c in changes))


def discard(clients: Clients, change_set: str, name: str, *, creates: bool) -> None:
    """Delete a change set, and with the last one of a stack that was never made, the empty record of that stack.

    A stack that somebody else has begun to make meanwhile is no empty record any more.
    """
    cloudformation = clients("cloudformation")
    cloudformation.delete_change_set(ChangeSetName=change_set, StackName=name)
    if creates and not cloudformation.list_change_sets(StackName=name)["Summaries"]:
        found = find(clients, name)
        if found and found.status == "REVIEW_IN_PROGRESS":
            cloudformation.delete_stack(StackName=name)


def execute(clients: Clients, change_set: ChangeSet, name: str) -> None:
    """Start a change set. Raises StackError where the stack has changed since it was made."""
    try:
        clients("cloudformation").execute_change_set(
            ChangeSetName=change_set.id, StackName=name, ClientRequestToken=token()
        )
    except CloudError as error:
        if error.code not in {"InvalidChangeSetStatus", "ChangeSetNotFound"}:
            raise
        raise overtaken(name) from error


def overtaken(name: str) -> StackError:
    """Return the error for a stack that is not any more as it was looked at."""
    what = "somebody else has changed the stack since this was planned"
    return StackError(what, where=name, hint="run the same command again to see what is left to do")


def delete(clients: Clients, stack: Stack) -> None:
    """Start to delete a stack."""
    clients("cloudformation").delete_stack(StackName=stack.id, ClientRequestToken=token())


def continue_rollback(clients: Clients, name: str, *, skip: tuple[str, ...] = ()) -> None:
    """Go on with a rollback that has failed, without the resources in `skip`."""
    more = {"ResourcesToSkip": [*skip]} if skip else {}
    clients("cloudformation").continue_update_rollback(StackName=name, ClientRequestToken=token(), **more)


def _patiently(clients: Clients, operation: str, **given: Any) -> Answer:
    """Call again, for a minute, where AWS asks for fewer calls: what was begun is not to be left half way."""
    call = getattr(clients("cloudformation"), operation)
    for _ in range(_PATIENCE):
        try:
            return cast("Answer", call(**given))
        except ThrottledError:
            time.sleep(2 * clients.poll_s)
    return cast("Answer", call(**given))
