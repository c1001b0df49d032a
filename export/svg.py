"""A drawing as SVG: the picture, told in words too, with the .drawio inside."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from export.drawing import Box
from export.fonts import FAMILY, LINE_HEIGHT, arimo
from export.icons import IconSet
from export.look import BADGE, DISC_RIM
from export.strokes import head_path, line_path
from export.xml import attributes, escaped, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.drawing import Disc, Drawing, Figure, Frame, Label, Wire

__all__ = ["picture", "write"]

GROUND: Final = "#FFFFFF"
BLACK: Final = "#000000"
"""What SVG fills shapes with that say nothing."""
_DASHES: Final = {"solid": None, "dashed": "{0} {0}", "dotted": "{1} {2}"}


def write(drawing: Drawing) -> bytes:
    """Return the SVG file, with the .drawio in the attribute `content` of its root, where draw.io looks for it."""
    from export import drawio

    return picture(drawing, content=drawio.write(drawing).decode())


def picture(drawing: Drawing, **more: str) -> bytes:
    """Return the picture alone as SVG; `more` are attributes of its root."""
    size = {"width": drawing.width, "height": drawing.height}
    root = attributes(
        xmlns="http://www.w3.org/2000/svg",
        **{name: float(value) for name, value in size.items()},
        viewBox=f"0 0 {number(drawing.width)} {number(drawing.height)}",
        role="group",
        lang=drawing.lang,
        font_family=f"{FAMILY}, Helvetica, Arial, sans-serif",
        font_size="12",
        **more,
    )
    return f"<svg{root}>\n{_inside(drawing)}</svg>\n".encode()


@lru_cache(maxsize=1)  # the PNG is made of the same
def _inside(drawing: Drawing) -> str:
    """Return what is within the root, whole lines."""
    icons = IconSet(drawing.icons)
    body = [line for figure in drawing.figures for line in _figure(figure, icons)]
    frames = [line for frame in drawing.frames for line in _frame(frame, icons)]
    wires = [line for wire in drawing.wires for line in _wire(wire)]
    lines = [
        f"<title>{escaped(drawing.title)}</title>",
        f"<desc>{escaped(drawing.description)}</desc>",
        *icons.definitions(),
        f'<rect width="100%" height="100%" fill="{GROUND}"/>',
        *(_text(drawing.heading) if drawing.heading else ()),
        *frames,
        *body,
        *wires,
        "",
    ]
    return "\n".join(lines)


def _frame(frame: Frame, icons: IconSet) -> Iterator[str]:
    box, style = frame.box, frame.style
    tag = "a" if frame.link else "g"
    yield f"<{tag}{attributes(href=frame.link or None, data_cell_id=frame.id)}>"
    if frame.alt:
        yield f"<title>{escaped(frame.alt)}</title>"
    # A line of one px is sharp in the middle of a px; draw.io moves it there too.
    rectangle = attributes(
        x=box.x + 0.5,
        y=box.y + 0.5,
        width=float(box.width),
        height=float(box.height),
        fill=style.fill,
        stroke=style.stroke,
        stroke_dasharray="3 3" if style.dashed else None,
    )
    yield f"<rect{rectangle}/>"
    if style.badge:
        yield icons.badge(style.badge, style.stroke, Box(box.x, box.y, BADGE, BADGE))
    if frame.title:
        yield from _text(frame.title)
    yield f"</{tag}>"


def _figure(figure: Figure, icons: IconSet) -> Iterator[str]:
    address = figure.link or "#" + quote(figure.id, safe="")
    link = attributes(href=address, aria_label=figure.alt or None, data_cell_id=figure.id)
    yield f"<a{link}>"
    yield icons.icon(figure.shape, figure.box)
    if figure.label:
        yield from _text(figure.label)
    yield "</a>"


def _wire(wire: Wire) -> Iterator[str]:
    dash = _DASHES[wire.dash]
    start, end = wire.arrow in {"back", "both"}, wire.arrow in {"forward", "both"}
    line = attributes(
        d=line_path(wire.points, wire.width, start=start, end=end),
        stroke_dasharray=dash and dash.format(*(number(n * wire.width) for n in (3, 1, 2))),
    )
    tag = "a" if wire.link else "g"
    yield f"<{tag}{attributes(href=wire.link or None, data_cell_id=wire.id)}>"
    if wire.alt:
        yield f"<title>{escaped(wire.alt)}</title>"
    yield f"<g{attributes(fill='none', stroke=wire.colour, stroke_width=float(wire.width))}>"
    yield f"<path{line}/>"
    heads = "".join(
        head_path(points, wire.width) for points, drawn in ((wire.points[::-1], start), (wire.points, end)) if drawn
    )
    if heads:
        yield f"<path{attributes(d=heads)}/>"
    yield "</g>"
    if wire.label:
        # One px more on each side: the border that draw.io draws round the words.
        box = wire.label.box
        place = _box(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
        yield f"<rect{attributes(**place, fill=wire.ground)}/>"
        yield from _text(wire.label)
    if wire.disc:
        yield from _disc(wire.disc, wire.ground)
    yield f"</{tag}>"


def _disc(disc: Disc, ground: str) -> Iterator[str]:
    centre = disc.box.centre
    radius = disc.box.width / 2
    fill = disc.colour if disc.colour != BLACK else None
    circle = attributes(
        cx=float(centre.x), cy=float(centre.y), r=radius, fill=fill, stroke=ground, stroke_width=DISC_RIM
    )
    yield f"<circle{circle}/>"
    place = attributes(
        x=float(centre.x), y=_baseline(centre.y, 12), fill="#FFFFFF", text_anchor="middle", font_weight="bold"
    )
    yield f"<text{place}>{escaped(disc.text)}</text>"


def _text(label: Label) -> Iterator[str]:
    """Write lines as draw.io does: each in the middle of its share of the box."""
    box, pitch = label.box, label.size * LINE_HEIGHT
    centred = label.align == "centre"
    x = float(box.centre.x if centred else box.x)
    style = attributes(
        fill=label.colour,
        text_anchor="middle" if centred else None,
        font_size=float(label.size) if label.size != 12 else None,
        font_weight="bold" if label.bold else None,
    )
    top = box.y + (box.height - pitch * len(label.lines)) / 2
    places = [attributes(x=x, y=_baseline(top + pitch * (n + 0.5), label.size)) for n in range(len(label.lines))]
    if len(label.lines) == 1:
        yield f"<text{places[0]}{style}>{escaped(label.lines[0])}</text>"
        return
    spans = "".join(
        f"<tspan{place}>{escaped(line)}</tspan>" for place, line in zip(places, label.lines, strict=True) if line
    )
    yield f"<text{style}>{spans}</text>"


def _baseline(middle: float, size: float) -> float:
    """Return where letters stand whose line has its middle here."""
    return middle + (arimo().ascent - arimo().descent) * size / 2


def _box(x: float, y: float, width: float, height: float) -> dict[str, float]:
    return {"x": float(x), "y": float(y), "width": float(width), "height": float(height)}
