"""ELK Layered, from the npm package `elkjs`, run by Node.

It gets the icons, the room of every label, the whole nesting and our distances, and routes at right angles. Lines end
at the icon; where the flow runs up or down they end at the box round icon and label, else all would cut the labels.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from benchmarks.peers import LABEL_GAP, LAYER_GAP, NODE_GAP, PADDING, PADDING_BELOW, Timed, block
from export.drawing import Box, Point
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from architecture.model import Direction
    from export.layout.sketch import Sketch, SketchEdge, SketchGroup, SketchNode

__all__ = ["ELKJS", "elk"]

Json = dict[str, Any]

ELKJS: Final = "elkjs@0.12.1"


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
    "elk.layered.spacing.nodeNodeBetweenLayers": str(LAYER_GAP),
    "elk.spacing.nodeNode": str(NODE_GAP),
    "elk.layered.spacing.edgeNodeBetweenLayers": "20",
    "elk.spacing.edgeNode": "20",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.edgeLabel": "2",
}


def _elk_node(node: SketchNode, sketch: Sketch) -> Json:
    if _upright(sketch):
        return {"id": node.id, "width": block(node).width, "height": block(node).height}
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
    below = PADDING_BELOW if _upright(sketch) else PADDING_BELOW + LABEL_GAP + _deepest(group, sketch)
    return {
        "id": group.id,
        "children": [],
        "width": group.title.width + 20,
        "height": group.title.height + PADDING,
        "layoutOptions": {
            "elk.padding": f"[top={group.title.height + 15},left={PADDING},bottom={below},right={PADDING}]",
            "elk.nodeSize.constraints": "MINIMUM_SIZE",
            "elk.nodeSize.minimum": f"({group.title.width + 20},{group.title.height + PADDING})",
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


def _upright(sketch: Sketch) -> bool:
    return sketch.direction in ("TB", "BT")


def _deepest(group: SketchGroup, sketch: Sketch) -> float:
    return max((node.label.height for node in sketch.nodes if node.parent == group.id), default=0)
