"""An architecture becomes a drawing: looks and measured words go to the layout, places come back.

    architecture --measure--> Sketch --layout--> Placement --> Drawing

Only here and in `measure` do meaning and geometry meet. All that decides a drawing's geometry is in these two and in
the layout; a writer adds nothing.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind
from architecture.text import translate
from export.colours import hex_colour, seen_on
from export.drawing import Box, Disc, Drawing, Figure, Frame, Label, Point, Wire
from export.fonts import arimo
from export.lines import WIDTH, broken
from export.look import CYLINDER_RIM, FRAMES
from export.measure import DISC, DISC_GAP, LABEL_GAP, WHITE, ink, measured, room, title_left
from export.pinned import on_pins
from export.remarks import remarks
from export.styles import dash, ground_and_border, link, thickness
from export.unread import unread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from architecture.model import Architecture, Edge, Group, Node
    from architecture.text import Lang
    from export.drawing import Icons
    from export.layout.sketch import Layout, Placement
    from export.measure import Look, Measured

__all__ = ["draw"]

MARGIN: Final = 20
"""Free room round the picture, px."""
HEADING: Final = 20
"""The size of the heading, px."""
UNDER_HEADING: Final = 10
GRID: Final = 10
LINE: Final = "#545B64"
VISIBLE: Final = 1.25
"""The contrast to 1 of a line that can be seen: a script's pale colours are kept, white on white is not."""


def draw(
    architecture: Architecture, lang: Lang | None = None, *, layout: Layout | None = None, icons: Icons = "native"
) -> Drawing:
    """Draw an architecture in one of its languages, by default its own.

    `icons` is what the picture's icons are to be: draw.io's own (`native`), for which the package that ships them must
    be installed, or the pictures of the `diagrams` library; `Drawing.icons` tells what they are. `layout` is layered
    by default.
    """
    from architecture.codec import dumps
    from architecture.words import alt_text, describe

    if layout is None:
        from export.layout import layered as layout

    lang = lang or architecture.lang
    used = _at_hand(icons)
    sizes = measured(architecture, lang, used)
    placement = layout(sizes.sketch())

    title = translate(architecture.title, lang)
    heading = _heading(title, placement.size.width)
    top = MARGIN + (ceil(heading.box.height) + UNDER_HEADING if heading else 0)
    least = Point(MARGIN, top)
    pinned = any(item.pin is not None for item in architecture.items.values())
    placed = _Placed(placement, _into_view(placement, least) if pinned else _on_grid(placement, least))
    frames = tuple(
        _frame(group, sizes, placed.group(group.id), describe(architecture, group.id, lang)) for group in sizes.groups
    )
    grounds = [frame for frame in reversed(frames) if frame.style.fill != "none"]
    figures = (
        _figure(node, sizes.looks[node.id], placed.node(node.id), describe(architecture, node.id, lang))
        for node in architecture.nodes
    )
    drawing = Drawing(
        name=architecture.name,
        title=title or architecture.name,
        lang=lang,
        width=ceil(max(placed.corner.x, heading.box.right if heading else 0)) + MARGIN,
        height=ceil(placed.corner.y) + MARGIN,
        direction=architecture.direction,
        heading=heading,
        frames=tuple(frame._replace(title=_legible(frame.title, grounds)) for frame in frames),
        figures=tuple(
            figure if sizes.looks[figure.id].inside else figure._replace(label=_legible(figure.label, grounds))
            for figure in figures
        ),
        wires=tuple(
            _wire(edge, sizes, placed, grounds, describe(architecture, edge.id, lang)) for edge in architecture.edges
        ),
        description=alt_text(architecture, lang),
        model=dumps(architecture),
        icons=used,
    )
    notes = (
        *remarks(drawing, asked=icons, crowded=placement.crowded),
        *on_pins(architecture, drawing, placed.by),
        *unread(architecture, {node for node, look in sizes.looks.items() if look.shape.family == "box"}),
    )
    return drawing._replace(notes=notes)


def _at_hand(icons: Icons) -> Icons:
    from export.stencils import installed

    return icons if icons == "library" or installed() else "library"


class _Placed:
    """A placement, moved to where it stands in the picture."""

    def __init__(self, placement: Placement, by: Point) -> None:
        self._placement, self.by = placement, by

    @property
    def corner(self) -> Point:
        """The lower right corner of all."""
        (x, y), (width, height) = self._placement.least, self._placement.size
        return self.point(Point(x + width, y + height))

    def point(self, at: Point) -> Point:
        # The layout may leave the dust of floating point: 120.00000000000001.
        return Point(round(at.x + self.by.x, 3), round(at.y + self.by.y, 3))

    def node(self, node: str) -> Point:
        return self.point(self._placement.nodes[node])

    def group(self, group: str) -> Box:
        box = self._placement.groups[group]
        return Box(*self.point(Point(box.x, box.y)), round(box.width, 3), round(box.height, 3))

    def way(self, edge: str) -> tuple[Point, ...]:
        return tuple(map(self.point, self._placement.edges[edge].points))

    def label(self, edge: str) -> Point:
        route = self._placement.edges[edge]
        return self.point(route.label or _middle(route.points))


def _on_grid(placement: Placement, least: Point) -> Point:
    """Return how far to move a placement so that centres and borders lie on draw.io's grid, by `least` or more.

    The layout keeps its own grid, but its origin is where the outermost icon or word begins.
    """
    at = next(iter(placement.nodes.values()), None) or next(iter(placement.groups.values()), None)
    if at is None:
        return least
    return Point(*(start + -round(place + start, 3) % GRID for start, place in zip(least, at[:2], strict=True)))


def _into_view(placement: Placement, least: Point) -> Point:
    """Return how far to move a placement with pins, in whole steps of the grid: not at all if there is room for it."""
    return Point(*(max(0, ceil((start - at) / GRID) * GRID) for start, at in zip(least, placement.least, strict=True)))


def _heading(title: str, width: float) -> Label | None:
    lines = broken(title, lambda line: arimo().width(line, HEADING), max(width, 4 * WIDTH))
    if not lines:
        return None
    return Label(lines=lines, box=Box(MARGIN, MARGIN, *room(lines, HEADING)), size=HEADING, align="left")


def _centred(lines: tuple[str, ...], at: Point, colour: str) -> Label:
    width, height = room(lines)
    return Label(lines=lines, box=Box(at.x - width / 2, at.y - height / 2, width, height), colour=colour)


def _figure(node: Node, look: Look, centre: Point, alt: str) -> Figure:
    shape = look.shape
    box = Box(centre.x - shape.width / 2, centre.y - shape.height / 2, shape.width, shape.height)
    label = None
    if look.lines:
        middle = box.bottom + LABEL_GAP + room(look.lines).height / 2
        if look.inside:  # in a cylinder under its upper rim
            middle = centre.y + (CYLINDER_RIM if shape.name == "cylinder" else 0)
        label = _centred(look.lines, Point(centre.x, middle), look.ink)
    return Figure(
        id=node.id,
        kind=node.kind,
        box=box,
        shape=shape,
        label=label,
        parent=node.parent,
        alt=alt,
        link=link(node.attrs),
    )


def _frame(group: Group, sizes: Measured, box: Box, alt: str) -> Frame:
    title = None
    if lines := sizes.titles[group.id]:
        at = Box(box.x + title_left(group), box.y + LABEL_GAP, *room(lines))
        title = Label(lines=lines, box=at, align="left")
    style = FRAMES[group.kind]
    if group.kind == GroupKind.GENERIC:
        style = style._replace(**ground_and_border(group.attrs))
    return Frame(
        id=group.id,
        kind=group.kind,
        box=box,
        style=style,
        title=title,
        parent=group.parent,
        alt=alt,
        link=link(group.attrs),
    )


def _wire(edge: Edge, sizes: Measured, placed: _Placed, grounds: Sequence[Frame], alt: str) -> Wire:
    middle, size, lines = placed.label(edge.id), sizes.wire_room(edge), sizes.wires[edge.id]
    left = middle.x - size.width / 2
    disc, label = None, None
    if edge.step is not None:
        disc = Disc(text=str(edge.step), box=Box(left, middle.y - DISC / 2, DISC, DISC))
        left += DISC + DISC_GAP
    if lines:
        label = _centred(lines, Point(left + room(lines).width / 2, middle.y), ink(edge.attrs))
    return Wire(
        id=edge.id,
        source=edge.source,
        target=edge.target,
        points=placed.way(edge.id),
        arrow=edge.arrow,
        parent=_common(sizes.architecture, edge),
        label=_legible(label, grounds),
        disc=disc,
        colour=seen_on(hex_colour(edge.attrs.get("color", "")) or LINE, _ground(grounds, middle), VISIBLE),
        dash=dash(edge.attrs),
        width=thickness(edge.attrs),
        ground=_ground(grounds, middle),
        alt=alt,
        link=link(edge.attrs),
    )


def _common(architecture: Architecture, edge: Edge) -> str | None:
    """Return the innermost group round both ends; a group that is itself an end does not stand inside itself."""
    ends = [[group.id for group in architecture.path(end)] for end in (edge.source, edge.target)]
    both = [a for a, b in zip(*ends, strict=False) if a == b]
    return both[-1] if both else None


def _ground(filled: Sequence[Frame], at: Point) -> str:
    """Return the colour of the innermost of the filled frames round a point; they come innermost first."""
    for frame in filled:
        box = frame.box
        if box.x <= at.x <= box.right and box.y <= at.y <= box.bottom:
            return frame.style.fill
    return WHITE


def _legible(label: Label | None, grounds: Sequence[Frame]) -> Label | None:
    """Return words in a colour that can be read where they stand: a script's white ones may be for a black page."""
    return label and label._replace(colour=seen_on(label.colour, _ground(grounds, label.box.centre)))


def _middle(points: tuple[Point, ...]) -> Point:
    """Return the point half-way along a line of level and upright pieces."""
    lengths = [abs(b.x - a.x) + abs(b.y - a.y) for a, b in pairwise(points)]
    rest = sum(lengths) / 2
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if length and rest <= length:
            return Point(a.x + (b.x - a.x) * rest / length, a.y + (b.y - a.y) * rest / length)
        rest -= length
    return points[-1]
