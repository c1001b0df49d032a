"""The stacks of the account, and the operations that run on them, each in a thread of its own."""

from __future__ import annotations

import copy
import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from deploy.local.aws import ClientError
from deploy.local.cloudformation.changes import compute
from deploy.local.cloudformation.drift import compare
from deploy.local.cloudformation.engine import Engine, StepError
from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.evaluation import Evaluation
from deploy.local.cloudformation.journal import Journal
from deploy.local.cloudformation.resources import HANDLERS, handler
from deploy.local.cloudformation.resources.base import Resource, is_missing
from deploy.local.cloudformation.signals import Signals
from deploy.local.cloudformation.stack import Made, Stack, now

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.faults import Faults
    from deploy.local.cloudformation.schema import Props
    from deploy.local.cloudformation.stack import ChangeSet, Target
    from deploy.local.state import State
    from deploy.local.volumes import Volumes

__all__ = ["Service"]

log = logging.getLogger("deploy.local")

_UPDATABLE: Final = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}


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
        self._engines: dict[str, Engine] = {}
        self._cancelled: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._lock = threading.RLock()
        self._closing = False

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
        """Add a stack that has nothing yet. Raises ApiError if the name is taken."""
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

    def check(self, stack: Stack, target: Target) -> Evaluation:
        """Check a target before anything is done. Raises ApiError and ResourceError."""
        known = {m.logical_id: m for m in stack.resources.values()}
        evaluation = Evaluation(stack, target, self._clients(stack.region), known)
        moved = [
            n
            for n, r in evaluation.template.resources.items()
            if n in stack.resources and stack.resources[n].type != r.type
        ]
        if moved:
            raise ApiError(
                "Update of resource type is not permitted. The new template modifies resource type of the following"
                f" resources: [{', '.join(moved)}]"
            )
        return evaluation

    def importable(self, stack: Stack, target: Target) -> dict[str, str]:
        """Return what a target would create that exists already under its own name: physical id by logical id."""
        evaluation = self.check(stack, target)
        found: dict[str, str] = {}
        for name in evaluation.order:
            declared = evaluation.template.resources[name]
            kind = handler(declared.type, name)
            called = declared.properties.get(kind.NAME) if kind.NAME else None
            if name in stack.resources or not isinstance(called, str):
                continue
            if self._find_named(stack, kind.TYPE, called):
                if not declared.deletion_policy.startswith("Retain"):
                    raise ApiError(f"{name} exists; to take it in, give it a DeletionPolicy of Retain")
                found[name] = called
        return found

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
            self._run(stack, lambda: self._apply(stack, verb, change))

    def roll_back(self, stack: Stack, *, token: str, skipped: frozenset[str] = frozenset()) -> None:
        """Start rolling back what failed before. Raises ApiError if there is nothing to."""
        verbs = {
            "CREATE_FAILED": "CREATE",
            "ROLLBACK_FAILED": "CREATE",
            "UPDATE_FAILED": "UPDATE",
            "UPDATE_ROLLBACK_FAILED": "UPDATE",
        }
        if stack.status not in verbs:
            raise ApiError(f"Stack:{stack.id} is in {stack.status} state and can not be rolled back.")
        verb = verbs[stack.status]
        stack.begin(token)
        stack.tell(None, f"{'' if verb == 'CREATE' else 'UPDATE_'}ROLLBACK_IN_PROGRESS", "User Initiated")
        self._run(stack, lambda: self._revert(stack, verb, "", skipped))

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
                self._cancelled[stack.id].set()
                self._threads[stack.id].join(30)
                if stack.is_gone:
                    return
            stack.begin(token)
            stack.tell(None, "DELETE_IN_PROGRESS", "User Initiated")
            self._run(stack, lambda: self._delete(stack, retained))

    def cancel(self, stack: Stack) -> None:
        """Stop an update, which is then rolled back. Raises ApiError if none runs."""
        if stack.status != "UPDATE_IN_PROGRESS":
            raise ApiError("CancelUpdateStack cannot be called from current stack status")
        self._cancelled[stack.id].set()

    def drift(self, stack: Stack, names: list[str]) -> list[dict[str, Any]]:
        """Compare the resources of a stack with what is really there, and remember the result."""
        engine = self._engine(stack.region)
        found: list[dict[str, Any]] = []
        for name, made in list(stack.resources.items()):
            if names and name not in names:
                continue
            found.append(compare(stack, made, engine.resource(stack, made)))
            made.drift, made.drift_time = found[-1]["StackResourceDriftStatus"], now()
        statuses = [f["StackResourceDriftStatus"] for f in found]
        stack.drift = "DRIFTED" if {"MODIFIED", "DELETED"} & set(statuses) else "IN_SYNC"
        stack.drift_time = now()
        self.written(stack)
        return found

    def wait(self, stack: Stack, seconds: float) -> None:
        """Wait until no operation runs on a stack."""
        thread = self._threads.get(stack.id)
        if thread:
            thread.join(seconds)

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
            self._engine(stack.region).restore(stack, exchanged)
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
        self._closing = True
        for event in self._cancelled.values():
            event.set()
        for thread in self._threads.values():
            thread.join(2)

    def _resume(self, stack: Stack, was: str) -> None:
        why = "the local cloud was stopped meanwhile"
        if was.startswith("DELETE"):
            stack.tell(None, "DELETE_IN_PROGRESS", why)
            self._run(stack, lambda: self._delete(stack, frozenset()))
        elif stack.before_target is None:
            stack.tell(None, "ROLLBACK_COMPLETE", why)
        else:
            stack.tell(None, "UPDATE_ROLLBACK_COMPLETE", why)
        stack.before = stack.before_target = None

    def _restore_kept(self, region: str, stack_name: str, made: Made) -> None:
        clients = self._clients(region)
        if made.type == "AWS::EC2::Snapshot":
            from deploy.local.cloudformation.snapshots import restore_snapshot

            restore_snapshot(clients, made)
            return
        target = _empty_target()
        shell = Stack(id=f"::::{self.account}:", name=stack_name, region=region, created="", status="", target=target)
        shell.resources[made.logical_id] = made
        self._engine(region).restore_one(shell, made, {})
        self._volumes.remember(stack_name, made)

    def _apply(self, stack: Stack, verb: str, change: ChangeSet | None) -> None:
        engine = self._engine(stack.region)
        try:
            engine.apply(stack, verb, change.imports if change else {})
        except StepError as error:
            if self._closing:
                return
            if change:
                change.execution = "EXECUTE_FAILED"
            self._failed(stack, verb, error)
            return
        for made in stack.resources.values():
            if made.imported is not None:
                made.imported = None
                self._journal.release(stack.region, made.physical_id)
        reason = ""
        if verb == "UPDATE":
            stack.tell(None, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            left = engine.clean(stack)
            reason = f"Update successful. One or more resources could not be deleted: {', '.join(left)}" if left else ""
        stack.before = stack.before_target = None
        if change:
            change.execution = "EXECUTE_COMPLETE"
        stack.tell(None, f"{verb}_COMPLETE", reason)

    def _failed(self, stack: Stack, verb: str, error: StepError) -> None:
        what = "create" if verb == "CREATE" else "update"
        reason = (
            error.reason
            if error.logical_id == stack.name
            else f"The following resource(s) failed to {what}: [{error.logical_id}]. "
        )
        if stack.disable_rollback or (verb == "CREATE" and stack.on_failure == "DO_NOTHING"):
            stack.tell(None, f"{verb}_FAILED", reason)
            return
        stack.tell(None, f"{'' if verb == 'CREATE' else 'UPDATE_'}ROLLBACK_IN_PROGRESS", reason)
        self._revert(stack, verb, reason, frozenset())
        if verb == "CREATE" and stack.on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            stack.tell(None, "DELETE_IN_PROGRESS", reason)
            self._delete(stack, frozenset())

    def _revert(self, stack: Stack, verb: str, reason: str, skipped: frozenset[str]) -> None:
        prefix = "" if verb == "CREATE" else "UPDATE_"
        self._cancelled[stack.id].clear()
        failed = self._engine(stack.region).revert(stack, verb, skipped)
        if failed:
            stack.tell(None, f"{prefix}ROLLBACK_FAILED", f"The following resource(s) failed: [{', '.join(failed)}].")
            return
        if verb == "UPDATE":
            stack.target = stack.before_target or stack.target
            stack.tell(None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        stack.replaced.clear()
        stack.before = stack.before_target = None
        stack.tell(None, f"{prefix}ROLLBACK_COMPLETE", reason)

    def _delete(self, stack: Stack, retained: frozenset[str]) -> None:
        failed = self._engine(stack.region).delete(stack, retained)
        if failed:
            said = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            stack.tell(None, "DELETE_FAILED", said)
            return
        stack.deleted = now()
        stack.outputs = []
        stack.tell(None, "DELETE_COMPLETE")

    def _run(self, stack: Stack, work: Callable[[], None]) -> None:
        """Run an operation in the background; what it changes is written down when it begins and when it ends."""
        self._cancelled[stack.id] = threading.Event()
        self._engine(stack.region).cancelled[stack.id] = self._cancelled[stack.id]
        self.written(stack)

        def run() -> None:
            started = time.monotonic()
            try:
                work()
            except Exception as error:
                log.exception("%s: an operation broke off", stack.name)
                stack.tell(None, stack.status.replace("_IN_PROGRESS", "_FAILED"), f"an internal failure: {error}")
            if not self._closing:
                self.written(stack)
            log.info("%s: %s after %.2f s", stack.name, stack.status, time.monotonic() - started)

        thread = threading.Thread(target=run, name=f"stack {stack.name}", daemon=True)
        self._threads[stack.id] = thread
        thread.start()

    def _engine(self, region: str) -> Engine:
        if region not in self._engines:
            self._engines[region] = Engine(
                self._clients(region), self._faults, self.signals, self._volumes, self._journal.keep
            )
        return self._engines[region]

    def _check_idle(self, stack: Stack, verb: str) -> None:
        fine = (
            stack.status in _UPDATABLE | {"UPDATE_FAILED"}
            if verb == "UPDATE"
            else stack.status
            in {
                "REVIEW_IN_PROGRESS",
                "CREATE_IN_PROGRESS",
            }
        )
        if not fine or (stack.id in self._threads and self._threads[stack.id].is_alive()):
            raise ApiError(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def _find_named(self, stack: Stack, kind: str, name: str) -> bool:
        """Tell whether something of a type exists under a name. Raises ApiError if another stack has it."""
        for other in self.all(stack.region):
            taken = [m for m in other.resources.values() if m.type == kind and m.physical_id == name]
            if taken and other is not stack and not other.is_gone:
                raise ApiError(f"{name} belongs to the stack {other.name}, as {taken[0].logical_id}")
        resource = Resource(aws=self._clients(stack.region), logical_id="", physical_id=name)
        try:
            HANDLERS[kind].read(resource)
        except ClientError as error:
            if is_missing(error):
                return False
            raise
        except ResourceError:
            return False
        return True

    def _actual(self, stack: Stack) -> Mapping[str, Props]:
        engine = self._engine(stack.region)
        actual: dict[str, Props] = {}
        for name, made in stack.resources.items():
            told = HANDLERS[made.type].read(engine.resource(stack, made))
            actual[name] = {n: told[n] for n in made.properties if n in told}
        return actual


def _empty_target() -> Target:
    from deploy.local.cloudformation.stack import Target

    return Target(body="{}", parameters={}, tags={})
