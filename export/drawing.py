"""The drawing: geometry and looks, frozen. Everything a writer needs, and nothing of what an architecture means.

Lengths are px at scale 1 (96 to the inch), y grows downwards, positions are absolute. Font sizes are px.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from architecture.model import Arrow, Direction, Note
from architecture.text import Lang

__all__ = [
    "Box", "Disc", "Drawing", "Figure", "Frame", "FrameStyle", "Icons", "Label", "Point", "Shape", "ShapeFamily",
    "Wire",
]  # fmt: skip


class Point(NamedTuple):
    """A place."""

    x: float
    y: float


class Box(NamedTuple):
    """An upright rectangle by its top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right border."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower border."""
        return self.y + self.height

    @property
    def centre(self) -> Point:
        """The middle."""
        return Point(self.x + self.width / 2, self.y + self.height / 2)


class Label(NamedTuple):
    """Words, already broken into lines, in the box they fill."""

    lines: tuple[str, ...]
    box: Box
    size: float = 12
    colour: str = "#232F3E"
    bold: bool = False
    align: Literal["left", "centre"] = "centre"


Icons = Literal["native", "library"]
"""What the picture's icons are: draw.io's own stencils, or the pictures of the `diagrams` library."""

ShapeFamily = Literal["service", "resource", "kubernetes", "gcp", "azure", "image", "box"]


class Shape(NamedTuple):
    """How a node looks.

    `service`: draw.io's stencil `name`, white on a tile of colour `fill`. `resource`: the stencil in colour `fill`.
    `kubernetes`, `gcp`, `azure`: a shape of draw.io's own of that family. `image`: the picture `image`, a `data:` URL.
    `box`: a rectangle of colour `fill` with the words in it. `image` is also the picture to show where a stencil cannot
    be drawn. `category` names what the colour stands for.
    """

    family: ShapeFamily
    name: str = ""
    fill: str = "#232F3E"
    stroke: str = "none"
    width: float = 78
    height: float = 78
    image: str = ""


class FrameStyle(NamedTuple):
    """How a group looks; `badge` names draw.io's stencil in its top left corner, 25 by 25 px, empty for none."""

    stroke: str
    fill: str = "none"
    dashed: bool = False
    rounded: bool = False
    badge: str = ""


class Figure(NamedTuple):
    """A node. `box` is its icon's; `alt` says it in words; `parent` is the frame it stands in.

    `link`, of nodes, groups and lines, is the address that a click leads to.
    """

    id: str
    kind: str
    box: Box
    shape: Shape
    label: Label | None = None
    parent: str | None = None
    alt: str = ""
    link: str = ""


class Frame(NamedTuple):
    """A group."""

    id: str
    kind: str
    box: Box
    style: FrameStyle
    title: Label | None = None
    parent: str | None = None
    alt: str = ""
    link: str = ""


class Disc(NamedTuple):
    """The number of a step, white in a disc of a colour."""

    text: str
    box: Box
    colour: str = "#000000"


class Wire(NamedTuple):
    """An edge. `points` run from the border of `source` to that of `target`; `parent` is the innermost common frame.

    `ground` is the colour that label and number stand on, so that the line does not show through them.
    """

    id: str
    source: str
    target: str
    points: tuple[Point, ...]
    arrow: Arrow = "forward"
    parent: str | None = None
    label: Label | None = None
    disc: Disc | None = None
    colour: str = "#545B64"
    dash: Literal["solid", "dashed", "dotted"] = "solid"
    width: float = 1.5
    ground: str = "#FFFFFF"
    alt: str = ""
    link: str = ""


class Drawing(NamedTuple):
    """All of a picture in one language; frames come before what stands in them.

    `model` is the whole architecture as JSON, which the files carry for programs. `description` is the picture told in
    words. `notes` are what a person should know about how it was drawn. `icons` is the set that the picture was drawn
    with, which is not the one asked for where that is not installed; every file tells it in the attribute
    `desenho_icons` of its `mxfile`, so that `export --check` can draw it the same way again.
    """

    name: str
    title: str
    lang: Lang
    width: float
    height: float
    direction: Direction = "LR"
    frames: tuple[Frame, ...] = ()
    figures: tuple[Figure, ...] = ()
    wires: tuple[Wire, ...] = ()
    heading: Label | None = None
    description: str = ""
    model: str = ""
    icons: Icons = "native"
    notes: tuple[Note, ...] = ()
