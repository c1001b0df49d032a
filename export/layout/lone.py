"""Lone children: where the children of a group stand that no lines join to others."""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from export.layout.boxes import GAP_ACROSS, GAP_ALONG

if TYPE_CHECKING:
    from export.layout.ranks import Hints

__all__ = ["FILL", "LONGEST_COLUMN", "Lone", "with_lone"]

COLUMN, ROW, FILL = range(3)
LONGEST_COLUMN = 4
PAGE = 1.6  # the aspect that many groups without lines are to have


class Lone(NamedTuple):
    """What becomes of the children of a group that no lines join to others.

    Those with neighbours outside the group only before it or only after it (`ends`): 0 like the rest, 1 layers of their
    own at that end of the largest part, 2 places in its first and last layer. The `rest`: 0 a column across the flow, 1
    a row along it, 2 places where the layers of the largest part are short.
    """

    ends: int = 0
    rest: int = 0


def with_lone(
    parts: list[list[list[int]]], lone: list[int], groups: int, policy: Lone, axis: int, hints: Hints
) -> list[list[list[int]]]:
    """Return the parts with the lone children, where the policy says."""
    big = [v for v in lone if v < groups]
    if lone and (policy.ends or policy.rest == FILL) and (parts or len(big) == 1):
        if not parts:
            parts.append([[big[0]]])
            lone.remove(big[0])
        parts.sort(key=lambda part: -sum(map(len, part)))
        lone = _beside(parts[0], lone, policy, axis, hints)
    if not lone:
        return parts
    small = [v for v in lone if v >= groups]
    big = [v for v in lone if v < groups]
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


def _in_rows(groups: list[int], axis: int, hints: Hints) -> list[list[int]]:
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


def _beside(part: list[list[int]], lone: list[int], policy: Lone, axis: int, hints: Hints) -> list[int]:
    """Let lone children join a part as the policy says; return those that do not."""
    before = [v for v in lone if hints.side.get(v, 0) < 0]
    after = [v for v in lone if hints.side.get(v, 0) > 0]
    rest = [v for v in lone if v not in before and v not in after]
    lone = [] if policy.ends else before + after
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
