"""Other layout engines, asked for the same boxes as ours: what they have in common, and any program as an engine."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Box, Point
from export.layout import layered
from export.layout.sketch import Placement, Route, Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from export.layout.sketch import Sketch, SketchNode

__all__ = ["LABEL_GAP", "LAYER_GAP", "NODE_GAP", "PADDING", "PADDING_BELOW", "Timed", "block", "ours", "program"]

# Our own distances, px.
LABEL_GAP = 7
"""From an icon to its label."""
PADDING = 30
"""From a group's side to what stands in it."""
PADDING_BELOW = 20
LAYER_GAP = 60
NODE_GAP = 30


class Timed(NamedTuple):
    """A layout's answer and the CPU time it took, ms."""

    placement: Placement
    ms: float


def ours(sketch: Sketch) -> Timed:
    """Lay out with the layout of this project."""
    before = time.process_time()
    placement = layered(sketch)
    return Timed(placement, (time.process_time() - before) * 1000)


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


def block(node: SketchNode) -> Size:
    """Return the size of icon and label as one box."""
    if not all(node.label):
        return node.icon
    return Size(max(node.icon.width, node.label.width), node.icon.height + LABEL_GAP + node.label.height)
