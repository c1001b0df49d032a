"""A drawing as PNG: the SVG in pixels, with the .drawio inside."""

from __future__ import annotations

import struct
from math import sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from export.drawing import Drawing

__all__ = ["PIXELS", "SCALE", "scale_of", "write"]

SCALE: Final = 2
"""Pixels to a px: at 1, letters of 12 px are blurred on screens of high density and on paper."""
PIXELS: Final = 12_000_000
"""The most pixels of a picture: drawing and packing 12 million takes about a quarter of a second."""
_INCH: Final = 96  # px
_METRE: Final = _INCH / 0.0254  # px


def scale_of(width: float, height: float) -> float:
    """Return at what scale a picture of this size in px is drawn."""
    return min(SCALE, sqrt(PIXELS / (width * height)))


def write(drawing: Drawing) -> bytes:
    """Return the PNG file, with the .drawio in a text chunk, where draw.io looks for it."""
    from export import carrier, drawio, raster, svg

    scale = scale_of(drawing.width, drawing.height)
    pixels = raster.pixels(svg.picture(drawing).decode(), scale)
    # How many pixels a metre has: so a word processor shows the picture at its own size, not twice as large.
    density = struct.pack(">IIB", round(scale * _METRE), round(scale * _METRE), 1)
    return carrier.put_in_png(carrier.with_chunk(pixels, b"pHYs", density), drawio.write(drawing).decode())
