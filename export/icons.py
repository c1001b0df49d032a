"""The icons of a picture: each drawn once in `<defs>`, and used wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.drawing import Box
from export.look import CORNER, CYLINDER_RIM
from export.stencils import stencils
from export.xml import attributes, escaped, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.drawing import Shape
    from export.glyphs import Glyph
    from export.stencils import Library

__all__ = ["IconSet"]


class IconSet:
    """What a picture has used so far."""

    def __init__(self) -> None:
        self._glyphs: dict[str, Glyph] = {}
        self._images: dict[str, str] = {}

    def definitions(self) -> Iterator[str]:
        """Write the `<defs>` of all icons used, nothing if there are none."""
        if not self._glyphs and not self._images:
            return
        yield "<defs>"
        for name, glyph in self._glyphs.items():
            paths = [f"<path{attributes(dict(p.paint), d=p.path)}/>" for p in glyph.parts]
            if len(paths) == 1:
                yield paths[0].replace("<path", f"<path{attributes(id=name)}", 1)
            else:
                yield f"<g{attributes(id=name)}>{''.join(paths)}</g>"
        for url, name in self._images.items():
            yield f'<image id="{name}" width="1" height="1" href="{escaped(url)}"/>'
        yield "</defs>"

    def icon(self, shape: Shape, box: Box) -> str:
        """Draw a node's icon in its box."""
        if shape.image:
            return self._image(shape.image, box)
        match shape.family:
            case "service":
                tile = attributes(fill=shape.fill, d=_rectangle(box))
                glyph = self._glyph("aws4", shape.name, "#FFFFFF", *_inset(box, 0.1))
                return f"<path{tile}/>{glyph}"
            case "resource":
                return self._glyph("aws4", shape.name, shape.fill, *box)
            case "gcp":
                return self._glyph("gcp2", shape.name, shape.fill, *box)
            case "kubernetes":
                from export.shapes_kubernetes import edition, glyph_box

                rim = self._glyph("kubernetes", "frame", "#FFFFFF", *box)
                ground = self._glyph("kubernetes", "frame", shape.fill, *_inset(box, 0.03))
                return (
                    rim
                    + ground
                    + self._glyph(edition(shape.name)[1], shape.name, "#FFFFFF", *glyph_box(shape.name, box))
                )
            case "box":
                return _outline(shape, box)
            case "azure" | "image":
                return ""

    def badge(self, name: str, colour: str, x: float, y: float, side: float) -> str:
        """Draw the badge in the corner of a frame, a plain square where the stencils are not installed."""
        square = f"<path{attributes(fill=colour, d=_rectangle(Box(x, y, side, side)))}/>"
        return self._glyph("aws4", name, colour, x, y, side, side) or square

    def _glyph(self, library: Library, name: str, colour: str, x: float, y: float, width: float, height: float) -> str:
        source = stencils(library)
        glyph = source.glyph(name) if source else None
        if glyph is None:
            return ""
        key = f"{library}-{name}"
        self._glyphs[key] = glyph
        across, down = width / glyph.width, height / glyph.height
        if not glyph.stretches:  # as large as fits, in the middle
            across = down = min(across, down)
        left, top = x + (width - glyph.width * across) / 2, y + (height - glyph.height * down) / 2
        scale = f"{across:.6g}" if across == down else f"{across:.6g} {down:.6g}"
        place = f"translate({number(left)} {number(top)})scale({scale})"
        return f"<use{attributes(href='#' + key, fill=colour, transform=place)}/>"

    def _image(self, url: str, box: Box) -> str:
        name = self._images.setdefault(url, f"image-{len(self._images) + 1}")
        side = min(box.width, box.height)
        left, top = box.x + (box.width - side) / 2, box.y + (box.height - side) / 2
        place = f"translate({number(left)} {number(top)})scale({number(side)})"
        return f"<use{attributes(href='#' + name, transform=place)}/>"


def _inset(box: Box, share: float) -> tuple[float, float, float, float]:
    inner = 1 - 2 * share
    return box.x + share * box.width, box.y + share * box.height, inner * box.width, inner * box.height


def _rectangle(box: Box) -> str:
    return f"M{number(box.x)} {number(box.y)}h{number(box.width)}v{number(box.height)}h{number(-box.width)}z"


def _outline(shape: Shape, box: Box) -> str:
    paint = attributes(fill=shape.fill, stroke=shape.stroke)
    if shape.name == "ellipse":
        centre = box.centre
        ellipse = attributes(cx=float(centre.x), cy=float(centre.y), rx=float(box.width / 2), ry=float(box.height / 2))
        return f"<ellipse{ellipse}{paint}/>"
    if shape.name == "cylinder":
        rim, w = number(CYLINDER_RIM), number(box.width)
        radii = f"{number(box.width / 2)} {rim}"
        wall = number(box.height - 2 * CYLINDER_RIM)
        start = f"M{number(box.x)} {number(box.y + CYLINDER_RIM)}"
        body = f"{start}a{radii} 0 0 1 {w} 0v{wall}a{radii} 0 0 1 -{w} 0z"
        edge = attributes(d=f"{start}a{radii} 0 0 0 {w} 0", fill="none", stroke=shape.stroke)
        return f"<path{attributes(d=body)}{paint}/><path{edge}/>"
    corner = CORNER if shape.name == "rounded" else None
    rectangle = attributes(x=float(box.x), y=float(box.y), width=float(box.width), height=float(box.height), rx=corner)
    return f"<rect{rectangle}{paint}/>"
