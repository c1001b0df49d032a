"""Ranks: the children of one group as parts, and each part as layers along the flow of the group.

Of opposite lines the heavier one counts; cycles are broken greedily with ties in script order; layers are then as near
together as the lines allow (network simplex). Lines that order nothing pull their ends into one layer. What hangs
together by lines is one part; parts are stacked across the flow. A part that would make the picture too long is folded:
its layers go on beside the first, as the text of a newspaper does in the next column.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.layout import simplex
from export.layout.boxes import GAP_ALONG
from export.layout.lone import with_lone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Flow, Line, Plan
    from export.layout.lone import Lone

__all__ = ["Choice", "Hints", "Joined", "Part", "Parts", "joined", "ranked"]

Part = tuple[tuple[int, ...], ...]  # layers of elements
Parts = tuple[Part, ...]

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
    leaving: tuple[tuple[tuple[int, int, int, bool], ...], ...]
    sizes: list[tuple[int, int]]


class Joined(NamedTuple):
    """The children of a group that lines join, as parts in layers, and those that no line joins to another."""

    parts: Parts
    lone: tuple[int, ...]


def joined(children: Sequence[int], lines: Sequence[Line], side: dict[int, int]) -> Joined:
    """Layer the children of a group that its lines join; `side` is that of `Hints`, it matters where a line is free."""
    arcs = _acyclic(children, _ordering(lines, side))
    parts: list[list[list[int]]] = []
    lone: list[int] = []
    for members in _connected(children, lines):
        if len(members) == 1:
            lone += members
        else:
            parts.append(_in_layers(members, arcs, lines))
    return Joined(_fixed(parts), tuple(lone))


def ranked(plan: Plan, group: int, base: Joined, choice: Choice, hints: Hints) -> Parts:
    """Return the parts of a group as layers of children, along the flow; the columns of a folded part come first."""
    axis, fold = choice.flows[group].axis, choice.folds[group]
    parts = [[list(layer) for layer in part] for part in base.parts]
    parts = with_lone(parts, list(base.lone), plan.groups, choice.lone[group], axis, hints)
    if fold > 1:
        parts.sort(key=len, reverse=True)
        parts[:1] = _folded(parts[0], fold, axis, plan.at_home[group], hints)
    return _fixed(parts)


def _fixed(parts: list[list[list[int]]]) -> Parts:
    return tuple([tuple(map(tuple, part)) for part in parts])


def _folded(
    part: list[list[int]], columns: int, axis: int, lines: Sequence[Line], hints: Hints
) -> list[list[list[int]]]:
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
