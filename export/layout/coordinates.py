"""Coordinates: the exact places of everything, one axis and then the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Box, Point
from export.layout.axis import solved
from export.layout.boxes import U

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.titles import Shift

__all__ = ["Places", "place"]


class Places(NamedTuple):
    """Where items stand: centres of nodes (of groups 0) and borders of groups (left, top, right, bottom) in U.

    `centres` and `frames` are the same in px. They lie on the grid but for what a pin holds elsewhere: then the numbers
    in U are the nearest.
    """

    x: tuple[int, ...]
    y: tuple[int, ...]
    boxes: tuple[tuple[int, int, int, int], ...]
    centres: list[Point]
    frames: list[Box]


def place(plan: Plan, layering: Layering, more: Mapping[int, int], shifts: Sequence[Shift] = ()) -> Places:
    """Return the best places.

    `more` asks for room along the flow beyond what a line's label takes, in U by line; `shifts` keep things right of
    titles.
    """
    extra = _extra(plan, more)
    xs = solved(plan, layering, 0, extra, shifts)
    ys = solved(plan, layering, 1, extra)
    boxes = tuple((xs.low[g], ys.low[g], xs.high[g], ys.high[g]) for g in range(plan.groups))
    centres = [Point(x * U, y * U) for x, y in zip(xs.centre, ys.centre, strict=True)]
    frames = [Box(a * U, b * U, (c - a) * U, (d - b) * U) for a, b, c, d in boxes]
    return Places(tuple(xs.centre), tuple(ys.centre), boxes, centres, frames)


def _extra(plan: Plan, more: Mapping[int, int]) -> list[int]:
    most: dict[int, int] = {}
    for number, room in more.items():
        model = plan.twins.lines[number]
        most[model] = max(most.get(model, 0), room)
    return [most.get(plan.twins.lines[line.number], 0) for line in plan.lines]
