"""Search: which way each group flows.

All groups begin with the flow of the diagram. Group by group, innermost first and look-alikes together, the other axis is
tried and the other places for children without lines, and what makes the rough placement better is kept. Some of the
best that differ in their flows are answered: which of them is best indeed only lines that are laid can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.layout.layers import Choice, Layers, Lone
from export.layout.order import arrange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.layout.boxes import Plan
    from export.layout.order import Arranged

__all__ = ["candidates"]

CLIMB = 100
TURNS = 2  # over all groups
GAIN = 15  # that a change must bring
WORST = 1.6  # times the best cost, for a candidate


class _Class(NamedTuple):
    """Groups that look alike and are changed together."""

    groups: tuple[int, ...]
    free: bool
    lone: bool


def candidates(plan: Plan, count: int) -> list[Choice]:
    """Return the best choices, at most `count`, best first."""
    return _Search(plan).best(count)


class _Search:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.layers = Layers(plan)
        self.seen: dict[Choice, Arranged] = {}

    def best(self, count: int) -> list[Arranged]:
        now = Choice(self.plan.base, (Lone(),) * self.plan.groups)
        best = self.seen[now] = arrange(self.layers, now, CLIMB)
        classes = self._classes()
        for _ in range(TURNS):
            before = now
            for alike in classes:
                for other in self._changes(now, alike):
                    if other in self.seen:
                        continue
                    found = self.seen[other] = arrange(self.layers, other, 0, best)
                    if found.cost < best.cost - GAIN:
                        now, best = other, found
            if now == before:
                break
        by_flow: dict[tuple[object, ...], tuple[float, int, Choice]] = {}
        for i, (choice, arranged) in enumerate(self.seen.items()):
            known = by_flow.get(choice.flows)
            if known is None or arranged.cost < known[0]:
                by_flow[choice.flows] = (arranged.cost, i, choice)
        ranked = sorted(by_flow.values(), key=lambda entry: entry[:2])
        return [(choice, self.seen[choice]) for found, _, choice in ranked if found < ranked[0][0] * WORST][:count]

    def _classes(self) -> list[_Class]:
        plan = self.plan
        shapes: list[str] = [""] * plan.groups
        for group in reversed(range(plan.groups)):
            inner = sorted(shapes[child] if child < plan.groups else "n" for child in plan.children[group])
            shapes[group] = f"({''.join(inner)})"
        alike: dict[tuple[int, str], list[int]] = {}
        for group in range(plan.groups):
            if len(plan.children[group]) > 1:
                alike.setdefault((len(plan.path[group]), shapes[group]), []).append(group)
        classes: list[_Class] = []
        for (_, _), groups in sorted(alike.items(), key=lambda entry: -entry[0][0]):
            joined = [{child for line in plan.at_home[g] for child in (line.first, line.last)} for g in groups]
            lone = any(set(plan.children[g]) - ends for g, ends in zip(groups, joined, strict=True))
            classes.append(_Class(tuple(groups), all(plan.given[g] is None for g in groups), lone))
        return classes

    def _changes(self, choice: Choice, alike: _Class) -> Iterator[Choice]:
        first = alike.groups[0]
        if alike.free:
            axis = 1 - choice.flows[first].axis
            flows = list(choice.flows)
            for group in alike.groups:
                flows[group] = self.plan.flow(group, axis)
            yield Choice(tuple(flows), choice.lone)
        if alike.lone:
            now = choice.lone[first]
            policies = [now._replace(ends=ends) for ends in range(3) if ends != now.ends]
            policies += [now._replace(rest=rest) for rest in range(3) if rest != now.rest]
            for policy in policies:
                lone = list(choice.lone)
                for group in alike.groups:
                    lone[group] = policy
                yield Choice(choice.flows, tuple(lone))
