"""What is asked of a stack before anything is done to it, and answered without changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.evaluation import Evaluation
from deploy.local.cloudformation.resources import HANDLERS, handler
from deploy.local.cloudformation.resources.base import Resource, exists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.stack import Stack, Target

__all__ = ["check", "importable"]


def check(stack: Stack, target: Target, clients: Clients) -> Evaluation:
    """Evaluate a target against what a stack has. Raises ApiError and ResourceError for what cannot be done."""
    known = {m.logical_id: m for m in stack.resources.values()}
    evaluation = Evaluation(stack, target, clients, known)
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


def importable(stack: Stack, target: Target, clients: Clients, others: Iterable[Stack]) -> dict[str, str]:
    """Return what a target would create that exists already under its own name: physical id by logical id.

    `others` are the other stacks of the Region. Raises ApiError for what belongs to one of them.
    """
    evaluation = check(stack, target, clients)
    found: dict[str, str] = {}
    for name in evaluation.order:
        declared = evaluation.template.resources[name]
        kind = handler(declared.type, name)
        called = declared.properties.get(kind.NAME) if kind.NAME else None
        if name in stack.resources or not isinstance(called, str):
            continue
        if _is_there(kind.TYPE, called, clients, others):
            if not declared.deletion_policy.startswith("Retain"):
                raise ApiError(f"{name} exists; to take it in, give it a DeletionPolicy of Retain")
            found[name] = called
    return found


def _is_there(kind: str, name: str, clients: Clients, others: Iterable[Stack]) -> bool:
    """Tell whether something of a type exists under a name. Raises ApiError if another stack has it."""
    for other in others:
        taken = [m for m in other.resources.values() if m.type == kind and m.physical_id == name]
        if taken and not other.is_gone:
            raise ApiError(f"{name} belongs to the stack {other.name}, as {taken[0].logical_id}")
    resource = Resource(aws=clients, logical_id="", physical_id=name)
    try:
        return exists(lambda: HANDLERS[kind].read(resource))
    except ResourceError:
        return False
