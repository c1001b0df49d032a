"""Ranks: the children of one group as parts, and each part as layers along the flow of the group.

Of opposite lines the heavier one counts; cycles are broken greedily with ties in script order; layers are then as near
together as the lines allow (network simplex). Lines that order nothing pull their ends into one layer. What hangs
together by lines is one part; parts are stacked across the flow. A part that would make the picture too long is folded:
its layers go on beside the first, as the text of a newspaper does in the next column.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from export.layout import simplex
from export.layout.boxes import GAP_ACROSS, GAP_ALONG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Flow, Line, Plan

__all__ = ["COLUMN", "FILL", "LONGEST_COLUMN", "ROW", "Choice", "Hints", "Lone", "Part", "Parts", "ranked"]

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
PAGE = 1.6  # the aspect that many groups without lines are to have
ORDERING, PULLING = 4, 1  # weights of a line and of a free line
CUT = 6  # U that a line through the fold of a part may cost in length


class Choice(NamedTuple):
    """What the search decides of each group: its flow, what becomes of its lone children, and its `folds`.

    That is into how many columns (rows, where it flows along x) its largest part is folded, 1 for not at all.
    """

    flows: tuple[Flow, ...]
    lone: tuple[Lone, ...]
    folds: tuple[int, ...]


class Hints(NamedTuple):
    """What an earlier placement tells.

    `side` gives for a child of a group -1 where all its neighbours outside the group are before the group along its
    flow, 1 where they are after it. `leaving` lists for each group (line, child, side, at source) of the lines that
    leave it along its flow. `sizes` are the extents of items.
    """

    side: dict[int, int]
    leaving: list[list[tuple[int, int, int, bool]]]
    sizes: list[tuple[int, int]]


def ranked(plan: Plan, group: int, choice: Choice, hints: Hints) -> Parts:
    """Return the parts of a group as layers of children, along the flow; the columns of a folded part come first."""
    parts = _unfolded(plan, group, choice, hints)
    if choice.folds[group] > 1:
        parts.sort(key=len, reverse=True)
        parts[:1] = _folded(parts[0], choice.folds[group], choice.flows[group].axis, plan.at_home[group], hints)
    return parts


def _folded(part: Part, columns: int, axis: int, lines: Sequence[Line], hints: Hints) -> Parts:
    """Cut a part into columns of nearly one length, through few lines."""
    lengths = [max(hints.sizes[v][axis] for v in layer) + GAP_ALONG for layer in part]
    at = {v: i for i, layer in enumerate(part) for v in layer}
    ends = [sorted((at[line.first], at[line.last])) for line in lines if line.first in at and line.last in at]
    cut = [sum(low < i <= high for low, high in ends) for i in range(len(part))]

    def cost(cuts: tuple[int, ...]) -> int:
        bounds = (0, *cuts, len(part))
        return max(sum(lengths[a:b]) for a, b in pairwise(bounds)) + CUT * sum(cut[i] for i in cuts)

    cuts = min(combinations(range(1, len(part)), min(columns, len(part)) - 1), key=cost)
    return [part[a:b] for a, b in pairwise((0, *cuts, len(part)))]


def _unfolded(plan: Plan, group: int, choice: Choice, hints: Hints) -> Parts:
    children, lines = plan.children[group], plan.at_home[group]
    policy, axis = choice.lone[group], choice.flows[group].axis
    weights = _ordering(lines, hints.side)
    arcs = _acyclic(children, weights)
    parts: list[list[list[int]]] = []
    lone: list[int] = []
    for members in _connected(children, lines):
        if len(members) == 1:
            lone += members
        else:
            parts.append(_in_layers(members, arcs, lines))
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
    elif len(lone) <= LONGEST_COLUMN:
        parts.append([lone])
    elif not small:
        parts.append(_in_rows(big, axis, hints))
    else:
        rows = ceil(len(small) / ceil(len(small) / ceil(sqrt(len(small)))))
        parts.append([small[i : i + rows] for i in range(0, len(small), rows)])
        if big:
            parts.append([big])
    return parts


def _in_rows(groups: list[int], axis: int, hints: Hints) -> Part:
    """Return groups as layers of nearly one length, as many as make the shape of a page."""
    wide, high = (max(hints.sizes[group][side] for group in groups) for side in (0, 1))
    gaps = (GAP_ALONG, GAP_ACROSS) if axis == 0 else (GAP_ACROSS, GAP_ALONG)

    def shape(layers: int) -> float:
        columns, rows = layers, ceil(len(groups) / layers)
        if axis:
            columns, rows = rows, columns
        aspect = columns * (wide + gaps[0]) / (rows * (high + gaps[1]))
        return max(aspect / PAGE, PAGE / aspect)

    layers = min(range(1, len(groups) + 1), key=shape)
    each = ceil(len(groups) / layers)
    return [groups[i : i + each] for i in range(0, len(groups), each)]


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


def _in_layers(members: list[int], arcs: dict[tuple[int, int], int], lines: Sequence[Line]) -> list[list[int]]:
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
