"""Twins: groups side by side that are made alike, as availability zones are.

Groups of one parent are twins where their children have the same shape in the same order and the same lines run between
them. A reader expects such groups to look alike, so the first of them stands for all: one order, one set of sizes, one
set of offsets. Their lines are paired too, so that room for a label is the same in each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Twins", "find"]

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
