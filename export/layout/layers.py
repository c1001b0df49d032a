"""Layers: which children of a group stand one after the other along its flow, and which side by side.

Each group is layered by itself, from the lines lifted to it (`ranks`).

A line that spans several layers keeps a dummy in each one between, and a line that leaves its group along the flow
keeps one in every later layer of that group: its lane. Nothing is put on a dummy, so the line has a way out that is
straight. A line from one column of a folded part to another keeps lanes to the end of the one and from the start of the
other.

Elements are items by their numbers, then dummies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from export.layout.lone import FILL, LONGEST_COLUMN
from export.layout.ranks import Hints, joined, ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Flow, Line, Plan
    from export.layout.ranks import Choice, Joined, Parts

__all__ = ["Layering", "Layers", "no_hints"]


@dataclass(slots=True, eq=False)
class Layering:
    """The parts of each group, their layers in the order of the axis, the elements of each layer across it.

    `ways` leads for each line from source to target over its dummies; `owner` gives the group of each element.
    """

    flows: tuple[Flow, ...]
    folds: tuple[int, ...]
    parts: tuple[Parts, ...]
    ways: list[list[int]]
    owner: list[int]
    carries: list[int]  # the line of each dummy, from the first dummy on
    names: Sequence[object]  # of the elements, the same in all layerings: a dummy's is its group and line

    @property
    def items(self) -> int:
        """The number of items, and that of the first dummy."""
        return len(self.owner) - len(self.carries)

    def ordered(self, parts: tuple[Parts, ...]) -> Layering:
        """Return the same layering with its parts and layers in another order."""
        return Layering(self.flows, self.folds, parts, self.ways, self.owner, self.carries, self.names)

    def column(self, v: int, group: int) -> int:
        """Return in which part of a group an element stands, itself or what holds it."""
        while self.owner[v] != group:
            v = self.owner[v]
        return next(i for i, part in enumerate(self.parts[group]) for layer in part if v in layer)

    def turns(self, line: Line) -> bool:
        """Tell whether a line goes on in another column of a folded part."""
        home = line.home
        return self.folds[home] > 1 and self.column(line.first, home) != self.column(line.last, home)


def no_hints(plan: Plan) -> Hints:
    """Return the hints for a first layering."""
    return Hints({}, ((),) * plan.groups, [(reach[0] + reach[1], reach[2] + reach[3]) for reach in plan.reach])


class Layers:
    """Layers the groups of one diagram, again and again: what it is asked again it answers with the same object."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sided = [any(line.free for line in lines) for lines in plan.at_home]
        self.joined: dict[object, Joined] = {}
        self.ranked: dict[object, Parts] = {}
        self.known: dict[object, Layering] = {}

    def __call__(self, choice: Choice, hints: Hints) -> Layering:
        """Layer all groups."""
        ranks = tuple([self._ranked(group, choice, hints) for group in range(self.plan.groups)])
        key = (choice.flows, choice.folds, ranks, hints.leaving)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._with_dummies(choice, ranks, hints)
        return found

    def _ranked(self, group: int, choice: Choice, hints: Hints) -> Parts:
        plan, policy, fold = self.plan, choice.lone[group], choice.folds[group]
        children = plan.children[group]
        if not children:
            return ()
        sides = tuple([hints.side.get(child, 0) for child in children])
        key: object = (group, policy, fold, sides)
        if policy.rest == FILL or fold > 1 or len(children) > LONGEST_COLUMN:
            key = (key, choice.flows[group].axis, tuple([hints.sizes[child] for child in children]))
        found = self.ranked.get(key)
        if found is None:
            part = (group, sides if self.sided[group] else ())
            base = self.joined.get(part)
            if base is None:
                base = self.joined[part] = joined(children, plan.at_home[group], hints.side)
            found = self.ranked[key] = ranked(plan, group, base, choice, hints)
        return found

    def _with_dummies(self, choice: Choice, ranks: Sequence[Parts], hints: Hints) -> Layering:
        """Put the dummies of all lines into the layers, and order those along the axis."""
        plan = self.plan
        dummies: list[tuple[int, int]] = []  # group and line
        middle: dict[int, list[int]] = {}
        lanes: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        parts: list[Parts] = []
        next_dummy = plan.items
        for group, found in enumerate(ranks):
            own = [[list(layer) for layer in part] for part in found]
            lines, leaving = plan.at_home[group], hints.leaving[group]
            for part in own if lines or leaving else ():
                place = {v: i for i, layer in enumerate(part) for v in layer}
                for line in lines:
                    start, stop = place.get(line.first), place.get(line.last)
                    if start is None and stop is None:
                        continue
                    if start is None or stop is None:  # on into another column, or from one
                        side = 1 if start is not None else 0
                        rows = range(start + 1, len(part)) if start is not None else range(stop or 0)
                        over = lanes[1 - side].setdefault(line.number, [])
                        for i in rows if side else reversed(rows):
                            part[i].append(next_dummy)
                            over.append(next_dummy)
                            dummies.append((group, line.number))
                            next_dummy += 1
                        continue
                    if -2 < start - stop < 2:
                        continue
                    between = range(start + 1, stop) if start < stop else range(start - 1, stop, -1)
                    middle[line.number] = list(range(next_dummy, next_dummy + len(between)))
                    for i in between:
                        part[i].append(next_dummy)
                        dummies.append((group, line.number))
                        next_dummy += 1
                for number, child, side, at_source in leaving:
                    if child in place:
                        own_lane = lanes[0 if at_source else 1].setdefault(number, [])
                        for i in range(place[child] + 1, len(part)) if side > 0 else range(place[child] - 1, -1, -1):
                            part[i].append(next_dummy)
                            own_lane.append(next_dummy)
                            dummies.append((group, number))
                            next_dummy += 1
            forward = choice.flows[group].forward
            parts.append(tuple([tuple(map(tuple, part if forward else reversed(part))) for part in own]))
        owner = [*plan.parent, *(group for group, _ in dummies)]
        ways = [_way(line, lanes, middle, owner) for line in plan.lines]
        carries, names = [line for _, line in dummies], [*range(plan.items), *dummies]
        return Layering(choice.flows, choice.folds, tuple(parts), ways, owner, carries, names)


def _way(
    line: Line, lanes: tuple[dict[int, list[int]], dict[int, list[int]]], middle: dict[int, list[int]], owner: list[int]
) -> list[int]:
    # Groups are numbered from the outside in and lanes are made group by group: from the inside out is the reverse of
    # groups, but within a group lanes already run outwards.
    start, stop = lanes[0].get(line.number, []), lanes[1].get(line.number, [])
    if len(start) > 1:
        start = sorted(start, key=lambda d: -owner[d])
    if len(stop) > 1:
        stop = sorted(stop, key=lambda d: -owner[d])
    return [line.source, *start, *middle.get(line.number, []), *reversed(stop), line.target]
