"""Lines with rounded corners and open heads, to the pixel as draw.io draws them.

Facts about draw.io: a corner is a quadratic curve that begins 10 px before it, or half-way to the last corner if that
is nearer (`rounded=1`, `arcSize` 20); the sides of an open head fall back 6 px and the line's width, and half that to
each side; head and line end short of the border, so that the tip of the thick stroke touches it.
"""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Final

from export.drawing import Point
from export.xml import number

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HEAD", "head_path", "line_path"]

RADIUS: Final = 10
HEAD: Final = 6
# Half of 1 / sin(atan(1/2)): how far the mitre of a head with sides of 1 to 2 reaches beyond its tip, in line widths.
_MITRE: Final = 1.118


def line_path(points: Sequence[Point], width: float, *, start: bool, end: bool) -> str:
    """Return SVG path data of a line through points; `start` and `end` tell where heads will stand."""
    line = list(points)
    if start:
        line[0] = _short_of(line[1], line[0], 2 * _MITRE * width)
    if end:
        line[-1] = _short_of(line[-2], line[-1], 2 * _MITRE * width)
    path = [f"M{_at(line[0])}"]
    last = line[0]
    for corner, following in pairwise(line[1:]):
        before = _towards(corner, last, RADIUS)
        after = _towards(corner, following, RADIUS)
        path.append(f"L{_at(before)}Q{_at(corner)} {_at(after)}")
        last = after
    path.append(f"L{_at(line[-1])}")
    return "".join(path)


def head_path(points: Sequence[Point], width: float) -> str:
    """Return SVG path data of the open head at the end of a line."""
    tip = _short_of(points[-2], points[-1], _MITRE * width)
    along = _unit(points[-2], points[-1])
    back = HEAD + width
    sides = [
        Point(tip.x - along.x * back + side * along.y * back / 2, tip.y - along.y * back - side * along.x * back / 2)
        for side in (-1, 1)
    ]
    return f"M{_at(sides[0])}L{_at(tip)}L{_at(sides[1])}"


def _towards(start: Point, end: Point, most: float) -> Point:
    """Return the point on the way from start to end, at most so far and at most half-way."""
    length = hypot(end.x - start.x, end.y - start.y)
    unit = _unit(start, end)
    step = min(most, length / 2)
    return Point(start.x + unit.x * step, start.y + unit.y * step)


def _short_of(start: Point, end: Point, by: float) -> Point:
    unit = _unit(start, end)
    return Point(end.x - unit.x * by, end.y - unit.y * by)


def _unit(start: Point, end: Point) -> Point:
    length = hypot(end.x - start.x, end.y - start.y) or 1
    return Point((end.x - start.x) / length, (end.y - start.y) / length)


def _at(point: Point) -> str:
    return f"{number(point.x)} {number(point.y)}"
