"""A drawing as PNG: the SVG in pixels, with the .drawio inside.

Where draw.io looks for it: percent-encoded in a text chunk `mxfile`, before the pixels.
"""

from __future__ import annotations

import struct
import zlib
from math import sqrt
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from export.drawing import Drawing

__all__ = ["PIXELS", "SCALE", "carrying", "scale_of", "write"]

SCALE: Final = 2
"""Pixels to a px: at 1, letters of 12 px are blurred on screens of high density and on paper."""
PIXELS: Final = 12_000_000
"""The most pixels of a picture: drawing and packing 12 million takes about a quarter of a second."""
_INCH: Final = 96  # px
_METRE: Final = _INCH / 0.0254  # px
_AFTER_HEADER: Final = 8 + 25
"""Bytes: the signature; length, kind, 13 bytes of content and checksum of the header."""
_UNQUOTED: Final = "!'()*-._~"
"""What JavaScript's encodeURIComponent leaves as it is."""


def scale_of(width: float, height: float) -> float:
    """Return at what scale a picture of this size in px is drawn."""
    return min(SCALE, sqrt(PIXELS / (width * height)))


def write(drawing: Drawing) -> bytes:
    """Return the PNG file, with the .drawio inside."""
    from export import drawio, raster, svg

    scale = scale_of(drawing.width, drawing.height)
    pixels = raster.pixels(svg.picture(drawing).decode(), scale)
    # How many pixels a metre has: so a word processor shows the picture at its own size, not twice as large.
    density = struct.pack(">IIB", round(scale * _METRE), round(scale * _METRE), 1)
    return carrying(_with_chunk(pixels, b"pHYs", density), drawio.write(drawing).decode())


def carrying(png: bytes, drawio: str) -> bytes:
    """Return a PNG with a draw.io file in it."""
    return _with_chunk(png, b"tEXt", b"mxfile\0" + quote(drawio, safe=_UNQUOTED).encode("ascii"))


def _with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk, right after its header and so before the pixels."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:_AFTER_HEADER] + chunk + png[_AFTER_HEADER:]
