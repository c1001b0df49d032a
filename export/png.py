"""A drawing as PNG: the SVG in pixels, with the .drawio inside.

Where draw.io looks for it: percent-encoded in a text chunk `mxfile`, before the pixels.
"""

from __future__ import annotations

import struct
import zlib
from math import sqrt
from string import ascii_letters, digits
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from export.drawing import Drawing

__all__ = ["PIXELS", "SCALE", "SCREEN", "carrying", "scale_of", "write"]

SCALE: Final = 2
"""Pixels to a px: at 1, letters of 12 px are blurred on screens of high density and on paper."""
SCREEN: Final = 3840 * 2160
"""Pixels of a 4K screen: what a picture has more of is not seen at once, and each million takes 15 ms to draw."""
PIXELS: Final = 12_000_000
"""The most pixels of a picture: drawing and packing 12 million takes about a quarter of a second."""
_INCH: Final = 96  # px
_METRE: Final = _INCH / 0.0254  # px
_AFTER_HEADER: Final = 8 + 25
"""Bytes: the signature; length, kind, 13 bytes of content and checksum of the header."""
_UNQUOTED: Final = f"{ascii_letters}{digits}!'()*-._~".encode()
"""What JavaScript's encodeURIComponent leaves as it is."""
_SMOOTH: Final = "image-rendering:smooth"
"""Embedded pictures mixed of the nearest four of their pixels: of sixteen they look the same and take twice as long."""


def scale_of(width: float, height: float) -> float:
    """Return at what scale a picture of this size in px is drawn.

    A large one is drawn at less, with the pixels of a screen; one larger than a screen at 1, so that its letters stay
    legible, as long as that is not too many pixels.
    """
    area = width * height
    return min(SCALE, max(sqrt(SCREEN / area), min(1, sqrt(PIXELS / area))))


def write(drawing: Drawing) -> bytes:
    """Return the PNG file, with the .drawio inside."""
    from export import drawio, raster, svg

    scale = scale_of(drawing.width, drawing.height)
    pixels = raster.pixels(svg.picture(drawing, style=_SMOOTH).decode(), scale)
    # How many pixels a metre has: so a word processor shows the picture at its own size, not twice as large.
    density = struct.pack(">IIB", round(scale * _METRE), round(scale * _METRE), 1)
    return carrying(_with_chunk(pixels, b"pHYs", density), drawio.write(drawing).decode())


def carrying(png: bytes, drawio: str) -> bytes:
    """Return a PNG with a draw.io file in it."""
    return _with_chunk(png, b"tEXt", b"mxfile\0" + _quoted(drawio.encode()))


def _quoted(data: bytes) -> bytes:
    """Quote as `urllib.parse.quote` does, in a tenth of its time: a file with pictures in it has 300,000 bytes."""
    data = data.replace(b"%", b"%25")
    for byte in set(data.translate(None, _UNQUOTED + b"%")):
        data = data.replace(bytes([byte]), b"%%%02X" % byte)
    return data


def _with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk, right after its header and so before the pixels."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:_AFTER_HEADER] + chunk + png[_AFTER_HEADER:]
