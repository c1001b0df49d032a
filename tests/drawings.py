"""Drawings for tests that need no layout of their own: each thing in its place, on a plain grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.compose import draw
from export.drawing import Box, Point
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from architecture.model import Architecture
    from architecture.text import Lang
    from export.drawing import Drawing, Icons
    from export.layout.sketch import Sketch

__all__ = ["drawn", "stacked"]

STEP = 200
PAD = 30


def stacked(sketch: Sketch) -> Placement:
    """Place nodes down a column in order, groups round them, lines straight or with one bend."""
    nodes = {node.id: Point(500, 100 + STEP * n) for n, node in enumerate(sketch.nodes)}
    groups: dict[str, Box] = {}
    for group in reversed(sketch.groups):
        inside = [Box(nodes[n.id].x - 60, nodes[n.id].y - 60, 120, 150) for n in sketch.nodes if n.parent == group.id]
        inside += [groups[g.id] for g in sketch.groups if g.parent == group.id and g.id in groups]
        inside = inside or [Box(700, 100, 100, 100)]
        left, top = min(b.x for b in inside) - PAD, min(b.y for b in inside) - PAD
        right, bottom = max(b.right for b in inside) + PAD, max(b.bottom for b in inside) + PAD
        groups[group.id] = Box(left, top, right - left, bottom - top)
    centres = {**nodes, **{name: box.centre for name, box in groups.items()}}
    edges: dict[str, Route] = {}
    for edge in sketch.edges:
        start, end = centres[edge.source], centres[edge.target]
        corner = (Point(end.x, start.y),) if start.x != end.x and start.y != end.y else ()
        edges[edge.id] = Route(points=(start, *corner, end), label=Point(start.x + 50, start.y + 80))
    width = max([box.right for box in groups.values()] + [600.0])
    height = max([box.bottom for box in groups.values()] + [100.0 + STEP * len(nodes)])
    return Placement(size=Size(width, height), nodes=nodes, groups=groups, edges=edges)


def drawn(architecture: Architecture, lang: Lang | None = None, *, icons: Icons = "native") -> Drawing:
    """Draw an architecture with that layout."""
    return draw(architecture, lang, layout=stacked, icons=icons)
