"""The stacks of the account, and the operations that are begun on them."""

from __future__ import annotations

import copy
import logging
import re
import threading
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation import review
from deploy.local.cloudformation.changes import compute
from deploy.local.cloudformation.drift import compare
from deploy.local.cloudformation.engine import Engine
from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.journal import Journal
from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.restoring import restore_resource, restore_stack
from deploy.local.cloudformation.runner import Runner
from deploy.local.cloudformation.signals import Signals
from deploy.local.cloudformation.snapshots import restore_snapshot
from deploy.local.cloudformation.stack import Made, Stack, Target, now
from deploy.local.cloudformation.steps import Steps
from deploy.local.cloudformation.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.faults import Faults
    from deploy.local.cloudformation.schema import Props
    from deploy.local.cloudformation.stack import ChangeSet
    from deploy.local.state import State
    from deploy.local.volumes import Volumes

__all__ = ["Service"]

log = logging.getLogger("deploy.local")

_NAME: Final = re.compile("[a-zA-Z][-a-zA-Z0-9]*")
"""Source: CreateStack, StackName."""

_BEFORE: Final = {
    "CREATE": {"REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS"},
    "UPDATE": {
        "CREATE_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "IMPORT_COMPLETE",
        "UPDATE_FAILED",
    },
}
"""The statuses in which a stack may be created, and updated."""


class Service:
    """All stacks of all Regions."""

    def __init__(
        self, state: State, clients: Callable[[str], Clients], faults: Faults, volumes: Volumes, account: str
    ) -> None:
        self.signals = Signals()
        self.account = account
        self._clients = clients
        self._faults = faults
        self._volumes = volumes
        self._journal = Journal(state.stacks)
        self._stacks: dict[str, Stack] = {}
        self._workflows: dict[str, Workflow] = {}
        self._runner = Runner(self.written)
        self._lock = threading.RLock()

    def all(self, region: str) -> list[Stack]:
        """Return the stacks of a Region, deleted ones too, the newest first."""
        return [s for s in reversed(list(self._stacks.values())) if s.region == region]

    def everywhere(self) -> list[Stack]:
        """Return the stacks of all Regions that are not deleted, the oldest first."""
        return [s for s in list(self._stacks.values()) if not s.is_gone]

    def find(self, region: str, name: str) -> Stack:
        """Return a stack by name or id; deleted ones by id only. Raises ApiError."""
        for stack in self.all(region):
            if name == stack.id or (name == stack.name and not stack.is_gone):
                return stack
        raise ApiError(f"Stack with id {name} does not exist")

    def clients(self, region: str) -> Clients:
        """Return the clients of a Region."""
        return self._clients(region)

    def add(self, name: str, region: str, status: str, target: Target) -> Stack:
        """Add a stack that has nothing yet. Raises ApiError if the name is taken, or is none that AWS takes."""
        if not _NAME.fullmatch(name):
            raise ApiError(
                f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must "
                f"satisfy regular expression pattern: {_NAME.pattern}"
            )
        with self._lock:
            for other in self.all(region):
                if other.name == name and not other.is_gone:
                    raise ApiError(f"Stack [{name}] already exists", "AlreadyExistsException")
            stack = Stack.new(name, region, self.account, status, target)
            self._stacks[stack.id] = stack
            return stack

    def forget(self, stack: Stack) -> None:
        """Forget a stack that never had anything."""
        del self._stacks[stack.id]

    def written(self, stack: Stack) -> None:
        """Write down what a stack is now."""
        self._journal.write(stack)

    def changes(self, stack: Stack, change: ChangeSet) -> list[dict[str, Any]]:
        """Compute what a change set does. Raises ApiError and ResourceError."""
        self.check(stack, change.target)
        actual = self._actual(stack) if change.mode == "REVERT_DRIFT" else None
        return compute(stack, change.target, self._clients(stack.region), imports=change.imports, actual=actual)

    def check(self, stack: Stack, target: Target) -> None:
        """Check a target before anything is done. Raises ApiError and ResourceError."""
        review.check(stack, target, self._clients(stack.region))

    def importable(self, stack: Stack, target: Target) -> dict[str, str]:
        """Return what a target would create that exists already under its own name: physical id by logical id."""
        others = [s for s in self.all(stack.region) if s is not stack]
        return review.importable(stack, target, self._clients(stack.region), others)

    def start(self, stack: Stack, verb: str, change: ChangeSet | None, target: Target, *, token: str, why: str) -> None:
        """Start a creation or an update in the background; `verb` is CREATE or UPDATE. Raises ApiError if one runs."""
        with self._lock:
            self._check_idle(stack, verb)
            if verb == "UPDATE":
                stack.updated = now()
            stack.before = copy.deepcopy(stack.resources)
            stack.before_target = stack.target if verb == "UPDATE" else None
            stack.target = target
            stack.begin(token)
            stack.tell(None, f"{verb}_IN_PROGRESS", why)
            if change is not None:
                stack.change_set = change.id
                change.execution = "EXECUTE_IN_PROGRESS"
            workflow = self._workflow(stack.region)
            self._runner.run(stack, lambda: workflow.apply(stack, verb, change))

    def roll_back(self, stack: Stack, *, token: str, skipped: frozenset[str] = frozenset()) -> None:
        """Start rolling back what failed before. Raises ApiError if there is nothing to."""
        verbs = {
            "CREATE_FAILED": "CREATE",
            "ROLLBACK_FAILED": "CREATE",
            "UPDATE_FAILED": "UPDATE",
            "UPDATE_ROLLBACK_FAILED": "UPDATE",
        }
        with self._lock:
            if stack.status not in verbs:
                raise ApiError(f"Stack:{stack.id} is in {stack.status} state and can not be rolled back.")
            verb = verbs[stack.status]
            stack.begin(token)
            stack.tell(None, f"{'' if verb == 'CREATE' else 'UPDATE_'}ROLLBACK_IN_PROGRESS", "User Initiated")
            workflow = self._workflow(stack.region)
            self._runner.run(stack, lambda: workflow.revert(stack, verb, "", skipped))

    def remove(self, stack: Stack, retained: frozenset[str], *, token: str) -> None:
        """Start deleting a stack; one that is being created is stopped first. Raises ApiError if it is protected."""
        if stack.is_gone:
            return
        if stack.protected:
            raise ApiError(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled",
            )
        if retained and stack.status != "DELETE_FAILED":
            raise ApiError(f"RetainResources needs a stack in DELETE_FAILED; {stack.name} is in {stack.status}")
        with self._lock:
            if stack.is_busy:
                if stack.status not in {"CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"}:
                    raise ApiError(f"Stack [{stack.id}] is in {stack.status} state and can not be deleted.")
                if stack.status == "DELETE_IN_PROGRESS":
                    return
                self._runner.cancel(stack)
                self._runner.wait(stack, 30)
                if stack.is_gone:
                    return
                if self._runner.is_running(stack):
                    raise ApiError(f"Stack [{stack.id}] is still in {stack.status}; delete it again in a moment.")
            stack.begin(token)
            stack.tell(None, "DELETE_IN_PROGRESS", "User Initiated")
            workflow = self._workflow(stack.region)
            self._runner.run(stack, lambda: workflow.delete(stack, retained))

    def cancel(self, stack: Stack) -> None:
        """Stop an update, which is then rolled back. Raises ApiError if none runs."""
        if stack.status != "UPDATE_IN_PROGRESS":
            raise ApiError("CancelUpdateStack cannot be called from current stack status")
        self._runner.cancel(stack)

    def drift(self, stack: Stack, names: list[str]) -> list[dict[str, Any]]:
        """Compare the resources of a stack with what is really there, and remember the result."""
        steps = self._workflow(stack.region).engine.steps
        found: list[dict[str, Any]] = []
        for name, made in list(stack.resources.items()):
            if names and name not in names:
                continue
            found.append(compare(stack, made, steps.resource(stack, made)))
            made.drift, made.drift_time = found[-1]["StackResourceDriftStatus"], now()
        statuses = [f["StackResourceDriftStatus"] for f in found]
        stack.drift = "DRIFTED" if {"MODIFIED", "DELETED"} & set(statuses) else "IN_SYNC"
        stack.drift_time = now()
        self.written(stack)
        return found

    def restore(self, progress: Callable[[str], None]) -> None:
        """Make everything again that the journal tells of."""
        exchanged: dict[str, str] = {}
        for kept in self._journal.kept:
            progress(f"bringing back {kept.made.physical_id}")
            self._restore_kept(kept.region, kept.stack, kept.made)
        for stack in self._journal.stacks():
            progress(f"bringing back the stack {stack.name}")
            self._stacks[stack.id] = stack
            was = stack.status
            if stack.is_busy and stack.before is not None and not was.startswith("DELETE"):
                stack.resources, stack.replaced = stack.before, []
                stack.target = stack.before_target or stack.target
            restore_stack(self._workflow(stack.region).engine.steps, stack, exchanged)
            for made in stack.resources.values():
                self._volumes.remember(stack.name, made)
            if stack.is_busy:
                self._resume(stack, was)
            self.written(stack)

    def removed(self, physical_id: str) -> None:
        """Hear that a client has removed something; if a stack had left it behind, it does not come back."""
        for kept in self._journal.kept:
            if kept.made.physical_id == physical_id:
                self._journal.release(kept.region, physical_id)
                self._volumes.forget_snapshot(physical_id)

    def close(self) -> None:
        """Stop what runs: it is rolled back when the local cloud is started again."""
        self._runner.close()

    def _resume(self, stack: Stack, was: str) -> None:
        why = "the local cloud was stopped meanwhile"
        if was.startswith("DELETE"):
            stack.tell(None, "DELETE_IN_PROGRESS", why)
            workflow = self._workflow(stack.region)
            self._runner.run(stack, lambda: workflow.delete(stack, frozenset()))
        elif stack.before_target is None:
            stack.tell(None, "ROLLBACK_COMPLETE", why)
        else:
            stack.tell(None, "UPDATE_ROLLBACK_COMPLETE", why)
        stack.before = stack.before_target = None

    def _restore_kept(self, region: str, stack_name: str, made: Made) -> None:
        clients = self._clients(region)
        if made.type == "AWS::EC2::Snapshot":
            restore_snapshot(clients, made)
            return
        target = Target(body="{}", parameters={}, tags={})
        shell = Stack(id=f"::::{self.account}:", name=stack_name, region=region, created="", status="", target=target)
        shell.resources[made.logical_id] = made
        restore_resource(self._workflow(region).engine.steps, shell, made, {})
        self._volumes.remember(stack_name, made)

    def _workflow(self, region: str) -> Workflow:
        if region not in self._workflows:
            steps = Steps(
                self._clients(region),
                self._faults,
                self.signals,
                self._volumes,
                self._journal.keep,
                self._runner.cancelled,
            )
            self._workflows[region] = Workflow(Engine(steps), self._runner, self._journal)
        return self._workflows[region]

    def _check_idle(self, stack: Stack, verb: str) -> None:
        if stack.status not in _BEFORE[verb] or self._runner.is_running(stack):
            raise ApiError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def _actual(self, stack: Stack) -> Mapping[str, Props]:
        steps = self._workflow(stack.region).engine.steps
        actual: dict[str, Props] = {}
        for name, made in stack.resources.items():
            told = HANDLERS[made.type].read(steps.resource(stack, made))
            actual[name] = {n: told[n] for n in made.properties if n in told}
        return actual
