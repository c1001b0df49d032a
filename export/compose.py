"""An architecture becomes a drawing: looks and measured words go to the layout, places come back.

    architecture --look, fonts--> Sketch --layout--> Placement --> Drawing

This is the only place where meaning and geometry meet. What a drawing's geometry is decided by is all in here and in the
layout; a writer adds nothing.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.model import Group, GroupKind, Note
from architecture.text import translate
from export.colours import hex_colour, reads_on
from export.drawing import Box, Disc, Drawing, Figure, Frame, Label, Point, Shape, Wire
from export.fonts import LINE_HEIGHT, arimo
from export.layout.sketch import Size, Sketch, SketchEdge, SketchGroup, SketchNode
from export.lines import WIDTH, broken
from export.look import BADGE, FRAMES, ICON, INK, native_shape
from export.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from architecture.model import Architecture, Edge, Node
    from architecture.text import Lang
    from export.drawing import Icons
    from export.layout.sketch import Layout, Placement

__all__ = ["draw"]

SIZE: Final = 12
HEADING: Final = 20
MARGIN: Final = 20
"""Free room round the picture, px."""
UNDER_HEADING: Final = 10
DISC: Final = 20
DISC_GAP: Final = 4
# Where draw.io writes: 7 px under an icon and under a frame's border; 2 px right of it, and 30 more beside a badge.
LABEL_GAP: Final = 7
TITLE_LEFT: Final = 7
TITLE_BESIDE_BADGE: Final = BADGE + 7
TITLE_WIDTH: Final = 2.5 * WIDTH
BOX_WIDTH: Final = 1.5 * WIDTH
BOX_PADDING: Final = 12
# The thinnest and the thickest line, px.
WIDTHS: Final = (1.0, 4.0)


class _Look(NamedTuple):
    """A node before it has a place: its shape and its words."""

    shape: Shape
    lines: tuple[str, ...]
    inside: bool
    colour: str


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
    used = _icons(icons)
    looks = {node.id: _look(node, lang, used) for node in architecture.nodes}
    titles = {group.id: _title(group, lang) for group in architecture.groups}
    wires = {edge.id: _words(translate(edge.label, lang)) for edge in architecture.edges}
    placement = layout(_sketch(architecture, looks, titles, wires))

    heading = _heading(translate(architecture.title, lang), placement.size.width)
    top = MARGIN + (ceil(heading.box.height / 10) * 10 + UNDER_HEADING if heading else 0)
    placed = _Placed(placement, Point(MARGIN, top))
    width = max(placement.size.width, heading.box.width if heading else 0) + 2 * MARGIN
    height = top + placement.size.height + MARGIN
    drawing = Drawing(
        name=architecture.name,
        title=translate(architecture.title, lang) or architecture.name,
        lang=lang,
        width=ceil(width),
        height=ceil(height),
        heading=heading,
        frames=tuple(_frame(g, titles[g.id], placed, describe(architecture, g.id, lang)) for g in _outside_in(architecture)),
        figures=tuple(_figure(n, looks[n.id], placed, describe(architecture, n.id, lang)) for n in architecture.nodes),
        wires=tuple(
            _wire(e, wires[e.id], placed, _common(architecture, e), describe(architecture, e.id, lang))
            for e in architecture.edges
        ),
        description=alt_text(architecture, lang),
        model=dumps(architecture),
        icons=used,
    )
    return replace(drawing, notes=tuple(_notes(architecture, drawing, icons, placement)))


class _Placed:
    """A placement moved to where it stands in the picture."""

    def __init__(self, placement: Placement, by: Point) -> None:
        self._placement, self._by = placement, by

    def point(self, at: Point) -> Point:
        return Point(_tidy(at.x + self._by.x), _tidy(at.y + self._by.y))

    def node(self, node: str) -> Point:
        return self.point(self._placement.nodes[node])

    def group(self, group: str) -> Box:
        box = self._placement.groups[group]
        return Box(*self.point(Point(box.x, box.y)), _tidy(box.width), _tidy(box.height))

    def way(self, edge: str) -> tuple[Point, ...]:
        return tuple(map(self.point, self._placement.edges[edge].points))

    def label(self, edge: str) -> Point:
        route = self._placement.edges[edge]
        return self.point(route.label or _middle(route.points))


def _sketch(
    architecture: Architecture,
    looks: Mapping[str, _Look],
    titles: Mapping[str, tuple[str, ...]],
    wires: Mapping[str, tuple[str, ...]],
) -> Sketch:
    nodes = [
        SketchNode(
            id=node.id,
            icon=Size(looks[node.id].shape.width, looks[node.id].shape.height),
            label=Size(0, 0) if looks[node.id].inside else _size(looks[node.id].lines),
            parent=node.parent,
        )
        for node in architecture.nodes
    ]
    groups = [
        SketchGroup(
            id=group.id, title=_title_size(group, titles[group.id]), parent=group.parent, direction=group.direction
        )
        for group in _outside_in(architecture)
    ]
    edges = [
        SketchEdge(
            id=edge.id, source=edge.source, target=edge.target, label=_wire_size(edge, wires[edge.id]), ranked=edge.ranked
        )
        for edge in architecture.edges
    ]
    return Sketch(direction=architecture.direction, nodes=tuple(nodes), groups=tuple(groups), edges=tuple(edges))


# ---------------------------------------------------------------- words


def _measure(line: str) -> float:
    return arimo().width(line, SIZE)


def _words(words: str, width: float = WIDTH) -> tuple[str, ...]:
    return broken(words, _measure, width)


def _size(lines: tuple[str, ...], size: float = SIZE) -> Size:
    """Return the room of lines, in whole px."""
    if not lines:
        return Size(0, 0)
    return Size(ceil(max(arimo().width(line, size) for line in lines)), ceil(len(lines) * size * LINE_HEIGHT))


def _centred(lines: tuple[str, ...], at: Point, colour: str) -> Label:
    width, height = _size(lines)
    return Label(lines=lines, box=Box(at.x - width / 2, at.y - height / 2, width, height), colour=colour)


def _heading(title: str, width: float) -> Label | None:
    lines = broken(title, lambda line: arimo().width(line, HEADING), max(width, 4 * WIDTH))
    if not lines:
        return None
    return Label(lines=lines, box=Box(MARGIN, MARGIN, *_size(lines, HEADING)), size=HEADING, align="left")


# ---------------------------------------------------------------- nodes


def _icons(asked: Icons) -> Icons:
    from export.stencils import installed

    return asked if asked == "library" or installed() else "library"


def _look(node: Node, lang: Lang, icons: Icons) -> _Look:
    words = translate(node.label, lang)
    shape = native_shape(node)
    if shape is None:
        image = picture(node.icon)
        if not image:
            return _box(node, words)
        shape = Shape(family="image", image=image, width=ICON, height=ICON)
    elif icons == "library" or shape.family == "azure":
        shape = replace(shape, image=picture(node.icon))
    return _Look(shape, _words(words), inside=False, colour=_ink(node.attrs, INK))


def _box(node: Node, words: str) -> _Look:
    """A node without a picture: its words in a box of the script's own colours."""
    lines = _words(words, BOX_WIDTH)
    width, height = _size(lines)
    fill = hex_colour(node.attrs.get("fillcolor") or node.attrs.get("color", "")) if _filled(node) else "#FFFFFF"
    fill = fill or "#E9EDF1"
    outline = _outline(node.attrs)
    room = 1.42 if outline == "ellipse" else 1.0
    shape = Shape(
        family="box",
        name=outline,
        fill=fill,
        stroke=hex_colour(node.attrs.get("color", "")) or "#545B64",
        width=_even(max(width * room + 2 * BOX_PADDING, ICON)),
        height=_even(max(height * room + 2 * BOX_PADDING + (10 if outline == "cylinder" else 0), ICON / 2)),
    )
    return _Look(shape, lines, inside=True, colour=_ink(node.attrs, reads_on(fill)))


def _filled(node: Node) -> bool:
    return "filled" in node.attrs.get("style", "") or "fillcolor" in node.attrs


def _outline(attrs: Mapping[str, str]) -> str:
    shape = attrs.get("shape", "")
    if shape in {"ellipse", "oval", "circle", "doublecircle"}:
        return "ellipse"
    if shape == "cylinder":
        return "cylinder"
    return "rounded" if "rounded" in attrs.get("style", "") else "rectangle"


def _ink(attrs: Mapping[str, str], otherwise: str) -> str:
    return hex_colour(attrs.get("fontcolor", "")) or otherwise


def _figure(node: Node, look: _Look, placed: _Placed, alt: str) -> Figure:
    centre, shape = placed.node(node.id), look.shape
    box = Box(centre.x - shape.width / 2, centre.y - shape.height / 2, shape.width, shape.height)
    label = None
    if look.lines:
        middle = centre.y if look.inside else box.bottom + LABEL_GAP + _size(look.lines).height / 2
        label = _centred(look.lines, Point(centre.x, middle), look.colour)
    return Figure(id=node.id, kind=node.kind, box=box, shape=shape, label=label, parent=node.parent, alt=alt)


# ---------------------------------------------------------------- groups


def _title(group: Group, lang: Lang) -> tuple[str, ...]:
    return _words(translate(group.label, lang), TITLE_WIDTH)


def _title_left(group: Group) -> int:
    return TITLE_BESIDE_BADGE if FRAMES[group.kind].badge else TITLE_LEFT


def _title_size(group: Group, lines: tuple[str, ...]) -> Size:
    badge = BADGE if FRAMES[group.kind].badge else 0
    if not lines:
        return Size(badge, badge)
    width, height = _size(lines)
    return Size(_title_left(group) + width, max(badge, LABEL_GAP + height))


def _frame(group: Group, lines: tuple[str, ...], placed: _Placed, alt: str) -> Frame:
    box = placed.group(group.id)
    title = None
    if lines:
        at = Box(box.x + _title_left(group), box.y + LABEL_GAP, *_size(lines))
        title = Label(lines=lines, box=at, align="left")
    style = FRAMES[group.kind]
    if group.kind == GroupKind.GENERIC:
        fill = hex_colour(group.attrs.get("bgcolor", "")) or style.fill
        style = replace(style, fill=fill, stroke=hex_colour(group.attrs.get("pencolor", "")) or style.stroke)
    return Frame(id=group.id, kind=group.kind, box=box, style=style, title=title, parent=group.parent, alt=alt)


def _outside_in(architecture: Architecture) -> list[Group]:
    return sorted(architecture.groups, key=lambda group: len(architecture.path(group.id)))


# ---------------------------------------------------------------- edges


def _wire_size(edge: Edge, lines: tuple[str, ...]) -> Size:
    width, height = _size(lines)
    if edge.step is None:
        return Size(width, height)
    return Size(DISC + (DISC_GAP + width if lines else 0), max(DISC, height))


def _wire(edge: Edge, lines: tuple[str, ...], placed: _Placed, parent: str | None, alt: str) -> Wire:
    label, disc = None, None
    if lines or edge.step is not None:
        room = _wire_size(edge, lines)
        middle = placed.label(edge.id)
        left = middle.x - room.width / 2
        if edge.step is not None:
            disc = Disc(text=str(edge.step), box=Box(left, middle.y - DISC / 2, DISC, DISC))
            left += DISC + DISC_GAP
        if lines:
            colour = _ink(edge.attrs, INK)
            label = _centred(lines, Point(left + _size(lines).width / 2, middle.y), colour)
    style = edge.attrs.get("style", "")
    dashes = {"dashed": "dashed", "dotted": "dotted"}
    return Wire(
        id=edge.id,
        source=edge.source,
        target=edge.target,
        points=placed.way(edge.id),
        arrow=edge.arrow,
        parent=parent,
        label=label,
        disc=disc,
        colour=hex_colour(edge.attrs.get("color", "")) or "#545B64",
        dash=next((dash for word, dash in dashes.items() if word in style), "solid"),
        width=_thickness(edge.attrs),
        alt=alt,
    )


def _thickness(attrs: Mapping[str, str]) -> float:
    if "bold" in attrs.get("style", ""):
        return 2.5
    try:
        asked = float(attrs.get("penwidth", ""))
    except ValueError:
        return 1.5
    return min(max(1.5 * asked, WIDTHS[0]), WIDTHS[1])


def _common(architecture: Architecture, edge: Edge) -> str | None:
    """Return the innermost group round both ends; a group that is itself an end stands not inside itself."""
    ends = [[g.id for g in architecture.path(end)] for end in (edge.source, edge.target)]
    both = [a for a, b in zip(*ends, strict=False) if a == b]
    return both[-1] if both else None


# ---------------------------------------------------------------- notes


def _notes(architecture: Architecture, drawing: Drawing, icons: Icons, placement: Placement) -> Iterable[Note]:
    if drawing.icons != icons:
        yield Note(
            code="icons-not-installed",
            text="draw.io's icons are not installed, so the PNG and the SVG show the icons of the diagrams library; "
            "install the extra `icons` for the same icons as in the .drawio file",
        )
    embedded = [f"{f.id} ({f.kind})" for f in drawing.figures if f.shape.family == "image"]
    if embedded:
        yield Note(
            code="embedded-pictures",
            where=architecture.name,
            text=f"draw.io has no shape for {', '.join(embedded)}: the .drawio file carries the picture instead",
        )
    labels = [label for f in drawing.figures if (label := f.label)]
    labels += [label for f in drawing.frames if (label := f.title)]
    labels += [label for w in drawing.wires if (label := w.label)]
    labels += [drawing.heading] if drawing.heading else []
    lost = arimo().missing(line for label in labels for line in label.lines)
    if lost:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in lost)
        yield Note(
            code="missing-glyphs",
            where=architecture.name,
            text=f"the picture's font, Arimo, has no glyph for {named}: an empty box stands in the PNG",
        )
    if placement.crowded:
        yield Note(
            code="crowded-labels",
            where=architecture.name,
            text=f"no free place was found for the label of {', '.join(placement.crowded)}",
        )


# ---------------------------------------------------------------- numbers


def _middle(points: tuple[Point, ...]) -> Point:
    """Return the point half-way along a line."""
    lengths = [abs(b.x - a.x) + abs(b.y - a.y) for a, b in zip(points, points[1:], strict=False)]
    rest = sum(lengths) / 2
    for a, b, length in zip(points, points[1:], lengths, strict=False):
        if rest <= length and length:
            return Point(a.x + (b.x - a.x) * rest / length, a.y + (b.y - a.y) * rest / length)
        rest -= length
    return points[-1]


def _even(length: float) -> int:
    return 2 * ceil(length / 2)


def _tidy(value: float) -> float:
    """Return a length without the dust of floating point: 120 instead of 120.00000000000001."""
    return round(value, 3)
