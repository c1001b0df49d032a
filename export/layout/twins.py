"""Twins: groups side by side that are made alike, as availability zones are.

Groups of one parent are twins where their children have the same shape in the same order and the same lines run between
them. A reader expects such groups to look alike, so the first of them stands for all: one order, one set of sizes, one
set of offsets. Their lines are paired too, so that room for a label is the same in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.ranks import Part, Parts

__all__ = ["Followers", "Twins", "find"]

SMALLEST = 3  # items; two subnets of one node each are not yet alike


class Twins(NamedTuple):
    """Who stands for whom.

    `of` gives for each item the one that stands for it, itself if none does; `lines` the same for lines. `classes`
    lists the sets of twins, outer ones first: for each twin its items, in the same order in all, itself first.
    """

    of: tuple[int, ...]
    lines: tuple[int, ...]
    classes: tuple[tuple[tuple[int, ...], ...], ...]


def find(children: Sequence[Sequence[int]], ends: Sequence[tuple[int, int, bool]]) -> Twins:
    """Find the twins among groups, given the children of each and for each line its source, target and whether free."""
    groups = len(children)
    shapes: list[tuple[object, ...]] = [()] * groups
    members: list[tuple[int, ...]] = [()] * groups
    for group in reversed(range(groups)):
        inner = children[group]
        shapes[group] = tuple(shapes[c] if c < groups else 0 for c in inner)
        members[group] = (group, *(m for c in inner for m in (members[c] if c < groups else (c,))))
    touching: dict[int, list[int]] = {}
    for number, (source, target, _) in enumerate(ends):
        touching.setdefault(source, []).append(number)
        if target != source:
            touching.setdefault(target, []).append(number)

    def wiring(group: int) -> tuple[tuple[int, int, bool], ...]:
        place = {item: i for i, item in enumerate(members[group])}
        numbers = {number for item in place for number in touching.get(item, ())}
        inside = (ends[number] for number in sorted(numbers))
        return tuple(sorted((place[s], place[t], free) for s, t, free in inside if s in place and t in place))

    of = list(range(groups + sum(len(c) for c in children)))
    classes: list[tuple[tuple[int, ...], ...]] = []
    for group in range(groups):
        alike: dict[tuple[object, ...], list[int]] = {}
        for child in children[group]:
            if child < groups and len(members[child]) >= SMALLEST:
                alike.setdefault(shapes[child], []).append(child)
        for candidates in alike.values():
            if len(candidates) < 2:
                continue
            wired: dict[tuple[tuple[int, int, bool], ...], list[int]] = {}
            for child in candidates:
                wired.setdefault(wiring(child), []).append(child)
            for first, *others in wired.values():
                if others:
                    classes.append(tuple(members[twin] for twin in (first, *others)))
                for other in others:
                    for item, model in zip(members[other], members[first], strict=True):
                        of[item] = model
    for item in range(len(of)):
        while of[of[item]] != of[item]:
            of[item] = of[of[item]]
    return Twins(tuple(of), _paired(of, ends), tuple(classes))


def _paired(of: list[int], ends: Sequence[tuple[int, int, bool]]) -> tuple[int, ...]:
    """Return for each line the one between the items that stand for its ends, of parallel ones that of its turn."""
    models: dict[tuple[int, int], list[int]] = {}
    for number, (source, target, _) in enumerate(ends):
        if of[source] == source and of[target] == target:
            models.setdefault((source, target), []).append(number)
    turns: dict[tuple[int, int], int] = {}
    paired: list[int] = []
    for number, (source, target, _) in enumerate(ends):
        same = models.get((of[source], of[target]), [number])
        turn = turns.get((source, target), 0)
        turns[source, target] = turn + 1
        paired.append(same[min(turn, len(same) - 1)])
    return tuple(paired)


class Followers:
    """Gives all twins of a diagram the order of their models."""

    def __init__(self, plan: Plan) -> None:
        self.lines = plan.twins.lines
        self.copies = {twin for twins in plan.twins.classes for other in twins[1:] for twin in other}
        self.pairs: list[tuple[int, int, dict[int, int]]] = []  # a group, that of a twin, and what is what in them
        for model, *twins in reversed(plan.twins.classes):
            for twin in twins:
                same = dict(zip(model, twin, strict=True))
                self.pairs += [(group, copy, same) for group, copy in same.items() if group < plan.groups]

    def followed(self, order: Sequence[Parts], moved: Iterable[int], layering: Layering) -> tuple[Parts, ...]:
        """Return the order of all groups in which the twins of those that moved follow them."""
        behind = set(moved)
        now = list(order)
        for group, copy, same in self.pairs:
            if group in behind:
                now[copy] = self._as_model(now[copy], now[group], layering, same)
                behind.add(copy)
        return tuple(now)

    def _as_model(self, own: Parts, models: Parts, layering: Layering, same: dict[int, int]) -> Parts:
        """Return the parts of a twin in the order of those of its model; `same` leads from model's items to its own.

        A lane that only one of them has comes last.
        """
        if len(own) > 1:
            mine = {same[v]: i for i, part in enumerate(models) for layer in part for v in layer if v in same}
            own = tuple(sorted(own, key=lambda part: _least(mine, part, len(models))))
        items, carries, lines = layering.items, layering.carries, self.lines
        found: list[Part] = []
        for part, model in zip(own, models, strict=False):
            layers: list[tuple[int, ...]] = []
            for layer, other in zip(part, model, strict=False):
                if len(layer) > 1:
                    places = {same[v] if v < items else ~lines[carries[v - items]]: i for i, v in enumerate(other)}
                    keys = {v: places.get(v if v < items else ~lines[carries[v - items]], len(other)) for v in layer}
                    layers.append(tuple(sorted(layer, key=keys.__getitem__)))
                else:
                    layers.append(layer)
            found.append((*layers, *part[len(layers) :]))
        return (*found, *own[len(found) :])


def _least(places: dict[int, int], part: Part, otherwise: int) -> int:
    return min((places[v] for layer in part for v in layer if v in places), default=otherwise)
