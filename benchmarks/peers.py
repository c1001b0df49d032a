"""Other layout engines, asked for the same boxes as ours: `Sketch -> Placement`.

ELK Layered (npm `elkjs`, run by Node) gets the icons, the room of every label, the whole nesting and our distances, and
routes at right angles. Its ports are on the icon, or, where the flow runs up or down, round icon and label together:
else all its lines would cut the labels. `dot` (pygraphviz) gets icon and label as one box, as the `diagrams` library
draws them, with `splines=ortho`, which is also what the library asks for. A program may be named as one more peer; it
reads a sketch as JSON on its standard input and writes a placement.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pygraphviz

from export.drawing import Box, Point
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from architecture.model import Direction
    from export.layout.sketch import Sketch, SketchEdge, SketchGroup, SketchNode

__all__ = ["Engine", "Timed", "dot", "elk", "program"]

Json = dict[str, Any]

ELKJS = "elkjs@0.12.1"
LABEL_GAP = 7  # px from an icon to its label
PAD = 30  # px from a group's side to what stands in it
BELOW = 20  # px under it
LAYER = 60  # px between layers
NODE = 30  # px within a layer
POINTS = 72  # Graphviz counts sizes in inches, places in points; one px is taken as one point


class Timed(NamedTuple):
    """A layout's answer and the CPU time it took, in ms."""

    placement: Placement
    ms: float


Engine = "Callable[[Sketch], Timed]"


# --------------------------------------------------------------------------------------------------------------- ELK


@contextmanager
def elk() -> Generator[Callable[[Sketch], Timed]]:
    """Fetch ELK into a temporary folder and start it. Needs npm and Node."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, ELKJS], check=True)
        command = ["node", str(Path(__file__).with_name("elk.js")), folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout

            def layout(sketch: Sketch) -> Timed:
                assert process.stdin
                assert process.stdout
                process.stdin.write(json.dumps(_elk_graph(sketch)) + "\n")
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                return Timed(_elk_placement(sketch, answer["graph"]), answer["ms"])

            yield layout
            process.stdin.close()


_ELK_DIRECTIONS: dict[Direction, str] = {"LR": "RIGHT", "TB": "DOWN", "RL": "LEFT", "BT": "UP"}


def _elk_graph(sketch: Sketch) -> Json:
    options = {
        "elk.algorithm": "layered",
        "elk.direction": _ELK_DIRECTIONS[sketch.direction],
        "elk.hierarchyHandling": "INCLUDE_CHILDREN",
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
        "elk.json.shapeCoords": "ROOT",
        "elk.json.edgeCoords": "ROOT",
        "elk.padding": "[top=0,left=0,bottom=0,right=0]",
        **_ELK_SPACING,
    }
    children = {group.id: _elk_group(group, sketch) for group in sketch.groups}
    root: Json = {"id": "root", "layoutOptions": options, "children": [], "edges": []}
    for item in (*sketch.groups, *sketch.nodes):
        holder = children[item.parent] if item.parent is not None else root
        holder["children"].append(children.get(item.id) or _elk_node(cast("SketchNode", item), sketch))
    root["edges"] = [_elk_edge(edge) for edge in sketch.edges]
    return root


_ELK_SPACING = {
    "elk.layered.spacing.nodeNodeBetweenLayers": str(LAYER),
    "elk.spacing.nodeNode": str(NODE),
    "elk.layered.spacing.edgeNodeBetweenLayers": "20",
    "elk.spacing.edgeNode": "20",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.edgeLabel": "2",
}


def _elk_node(node: SketchNode, sketch: Sketch) -> Json:
    if _upright(sketch):
        return {"id": node.id, "width": _block(node).width, "height": _block(node).height}
    label = {"id": f"{node.id}/label", "text": " ", "width": node.label.width, "height": node.label.height}
    return {
        "id": node.id,
        "width": node.icon.width,
        "height": node.icon.height,
        "labels": [label] if all(node.label) else [],
        "layoutOptions": {
            "elk.nodeLabels.placement": "OUTSIDE V_BOTTOM H_CENTER",
            "elk.spacing.labelNode": str(LABEL_GAP),
        },
    }


def _elk_group(group: SketchGroup, sketch: Sketch) -> Json:
    # ELK keeps children and borders apart, but not a border and the label under a child.
    below = BELOW if _upright(sketch) else BELOW + LABEL_GAP + _deepest(group, sketch)
    return {
        "id": group.id,
        "children": [],
        "width": group.title.width + 20,
        "height": group.title.height + PAD,
        "layoutOptions": {
            "elk.padding": f"[top={group.title.height + 15},left={PAD},bottom={below},right={PAD}]",
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": f"({group.title.width + 20},{group.title.height + PAD})",
            **_ELK_SPACING,
        },
    }


def _elk_edge(edge: SketchEdge) -> Json:
    label = {"id": f"{edge.id}/label", "text": " ", "width": edge.label.width, "height": edge.label.height}
    options = {"elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER"}
    labels = [label | {"layoutOptions": options}] if all(edge.label) else []
    return {"id": edge.id, "sources": [edge.source], "targets": [edge.target], "labels": labels}


def _elk_placement(sketch: Sketch, graph: Json) -> Placement:
    found: dict[str, Json] = {}

    def gather(item: Json) -> None:
        found[item["id"]] = item
        for child in item.get("children", []):
            gather(child)

    gather(graph)
    lines = {edge["id"]: edge for edge in graph["edges"]}
    return Placement(
        size=Size(graph["width"], graph["height"]),
        nodes={
            node.id: Point(
                found[node.id]["x"] + found[node.id]["width"] / 2, found[node.id]["y"] + node.icon.height / 2
            )
            for node in sketch.nodes
        },
        groups={
            group.id: Box(*(found[group.id][key] for key in ("x", "y", "width", "height"))) for group in sketch.groups
        },
        edges={edge.id: _elk_route(lines[edge.id]) for edge in sketch.edges},
    )


def _elk_route(line: Json) -> Route:
    points = [
        Point(stop["x"], stop["y"])
        for section in line["sections"]
        for stop in (section["startPoint"], *section.get("bendPoints", []), section["endPoint"])
    ]
    labels = [Box(label["x"], label["y"], label["width"], label["height"]) for label in line.get("labels", [])]
    return Route(points=tuple(points), label=labels[0].centre if labels else None)


# --------------------------------------------------------------------------------------------------------------- dot


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
    yield f'nodesep={NODE / POINTS}; ranksep={LAYER / POINTS}; node [shape=box fixedsize=true label=""];'
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
            yield f'subgraph "cluster_{group.id}" {{ margin={PAD}; label={_dot_room(group.title)};'
            yield from _dot_inside(group.id, sketch)
            if _dot_end(group.id, sketch)[0] == f"in {group.id}":
                yield f'"in {group.id}" [width=0.1 height=0.1];'
            yield "}"
    for node in sketch.nodes:
        if node.parent == parent:
            block = _block(node)
            yield f'"{node.id}" [width={block.width / POINTS} height={block.height / POINTS}];'


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
                (middle := point(objects[node.id]["pos"])).x, middle.y - _block(node).height / 2 + node.icon.height / 2
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


# -------------------------------------------------------------------------------------------------------- any program


def program(command: str) -> Callable[[Sketch], Timed]:
    """Return an engine that is a program: a sketch as JSON in; {"size", "nodes", "groups", "edges", "ms"} out."""

    def layout(sketch: Sketch) -> Timed:
        lists = {name: [item._asdict() for item in getattr(sketch, name)] for name in ("nodes", "groups", "edges")}
        asked = json.dumps(sketch._asdict() | lists)
        done = subprocess.run(command.split(), input=asked, capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout)
        return Timed(
            Placement(
                size=Size(*answer["size"]),
                nodes={name: Point(*centre) for name, centre in answer["nodes"].items()},
                groups={name: Box(*box) for name, box in answer["groups"].items()},
                edges={
                    name: Route(
                        points=tuple(Point(*stop) for stop in route["points"]),
                        label=Point(*route["label"]) if route["label"] else None,
                    )
                    for name, route in answer["edges"].items()
                },
            ),
            answer["ms"],
        )

    return layout


def _upright(sketch: Sketch) -> bool:
    return sketch.direction in ("TB", "BT")


def _block(node: SketchNode) -> Size:
    """Return the size of icon and label as one box."""
    if not all(node.label):
        return node.icon
    return Size(max(node.icon.width, node.label.width), node.icon.height + LABEL_GAP + node.label.height)


def _deepest(group: SketchGroup, sketch: Sketch) -> float:
    return max((node.label.height for node in sketch.nodes if node.parent == group.id), default=0)
