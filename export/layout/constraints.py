"""Constraints: what must hold along one axis, and what pulls.

Boxes keep their gaps and paddings, and labels have room between the boxes that their lines join. What pulls is in
`Pull`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from export.layout.boxes import GAP_ACROSS, GAP_ALONG
from export.layout.simplex import Network
from export.layout.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Line, Plan
    from export.layout.layers import Layering
    from export.layout.terms import Copies, Term
    from export.layout.titles import Shift

__all__ = ["Constraints", "Pull"]


class Pull:
    """How strongly things are drawn together, for each U between them."""

    ACROSS = 8  # a line between neighbouring layers, across the flow: what makes it straight
    LONG = 10  # the same where it has dummies, at its ends
    ALONE = 1  # more for a line that no twin has
    ALONG = 1  # a line along the flow
    SKIPPING = 2  # a line along the flow between things that no layers order
    FREE = 4  # the same for a free line
    EXTENT = 14  # the size of a group
    PART = 1  # the size of a part
    COLUMNS = 4  # the beginnings of columns of one part
    EQUAL = 4  # borders of groups that are stacked in a layer
    COLUMN = 6  # centres of nodes that are stacked in a layer
    FIRST = 5  # a node and the first node of a group stacked with it
    ROW = 1  # borders of single groups in neighbouring layers


NEARLY, STRAIGHTER = 6, 4  # U that two ends of a line are off at most, for a pull so many times as strong
FAR, SLACKER = 12, 0.4  # the same for those that are further off than that
BESIDE = 2  # from a dummy to its neighbour in the layer
SHORTEST = 5  # a line along x without a label


class Constraints:
    """Constraints along an axis, the arcs of `network`. Its variables are those of `Terms`, then some in between."""

    def __init__(
        self,
        plan: Plan,
        layering: Layering,
        axis: int,
        extra: Sequence[int],
        shifts: Iterable[Shift],
        copies: Copies,
    ) -> None:
        self.plan = plan
        self.layering = layering
        self.axis = axis
        self.extra = extra
        self.copies = copies
        self.terms = Terms(plan, len(layering.owner), axis, copies)
        self.groups = plan.groups
        self.items = plan.items
        self.beside = self._beside()
        self.place = {
            v: (number, i, j)
            for parts in layering.parts
            for number, part in enumerate(parts)
            for i, layer in enumerate(part)
            for j, v in enumerate(layer)
        }
        self.arcs: list[tuple[int, int, int, int]] = []
        self.straight: list[tuple[int, int, int, int]] = []  # the variable between two ends of a line, both, the pull
        self.size = len(layering.owner) + plan.groups
        for group in range(plan.groups):
            if group not in copies.groups:
                self._group(group)
        for line in plan.joining:
            self._line(line)
        for shift in shifts:
            if shift.element not in copies.gone:
                self._apart(self.terms.low(shift.group), self.terms.of(shift.element), shift.least)
        # Variables that stand for nothing any more are left out by tying them to the first.
        used = {v for arc in self.arcs for v in arc[:2]}
        self.arcs += [(0, v, 0, 0) for v in range(self.size) if v and v not in used]
        self.network = Network(self.size, self.arcs)

    def solved(self, first: Sequence[int] = ()) -> list[int]:
        """Return the best places of all variables, by the pulls that the `first` places ask for, if there are any."""
        values = self.network.solved(self._weights(first) if first else None)
        for variable, (base, offset) in self.copies.terms.items():
            values[variable] = values[base] + offset
        return values

    def _weights(self, first: Sequence[int]) -> dict[tuple[int, int], int]:
        """Return how strongly lines pull at their ends that came out at these places."""
        weights: dict[tuple[int, int], int] = {}
        for between, a, b, pull in self.straight:
            off = abs(first[a] - first[b])
            weight = round(pull * (STRAIGHTER if off <= NEARLY else 1 if off <= FAR else SLACKER))
            weights[between, self.terms.of(a)[0]] = weights[between, self.terms.of(b)[0]] = weight
        return weights

    def _beside(self) -> dict[int, int]:
        """Return for items the more room to their neighbours, so that lines beside them find a place."""
        beside: dict[int, int] = {}
        for line in self.plan.lines:
            if self.extra[line.number]:
                for end in (line.source, line.target):
                    for item in self.plan.path[end]:
                        if item == line.home:
                            break
                        model = self.plan.twins.of[item]
                        beside[model] = max(beside.get(model, 0), self.extra[line.number] - 1)
        return beside

    # -------------------------------------------------------------------------------------------------------- arcs

    def _apart(self, a: Term, b: Term, least: int, weight: int = 0) -> None:
        """Demand b - a >= least, at `weight` for each unit of it."""
        if a[0] != b[0]:
            self.arcs.append((a[0], b[0], least + a[1] - b[1], weight))

    def _together(self, a: Term, b: Term, weight: int) -> int | None:
        """Draw two places to each other; return the variable between them, if they do not move together anyway."""
        if a[0] == b[0]:
            return None
        between = self._new()
        self.arcs.append((between, a[0], -a[1], weight))
        self.arcs.append((between, b[0], -b[1], weight))
        return between

    def _new(self) -> int:
        self.size += 1
        return self.size - 1

    # ------------------------------------------------------------------------------------------------------ groups

    def _group(self, group: int) -> None:
        plan, axis = self.plan, self.axis
        along = self.layering.flows[group].axis == axis
        low, high = self.terms.low(group), self.terms.high(group)
        pad_low, pad_high = plan.pads[group][axis], plan.pads[group][axis + 2]
        self._apart(low, high, plan.least[group][axis], Pull.EXTENT)
        above: Term | None = None
        folded = self.layering.folds[group] > 1
        for layers in self.layering.parts[group]:
            first, last = (self._new(), 0), (self._new(), 0)
            self._apart(low, first, pad_low)
            self._apart(last, high, pad_high)
            self._apart(first, last, 0, Pull.PART)
            if above is not None and not along:
                self._apart(above, first, GAP_ALONG if folded else GAP_ACROSS)
            begin = first if self.layering.flows[group].forward else last
            if above is not None and along and folded:
                self._together(above, begin, Pull.COLUMNS)
            above = begin if along else last
            lowest, highest = self._outermost(layers, along=along)
            for layer in layers:
                for v in layer:
                    if v in lowest:
                        self._apart(first, self.terms.outer_low(v), 0)
                    if v in highest:
                        self._apart(self.terms.outer_high(v), last, 0)
            if along:
                self._along(layers)
            else:
                self._across(layers)

    def _outermost(self, layers: Sequence[Sequence[int]], *, along: bool) -> tuple[set[int], set[int]]:
        """Return what may stand first and last in a part: everything else keeps a gap to something that does.

        Between dummies of neighbouring layers there is no gap, so layers count up to the first that holds an item.
        """
        if not along:
            return {layer[0] for layer in layers}, {layer[-1] for layer in layers}
        ends: list[set[int]] = []
        for ordered in (layers, layers[::-1]):
            end: set[int] = set()
            for layer in ordered:
                end.update(layer)
                if any(v < self.items for v in layer):
                    break
            ends.append(end)
        return ends[0], ends[1]

    def _along(self, layers: Sequence[Sequence[int]]) -> None:
        for layer, after in pairwise(layers):
            border = (self._new(), 0)
            for v in layer:
                self._apart(self.terms.outer_high(v), border, GAP_ALONG // 2 if v < self.items else 0)
            for v in after:
                self._apart(border, self.terms.outer_low(v), GAP_ALONG // 2 if v < self.items else 0)
        for layer in layers:
            nodes = [v for v in layer if self.groups <= v < self.items]
            groups = [v for v in layer if v < self.groups]
            for a, b in pairwise(nodes):
                self._together(self.terms.of(a), self.terms.of(b), Pull.COLUMN)
            for a, b in pairwise(groups):
                self._together(self.terms.low(a), self.terms.low(b), Pull.EQUAL)
                self._together(self.terms.high(a), self.terms.high(b), Pull.EQUAL)
            if nodes and groups:
                inner = self.layering.parts[groups[0]]
                firsts = [v for v in (inner[0][0] if inner else ()) if self.groups <= v < self.items]
                if firsts:
                    self._together(self.terms.of(nodes[0]), self.terms.of(firsts[0]), Pull.FIRST)

    def _across(self, layers: Sequence[Sequence[int]]) -> None:
        items, alike = self.items, self.plan.twins.of
        for layer in layers:
            for a, b in pairwise(layer):
                more = max(self.beside.get(alike[v], 0) if v < items else 0 for v in (a, b))
                gap = GAP_ACROSS if a < items and b < items else BESIDE
                self._apart(self.terms.outer_high(a), self.terms.outer_low(b), gap + more)
        rows = [[v for v in layer if v < items] for layer in layers]
        for one, other in pairwise(rows):
            if len(one) == len(other) == 1 and one[0] < self.groups and other[0] < self.groups:
                self._together(self.terms.low(one[0]), self.terms.low(other[0]), Pull.ROW)
                self._together(self.terms.high(one[0]), self.terms.high(other[0]), Pull.ROW)

    # ------------------------------------------------------------------------------------------------------- lines

    def _line(self, line: Line) -> None:
        layering, axis = self.layering, self.axis
        extra = self.extra[line.number]
        place = self._layer_of(line)
        if place is None and layering.turns(line):
            if layering.flows[line.home].axis != axis:
                self._straight(line)
                if line.room[0]:
                    columns = [layering.column(v, line.home) for v in (line.first, line.last)]
                    a, b = (line.first, line.last) if columns[0] < columns[1] else (line.last, line.first)
                    self._apart(self.terms.high(a), self.terms.low(b), line.room[axis] + extra)
            return
        if layering.flows[line.home].axis != axis:
            self._straight(line)
            if place is not None and place[0] == place[1] and line.room[0]:
                a, b = (line.first, line.last) if place[2] < place[3] else (line.last, line.first)
                self._apart(self.terms.high(a), self.terms.low(b), line.room[axis] + extra)
            return
        if place is None or place[0] == place[1]:
            pull = Pull.FREE if line.free else Pull.SKIPPING
            self._align(line.source, line.target, pull)
            return
        forward = place[0] < place[1]
        a, b = (line.first, line.last) if forward else (line.last, line.first)
        source, target = (line.source, line.target) if forward else (line.target, line.source)
        room = line.room[axis] if line.room[0] else SHORTEST if axis == 0 else 0
        if abs(place[0] - place[1]) == 1:
            self._apart(self.terms.high(a), self.terms.low(b), room + extra)
        if source >= self.groups and target >= self.groups:
            air = 2 if line.room[0] else 0
            self._apart(self.terms.icon(source, 1), self.terms.icon(target, 0), room + air + extra, Pull.ALONG)
        else:
            self._apart(self.terms.high(source), self.terms.low(target), room + extra, Pull.ALONG)

    def _straight(self, line: Line) -> None:
        way = [v for v in self.layering.ways[line.number] if v not in self.copies.gone]
        items = self.items
        pull = Pull.ACROSS if len(way) == 2 else Pull.LONG
        if self.plan.twins.lines[line.number] == line.number:
            pull += Pull.ALONE
        turns = self.layering.turns(line)
        for a, b in pairwise(way):
            if not turns or self.layering.column(a, line.home) == self.layering.column(b, line.home):
                strength = 2 * pull if a >= items and b >= items else pull
                self._align(a, b, strength)

    def _align(self, a: int, b: int, weight: int) -> None:
        """Draw two ends of a line into one row; a group is met anywhere between its borders."""
        if a >= self.groups and b >= self.groups:
            between = self._together(self.terms.of(a), self.terms.of(b), weight)
            if between is not None:
                self.straight.append((between, a, b, weight))
            return
        half = max(1, weight // 2)
        for side in (self.terms.low, self.terms.high):
            ends = [side(v) if v < self.groups else self.terms.of(v) for v in (a, b)]
            self._together(ends[0], ends[1], half)

    def _layer_of(self, line: Line) -> tuple[int, int, int, int] | None:
        """Return the layers of a line's ends in its home and their places in them, if both are in one part."""
        (part, one, first), (other_part, other, last) = self.place[line.first], self.place[line.last]
        return (one, other, first, last) if part == other_part else None
