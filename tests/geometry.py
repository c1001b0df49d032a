"""Plane geometry for the gate: pieces of lines, boxes, and how they touch. Lengths are px."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from export.drawing import Box, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Segment", "crosses", "enters", "is_inside", "overlaps", "overlay", "segments", "sides", "union"]

Segment = tuple[Point, Point]

STUB = 4.0  # px: a shorter piece of a line lies on nothing
ALIGNED = 2.0  # px: lines closer than this lie on one another


def union(boxes: Sequence[Box]) -> Box:
    """Return the box round boxes, of which there is at least one."""
    x, y = min(b.x for b in boxes), min(b.y for b in boxes)
    return Box(x, y, max(b.right for b in boxes) - x, max(b.bottom for b in boxes) - y)


def segments(points: Iterable[Point]) -> list[Segment]:
    """Return the straight pieces, without stops on the way."""
    kept: list[Point] = []
    for point in points:
        if kept and math.dist(point, kept[-1]) <= 0.3:
            continue
        if len(kept) > 1 and _off(kept[-1], kept[-2], point) <= 0.75:
            kept.pop()
        kept.append(point)
    return list(pairwise(kept))


def sides(box: Box) -> list[Segment]:
    """Return the border of a box."""
    corners = [
        Point(x, y) for x, y in ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
    ]
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))


def crosses(s: Segment, t: Segment) -> bool:
    """Tell whether two pieces cross; to touch is not to cross."""
    return _side(*s, t[0]) * _side(*s, t[1]) < -1e-6 and _side(*t, s[0]) * _side(*t, s[1]) < -1e-6


def overlay(first: Iterable[Segment], second: Sequence[Segment]) -> float:
    """Return how much of a line lies on another."""
    return sum(_along(s, t) for s in first for t in second)


def enters(parts: Iterable[Segment], box: Box, inset: float) -> bool:
    """Tell whether a line enters a box that is made smaller by `inset` on all sides."""
    inner = Box(box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset)
    return inner.width > 0 and inner.height > 0 and any(_clips(part, inner) for part in parts)


def overlaps(a: Box, b: Box, inset: float) -> bool:
    """Tell whether two boxes share more than a strip of `inset`."""
    return a.x + inset < b.right and b.x + inset < a.right and a.y + inset < b.bottom and b.y + inset < a.bottom


def is_inside(box: Box, outer: Box, slack: float) -> bool:
    """Tell whether a box stands in another, but for `slack`."""
    return (
        box.x >= outer.x - slack
        and box.y >= outer.y - slack
        and box.right <= outer.right + slack
        and box.bottom <= outer.bottom + slack
    )


def _off(point: Point, a: Point, b: Point) -> float:
    """Return how far a point is from the straight line through a and b."""
    return abs(_side(a, b, point)) / (math.dist(a, b) or 1)


def _side(a: Point, b: Point, point: Point) -> float:
    return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)


def _along(s: Segment, t: Segment) -> float:
    """Return the length of a piece that another lies on, side by side."""
    (a, b), length = s, math.dist(*s)
    if length < STUB or any(_off(point, a, b) > ALIGNED for point in t):
        return 0
    low, high = sorted(((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length for p in t)
    return max(0.0, min(length, high) - max(0.0, low))


def _clips(segment: Segment, box: Box) -> bool:
    """Tell whether any of a piece is in a box (Liang and Barsky's clipping)."""
    a, b = segment
    first, last = 0.0, 1.0
    for step, low, high in ((b.x - a.x, box.x - a.x, box.right - a.x), (b.y - a.y, box.y - a.y, box.bottom - a.y)):
        if abs(step) < 1e-9:
            if not low <= 0 <= high:
                return False
            continue
        enter, leave = sorted((low / step, high / step))
        first, last = max(first, enter), min(last, leave)
    return first <= last
