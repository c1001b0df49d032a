"""Titles: what a line comes to from above stands right of the words on the way, so that the line falls straight down.

A title stands in the top left corner of its group, and no line may run over it. The first thing under it would stand
right below the words, and a line to it would have to go round them and come in from the side.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from export.layout.boxes import SIDE, TITLE_AIR, U

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.layout.boxes import Line, Plan
    from export.layout.layers import Layering

__all__ = ["Shift", "shifts"]

MOST = 8  # U that a title moves a node to the right; past a longer one the group would be mostly empty


class Shift(NamedTuple):
    """An element keeps its centre at least so many U right of the left border of a group."""

    group: int
    element: int
    least: int


def shifts(plan: Plan, layering: Layering) -> list[Shift]:
    """Return what lines from above ask for: of nodes, and of the lanes of lines to what stands further down."""
    past = _past(plan)
    found: set[Shift] = set()
    for line in plan.joining:
        end = _lower_end(plan, line, layering)
        if end is not None:
            for group in plan.path[end][1:]:
                if group == line.home:
                    break
                element = _topmost(plan, layering, line, end, group)
                if element is not None and past[group]:
                    beside = SIDE + (plan.reach[element].left if element < plan.items else 0)
                    if past[group] - beside <= MOST:
                        found.add(Shift(group, element, past[group]))
    return sorted(found)


def _past(plan: Plan) -> list[int]:
    """Return by group the first column right of its title, the same for twins; 0 where there is no title."""
    most: dict[int, int] = {}
    for group in range(plan.groups):
        wide = plan.title[group][0]
        model = plan.twins.of[group]
        most[model] = max(most.get(model, 0), ceil((wide + TITLE_AIR) / U) + 1 if wide else 0)
    return [most[plan.twins.of[group]] for group in range(plan.groups)]


def _lower_end(plan: Plan, line: Line, layering: Layering) -> int | None:
    """Return the end of a line that comes from above there, if one does; only where the script lets it flow so."""
    if layering.flows[line.home].axis == 0 or plan.base[line.home].axis == 0:
        return None
    for part in layering.parts[line.home]:
        row = {v: i for i, layer in enumerate(part) for v in layer}
        if line.first in row and line.last in row and row[line.first] != row[line.last]:
            return line.target if row[line.first] < row[line.last] else line.source
    return None


def _topmost(plan: Plan, layering: Layering, line: Line, end: int, group: int) -> int | None:
    """Return what a line meets first in a group, if that stands right under the title: a node or its own lane."""
    under = set(_under(layering, group))
    lane = [v for v in layering.ways[line.number] if v >= plan.items and v in under]
    if lane:
        return lane[0]
    return end if end >= plan.groups and under.intersection(plan.path[end]) else None


def _under(layering: Layering, group: int) -> Iterator[int]:
    """Yield the first row of a group."""
    for part in layering.parts[group]:
        if layering.flows[group].axis:
            yield from part[0] if part else ()
        else:
            yield from (layer[0] for layer in part if layer)
            return
