"""A stack that runs, together with the diagram that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from architecture.errors import StackError
from deploy import stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.blueprint import Blueprint
    from deploy.client import Clients

__all__ = ["Running", "find"]


@dataclass(frozen=True, kw_only=True)
class Running:
    """A stack: where it is, what it was made from, and the names that its resources have in the account."""

    clients: Clients
    blueprint: Blueprint
    name: str
    physical: Mapping[str, str]
    outputs: Mapping[str, str]

    def of(self, item: str, part: str = "") -> str:
        """Return the name in the account of an item of the diagram, or of a part of it (`Log`, `FailedEvents`).

        Raises StackError where the stack has none, because the diagram has changed since it was deployed.
        """
        found = self.physical.get(self.blueprint.names.logical(item, part), "")
        if not found:
            what = f"the stack has no {item}" + (f" ({part})" if part else "")
            raise StackError(what, where=self.name, hint="desenho deploy up makes what the diagram has and it has not")
        return found


def find(clients: Clients, blueprint: Blueprint, name: str) -> Running:
    """Return a stack by its name. Raises StackError where there is none, or where it was not made whole."""
    found = stack.find(clients, name)
    if found is None or found.status == "REVIEW_IN_PROGRESS":
        raise StackError("there is no such stack", where=name, hint="desenho deploy up makes it")
    if not (found.sound or found.status.startswith("UPDATE_")):
        raise StackError(f"the stack is {found.status}", where=name, hint="desenho deploy status says more")
    resources = {r.logical: r.physical for r in stack.resources(clients, name)}
    return Running(clients=clients, blueprint=blueprint, name=name, physical=resources, outputs=found.outputs)
