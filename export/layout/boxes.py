"""Numbers for names: a Sketch becomes a Plan of integers on the grid.

The grid has a pitch of `U` = 10 px, draw.io's own. Every centre, border and bend that the layout chooses lies on it, so
a person who opens the drawing drags things along the lines they already stand on. All lengths of a Plan are in U.

Items are numbered: 0 is the diagram itself, then the groups, then the nodes, each in script order. A line between two
items is lifted to its home, the innermost group round both ends, and to the two children of it that it joins there: so
each group can be arranged by itself, with its children as boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from export.layout import twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from architecture.model import Direction
    from export.layout.sketch import Sketch, SketchGroup, SketchNode
    from export.layout.twins import Twins

__all__ = [
    "GAP_ACROSS",
    "GAP_ALONG",
    "LABEL_GAP",
    "SIDE",
    "TITLE",
    "TITLE_AIR",
    "UNDER",
    "Flow",
    "Line",
    "Plan",
    "Reach",
    "U",
    "plan",
]

U = 10
LABEL_GAP = 7  # px between an icon and the label under it
TITLE_AIR = 4  # px between a title and lines
GAP_ALONG = 6  # between the layers of a group
GAP_ACROSS = 3  # between neighbours in a layer
SIDE, TITLE, UNDER = 3, 4, 2  # a group's padding at its sides, on top where its title is, and at the bottom
LOOP = 1  # the room between lines from an item to itself, at its top right corner, and the next thing


class Flow(NamedTuple):
    """Where the flow of a group goes: along x (axis 0) or y (axis 1), forward or against the axis."""

    axis: int
    forward: bool


FLOWS: dict[Direction, Flow] = {
    "LR": Flow(0, True), "RL": Flow(0, False), "TB": Flow(1, True), "BT": Flow(1, False),
}  # fmt: skip


class Reach(NamedTuple):
    """How far a node takes room from its centre, and a group beyond its borders."""

    left: int
    right: int
    up: int
    down: int


class Line(NamedTuple):
    """An edge, lifted.

    `home` is the innermost group round both ends; `first` and `last` are its children that hold source and target.
    Where one end is a group that holds the other, `home` is that group, and `first` or `last` is it too. `label` is the
    room of the label in px (0, 0 for none), `room` the same in U along x and along y with air, 0 for none.
    """

    number: int
    source: int
    target: int
    home: int
    first: int
    last: int
    free: bool
    label: tuple[float, float]
    room: tuple[int, int]

    @property
    def loop(self) -> bool:
        """Whether it goes from an item to itself."""
        return self.source == self.target

    @property
    def enclosed(self) -> bool:
        """Whether one end is a group that holds the other."""
        return not self.loop and self.home in (self.first, self.last)


@dataclass(frozen=True)
class Plan:
    """A diagram by its numbers. `groups` counts the groups, the diagram included: items below that number are groups.

    `path` leads from an item up to the diagram, itself included; `rank` is the place of an item in the script;
    `least` is the least width and height of a group; `pads` its padding left, top, right, bottom; `given` its flow
    where the script says it, `base` the flow it has unless there is a reason for another.
    """

    sketch: Sketch
    ids: tuple[str, ...]
    groups: int
    parent: tuple[int, ...]
    path: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]
    rank: tuple[float, ...]
    reach: tuple[Reach, ...]
    icon: tuple[tuple[float, float], ...]
    text: tuple[tuple[float, float], ...]
    title: tuple[tuple[float, float], ...]
    least: tuple[tuple[int, int], ...]
    pads: tuple[tuple[int, int, int, int], ...]
    given: tuple[Flow | None, ...]
    base: tuple[Flow, ...]
    lines: tuple[Line, ...]
    twins: Twins

    @property
    def items(self) -> int:
        """The number of items."""
        return len(self.ids)

    @cached_property
    def joining(self) -> tuple[Line, ...]:
        """The lines between two items of which neither holds the other."""
        return tuple(line for line in self.lines if not line.loop and not line.enclosed)

    @cached_property
    def at_home(self) -> tuple[tuple[Line, ...], ...]:
        """The lines of each group that join two of its children."""
        found: list[list[Line]] = [[] for _ in range(self.groups)]
        for line in self.joining:
            found[line.home].append(line)
        return tuple(map(tuple, found))

    @cached_property
    def leaves(self) -> tuple[tuple[int, ...], ...]:
        """The nodes in each item, itself if it is one."""
        found: list[list[int]] = [[] for _ in range(self.items)]
        for item in range(self.groups, self.items):
            for outer in self.path[item]:
                found[outer].append(item)
        return tuple(map(tuple, found))

    def flow(self, group: int, axis: int) -> Flow:
        """Return the flow of a group along an axis: the way the nearest group round it with a say wants it."""
        for outer in self.path[group]:
            said = self.given[outer]
            if said is not None and said.axis == axis:
                return said
        return Flow(axis, True)


def plan(sketch: Sketch) -> Plan:
    """Return the plan of a sketch: its items numbered and measured on the grid, its lines lifted."""
    ids = ("", *(g.id for g in sketch.groups), *(n.id for n in sketch.nodes))
    groups = 1 + len(sketch.groups)
    number: dict[str | None, int] = {name: i for i, name in enumerate(ids) if i}
    number[None] = 0
    parent = [-1, *(number[x.parent] for x in (*sketch.groups, *sketch.nodes))]
    path = [_climb(parent, item) for item in range(len(ids))]
    rank = _ranks(parent, path, groups)
    children: list[list[int]] = [[] for _ in range(groups)]
    for item in sorted(range(1, len(ids)), key=lambda i: (rank[i], i)):
        children[parent[item]].append(item)
    loops: dict[int, list[float]] = {}
    for edge in sketch.edges:
        if edge.source == edge.target:
            loops.setdefault(number[edge.source], []).append(edge.label.width)
    given = [FLOWS[sketch.direction], *(FLOWS[g.direction] if g.direction else None for g in sketch.groups)]
    lines = _lift(sketch, number, path)
    alike = twins.find(children, [(line.source, line.target, line.free) for line in lines])
    reach = [Reach(0, 0, 0, 0)] * groups + [_reach(n) for n in sketch.nodes]
    return Plan(
        sketch=sketch,
        ids=ids,
        groups=groups,
        parent=tuple(parent),
        path=tuple(path),
        children=tuple(map(tuple, children)),
        rank=tuple(rank),
        reach=tuple(
            Reach(*r)
            for r in _shared([_looped(r, loops.get(i, []), group=i < groups) for i, r in enumerate(reach)], alike)
        ),
        icon=((0.0, 0.0),) * groups + tuple((n.icon.width / 2, n.icon.height / 2) for n in sketch.nodes),
        text=((0.0, 0.0),) * groups + tuple((n.label.width, n.label.height) for n in sketch.nodes),
        title=((0.0, 0.0), *((g.title.width, g.title.height) for g in sketch.groups)),
        least=tuple((w, h) for w, h in _shared([(0, 0), *(_least(g) for g in sketch.groups)], alike)),
        pads=((0, 0, 0, 0), *((SIDE, _top(g), SIDE, UNDER) for g in sketch.groups)),
        given=tuple(given),
        base=tuple(_base(path[g], given) for g in range(groups)),
        lines=lines,
        twins=alike,
    )


def _shared(sizes: Sequence[tuple[int, ...]], alike: Twins) -> list[tuple[int, ...]]:
    """Give twins the largest of each of their sizes."""
    most: dict[int, tuple[int, ...]] = {}
    for size, model in zip(sizes, alike.of, strict=False):
        most[model] = tuple(map(max, size, most.get(model, size)))
    return [most[model] for _, model in zip(sizes, alike.of, strict=False)]


def _climb(parent: list[int], item: int) -> tuple[int, ...]:
    path = [item]
    while path[-1]:
        path.append(parent[path[-1]])
    return tuple(path)


def _ranks(parent: list[int], path: list[tuple[int, ...]], groups: int) -> list[float]:
    """Return the script order: a group comes where its first node does, an empty one after the group before it."""
    rank = [float("inf")] * len(parent)
    for item in range(groups, len(parent)):
        for outer in path[item]:
            rank[outer] = min(rank[outer], item)
    last = 0.0
    for group in range(1, groups):
        if rank[group] == float("inf"):
            rank[group] = last + 0.5
        last = rank[group]
    return rank


def _reach(node: SketchNode) -> Reach:
    across, up = node.icon.width / 2, node.icon.height / 2
    side = max(ceil(across / U), ceil((node.label.width / 2 + 4) / U) if node.label.width else 0)
    under = up + LABEL_GAP + node.label.height + 4 if node.label.height else up
    return Reach(side, side, ceil(up / U), ceil(under / U))


def _looped(reach: Reach, labels: list[float], *, group: bool) -> Reach:
    """Return a reach with room for lines from the item to itself, whose labels of these widths stand above them.

    They run round the top right corner, of a node by turns round the top left one.
    """
    if not labels:
        return reach
    around = len(labels) if group else (len(labels) + 1) // 2
    side = LOOP + 1 + 2 * around
    words = ceil(max(labels) / U) + 1 if max(labels) else 0
    left = 0 if group or len(labels) == 1 else max(side, words)
    return Reach(
        reach.left + left, reach.right + max(side, words), reach.up + side - 1 + (3 if words else 0), reach.down
    )


def _least(group: SketchGroup) -> tuple[int, int]:
    return (max(6, ceil((group.title.width + 14) / U)), max(6, _top(group) + UNDER))


def _top(group: SketchGroup) -> int:
    return max(TITLE, ceil((group.title.height + 8) / U)) if group.title.width else SIDE


def _base(path: tuple[int, ...], given: list[Flow | None]) -> Flow:
    return next(flow for flow in (given[outer] for outer in path) if flow is not None)


def _lift(sketch: Sketch, number: dict[str | None, int], path: list[tuple[int, ...]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for i, edge in enumerate(sketch.edges):
        source, target = number[edge.source], number[edge.target]
        up, down = path[source], path[target]
        if source == target:
            home, first, last = up[1], source, target
        elif source in down or target in up:
            home = source if source in down else target
            first = home if source == home else up[up.index(home) - 1]
            last = home if target == home else down[down.index(home) - 1]
        else:
            home = next(outer for outer in up if outer in down)
            first, last = up[up.index(home) - 1], down[down.index(home) - 1]
        wide, high = edge.label
        room = (ceil(wide / U) + 2, ceil(high / U) + 2) if wide else (0, 0)
        lines.append(Line(i, source, target, home, first, last, not edge.ranked, (wide, high), room))
    return tuple(lines)
