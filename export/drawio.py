"""A drawing as an editable draw.io file of native shapes, nested as the architecture is."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, Final, NamedTuple

from export.drawing import Point
from export.look import BADGE, CORNER, CYLINDER_RIM, DISC_RIM
from export.xml import attributes, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from export.drawing import Box, Disc, Drawing, Figure, Frame, Label, Shape, Wire
    from export.drawpyo_page import Cell

__all__ = ["cell_id", "write"]

_LINE_BREAK: Final = re.compile(r"\n *")
HEADING_CELL: Final = "~heading"
_LAYER: Final = "1"
# 0 and 1 are draw.io's own cells. It keeps the others in a JavaScript array by their ids, and finds there what every
# array has: a file with a cell `keys` does not open at all (29.2.7).
_TAKEN: Final = """
    0 1
    __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ __proto__ at concat constructor copyWithin
    entries every fill filter find findIndex findLast findLastIndex flat flatMap forEach hasOwnProperty includes indexOf
    isPrototypeOf join keys lastIndexOf length map pop propertyIsEnumerable push reduce reduceRight reverse shift slice
    some sort splice toLocaleString toReversed toSorted toSpliced toString unshift valueOf values with
""".split()  # noqa: SIM905 - a list of fifty names would be fifty lines


def cell_id(item: str) -> str:
    """Return the cell of an item: its id, after a `~` where draw.io cannot have that or where it begins with one."""
    return f"~{item}" if item in _TAKEN or item.startswith("~") else item


@lru_cache(maxsize=1)  # the PNG and the SVG carry it too
def write(drawing: Drawing) -> bytes:
    """Return the file, uncompressed, which is what draw.io saves too and what a diff can read."""
    from export.drawpyo_page import DrawioFile, DrawioPage

    file = DrawioFile(about={"host": "desenho", "desenho_icons": drawing.icons})
    page = DrawioPage(
        file,
        about={"name": " ".join(drawing.title.split()), "id": drawing.name, "desenho_lang": drawing.lang},
        # On one line, for an attribute has no others: JSON has line breaks only between its words.
        model=_LINE_BREAK.sub("", drawing.model),
        dx=round(drawing.width),
        dy=round(drawing.height),
        width=round(drawing.width),
        height=round(drawing.height),
    )
    for cell in _cells(drawing):
        page.add_object(cell)
    return file.xml.encode()


class _Place(NamedTuple):
    """A frame as the parent of cells: its cell, and the origin of their coordinates."""

    cell: str
    origin: Point


def _cells(drawing: Drawing) -> Iterator[Cell]:
    places: dict[str | None, _Place] = {None: _Place(_LAYER, Point(0, 0))}
    for frame in drawing.frames:
        places[frame.id] = _Place(cell_id(frame.id), Point(frame.box.x, frame.box.y))
    boxes = {item.id: item.box for item in (*drawing.frames, *drawing.figures)}
    if drawing.heading:
        yield _heading(drawing.heading)
    for frame in drawing.frames:
        yield _frame(frame, places[frame.parent])
    for figure in drawing.figures:
        yield _figure(figure, places[figure.parent])
    # Lines come last: a frame within their parent would cover them with its ground.
    for wire in drawing.wires:
        yield _wire(wire, places[wire.parent], boxes)
        if wire.disc:
            yield _disc(wire, wire.disc)


def _style(*words: str, **values: object) -> str:
    pairs = (f"{name}={number(v) if isinstance(v, float) else v}" for name, v in values.items() if v is not None)
    return "".join(f"{part};" for part in (*words, *pairs))


def _about(item: Figure | Frame) -> dict[str, str]:
    # Without a tooltip of its own draw.io would show these attributes as one.
    return {**_told(item), "desenho_id": item.id, "desenho_type": item.kind}


def _told(item: Figure | Frame | Wire) -> dict[str, str]:
    return {"tooltip": item.alt, **({"link": item.link} if item.link else {})}


def _html(label: Label | None) -> str:
    """Return the label as draw.io's HTML."""
    if label is None:
        return ""
    signs = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return "<br>".join("".join(signs.get(c, c) for c in line) for line in label.lines)


def _geometry(box: Box, origin: Point) -> str:
    place = attributes(
        x=float(box.x - origin.x), y=float(box.y - origin.y), width=float(box.width), height=float(box.height)
    )
    return f'<mxGeometry{place} as="geometry"/>'


def _font(label: Label | None, *, usual: float = 12) -> dict[str, object]:
    """Return the style of words; `usual` is the size that draw.io takes by itself."""
    if label is None:
        return {}
    size = float(label.size) if label.size != usual else None
    return {"fontColor": label.colour, "fontSize": size, "fontStyle": 1 if label.bold else None}


def _cell(
    cell: str,
    parent: str,
    style: str,
    geometry: str,
    *,
    label: str = "",
    about: Mapping[str, str] | None = None,
    **more: str,
) -> Cell:
    from export.drawpyo_page import Cell

    return Cell(cell, parent=parent, style=style, geometry=geometry, label=label, about=about, more=more)


# ---------------------------------------------------------------- groups


def _frame(frame: Frame, place: _Place) -> Cell:
    look = frame.style
    container = {"container": 1, "pointerEvents": 0, "collapsible": 0, "recursiveResize": 0, "html": 1}
    title = {"verticalAlign": "top", "align": "left", "spacingLeft": BADGE + 5 if look.badge else 5}
    paint = {"strokeColor": look.stroke, "fillColor": look.fill, "dashed": 1 if look.dashed else None}
    if look.badge:
        shape = {"shape": "mxgraph.aws4.group", "grIcon": f"mxgraph.aws4.{look.badge}"}
        style = _style(**container, **title, **paint, **_font(frame.title), **shape)
    else:
        style = _style(**container, **title, **paint, **_font(frame.title), rounded=1 if look.rounded else None)
    return _cell(
        cell_id(frame.id),
        place.cell,
        style,
        _geometry(frame.box, place.origin),
        label=_html(frame.title),
        about=_about(frame),
        vertex="1",
    )


def _heading(heading: Label) -> Cell:
    style = _style("text", html=1, align="left", verticalAlign="top", spacing=0, spacingTop=-5, **_font(heading))
    return _cell(HEADING_CELL, _LAYER, style, _geometry(heading.box, Point(0, 0)), label=_html(heading), vertex="1")


# ---------------------------------------------------------------- nodes


def _figure(figure: Figure, place: _Place) -> Cell:
    style = _style("html=1", **_shape(figure.shape), **_font(figure.label))
    return _cell(
        cell_id(figure.id),
        place.cell,
        style,
        _geometry(figure.box, place.origin),
        label=_html(figure.label),
        about=_about(figure),
        vertex="1",
    )


def _shape(shape: Shape) -> dict[str, object]:
    under = {"verticalLabelPosition": "bottom", "verticalAlign": "top", "aspect": "fixed"}
    match shape.family:
        case "service":
            icon = {"shape": "mxgraph.aws4.resourceIcon", "resIcon": f"mxgraph.aws4.{shape.name}"}
            return {**under, "fillColor": shape.fill, "strokeColor": "#ffffff", **icon}
        case "resource":
            return {**under, "fillColor": shape.fill, "strokeColor": "none", "shape": f"mxgraph.aws4.{shape.name}"}
        case "gcp":
            return {**under, "fillColor": shape.fill, "strokeColor": "none", "shape": f"mxgraph.gcp2.{shape.name}"}
        case "kubernetes":
            from export.shapes_kubernetes import edition

            icon = {"shape": edition(shape.name)[0], "prIcon": shape.name}
            return {**under, "fillColor": shape.fill, "strokeColor": "#ffffff", **icon}
        case "azure":
            return {**under, "shape": "image", "image": f"img/lib/azure2/{shape.name}.svg"}
        case "image":
            # A style cannot hold a semicolon; draw.io takes the URL without its `;base64`.
            return {**under, "shape": "image", "imageAspect": 1, "image": shape.image.replace(";base64,", ",")}
        case "box":
            outline: dict[str, dict[str, object]] = {
                "ellipse": {"shape": "ellipse", "perimeter": "ellipsePerimeter"},
                "cylinder": {"shape": "cylinder3", "size": CYLINDER_RIM, "boundedLbl": 1},
                "rounded": {"rounded": 1, "absoluteArcSize": 1, "arcSize": 2 * CORNER},
            }
            return {**outline.get(shape.name, {}), "fillColor": shape.fill, "strokeColor": shape.stroke}


# ---------------------------------------------------------------- edges


def _wire(wire: Wire, place: _Place, boxes: Mapping[str, Box]) -> Cell:
    words: dict[str, object] = {}
    if wire.label:
        ground = {"labelBackgroundColor": wire.ground, "labelBorderColor": wire.ground}
        words = {"html": 1, **_font(wire.label, usual=11), **ground}
    dashes = {"solid": {}, "dashed": {"dashed": 1}, "dotted": {"dashed": 1, "dashPattern": "1 2"}}
    style = _style(
        edgeStyle="orthogonalEdgeStyle",
        rounded=1,
        startArrow="open" if wire.arrow in {"back", "both"} else None,
        endArrow="open" if wire.arrow in {"forward", "both"} else "none",
        strokeColor=wire.colour,
        strokeWidth=float(wire.width),
        **dashes[wire.dash],
        **words,
        **_anchor("exit", wire.points[0], boxes[wire.source]),
        **_anchor("entry", wire.points[-1], boxes[wire.target]),
    )
    bends = "".join(f"<mxPoint{_xy(p.x - place.origin.x, p.y - place.origin.y)}/>" for p in wire.points[1:-1])
    way = f'<Array as="points">{bends}</Array>' if bends else ""
    along, offset = _on(wire.points, wire.label.box.centre) if wire.label else (0.0, Point(0, 0))
    at = f'<mxPoint{_xy(*offset)} as="offset"/>' if any(offset) else ""
    geometry = f'<mxGeometry{attributes(x=_share(along))} relative="1" as="geometry">{way}{at}</mxGeometry>'
    return _cell(
        cell_id(wire.id),
        place.cell,
        style,
        geometry,
        label=_html(wire.label),
        about=_told(wire),
        edge="1",
        source=cell_id(wire.source),
        target=cell_id(wire.target),
    )


def _disc(wire: Wire, disc: Disc) -> Cell:
    """Write the number of a step: a child of its edge, so that it moves with it."""
    style = _style(
        "ellipse", html=1, aspect="fixed", fillColor=disc.colour, strokeColor=wire.ground, strokeWidth=DISC_RIM,
        fontColor="#FFFFFF", fontSize=12, fontStyle=1, spacing=0,
    )  # fmt: skip
    along, offset = _on(wire.points, Point(disc.box.x, disc.box.y))
    size = attributes(x=_share(along), width=float(disc.box.width), height=float(disc.box.height))
    at = f'<mxPoint{_xy(*offset)} as="offset"/>'
    geometry = f'<mxGeometry{size} relative="1" as="geometry">{at}</mxGeometry>'
    return _cell(f"~step-{wire.id}", cell_id(wire.id), style, geometry, label=disc.text, vertex="1", connectable="0")


def _anchor(name: str, at: Point, box: Box) -> dict[str, object]:
    """Tie an end to its place on the box; beyond its border too, which is where the label under an icon ends."""
    return {
        f"{name}X": _fraction((at.x - box.x) / box.width),
        f"{name}Y": _fraction((at.y - box.y) / box.height),
        f"{name}Perimeter": 0,
    }


def _on(points: Sequence[Point], at: Point) -> tuple[float, Point]:
    """Return the place on a line that is nearest to a point, from -1 to 1, and what is left from there to the point.

    draw.io counts the way along a line in whole px, so the place is one of them; the rest is exact.
    """
    total = sum(hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(points))
    best: tuple[float, float, Point] | None = None
    walked = 0.0
    for a, b in pairwise(points):
        length = hypot(b.x - a.x, b.y - a.y)
        if length:
            share = ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / length
            whole = round(walked + min(max(share, 0), length))
            step = min(max(whole - walked, 0), length) / length
            near = Point(a.x + (b.x - a.x) * step, a.y + (b.y - a.y) * step)
            distance = hypot(at.x - near.x, at.y - near.y)
            if best is None or distance < best[0] - 1e-9:
                best = distance, whole, near
        walked += length
    if best is None or not total:
        return 0.0, Point(at.x - points[0].x, at.y - points[0].y)
    _, whole, near = best
    return 2 * whole / total - 1, Point(at.x - near.x, at.y - near.y)


def _xy(x: float, y: float) -> str:
    return attributes(x=float(x), y=float(y))


def _fraction(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def _share(value: float) -> str | None:
    return _fraction(value) if abs(value) > 1e-6 else None
