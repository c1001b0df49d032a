"""Search: which way each group flows, and which are folded.

All groups begin with the flow of the diagram, and once more with the other axis where the script leaves it open. Group
by group, innermost first and look-alikes together, the other axis is tried, the other places for children without
lines, and folds where the picture is too long; what makes the rough placement better is kept. Some of the best that
differ in flows or folds are answered: which of them is best indeed only lines that are laid can tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.layout.lone import Lone
from export.layout.order import Arranger
from export.layout.ranks import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.layout.boxes import Plan
    from export.layout.order import Arranged

__all__ = ["candidates", "likeliest"]

COUNTS = ((40, 4), (70, 3), (1 << 30, 2))  # up to so many lines, so many candidates
SWAPS = 100  # tried in the first arrangement and in those of candidates
TURNS = 2  # over all groups
FOLDS = (1, 2, 3, 4)  # columns that are tried
TALL, WIDE = 1.15, 2.4  # the aspects within which nothing is folded
FOLDABLE = 3  # lines in a group, from which on it may be folded
GAIN = 15  # that a change must bring
WORST = 1.6  # times the best cost, for a candidate


class _Class(NamedTuple):
    """Groups that look alike and are changed together."""

    groups: tuple[int, ...]
    free: bool
    lone: bool


def candidates(plan: Plan) -> Iterator[Arranged]:
    """Yield the best arrangements that differ in their flows, best first: fewer of larger diagrams.

    Swaps are tried in each when it is asked for.
    """
    count = next(count for lines, count in COUNTS if len(plan.lines) <= lines)
    search = _Search(plan)
    for choice in search.best(count):
        yield search.climbed(choice)


def likeliest(plan: Plan) -> Arranged:
    """Return the best arrangement by rough costs alone."""
    search = _Search(plan)
    (choice,) = search.best(1)
    return search.climbed(choice)


class _Search:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.arrange = Arranger(plan)
        self.seen: dict[Choice, Arranged] = {}

    def best(self, count: int) -> list[Choice]:
        plan, classes = self.plan, self._classes()
        free = {group for alike in classes if alike.free for group in alike.groups}
        turned = tuple(plan.flow(g, 1 - flow.axis) if g in free else flow for g, flow in enumerate(plan.base))
        starts = [Choice(flows, (Lone(),) * plan.groups, (1,) * plan.groups) for flows in (plan.base, turned)]
        found = min((self._found_from(start, classes) for start in starts), key=lambda found: found.cost)
        by_flows: dict[object, Choice] = {}
        for choice in sorted(self.seen, key=lambda choice: self.seen[choice].cost):
            by_flows.setdefault((choice.flows, choice.folds), choice)
        return [choice for choice in by_flows.values() if self.seen[choice].cost <= found.cost * WORST][:count]

    def _found_from(self, now: Choice, classes: list[_Class]) -> Arranged:
        """Return the best that is found from one choice; all that is tried is kept in `seen`."""
        found = self.seen[now] = self.arrange(now, SWAPS)
        for _ in range(TURNS):
            before = now
            for alike in classes:
                for other in self._changes(now, alike, found):
                    if other not in self.seen:
                        self.seen[other] = self.arrange(other, 0, found)
                        if self.seen[other].cost < found.cost - GAIN:
                            now, found = other, self.seen[other]
            if now == before:
                break
        return found

    def climbed(self, choice: Choice) -> Arranged:
        return self.arrange(choice, SWAPS, self.seen[choice])

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

    def _changes(self, choice: Choice, alike: _Class, found: Arranged) -> Iterator[Choice]:
        first = alike.groups[0]
        if alike.free:
            axis = 1 - choice.flows[first].axis
            flows = list(choice.flows)
            for group in alike.groups:
                flows[group] = self.plan.flow(group, axis)
            yield choice._replace(flows=tuple(flows))
        if alike.lone:
            now = choice.lone[first]
            policies = [now._replace(ends=ends) for ends in range(3) if ends != now.ends]
            policies += [now._replace(rest=rest) for rest in range(3) if rest != now.rest]
            for policy in policies:
                lone = list(choice.lone)
                for group in alike.groups:
                    lone[group] = policy
                yield choice._replace(lone=tuple(lone))
        packing = found.packing
        aspect = packing.width[0] / max(packing.height[0], 1)
        if len(self.plan.at_home[first]) >= FOLDABLE and (aspect < TALL if choice.flows[first].axis else aspect > WIDE):
            for count in FOLDS:
                if count != choice.folds[first]:
                    folds = list(choice.folds)
                    for group in alike.groups:
                        folds[group] = count
                    yield choice._replace(folds=tuple(folds))
