"""The picture that other sites show beside a link to this one, made by our own renderer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from architecture.text import Text, translate

if TYPE_CHECKING:
    from export.drawing import Drawing

__all__ = ["card"]

WIDTH, HEIGHT = 1200, 630
"""Pixels, as og:image is asked for."""
_SAYS: Final = (
    Text("Uma arquitetura, quatro faces", en="One architecture, four faces"),
    Text("que nunca discordam", en="that never disagree"),
)
_TOP, _MARGIN = 200, 60


def card(drawing: Drawing) -> bytes:
    """Return a PNG of the site's name and promise above a drawing, in the drawing's language."""
    from export import raster, svg
    from export.fonts import FAMILY

    room = WIDTH - 2 * _MARGIN, HEIGHT - _TOP - _MARGIN / 2
    scale = min(room[0] / drawing.width, room[1] / drawing.height)
    left = (WIDTH - drawing.width * scale) / 2
    picture = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", svg.picture(drawing).decode())
    first, second = (translate(words, drawing.lang) for words in _SAYS)
    text = f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="{FAMILY}">
<rect width="{WIDTH}" height="{HEIGHT}" fill="#232F3E"/>
<text x="{_MARGIN}" y="92" font-size="58" font-weight="bold" fill="#FFFFFF">desenho</text>
<text x="{_MARGIN}" y="152" font-size="34" fill="#CFD8E3">{first} {second}</text>
<rect x="{left - 10}" y="{_TOP - 10}" width="{drawing.width * scale + 20}" height="{drawing.height * scale + 20}"
 rx="8" fill="#FFFFFF"/>
<svg x="{left}" y="{_TOP}" width="{drawing.width * scale}" height="{drawing.height * scale}" font-size="12"
 viewBox="0 0 {drawing.width} {drawing.height}">{picture}</svg>
</svg>"""
    return raster.pixels(text)
