"""Where everything stands: a layout is a function from a Sketch to a Placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.drawing import Box, Point
from export.layout.boxes import U, plan
from export.layout.judge import best
from export.layout.search import candidates
from export.layout.sketch import Layout, Placement, Route, Size, Sketch

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.lines import Laid

__all__ = ["Layout", "Placement", "Route", "Size", "Sketch", "layered"]


def layered(sketch: Sketch) -> Placement:
    """Place a diagram."""
    numbered = plan(sketch)
    return _placement(numbered, best(numbered, [found.layering for found in candidates(numbered)]))


def _placement(plan: Plan, laid: Laid) -> Placement:
    places = laid.places
    boxes = [Box(a * U, b * U, (c - a) * U, (d - b) * U) for a, b, c, d in places.boxes]
    centres = [Point(x * U, y * U) for x, y in zip(places.x, places.y, strict=True)]
    routes: dict[int, Route] = {}
    for line in plan.lines:
        label = laid.labels.get(line.number)
        corners = laid.corners.get(line.number) or _direct(plan, boxes, centres, line.source, line.target)
        middle = label.centre if label is not None else _halfway(corners) if line.label[0] else None
        routes[line.number] = Route(points=tuple(corners), label=middle)
    nodes = {plan.ids[v]: centres[v] for v in range(plan.groups, plan.items)}
    xs = [0.0, *(x for box in boxes[1:] for x in (box.x, box.right)), *(p.x for r in routes.values() for p in r.points)]
    ys = [
        0.0,
        *(y for box in boxes[1:] for y in (box.y, box.bottom)),
        *(p.y for r in routes.values() for p in r.points),
    ]
    del xs, ys
    return _moved(
        Placement(
            size=Size(0, 0),
            nodes=nodes,
            groups={plan.ids[g]: boxes[g] for g in range(1, plan.groups)},
            edges={edge.id: routes[i] for i, edge in enumerate(plan.sketch.edges)},
            crowded=tuple(plan.sketch.edges[line.number].id for line in laid.crowded),
        ),
        plan,
    )


def _direct(plan: Plan, boxes: list[Box], centres: list[Point], source: int, target: int) -> list[Point]:
    return [boxes[v].centre if v < plan.groups else centres[v] for v in (source, target)]


def _halfway(corners: list[Point]) -> Point:
    a, b = max(zip(corners, corners[1:], strict=False), key=lambda s: abs(s[0].x - s[1].x) + abs(s[0].y - s[1].y))
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def _moved(placement: Placement, plan: Plan) -> Placement:
    """Move everything so that the smallest x and y are 0, and measure the whole."""
    spans: list[tuple[float, float, float, float]] = [(b.x, b.y, b.right, b.bottom) for b in placement.groups.values()]
    for node in plan.sketch.nodes:
        x, y = placement.nodes[node.id]
        side = max(node.icon.width, node.label.width) / 2
        under = node.icon.height / 2 + (7 + node.label.height if node.label.height else 0)
        spans.append((x - side, y - node.icon.height / 2, x + side, y + under))
    for edge in plan.sketch.edges:
        route = placement.edges[edge.id]
        spans += [(p.x, p.y, p.x, p.y) for p in route.points]
        if route.label is not None:
            (x, y), (w, h) = route.label, edge.label
            spans.append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    if not spans:
        return placement
    left, top = min(s[0] for s in spans), min(s[1] for s in spans)
    size = Size(max(s[2] for s in spans) - left, max(s[3] for s in spans) - top)

    def by(p: Point) -> Point:
        return Point(p.x - left, p.y - top)

    return Placement(
        size=size,
        nodes={k: by(p) for k, p in placement.nodes.items()},
        groups={k: b._replace(x=b.x - left, y=b.y - top) for k, b in placement.groups.items()},
        edges={
            k: Route(points=tuple(map(by, r.points)), label=by(r.label) if r.label is not None else None)
            for k, r in placement.edges.items()
        },
        crowded=placement.crowded,
    )
