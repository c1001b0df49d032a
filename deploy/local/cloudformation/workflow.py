"""An operation from its start to its end: what is done to the stack, and the statuses that it goes through.

Source: "Stack status codes" in the CloudFormation user guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.cloudformation.stack import now
from deploy.local.cloudformation.steps import StepError

if TYPE_CHECKING:
    from deploy.local.cloudformation.engine import Engine
    from deploy.local.cloudformation.journal import Journal
    from deploy.local.cloudformation.runner import Runner
    from deploy.local.cloudformation.stack import ChangeSet, Stack

__all__ = ["Workflow"]


class Workflow:
    """The operations on the stacks of one Region."""

    def __init__(self, engine: Engine, runner: Runner, journal: Journal) -> None:
        self.engine = engine
        self._runner = runner
        self._journal = journal

    def apply(self, stack: Stack, verb: str, change: ChangeSet | None) -> None:
        """Bring a stack to its target, or back if that fails; `verb` is CREATE or UPDATE."""
        try:
            self.engine.apply(stack, verb, change.imports if change else {})
        except StepError as error:
            if self._runner.is_closing:
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
            left = self.engine.clean(stack)
            reason = f"Update successful. One or more resources could not be deleted: {', '.join(left)}" if left else ""
        stack.before = stack.before_target = None
        if change:
            change.execution = "EXECUTE_COMPLETE"
        stack.tell(None, f"{verb}_COMPLETE", reason)

    def revert(self, stack: Stack, verb: str, reason: str, skipped: frozenset[str]) -> None:
        """Roll a stack back, but for the resources that are skipped; `reason` is what its last event gives."""
        prefix = "" if verb == "CREATE" else "UPDATE_"
        self._runner.resume(stack)
        failed = self.engine.revert(stack, verb, skipped)
        if failed:
            stack.tell(None, f"{prefix}ROLLBACK_FAILED", f"The following resource(s) failed: [{', '.join(failed)}].")
            return
        if verb == "UPDATE":
            stack.target = stack.before_target or stack.target
            stack.tell(None, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        stack.replaced.clear()
        stack.before = stack.before_target = None
        stack.tell(None, f"{prefix}ROLLBACK_COMPLETE", reason)

    def delete(self, stack: Stack, retained: frozenset[str]) -> None:
        """Delete a stack, but for the resources that are retained."""
        failed = self.engine.delete(stack, retained)
        if failed:
            said = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            stack.tell(None, "DELETE_FAILED", said)
            return
        stack.deleted = now()
        stack.outputs = []
        stack.tell(None, "DELETE_COMPLETE")

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
        self.revert(stack, verb, reason, frozenset())
        if verb == "CREATE" and stack.on_failure == "DELETE" and stack.status == "ROLLBACK_COMPLETE":
            stack.tell(None, "DELETE_IN_PROGRESS", reason)
            self.delete(stack, frozenset())
