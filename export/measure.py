"""What things look like and how much room their words take: all that a layout has to know."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.text import translate
from export.colours import hex_colour, reads_on
from export.drawing import Box, Point, Shape
from export.fonts import LINE_HEIGHT, arimo
from export.layout.sketch import Size, Sketch, SketchEdge, SketchGroup, SketchNode
from export.lines import WIDTH, broken
from export.look import BADGE, FRAMES, ICON, INK, native_shape
from export.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.model import Architecture, Edge, Group, Node
    from architecture.text import Lang
    from export.drawing import Icons

__all__ = [
    "DISC",
    "DISC_GAP",
    "LABEL_GAP",
    "SHAPES",
    "SIZE",
    "WHITE",
    "Look",
    "Measured",
    "ink",
    "measured",
    "room",
    "title_left",
]

SIZE: Final = 12
"""The size of all words but the heading's, px."""
DISC: Final = 24
"""The number of a step, px: a black disc of 20 in a rim of the ground, which keeps the line off disc and words."""
DISC_GAP: Final = 2
# Where draw.io writes: 7 px under an icon and under a frame's border, 7 px beside the border or the badge.
LABEL_GAP: Final = 7
TITLE_WIDTH: Final = 2.5 * WIDTH
BOX_WIDTH: Final = 1.5 * WIDTH
BOX_PADDING: Final = 12
BOX_FILL: Final = "#E9EDF1"
BOX_STROKE: Final = "#545B64"
JOINT: Final = 20
"""The side of a ring that stands for a node without words or shape: scripts let lines meet in one, px."""
WHITE: Final = "#FFFFFF"
_BARE: Final = frozenset({"none", "plain", "plaintext", "point"})
_ROUND: Final = frozenset({"circle", "doublecircle", "ellipse", "oval"})
SHAPES: Final = frozenset({*_BARE, *_ROUND, "box", "cylinder", "rect", "rectangle", "square"})
"""The shapes of Graphviz that a box is drawn in as they are; others become rectangles."""


class Look(NamedTuple):
    """A node: its shape, its words in the colour `ink`, and whether these stand inside the shape or under it."""

    shape: Shape
    lines: tuple[str, ...]
    ink: str
    inside: bool = False


class Measured(NamedTuple):
    """The looks of nodes, the titles of groups and the words of edges, by id."""

    architecture: Architecture
    looks: Mapping[str, Look]
    titles: Mapping[str, tuple[str, ...]]
    wires: Mapping[str, tuple[str, ...]]

    @property
    def groups(self) -> list[Group]:
        """The groups, those outside before those within them, else in script order."""
        return sorted(self.architecture.groups, key=lambda group: len(self.architecture.path(group.id)))

    def wire_room(self, edge: Edge) -> Size:
        """Return the room of an edge's number and words, side by side."""
        lines = self.wires[edge.id]
        width, height = room(lines)
        if edge.step is None:
            return Size(width, height)
        return Size(DISC + (DISC_GAP + width if lines else 0), max(DISC, height))

    def sketch(self) -> Sketch:
        """Return the diagram by its sizes."""
        return Sketch(
            direction=self.architecture.direction,
            nodes=tuple(map(self._node, self.architecture.nodes)),
            groups=tuple(map(self._group, self.groups)),
            edges=tuple(map(self._edge, self.architecture.edges)),
        )

    def _node(self, node: Node) -> SketchNode:
        look = self.looks[node.id]
        label = Size(0, 0) if look.inside else room(look.lines)
        icon = Size(look.shape.width, look.shape.height)
        pin = node.pin and Point(*node.pin)
        return SketchNode(id=node.id, icon=icon, label=label, parent=node.parent, pin=pin)

    def _group(self, group: Group) -> SketchGroup:
        badge = BADGE if FRAMES[group.kind].badge else 0
        title = Size(badge, badge)
        if lines := self.titles[group.id]:
            width, height = room(lines)
            title = Size(title_left(group) + width, max(badge, LABEL_GAP + height))
        pin = group.pin and Box(*group.pin)
        return SketchGroup(id=group.id, title=title, parent=group.parent, direction=group.direction, pin=pin)

    def _edge(self, edge: Edge) -> SketchEdge:
        return SketchEdge(
            id=edge.id, source=edge.source, target=edge.target, label=self.wire_room(edge), ranked=edge.ranked
        )


def measured(architecture: Architecture, lang: Lang, icons: Icons) -> Measured:
    """Look at all of an architecture in one language."""
    return Measured(
        architecture=architecture,
        looks={node.id: _look(node, translate(node.label, lang), icons) for node in architecture.nodes},
        titles={group.id: _lines(translate(group.label, lang), TITLE_WIDTH) for group in architecture.groups},
        wires={edge.id: _lines(translate(edge.label, lang)) for edge in architecture.edges},
    )


def room(lines: tuple[str, ...], size: float = SIZE) -> Size:
    """Return the room of lines of words, in whole px."""
    if not lines:
        return Size(0, 0)
    return Size(ceil(max(arimo().width(line, size) for line in lines)), ceil(len(lines) * size * LINE_HEIGHT))


def title_left(group: Group) -> int:
    """Return how far from a frame's left border its title begins, px."""
    return LABEL_GAP + (BADGE if FRAMES[group.kind].badge else 0)


def ink(attrs: Mapping[str, str], otherwise: str = INK) -> str:
    """Return the colour of words, as the script says it or else as given."""
    return hex_colour(attrs.get("fontcolor", "")) or otherwise


def _lines(words: str, width: float = WIDTH) -> tuple[str, ...]:
    return broken(words, lambda line: arimo().width(line, SIZE), width)


def _look(node: Node, words: str, icons: Icons) -> Look:
    if node.kind == "generic.blank.Blank" and words:
        # Its picture is an empty one: lines would end at nothing, far above the words.
        return _box(replace(node, attrs={"shape": "plaintext", **node.attrs}), words)
    shape = native_shape(node)
    if shape is None:
        image = picture(node.icon)
        if not image:
            return _box(node, words)
        shape = Shape(family="image", image=image, width=ICON, height=ICON)
    elif icons == "library" or shape.family == "azure":
        # draw.io brings its Azure icons along as pictures, in no package of ours: only the library's are at hand.
        shape = shape._replace(image=picture(node.icon))
    return Look(shape, _lines(words), ink(node.attrs))


def _box(node: Node, words: str) -> Look:
    """Return the look of a node without a picture: its words in a box of the script's own colours."""
    attrs = node.attrs
    lines = _lines(words, BOX_WIDTH)
    width, height = room(lines)
    fill = WHITE
    if "filled" in attrs.get("style", "") or "fillcolor" in attrs:
        fill = hex_colour(attrs.get("fillcolor") or attrs.get("color", "")) or BOX_FILL
    outline = _outline(attrs)
    stroke = hex_colour(attrs.get("color", "")) or BOX_STROKE
    if attrs.get("shape") in _BARE:
        if not lines:
            joint = Shape(family="box", name="ellipse", fill=WHITE, stroke=stroke, width=JOINT, height=JOINT)
            return Look(joint, (), INK, inside=True)
        fill = stroke = "none"
    wider = 1.42 if outline == "ellipse" else 1.0  # the square root of two: the box within an ellipse
    rim = 10 if outline == "cylinder" else 0
    shape = Shape(
        family="box",
        name=outline,
        fill=fill,
        stroke=stroke,
        width=_even(max(width * wider + 2 * BOX_PADDING, ICON)),
        height=_even(max(height * wider + 2 * BOX_PADDING + rim, ICON / 2)),
    )
    return Look(shape, lines, ink(attrs, INK if fill == "none" else reads_on(fill)), inside=True)


def _outline(attrs: Mapping[str, str]) -> str:
    shape = attrs.get("shape", "")
    if shape in _ROUND:
        return "ellipse"
    if shape == "cylinder":
        return "cylinder"
    return "rounded" if "rounded" in attrs.get("style", "") else "rectangle"


def _even(length: float) -> int:
    return 2 * ceil(length / 2)
