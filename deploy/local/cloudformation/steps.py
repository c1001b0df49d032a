"""What is done to one resource: made, changed, replaced, taken in, changed back, removed.

Every step is told as events of the resource. One that fails says why, and leaves the stack's list of resources such
that rolling back finds what is really there.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deploy.local.aws import BotoCoreError, ClientError, told_by
from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.resources import handler
from deploy.local.cloudformation.resources.base import Resource
from deploy.local.cloudformation.snapshots import take_snapshot
from deploy.local.cloudformation.stack import Made, Stack

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.evaluation import Evaluation
    from deploy.local.cloudformation.faults import Faults
    from deploy.local.cloudformation.resources.base import Handler
    from deploy.local.cloudformation.schema import Props
    from deploy.local.cloudformation.signals import Signals
    from deploy.local.volumes import Volumes

__all__ = ["StepError", "Steps", "said_by"]

log = logging.getLogger("deploy.local")


class StepError(Exception):
    """A resource failed: which one, and why."""

    def __init__(self, logical_id: str, reason: str) -> None:
        super().__init__(reason)
        self.logical_id = logical_id
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one Region.

    `keep` is told what is left outside of every stack: retained resources and snapshots. `cancelled` tells by the id of
    a stack that its operation is to stop.
    """

    clients: Clients
    faults: Faults
    signals: Signals
    volumes: Volumes
    keep: Callable[[Stack, Made], None]
    cancelled: Mapping[str, threading.Event]

    def bring(self, stack: Stack, evaluation: Evaluation, name: str, verb: str, imported: str) -> None:
        """Bring a resource to what the target says. Raises StepError.

        `verb` is what the operation does, CREATE or UPDATE; `imported` the physical id of what is taken in, if it is.
        """
        declared = evaluation.template.resources[name]
        kind = handler(declared.type, name)
        made = stack.resources.get(name)
        fresh = made or Made(logical_id=name, type=declared.type, physical_id="", status="")
        try:
            properties = evaluation.properties(name)
        except (ApiError, ResourceError) as error:
            stack.tell(replace(fresh), f"{verb if made else 'CREATE'}_FAILED", str(error))
            raise StepError(name, str(error)) from None
        said: dict[str, Any] = {
            "metadata": declared.metadata,
            "depends_on": evaluation.depends_on[name],
            "deletion_policy": declared.deletion_policy,
            "update_replace_policy": declared.update_replace_policy,
        }
        if made is None and imported:
            self._import(stack, kind, replace(fresh, **said, physical_id=imported), properties)
        elif made is None:
            self._create(stack, kind, replace(fresh, **said, properties=properties), "CREATE")
        elif kind.replaces(made.properties, properties):
            self._replace(stack, kind, made, replace(made, **said, properties=properties, physical_id=""))
        else:
            after = replace(made, **said, properties=properties)
            changed = any(True for _ in kind.PROPERTIES.differences(made.properties, properties))
            before = stack.before_target or stack.target
            if changed or (kind.TAGGED and before.tags != stack.target.tags):
                self._update(stack, kind, made, after)
            else:
                stack.resources[name] = after

    def put_back(self, stack: Stack, made: Made, old: Made) -> bool:
        """Change a resource back to what it was, from what it really is; false if that failed."""
        kind = handler(made.type, made.logical_id)
        touched = made.status in {"UPDATE_FAILED", "UPDATE_COMPLETE"} and made.time != old.time
        stack.resources[made.logical_id] = back = replace(old, status=made.status, time=made.time)
        if not touched:
            stack.resources[made.logical_id] = old
            return True
        stack.tell(back, "UPDATE_IN_PROGRESS")

        def update() -> None:
            attempted = self.resource(stack, made)
            actual = kind.read(attempted)
            names = {*old.properties, *made.properties}
            before = {n: actual[n] for n in names if n in actual}
            hidden = {n: v for n, v in made.properties.items() if kind.PROPERTIES.members[n].hidden}
            tags = attempted.tags, attempted.tags_before
            resource = replace(
                self.resource(stack, back, kind.taken_back(old.properties, actual)),
                tags=tags[1],
                tags_before=tags[0],
                physical_id=made.physical_id,
            )
            back.physical_id = kind.update(resource, {**hidden, **before})
            back.attributes = kind.attributes(replace(resource, physical_id=back.physical_id))

        try:
            self._step(stack, back, "update", update)
        except ResourceError as error:
            stack.resources[made.logical_id] = made
            stack.tell(made, "UPDATE_FAILED", str(error))
            return False
        stack.tell(back, "UPDATE_COMPLETE")
        return True

    def remove(self, stack: Stack, made: Made, policy: str, attempts: int = 1) -> bool:
        """Remove a resource as its policy says; false if that failed."""
        if policy in {"Retain", "RetainExceptOnCreate"}:
            self.keep(stack, copy.deepcopy(made))
            stack.tell(made, "DELETE_SKIPPED")
            return True
        stack.tell(made, "DELETE_IN_PROGRESS")
        kind = handler(made.type, made.logical_id)

        def take_away() -> None:
            if policy == "Snapshot":
                self._snapshot(stack, made)
            kind.delete(self.resource(stack, made))
            self.volumes.removed(stack.name, made)

        reason = ""
        for _ in range(attempts):
            try:
                self._step(stack, made, "delete", take_away)
            except ResourceError as error:
                reason = str(error)
            else:
                stack.tell(made, "DELETE_COMPLETE")
                return True
        stack.tell(made, "DELETE_FAILED", reason)
        return False

    def resource(self, stack: Stack, made: Made, properties: Props | None = None) -> Resource:
        """Return a resource as its handler sees it."""
        others = frozenset(m.physical_id for n, m in stack.resources.items() if n != made.logical_id)
        before = stack.before_target or stack.target
        cancelled = self.cancelled.get(stack.id)

        def wait(key: str, count: int, seconds: int) -> dict[str, str]:
            return self.signals.wait(key, count, seconds, lambda: bool(cancelled and cancelled.is_set()))

        return Resource(
            aws=self.clients,
            logical_id=made.logical_id,
            stack=stack.name,
            stack_id=stack.id,
            name=_name(stack, made),
            tags={**stack.target.tags, **_own_tags(stack, made)},
            tags_before={**before.tags, **_own_tags(stack, made)},
            properties=made.properties if properties is None else properties,
            physical_id=made.physical_id,
            siblings=others,
            waiting=wait,
        )

    def _create(self, stack: Stack, kind: Handler, made: Made, verb: str) -> None:
        stack.tell(made, f"{verb}_IN_PROGRESS", properties=json.dumps(made.properties, ensure_ascii=False))

        def create() -> None:
            resource = self.resource(stack, made)
            made.physical_id = kind.create(resource)
            made.attributes = kind.attributes(replace(resource, physical_id=made.physical_id))
            self.volumes.made(stack.name, made)

        try:
            self._step(stack, made, "create", create)
        except ResourceError as error:
            stack.tell(made, f"{verb}_FAILED", str(error))
            if made.physical_id:  # it is there, so rolling back must remove it
                stack.resources[made.logical_id] = made
            raise StepError(made.logical_id, str(error)) from None
        stack.resources[made.logical_id] = made
        stack.tell(made, f"{verb}_COMPLETE")

    def _replace(self, stack: Stack, kind: Handler, old: Made, new: Made) -> None:
        name = new.properties.get(kind.NAME) if kind.NAME else None
        if name is not None and name == old.properties.get(kind.NAME or ""):
            reason = (
                "CloudFormation cannot update a stack when a custom-named resource requires replacing."
                f" Rename {name} and update the stack again."
            )
            stack.tell(replace(old), "UPDATE_FAILED", reason)  # nothing was done to it, so nothing is to be undone
            raise StepError(old.logical_id, reason)
        new.generation = old.generation + 1
        new.drift = "NOT_CHECKED"
        stack.tell(old, "UPDATE_IN_PROGRESS", "Requested update requires the creation of a new physical resource")
        stack.replaced.append(replace(old, update_replace_policy=new.update_replace_policy))
        try:
            self._create(stack, kind, new, "UPDATE")
        except StepError:
            if stack.resources[old.logical_id] is old:
                stack.replaced.pop()
            raise

    def _update(self, stack: Stack, kind: Handler, old: Made, new: Made) -> None:
        stack.tell(new, "UPDATE_IN_PROGRESS", properties=json.dumps(new.properties, ensure_ascii=False))
        stack.resources[new.logical_id] = new

        def update() -> None:
            resource = self.resource(stack, new)
            new.physical_id = kind.update(resource, old.properties)
            new.attributes = kind.attributes(replace(resource, physical_id=new.physical_id))

        try:
            self._step(stack, new, "update", update)
        except ResourceError as error:
            stack.tell(new, "UPDATE_FAILED", str(error))
            raise StepError(new.logical_id, str(error)) from None
        new.drift = "NOT_CHECKED"
        stack.tell(new, "UPDATE_COMPLETE")

    def _import(self, stack: Stack, kind: Handler, made: Made, properties: Props) -> None:
        stack.tell(made, "IMPORT_IN_PROGRESS", properties=json.dumps(properties, ensure_ascii=False))

        def take_in() -> None:
            resource = self.resource(stack, made, properties)
            actual = kind.read(resource)
            made.imported = {n: v for n, v in actual.items() if n in properties}
            made.properties = properties
            stack.resources[made.logical_id] = made
            kind.update(resource, made.imported)
            made.attributes = kind.attributes(resource)

        try:
            self._step(stack, made, "create", take_in)
        except ResourceError as error:
            stack.tell(made, "IMPORT_FAILED", str(error))
            raise StepError(made.logical_id, str(error)) from None
        stack.tell(made, "IMPORT_COMPLETE")

    def _snapshot(self, stack: Stack, made: Made) -> None:
        note = f"Snapshot of {made.physical_id} of {stack.name}/{made.logical_id}"
        snapshot = take_snapshot(self.clients, made.physical_id, note, self.resource(stack, made).all_tags)
        if snapshot:
            self.volumes.snapshot(stack.name, made, snapshot)
            self.keep(stack, copy.deepcopy(replace(made, type="AWS::EC2::Snapshot", physical_id=snapshot)))

    def _step(self, stack: Stack, made: Made, action: str, do: Callable[[], None]) -> None:
        """Do one thing to a resource. Whatever goes wrong is a ResourceError with the reason its event gives."""
        calls = 0

        def before_call() -> None:
            nonlocal calls
            self.faults.strike(stack.name, made.logical_id, action, calls)
            calls += 1

        try:
            with self.clients.watched(before_call):
                do()
            self.faults.strike(stack.name, made.logical_id, action, -1)
        except ResourceError:
            raise
        except (ClientError, BotoCoreError) as error:
            raise ResourceError(said_by(error)) from None
        except Exception as error:
            log.exception("%s/%s: %s failed", stack.name, made.logical_id, action)
            raise ResourceError(f"an internal failure: {type(error).__name__}: {error}") from error


def _name(stack: Stack, made: Made) -> str:
    """Return what a resource is called that has no name of its own: always the same for the same thing."""
    seed = f"{stack.id} {made.logical_id} {made.generation}".encode()
    suffix = base64.b32encode(hashlib.sha256(seed).digest()).decode()[:12]
    return f"{stack.name[:24]}-{made.logical_id[:24]}-{suffix}"


def _own_tags(stack: Stack, made: Made) -> dict[str, str]:
    return {
        "aws:cloudformation:stack-name": stack.name,
        "aws:cloudformation:stack-id": stack.id,
        "aws:cloudformation:logical-id": made.logical_id,
    }


def said_by(error: Exception) -> str:
    """Return what went wrong in the words of an event: the operation, the message and the code of the service."""
    if not isinstance(error, ClientError):
        return str(error)
    told = told_by(error)
    service = f"{error.operation_name}: {told.get('Message') or told['Code']}"
    return f"{service} (Service error code: {told['Code']})"
