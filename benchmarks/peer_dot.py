"""Graphviz's `dot`, through pygraphviz.

Icon and label are one box and the lines are `splines=ortho`, as the `diagrams` library asks for them.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final, cast

import pygraphviz

from benchmarks.peers import LAYER_GAP, NODE_GAP, PADDING, Timed, block
from export.drawing import Box, Point
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from export.layout.sketch import Sketch

__all__ = ["dot"]

Json = dict[str, Any]

POINTS: Final = 72
"""To the inch: Graphviz counts sizes in inches and places in points. One px is taken as one point."""


def dot(sketch: Sketch) -> Timed:
    """Lay out with Graphviz's `dot`, as the `diagrams` library asks for it."""
    source = "\n".join(_dot_source(sketch))
    graph = pygraphviz.AGraph(source)
    before = time.process_time()
    drawn = cast("bytes", graph.draw(format="json", prog="dot"))
    answer = json.loads(drawn)
    return Timed(_dot_placement(sketch, answer), (time.process_time() - before) * 1000)


def _dot_source(sketch: Sketch) -> Iterator[str]:
    yield f"digraph {{ rankdir={sketch.direction}; splines=ortho; compound=true; labelloc=t; labeljust=l;"
    yield f'nodesep={NODE_GAP / POINTS}; ranksep={LAYER_GAP / POINTS}; node [shape=box fixedsize=true label=""];'
    yield from _dot_inside(None, sketch)
    for edge in sketch.edges:
        (source, ltail), (target, lhead) = _dot_end(edge.source, sketch), _dot_end(edge.target, sketch)
        label = f"label={_dot_room(edge.label)}" if all(edge.label) else ""
        ends = f'ltail="{ltail}" lhead="{lhead}"' + ("" if edge.ranked else " constraint=false")
        yield f'"{source}" -> "{target}" [id="{edge.id}" {label} {ends}];'
    yield "}"


def _dot_inside(parent: str | None, sketch: Sketch) -> Iterator[str]:
    for group in sketch.groups:
        if group.parent == parent:
            yield f'subgraph "cluster_{group.id}" {{ margin={PADDING}; label={_dot_room(group.title)};'
            yield from _dot_inside(group.id, sketch)
            if _dot_end(group.id, sketch)[0] == f"in {group.id}":
                yield f'"in {group.id}" [width=0.1 height=0.1];'
            yield "}"
    for node in sketch.nodes:
        if node.parent == parent:
            room = block(node)
            yield f'"{node.id}" [width={room.width / POINTS} height={room.height / POINTS}];'


def _dot_room(size: Size) -> str:
    return (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE" '
        f'WIDTH="{round(size.width)}" HEIGHT="{round(size.height)}"><TR><TD></TD></TR></TABLE>>'
    )


def _dot_end(item: str, sketch: Sketch) -> tuple[str, str]:
    """Return the node that stands for an end and the cluster the line is cut at, empty for a node."""
    groups = {group.id for group in sketch.groups}
    if item not in groups:
        return item, ""
    inner, seen = [item], {item}
    while inner:
        parent = inner.pop(0)
        for node in sketch.nodes:
            if node.parent == parent:
                return node.id, f"cluster_{item}"
        more = [group.id for group in sketch.groups if group.parent == parent and group.id not in seen]
        inner += more
        seen.update(more)
    return f"in {item}", f"cluster_{item}"


def _dot_placement(sketch: Sketch, answer: Json) -> Placement:
    _, _, width, height = map(float, answer["bb"].split(","))
    objects = {item["name"]: item for item in answer["objects"]}
    lines = {line["id"]: line for line in answer.get("edges", [])}

    def point(text: str) -> Point:
        x, y = map(float, text.split(","))
        return Point(x, height - y)

    def box(text: str) -> Box:
        left, low, right, high = map(float, text.split(","))
        return Box(left, height - high, right - left, high - low)

    return Placement(
        size=Size(width, height),
        nodes={
            node.id: Point(
                (middle := point(objects[node.id]["pos"])).x, middle.y - block(node).height / 2 + node.icon.height / 2
            )
            for node in sketch.nodes
        },
        groups={group.id: box(objects[f"cluster_{group.id}"]["bb"]) for group in sketch.groups},
        edges={
            edge.id: Route(
                points=_dot_points(lines[edge.id]["pos"], point),
                label=point(lines[edge.id]["lp"]) if "lp" in lines[edge.id] else None,
            )
            for edge in sketch.edges
        },
    )


def _dot_points(spline: str, point: Callable[[str], Point]) -> tuple[Point, ...]:
    """Return the corners of an orthogonal spline, whose curves are all straight, with the tips of its arrow heads."""
    start = end = None
    controls: list[Point] = []
    for part in spline.split():
        if part.startswith("s,"):
            start = point(part[2:])
        elif part.startswith("e,"):
            end = point(part[2:])
        else:
            controls.append(point(part))
    corners = controls[::3]
    return (*([start] if start else []), *corners, *([end] if end else []))
