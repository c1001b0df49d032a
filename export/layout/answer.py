"""The answer: places, lines and labels become a Placement whose smallest x and y are 0."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from export.drawing import Box, Point
from export.layout.boxes import LABEL_GAP
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from export.layout.boxes import Plan

__all__ = ["answer"]


def answer(
    plan: Plan,
    centres: Sequence[Point],
    boxes: Sequence[Box],
    corners: Mapping[int, Sequence[Point]],
    labels: Mapping[int, Box],
    origin: Point | None = None,
) -> Placement:
    """Return the placement of a diagram whose lines run by `corners` and whose labels fill `labels`.

    A line without corners goes from centre to centre; a label without a place stands on the middle of its line, and is
    among the crowded. Where there are pins, `origin` is what was taken off them: it is put back, and all stays.
    """
    routes: list[Route] = []
    for line in plan.lines:
        way = corners.get(line.number) or _direct(plan, centres, boxes, line.source, line.target)
        label = labels.get(line.number)
        middle = label.centre if label is not None else _halfway(way) if line.label[0] else None
        routes.append(Route(points=tuple(way), label=middle))
    left, top, right, bottom = _bounds(plan, centres, boxes, routes)
    by = Point(-left, -top) if origin is None else origin

    def moved(p: Point) -> Point:
        return Point(p.x + by.x, p.y + by.y)

    return Placement(
        size=Size(right - left, bottom - top),
        least=moved(Point(left, top)),
        nodes={plan.ids[v]: moved(centres[v]) for v in range(plan.groups, plan.items)},
        groups={
            plan.ids[g]: boxes[g]._replace(x=boxes[g].x + by.x, y=boxes[g].y + by.y) for g in range(1, plan.groups)
        },
        edges={
            edge.id: Route(
                points=tuple(map(moved, route.points)), label=moved(route.label) if route.label is not None else None
            )
            for edge, route in zip(plan.sketch.edges, routes, strict=True)
        },
        crowded=tuple(
            plan.sketch.edges[line.number].id for line in plan.lines if line.label[0] and line.number not in labels
        ),
    )


def _direct(plan: Plan, centres: Sequence[Point], boxes: Sequence[Box], source: int, target: int) -> list[Point]:
    return [boxes[v].centre if v < plan.groups else centres[v] for v in (source, target)]


def _halfway(corners: Sequence[Point]) -> Point:
    pieces = pairwise(corners)
    a, b = max(pieces, key=lambda piece: abs(piece[0].x - piece[1].x) + abs(piece[0].y - piece[1].y))
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def _bounds(
    plan: Plan, centres: Sequence[Point], boxes: Sequence[Box], routes: Sequence[Route]
) -> tuple[float, float, float, float]:
    xs: list[float] = []
    ys: list[float] = []
    for group in range(1, plan.groups):
        xs += (boxes[group].x, boxes[group].right)
        ys += (boxes[group].y, boxes[group].bottom)
    for node in range(plan.groups, plan.items):
        (x, y), (wide, high), (text_wide, text_high) = centres[node], plan.icon[node], plan.text[node]
        side = max(wide, text_wide / 2)
        xs += (x - side, x + side)
        ys += (y - high, y + high + (LABEL_GAP + text_high if text_high else 0))
    for line, route in zip(plan.lines, routes, strict=True):
        xs += [p.x for p in route.points]
        ys += [p.y for p in route.points]
        if route.label is not None:
            xs += (route.label.x - line.label[0] / 2, route.label.x + line.label[0] / 2)
            ys += (route.label.y - line.label[1] / 2, route.label.y + line.label[1] / 2)
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0, 0, 0, 0)
