"""The order in which resources are made: what a resource names is made before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.cloudformation.functions import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deploy.local.cloudformation.functions import Scope
    from deploy.local.cloudformation.stack import Made

__all__ = ["dependencies", "in_order", "ordered"]

_LAST: Final = {"AWS::CloudFormation::WaitCondition"}
"""These wait, so they come when nothing else can be done."""


def dependencies(scope: Scope) -> dict[str, list[str]]:
    """Return, for every resource whose condition holds, what it depends on. Raises TemplateError for a circle."""
    resources = scope.template.resources
    active = {k for k, r in resources.items() if r.condition is None or scope.condition(r.condition)}
    found: dict[str, list[str]] = {}
    for name, resource in resources.items():
        if name not in active:
            continue
        named = {r.name for r in references(resource.properties, scope, f"Resources/{name}/Properties")} | set(
            resource.depends_on
        )
        lost = sorted(n for n in named if n in resources and n not in active and n not in resource.depends_on)
        if lost:
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{', '.join(lost)}] in the Resources block of"
                f" the template: their condition does not hold, and {name} needs them"
            )
        found[name] = [n for n in resources if n in named and n in active]
    ordered(found, {k: resources[k].type for k in found})
    return found


def ordered(depends_on: Mapping[str, Iterable[str]], types: Mapping[str, str]) -> list[str]:
    """Return the names so that each comes after what it depends on. Raises TemplateError for a circle."""
    left = {name: {d for d in needed if d in depends_on} for name, needed in depends_on.items()}
    done: list[str] = []
    while left:
        ready = [name for name, needed in left.items() if needed <= set(done)]
        if not ready:
            raise TemplateError(f"Circular dependency between resources: [{', '.join(_circle(left))}]")
        soon = [name for name in ready if types[name] not in _LAST] or ready[:1]
        done += soon
        for name in soon:
            del left[name]
    return done


def in_order(resources: Iterable[Made]) -> list[str]:
    """Return the names of resources, each after what it needs."""
    there = {m.logical_id: m for m in resources}
    return ordered({n: m.depends_on for n, m in there.items()}, {n: m.type for n, m in there.items()})


def _circle(left: Mapping[str, set[str]]) -> list[str]:
    """Return the members of one circle, in its order."""
    path = [next(iter(left))]
    while True:
        following = next(d for d in sorted(left[path[-1]]) if d in left)
        if following in path:
            return path[path.index(following) :]
        path.append(following)
