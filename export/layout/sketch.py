"""What a layout is given and what it answers: sizes in, places out. It knows no words, colours or services.

Lengths are px, y grows downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from architecture.model import Direction
from export.drawing import Box, Point

__all__ = ["Layout", "Placement", "Route", "Size", "Sketch", "SketchEdge", "SketchGroup", "SketchNode"]


class Size(NamedTuple):
    """Width and height."""

    width: float
    height: float


class SketchNode(NamedTuple):
    """An icon and the label under it (7 px below, centred; zero size for none). `pin` fixes the icon's centre."""

    id: str
    icon: Size
    label: Size
    parent: str | None = None
    pin: Point | None = None


class SketchGroup(NamedTuple):
    """A group and the room its title takes from its top left corner, badge included. `pin` fixes its box."""

    id: str
    title: Size
    parent: str | None = None
    direction: Direction | None = None
    pin: Box | None = None


class SketchEdge(NamedTuple):
    """A line between two nodes or groups and the room of its label, step number included (zero size for none).

    `ranked` is false for a line that orders no layers: undirected, or so marked by the script. `dashed` and arrow heads
    do not matter here.
    """

    id: str
    source: str
    target: str
    label: Size
    ranked: bool = True


class Sketch(NamedTuple):
    """A diagram by its sizes; items in script order, groups before what stands in them."""

    direction: Direction = "LR"
    nodes: tuple[SketchNode, ...] = ()
    groups: tuple[SketchGroup, ...] = ()
    edges: tuple[SketchEdge, ...] = ()


class Route(NamedTuple):
    """The way of an edge, border to border, and the middle of its label's room."""

    points: tuple[Point, ...]
    label: Point | None = None


class Placement(NamedTuple):
    """Where everything stands: centres of icons, boxes of groups, ways of edges.

    `size` is measured from `least`, the smallest x and y: 0 but where something is pinned, for there the coordinates
    are those of the pins. `crowded` names the edges whose label found no free place.
    """

    size: Size
    nodes: dict[str, Point]
    groups: dict[str, Box]
    edges: dict[str, Route]
    crowded: tuple[str, ...] = ()
    least: Point = Point(0, 0)


Layout = Callable[[Sketch], Placement]
