"""Pictures that carry their draw.io file: put in and taken out, as draw.io itself does.

Facts: a PNG has the file percent-encoded in a text chunk `mxfile` before the pixels, an SVG has it in the attribute
`content`, and a page may be `base64(raw deflate(percent-encoded XML))`.
"""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from architecture.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["compressed", "decompressed", "put_in_png", "take_out", "with_chunk"]

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_AFTER_HEADER: Final = len(_PNG) + 25  # length, kind, 13 bytes, checksum
_KEYWORD: Final = b"mxfile\0"
# What JavaScript's encodeURIComponent leaves as it is.
_UNQUOTED: Final = "!'()*-._~"
_SVG: Final = re.compile(rb"\s*(?:<\?xml[^>]*>|<!DOCTYPE[^>]*>|<!--.*?-->|\s)*<(?:\w+:)?svg\b", re.DOTALL)


def put_in_png(png: bytes, drawio: str) -> bytes:
    """Return a PNG with a draw.io file in it."""
    return with_chunk(png, b"tEXt", _KEYWORD + quote(drawio, safe=_UNQUOTED).encode("ascii"))


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk, right after its header and so before the pixels."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:_AFTER_HEADER] + chunk + png[_AFTER_HEADER:]


def take_out(data: bytes, where: str = "") -> str:
    """Return the draw.io XML in the bytes of a PNG, an SVG, or a draw.io file itself.

    Raises SourceError where there is none.
    """
    if data.startswith(_PNG):
        found = _from_png(data)
        if found is None:
            raise SourceError(
                "this PNG carries no draw.io file",
                where=where,
                hint="a picture that desenho or draw.io made with its diagram inside can be read, others cannot",
            )
        return found
    if _SVG.match(data):
        from xml.etree.ElementTree import ParseError, fromstring

        try:
            # Entities cannot blow up here: expat bounds what they grow to.
            found = fromstring(data).get("content")  # noqa: S314
        except ParseError as error:
            raise SourceError(f"this SVG is broken: {error}", where=where) from None
        if not found:
            raise SourceError(
                "this SVG carries no draw.io file",
                where=where,
                hint="a picture that desenho or draw.io made with its diagram inside can be read, others cannot",
            )
        return found
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError("this is no draw.io file", where=where) from None


def compressed(xml: str) -> str:
    """Return a page's XML as draw.io compresses it."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return b64encode(packer.compress(quote(xml, safe=_UNQUOTED).encode("ascii")) + packer.flush()).decode("ascii")


def decompressed(text: str) -> str:
    """Return the XML of a compressed page. Raises SourceError where it is none."""
    try:
        return unquote(zlib.decompress(b64decode(text), wbits=-zlib.MAX_WBITS).decode("ascii"))
    except (ValueError, zlib.error):
        raise SourceError("a page of the draw.io file is neither XML nor compressed XML") from None


def _from_png(data: bytes) -> str | None:
    for kind, body in _chunks(data):
        if kind == b"tEXt" and body.startswith(_KEYWORD):
            return unquote(body[len(_KEYWORD) :].decode("latin-1"))
        if kind == b"zTXt" and body.startswith(_KEYWORD):
            return unquote(zlib.decompress(body[len(_KEYWORD) + 1 :]).decode("latin-1"))
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += 12 + size
