"""The icons of a picture: each drawn once in `<defs>`, and used wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.drawing import Box
from export.look import CORNER, CYLINDER_RIM
from export.stencils import stencils
from export.xml import attributes, escaped, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.drawing import Icons, Shape
    from export.glyphs import Glyph
    from export.stencils import Library

__all__ = ["IconSet"]


class IconSet:
    """What a picture has used so far.

    With the icons of the library no stencil is used at all, badges included: so a file is the same wherever it is made.
    """

    def __init__(self, icons: Icons) -> None:
        self._native = icons == "native"
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
        """Draw a node's icon in its box, a plain tile of its colour where neither stencil nor picture is at hand."""
        if shape.family == "box":
            return _outline(shape, box)
        if shape.image:
            return self._image(shape.image, box)
        match shape.family:
            case "service":
                drawn = _tile(shape.fill, box) + self._glyph("aws4", shape.name, "#FFFFFF", _inset(box, 0.1))
            case "resource":
                drawn = self._glyph("aws4", shape.name, shape.fill, box)
            case "gcp":
                drawn = self._glyph("gcp2", shape.name, shape.fill, box)
            case "kubernetes":
                from export.shapes_kubernetes import edition, glyph_box

                drawn = self._glyph("kubernetes", "frame", "#FFFFFF", box)
                drawn += self._glyph("kubernetes", "frame", shape.fill, _inset(box, 0.03))
                drawn += self._glyph(edition(shape.name)[1], shape.name, "#FFFFFF", glyph_box(shape.name, box))
            case "azure" | "image":
                drawn = ""
        return drawn or _tile(shape.fill, box)

    def badge(self, name: str, colour: str, box: Box) -> str:
        """Draw the badge in the corner of a frame, a plain square where it is not to be a stencil."""
        return self._glyph("aws4", name, colour, box) or _tile(colour, box)

    def _glyph(self, library: Library, name: str, colour: str, box: Box) -> str:
        source = stencils(library) if self._native else None
        glyph = source.glyph(name) if source else None
        if glyph is None:
            return ""
        key = f"{library}-{name}"
        self._glyphs[key] = glyph
        across, down = box.width / glyph.width, box.height / glyph.height
        if not glyph.stretches:  # as large as fits, in the middle
            across = down = min(across, down)
        left, top = box.x + (box.width - glyph.width * across) / 2, box.y + (box.height - glyph.height * down) / 2
        scale = f"{across:.6g}" if across == down else f"{across:.6g} {down:.6g}"
        place = f"translate({number(left)} {number(top)})scale({scale})"
        return f"<use{attributes(href='#' + key, fill=colour, transform=place)}/>"

    def _image(self, url: str, box: Box) -> str:
        name = self._images.setdefault(url, f"image-{len(self._images) + 1}")
        side = min(box.width, box.height)
        left, top = box.x + (box.width - side) / 2, box.y + (box.height - side) / 2
        place = f"translate({number(left)} {number(top)})scale({number(side)})"
        return f"<use{attributes(href='#' + name, transform=place)}/>"


def _inset(box: Box, share: float) -> Box:
    inner = 1 - 2 * share
    return Box(box.x + share * box.width, box.y + share * box.height, inner * box.width, inner * box.height)


def _tile(fill: str, box: Box) -> str:
    path = f"M{number(box.x)} {number(box.y)}h{number(box.width)}v{number(box.height)}h{number(-box.width)}z"
    return f"<path{attributes(fill=fill, d=path)}/>"


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
