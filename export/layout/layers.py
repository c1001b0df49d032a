"""Layers: which children of a group stand one after the other along its flow, and which side by side.

Each group is layered by itself, from the lines lifted to it. Of opposite lines the heavier one counts; cycles are
broken greedily with ties in script order; layers are then as near together as the lines allow (network simplex). Lines
that order nothing pull their ends into one layer. What hangs together by lines is one part; parts are stacked across
the flow.

A line that spans several layers keeps a dummy in each one between, and a line that leaves its group along the flow
keeps one in every later layer of that group: its lane. Nothing is put on a dummy, so the line has a way out that is
straight.

Elements are items by their numbers, then dummies.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from export.layout import simplex
from export.layout.boxes import GAP_ACROSS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Flow, Line, Plan

__all__ = ["Choice", "Hints", "Layering", "Layers", "Lone", "Parts", "no_hints"]

Part = list[list[int]]  # layers of elements
Parts = list[Part]


class Lone(NamedTuple):
    """What becomes of the children of a group that no lines join to others.

    Those with neighbours outside the group only before it or only after it (`ends`): 0 like the rest, 1 layers of their
    own at that end of the largest part, 2 places in its first and last layer. The `rest`: 0 a column across the flow, 1
    a row along it, 2 places where the layers of the largest part are short.
    """

    ends: int = 0
    rest: int = 0


COLUMN, ROW, FILL = range(3)
LONGEST_COLUMN = 4
ORDERING, PULLING = 4, 1  # weights of a line and of a free line


class Choice(NamedTuple):
    """What the search decides: the flow of each group, and what becomes of its lone children."""

    flows: tuple[Flow, ...]
    lone: tuple[Lone, ...]


class Hints(NamedTuple):
    """What an earlier placement tells.

    `side` gives for a child of a group -1 where all its neighbours outside the group are before the group along its
    flow, 1 where they are after it. `leaving` lists for each group (line, child, side, at source) of the lines that
    leave it along its flow. `sizes` are the extents of items.
    """

    side: dict[int, int]
    leaving: list[list[tuple[int, int, int, bool]]]
    sizes: list[tuple[int, int]]


@dataclass(slots=True)
class Layering:
    """The parts of each group, their layers in the order of the axis, the elements of each layer across it.

    `ways` leads for each line from source to target over its dummies; `owner` gives the group of each element.
    """

    flows: tuple[Flow, ...]
    parts: list[Parts]
    ways: list[list[int]]
    owner: list[int]
    carries: list[int]  # the line of each dummy, from the first dummy on

    @property
    def items(self) -> int:
        """The number of items, and that of the first dummy."""
        return len(self.owner) - len(self.carries)

    def known_as(self, v: int, group: int) -> tuple[int, int]:
        """Return what an element of a group is called in all layerings: a dummy by its line and group."""
        return (v, -1) if v < self.items else (self.carries[v - self.items], group)


def no_hints(plan: Plan) -> Hints:
    """Return the hints for a first layering."""
    return Hints(
        {}, [[] for _ in range(plan.groups)], [(reach[0] + reach[1], reach[2] + reach[3]) for reach in plan.reach]
    )


class Layers:
    """Layers the groups of one diagram, again and again, and remembers the parts of each."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known: dict[object, tuple[tuple[tuple[int, ...], ...], ...]] = {}

    def __call__(self, choice: Choice, hints: Hints) -> Layering:
        """Layer all groups."""
        plan = self.plan
        dummies: list[tuple[int, int]] = []  # group and line
        middle: dict[int, list[int]] = {}
        lanes: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
        parts: list[Parts] = []
        next_dummy = plan.items
        for group in range(plan.groups):
            own = self._parts(group, choice, hints)
            lines, leaving = plan.at_home[group], hints.leaving[group]
            for part in own if lines or leaving else ():
                place = {v: i for i, layer in enumerate(part) for v in layer}
                for line in lines:
                    start, stop = place.get(line.first), place.get(line.last)
                    if start is None or stop is None or -2 < start - stop < 2:
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
            if not choice.flows[group].forward:
                for part in own:
                    part.reverse()
            parts.append(own)
        owner = [*plan.parent, *(group for group, _ in dummies)]
        ways = [_way(line, lanes, middle, owner) for line in plan.lines]
        return Layering(choice.flows, parts, ways, owner, [line for _, line in dummies])

    def _parts(self, group: int, choice: Choice, hints: Hints) -> Parts:
        children, policy, axis = self.plan.children[group], choice.lone[group], choice.flows[group].axis
        if not children:
            return []
        key: object = (group, policy, tuple([hints.side.get(child, 0) for child in children]))
        if policy.rest == FILL:
            key = (key, axis, tuple([hints.sizes[child] for child in children]))
        found = self.known.get(key)
        if found is None:
            made = _parts(self.plan, group, policy, axis, hints)
            found = self.known[key] = tuple(tuple(map(tuple, part)) for part in made)
        return [[list(layer) for layer in part] for part in found]


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


def _parts(plan: Plan, group: int, policy: Lone, axis: int, hints: Hints) -> Parts:
    """Return the parts of a group as layers of children, in the order of the flow."""
    children, lines = plan.children[group], plan.at_home[group]
    weights = _ordering(lines, hints.side)
    arcs = _acyclic(children, weights)
    parts: list[list[list[int]]] = []
    lone: list[int] = []
    for members in _connected(children, lines):
        if len(members) == 1:
            lone += members
        else:
            parts.append(_ranked(members, arcs, lines))
    big = [v for v in lone if v < plan.groups]
    if lone and (policy.ends or policy.rest == FILL) and (parts or len(big) == 1):
        if not parts:
            parts.append([[big[0]]])
            lone.remove(big[0])
        parts.sort(key=lambda part: -sum(map(len, part)))
        lone = _beside(parts[0], lone, policy, axis, hints)
    if not lone:
        return parts
    small = [v for v in lone if v >= plan.groups]
    big = [v for v in lone if v < plan.groups]
    if policy.rest == ROW and len(lone) > 1:
        parts.append([[v] for v in lone])
    elif len(lone) <= LONGEST_COLUMN or not small:
        parts.append([lone])
    else:
        rows = ceil(len(small) / ceil(len(small) / ceil(sqrt(len(small)))))
        parts.append([small[i : i + rows] for i in range(0, len(small), rows)])
        if big:
            parts.append([big])
    return parts


def _ordering(lines: Sequence[Line], side: dict[int, int]) -> dict[tuple[int, int], int]:
    """Return how strongly children order each other; of opposite pairs only the heavier is left, with both weights."""
    weights: dict[tuple[int, int], int] = {}
    for line in lines:
        pair = (line.first, line.last)
        if line.free:
            before, after = side.get(line.first, 0), side.get(line.last, 0)
            if not before * after < 0:
                continue
            if before > 0:
                pair = (line.last, line.first)
        weights[pair] = weights.get(pair, 0) + 1
    for pair in list(weights):
        back = (pair[1], pair[0])
        if pair in weights and back in weights:
            kept, gone = (pair, back) if weights[pair] >= weights[back] else (back, pair)
            weights[kept] += weights.pop(gone)
    return weights


def _acyclic(children: Sequence[int], weights: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Turn round what runs against a greedy order: sinks last, sources first, ties by script.

    The heuristic is that of Eades, Lin and Smyth, Information Processing Letters 47 (1993).
    """
    out: dict[int, dict[int, int]] = {v: {} for v in children}
    into: dict[int, dict[int, int]] = {v: {} for v in children}
    for (a, b), weight in weights.items():
        out[a][b] = into[b][a] = weight
    left: list[int] = []
    right: list[int] = []
    rest = dict.fromkeys(children)

    def take(v: int) -> None:
        del rest[v]
        for w in out[v]:
            into[w].pop(v, None)
        for w in into[v]:
            out[w].pop(v, None)

    while rest:
        ends = True
        while ends:
            ends = False
            for v in list(rest):
                if not out[v]:
                    right.append(v)
                elif not into[v]:
                    left.append(v)
                else:
                    continue
                take(v)
                ends = True
        if rest:
            v = max(rest, key=lambda v: sum(out[v].values()) - sum(into[v].values()))
            left.append(v)
            take(v)
    place = {v: i for i, v in enumerate(left + right[::-1])}
    arcs: dict[tuple[int, int], int] = {}
    for (a, b), weight in weights.items():
        pair = (a, b) if place[a] < place[b] else (b, a)
        arcs[pair] = arcs.get(pair, 0) + weight
    return arcs


def _connected(children: Sequence[int], lines: Sequence[Line]) -> list[list[int]]:
    """Return the children that hang together by lines, in script order."""
    root = {v: v for v in children}

    def find(v: int) -> int:
        while root[v] != v:
            root[v] = root[root[v]]
            v = root[v]
        return v

    for line in lines:
        root[find(line.first)] = find(line.last)
    parts: dict[int, list[int]] = {}
    for v in children:
        parts.setdefault(find(v), []).append(v)
    return list(parts.values())


def _ranked(members: list[int], arcs: dict[tuple[int, int], int], lines: Sequence[Line]) -> list[list[int]]:
    """Return one part as layers: the lines together as short as can be."""
    index = {v: i for i, v in enumerate(members)}
    rules = [(index[a], index[b], 1, ORDERING * weight) for (a, b), weight in arcs.items() if a in index]
    size = len(members)
    for line in lines:
        a, b = line.first, line.last
        if line.free and a in index and (a, b) not in arcs and (b, a) not in arcs:
            rules += [(size, index[a], 0, PULLING), (size, index[b], 0, PULLING)]
            size += 1
    values = simplex.solve(size, rules)[: len(members)]
    first = min(values)
    layers: list[list[int]] = [[] for _ in range(max(values) - first + 1)]
    for v, value in zip(members, values, strict=True):
        layers[value - first].append(v)
    return layers


def _beside(part: list[list[int]], lone: list[int], policy: Lone, axis: int, hints: Hints) -> list[int]:
    """Let lone children join a part as the policy says; return those that do not."""
    before = [v for v in lone if hints.side.get(v, 0) < 0]
    after = [v for v in lone if hints.side.get(v, 0) > 0]
    rest = [v for v in lone if v not in before and v not in after]
    if policy.ends == 0:
        rest, lone = rest, before + after
    else:
        lone = []
    if policy.ends == 2:
        part[0] += before
        part[-1] += after
    elif policy.ends == 1:
        if before:
            part.insert(0, before)
        if after:
            part.append(after)
    if policy.rest != FILL:
        return lone + rest
    sizes = hints.sizes
    for v in sorted(rest, key=lambda v: -sizes[v][1 - axis]):
        wide = [max(sizes[u][axis] for u in layer) for layer in part]
        cost = [
            sum(sizes[u][1 - axis] + GAP_ACROSS for u in layer) + max(0, sizes[v][axis] - wide[i])
            for i, layer in enumerate(part)
        ]
        part[min(range(len(part)), key=lambda i: (cost[i], -i))].append(v)
    return lone
