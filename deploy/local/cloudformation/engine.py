"""What is done to a stack: applied, rolled back, deleted.

A stack is brought to a target one resource after the other. `Stack.before` remembers what there was, so rolling back
means bringing everything back to that: what was changed is changed back from what is really there, what is new is
removed, and what was replaced is put in its place again, because the old one is removed last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.evaluation import Evaluation
from deploy.local.cloudformation.graph import in_order
from deploy.local.cloudformation.steps import StepError, Steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.stack import Made, Stack

__all__ = ["Engine"]

_ATTEMPTS_TO_CLEAN: Final = 3


@dataclass(frozen=True, slots=True)
class Engine:
    """Does what is asked to one stack at a time; one engine serves one Region."""

    steps: Steps

    def apply(self, stack: Stack, verb: str, imports: Mapping[str, str]) -> None:
        """Bring a stack to its target; `verb` is CREATE or UPDATE. Raises StepError for the first that fails."""
        try:
            evaluation = Evaluation(stack, stack.target, self.steps.clients, stack.resources)
        except (ApiError, ResourceError) as error:
            raise StepError(stack.name, str(error)) from None
        for name in evaluation.order:
            if self.steps.cancelled[stack.id].is_set():
                raise StepError(name, "Resource creation cancelled")
            self.steps.bring(stack, evaluation, name, verb, imports.get(name, ""))
        try:
            stack.outputs = evaluation.outputs()
        except (ApiError, ResourceError) as error:
            raise StepError(stack.name, str(error)) from None
        stack.description = evaluation.template.description

    def clean(self, stack: Stack) -> list[str]:
        """Remove what was replaced and what is not in the target any more; return what could not be removed."""
        evaluation = Evaluation(stack, stack.target, self.steps.clients, stack.resources)
        surplus = [m for name, m in stack.resources.items() if name not in evaluation.depends_on]
        left: list[str] = []
        gone = [(stack.resources[n], stack.resources[n].deletion_policy) for n in reversed(in_order(surplus))]
        outdated = [(m, m.update_replace_policy) for m in reversed(stack.replaced)]
        for made, policy in [*outdated, *gone]:
            if not self.steps.remove(stack, made, policy, attempts=_ATTEMPTS_TO_CLEAN):
                left.append(made.logical_id)
            if stack.resources.get(made.logical_id) is made:
                del stack.resources[made.logical_id]
        stack.replaced.clear()
        return left

    def revert(self, stack: Stack, verb: str, skipped: frozenset[str] = frozenset()) -> list[str]:
        """Bring a stack back to what it had before; return what failed. `verb` is CREATE or UPDATE.

        A creation that is rolled back removes what it made but for what is to be retained.
        """
        before = stack.before or {}
        failed: list[str] = []
        for name in reversed(in_order(stack.resources.values())):
            made, old = stack.resources[name], before.get(name)
            if old is not None and name in skipped:
                stack.resources[name] = old
            elif not (self._undone(stack, made, verb) if old is None else self._brought_back(stack, made, old)):
                failed.append(name)
        return failed

    def _undone(self, stack: Stack, made: Made, verb: str) -> bool:
        """Take away what was not there before, or leave it as it was before it was taken in; false if that failed."""
        if made.imported is not None:
            found = replace(made, properties=made.imported, time="")
            done = self.steps.put_back(stack, replace(made, status="UPDATE_COMPLETE"), found)
        else:
            kept = verb == "CREATE" and made.deletion_policy == "Retain"
            done = self.steps.remove(stack, made, "Retain" if kept else "Delete")
        if done:
            del stack.resources[made.logical_id]
        return done

    def _brought_back(self, stack: Stack, made: Made, old: Made) -> bool:
        """Have a resource again as it was: the one that was replaced, or the same one changed back; false if not."""
        is_new = made.physical_id != old.physical_id
        if not (is_new and any(m.physical_id == old.physical_id for m in stack.replaced)):
            return self.steps.put_back(stack, made, old)
        if not self.steps.remove(stack, made, "Delete"):
            return False
        stack.resources[made.logical_id] = old
        stack.replaced[:] = [m for m in stack.replaced if m.physical_id != old.physical_id]
        return True

    def delete(self, stack: Stack, retained: frozenset[str]) -> list[str]:
        """Remove a stack's resources in the order of their needs; return what could not be removed."""
        failed: list[str] = []
        for name in reversed(in_order(stack.resources.values())):
            made = stack.resources[name]
            needed_by = [n for n in failed if name in stack.resources[n].depends_on]
            if needed_by:
                continue
            if self.steps.remove(stack, made, "Retain" if name in retained else made.deletion_policy):
                del stack.resources[name]
            else:
                failed.append(name)
        return failed
