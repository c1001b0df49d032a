"""An axis: all exact places along it at once.

The centres of all nodes, the borders of all groups and all dummies are variables of one network simplex per axis. Not
box by box: only so a line through three groups comes out straight from end to end. What pulls is in `Pull`; what must
hold is that boxes keep their gaps and paddings, and that labels have room between the boxes that their lines join.

A pull is for each U that two ends are off, but a reader minds a bend, not how far it goes. So all is solved a second
time: lines that came out straight or nearly so pull more, those far from it less, and more of them end up straight than
if the sum of what they are off were least. (Reweighted l1 minimisation: Candes, Wakin and Boyd, Journal of Fourier
Analysis and Applications 14, 2008.)

Twins are solved once more, each as a rigid copy of the first of its kind.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.layout import simplex
from export.layout.boxes import GAP_ACROSS, GAP_ALONG, U

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Line, Plan
    from export.layout.layers import Layering
    from export.layout.titles import Shift

__all__ = ["Axis", "Pull", "Solved"]


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


class Solved(NamedTuple):
    """Centres of nodes (of groups 0) and borders of groups along an axis, in U."""

    centre: list[int]
    low: list[int]
    high: list[int]


Term = tuple[int, int]  # a variable and an offset


class Axis:
    """The constraints along one axis.

    Variables are the low and high borders of groups, the centres of nodes, dummies, and some in between.
    """

    def __init__(
        self, plan: Plan, layering: Layering, extra: Sequence[int], axis: int, shifts: Sequence[Shift] = ()
    ) -> None:
        self.plan = plan
        self.layering = layering
        self.axis = axis
        self.extra = extra
        self.elements = len(layering.owner)
        self.before = [r[2 * axis] for r in plan.reach]
        self.after = [r[2 * axis + 1] for r in plan.reach]
        self.beside = self._beside()
        self.shifts = shifts
        self.first: list[int] = []  # the places that all pulls at their usual strength lead to, once known

    def solved(self) -> Solved:
        """Return the places that cost least."""
        plan = self.plan
        # An element's own variable is its number; of a group that is the low border. High borders come after all.
        self.aliases: dict[int, Term] = {}
        self.rigid: set[int] = set()
        self.first = self._solve(set())
        values = self._solve(set())
        for stage in self._stages():
            gone = self._make_rigid(stage, values)
            values = self._solve(gone)
        first = values[0]
        low = [values[g] - first for g in range(plan.groups)]
        high = [values[self.elements + g] - first for g in range(plan.groups)]
        centre = [0] * plan.groups + [values[v] - first for v in range(plan.groups, plan.items)]
        return Solved(centre, low, high)

    def _stages(self) -> list[list[tuple[tuple[int, ...], ...]]]:
        """Return the classes of twins, those inside others first."""
        by_depth: dict[int, list[tuple[tuple[int, ...], ...]]] = {}
        for twins in self.plan.twins.classes:
            depth = len(self.plan.path[twins[0][0]])
            by_depth.setdefault(depth, []).append(twins)
        return [by_depth[d] for d in sorted(by_depth, reverse=True)]

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

    # ------------------------------------------------------------------------------------------------- constraints

    def _term(self, variable: int) -> Term:
        return self.aliases.get(variable, (variable, 0))

    def _low(self, v: int) -> Term:
        base, offset = self._term(v)
        return (base, offset - self.before[v]) if self.plan.groups <= v < self.plan.items else (base, offset)

    def _high(self, v: int) -> Term:
        if v < self.plan.groups:
            return self._term(self.elements + v)
        base, offset = self._term(v)
        return (base, offset + self.after[v]) if v < self.plan.items else (base, offset)

    def _outer_low(self, v: int) -> Term:
        """Return where the room that an element takes begins; a group may take some beyond its border."""
        base, offset = self._low(v)
        return (base, offset - self.before[v]) if v < self.plan.groups else (base, offset)

    def _outer_high(self, v: int) -> Term:
        base, offset = self._high(v)
        return (base, offset + self.after[v]) if v < self.plan.groups else (base, offset)

    def _apart(self, a: Term, b: Term, least: int, weight: int = 0) -> None:
        """Demand b - a >= least, at `weight` for each unit of it."""
        if a[0] != b[0]:
            self.arcs.append((a[0], b[0], least + a[1] - b[1], weight))

    def _together(self, a: Term, b: Term, weight: int) -> None:
        """Draw two places to each other."""
        if a[0] != b[0]:
            between = (self._new(), 0)
            self._apart(between, a, 0, weight)
            self._apart(between, b, 0, weight)

    def _new(self) -> int:
        self.size += 1
        return self.size - 1

    def _solve(self, gone: set[int]) -> list[int]:
        plan = self.plan
        self.gone = gone
        self.arcs: list[tuple[int, int, int, int]] = []
        self.size = self.elements + plan.groups
        for group in range(plan.groups):
            if group not in self.rigid:
                self._group(group)
        for line in plan.joining:
            self._line(line)
        for shift in self.shifts:
            if shift.element not in gone:
                self._apart(self._low(shift.group), self._term(shift.element), shift.least)
        # Variables that stand for nothing any more are left out by tying them to the first.
        used = {v for arc in self.arcs for v in arc[:2]}
        self.arcs += [(0, v, 0, 0) for v in range(self.size) if v and v not in used]
        values = simplex.solve(self.size, self.arcs)
        for variable, (base, offset) in self.aliases.items():
            values[variable] = values[base] + offset
        return values

    def _group(self, group: int) -> None:
        plan, axis = self.plan, self.axis
        along = self.layering.flows[group].axis == axis
        low, high = self._low(group), self._high(group)
        pad_low, pad_high = plan.pads[group][axis], plan.pads[group][axis + 2]
        self._apart(low, high, plan.least[group][axis], Pull.EXTENT)
        above: Term | None = None
        folded = self.layering.folds[group] > 1
        for part in self.layering.parts[group]:
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
            layers = [[v for v in layer if v not in self.gone] for layer in part] if self.gone else part
            for layer in layers:
                for v in layer:
                    self._apart(first, self._outer_low(v), 0)
                    self._apart(self._outer_high(v), last, 0)
            if along:
                self._along(layers)
            else:
                self._across(layers)

    def _along(self, layers: list[list[int]]) -> None:
        plan = self.plan
        for layer, after in pairwise(layers):
            border = (self._new(), 0)
            for v in layer:
                self._apart(self._outer_high(v), border, GAP_ALONG // 2 if v < plan.items else 0)
            for v in after:
                self._apart(border, self._outer_low(v), GAP_ALONG // 2 if v < plan.items else 0)
        for layer in layers:
            nodes = [v for v in layer if plan.groups <= v < plan.items]
            groups = [v for v in layer if v < plan.groups]
            for a, b in pairwise(nodes):
                self._together(self._term(a), self._term(b), Pull.COLUMN)
            for a, b in pairwise(groups):
                self._together(self._low(a), self._low(b), Pull.EQUAL)
                self._together(self._high(a), self._high(b), Pull.EQUAL)
            if nodes and groups:
                inner = self.layering.parts[groups[0]]
                firsts = [v for v in (inner[0][0] if inner else []) if plan.groups <= v < plan.items]
                if firsts:
                    self._together(self._term(nodes[0]), self._term(firsts[0]), Pull.FIRST)

    def _across(self, layers: list[list[int]]) -> None:
        items, alike = self.plan.items, self.plan.twins.of
        for layer in layers:
            for a, b in pairwise(layer):
                more = max(self.beside.get(alike[v], 0) if v < items else 0 for v in (a, b))
                gap = GAP_ACROSS if a < items and b < items else BESIDE
                self._apart(self._outer_high(a), self._outer_low(b), gap + more)
        rows = [[v for v in layer if v < items] for layer in layers]
        for one, other in pairwise(rows):
            if len(one) == len(other) == 1 and one[0] < self.plan.groups and other[0] < self.plan.groups:
                self._together(self._low(one[0]), self._low(other[0]), Pull.ROW)
                self._together(self._high(one[0]), self._high(other[0]), Pull.ROW)

    def _align(self, a: int, b: int, weight: int) -> None:
        """Draw two ends of a line into one row; a group is met anywhere between its borders."""
        if a >= self.plan.groups and b >= self.plan.groups:
            self._together(self._term(a), self._term(b), self._reweighted(a, b, weight))
            return
        half = max(1, weight // 2)
        for side in (self._low, self._high):
            ends = [side(v) if v < self.plan.groups else self._term(v) for v in (a, b)]
            self._together(ends[0], ends[1], half)

    def _reweighted(self, a: int, b: int, weight: int) -> int:
        if not self.first:
            return weight
        off = abs(self.first[a] - self.first[b])
        return round(weight * (STRAIGHTER if off <= NEARLY else 1 if off <= FAR else SLACKER))

    def _line(self, line: Line) -> None:
        plan, layering, axis = self.plan, self.layering, self.axis
        extra = self.extra[line.number]
        place = self._layer_of(line)
        if place is None and layering.turns(line):
            if layering.flows[line.home].axis != axis:
                self._straight(line)
                if line.room[0]:
                    columns = [layering.column(v, line.home) for v in (line.first, line.last)]
                    a, b = (line.first, line.last) if columns[0] < columns[1] else (line.last, line.first)
                    self._apart(self._high(a), self._low(b), line.room[axis] + extra)
            return
        if layering.flows[line.home].axis != axis:
            self._straight(line)
            if place is not None and place[0] == place[1] and line.room[0]:
                a, b = (line.first, line.last) if place[2] < place[3] else (line.last, line.first)
                self._apart(self._high(a), self._low(b), line.room[axis] + extra)
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
            self._apart(self._high(a), self._low(b), room + extra)
        if source >= plan.groups and target >= plan.groups:
            air = 2 if line.room[0] else 0
            self._apart(self._icon(source, 1), self._icon(target, 0), room + air + extra, Pull.ALONG)
        else:
            self._apart(self._high(source), self._low(target), room + extra, Pull.ALONG)

    def _icon(self, v: int, side: int) -> Term:
        """Return the border of a node's icon, to the right its text left away; below, it is that of the text."""
        base, offset = self._term(v)
        if self.axis == 0:
            half = -(-self.plan.icon[v][0] // U)
            return (base, offset + (int(half) if side else -int(half)))
        return (base, offset + self.after[v]) if side else (base, offset - self.before[v])

    def _straight(self, line: Line) -> None:
        way = [v for v in self.layering.ways[line.number] if v not in self.gone]
        items = self.plan.items
        pull = Pull.ACROSS if len(way) == 2 else Pull.LONG
        if self.plan.twins.lines[line.number] == line.number:
            pull += Pull.ALONE
        turns = self.layering.turns(line)
        for a, b in pairwise(way):
            if not turns or self.layering.column(a, line.home) == self.layering.column(b, line.home):
                strength = 2 * pull if a >= items and b >= items else pull
                self._align(a, b, strength)

    def _layer_of(self, line: Line) -> tuple[int, int, int, int] | None:
        """Return the layers of a line's ends in its home and their places in them, if both are in one part."""
        for part in self.layering.parts[line.home]:
            found = [(i, layer.index(v)) for v in (line.first, line.last) for i, layer in enumerate(part) if v in layer]
            if len(found) == 2:
                return found[0][0], found[1][0], found[0][1], found[1][1]
            if found:
                return None
        return None

    # ------------------------------------------------------------------------------------------------------- twins

    def _make_rigid(self, classes: list[tuple[tuple[int, ...], ...]], values: list[int]) -> set[int]:
        """Tie all twins of classes to copies of their models; return the dummies that have no place in a copy."""
        groups = self.plan.groups
        for twins in classes:
            model = twins[0]
            start = values[model[0]]
            for twin in twins:
                base = twin[0]
                self.rigid.update(item for item in twin if item < groups)
                for item, same in zip(twin, model, strict=True):
                    if item != base:
                        self.aliases[item] = (base, values[same] - start)
                    if item < groups:
                        self.aliases[self.elements + item] = (base, values[self.elements + same] - start)
        return {v for v in range(self.plan.items, self.elements) if self.layering.owner[v] in self.rigid}
