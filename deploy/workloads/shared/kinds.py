"""What a file is, by its bytes: its kind, facts about it, and whether it is safe to open.

A file that unpacks or decodes to far more than it weighs (a bomb) is refused before anything opens it.
"""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEAD", "MAX_COLUMNS", "MAX_FIELD", "Decoded", "decode", "describe"]

HEAD: Final = 64 * 1024
"""Bytes from the start of a file that tell its kind."""

MAX_RATIO: Final = 200
"""How many times its own size an archive may unpack to; text rarely shrinks below 1/20, DEFLATE ends at 1/1032."""

MAX_UNPACKED: Final = 4 * 1024**3
"""Bytes that an archive may unpack to."""

MAX_ENTRIES: Final = 20_000
MAX_PIXELS: Final = 100_000_000
"""Pixels of the largest picture: 400 MB when it is decoded."""

MAX_COLUMNS: Final = 4096
MAX_FIELD: Final = 1024 * 1024
"""Characters in one cell of a table."""


class Decoded(NamedTuple):
    """Text, and the encoding that it was in."""

    text: str
    encoding: str


Facts = dict[str, object]


def describe(name: str, content: BinaryIO, size: int) -> Facts:
    """Return the kind of a file of `size` bytes, its content type, and facts by its kind.

    These are the pixels of a picture, the entries of an archive, the columns and rows of a table.

    Raises RefusedError for a bomb.
    """
    content.seek(0)
    head = content.read(HEAD)
    for magic, offset, kind, content_type, look in _BINARY:
        if head[offset : offset + len(magic)] == magic:
            return {"kind": kind, "content_type": content_type, **look(content, size)}
    content.seek(0)
    return _text(name, content.read())


def decode(data: bytes) -> Decoded:
    """Return bytes as text, exactly: by its byte order mark, else as UTF-8, else as Windows-1252.

    Raises ValueError where it is none of them.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return Decoded(data.decode(encoding), encoding)
    if b"\0" in data:
        raise ValueError("it is not text")
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1252"), "cp1252")


def _text(name: str, data: bytes) -> Facts:
    try:
        text, encoding = decode(data)
    except ValueError:
        return {"kind": "data", "content_type": "application/octet-stream"}
    ending = name.rpartition(".")[2].lower()
    facts: Facts = {"encoding": encoding}
    if ending in {"csv", "tsv"}:
        kind = "text/tab-separated-values" if ending == "tsv" else "text/csv"
        return {"kind": "table", "content_type": kind, **facts, **_table(text)}
    if ending == "json":
        return {"kind": "json", "content_type": "application/json", **facts, **_json(text)}
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    return {"kind": "text", "content_type": "text/plain", **facts, "lines": lines}


def _table(text: str) -> Facts:
    delimiter = max(",;\t|", key=text[:HEAD].partition("\n")[0].count)  # the first of them where there is none
    csv.field_size_limit(MAX_FIELD)
    rows, header, uneven = 0, list[str](), 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(row) > MAX_COLUMNS:
                raise RefusedError("table.row", row=rows + 1, columns=len(row), limit=MAX_COLUMNS)
            if not rows:
                header = row
            uneven += bool(row) and len(row) != len(header)
            rows += bool(row)
    except csv.Error as error:
        raise RefusedError("table.unreadable", cause=str(error)) from None
    return {"delimiter": delimiter, "columns": header, "rows": max(rows - 1, 0), "uneven_rows": uneven}


def _json(text: str) -> Facts:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {"valid": False, "fault": str(error)}
    return {"valid": True, "holds": type(value).__name__}


def _nothing(_content: BinaryIO, _size: int) -> Facts:
    return {}


def _zip(content: BinaryIO, size: int) -> Facts:
    try:
        with zipfile.ZipFile(content) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise RefusedError("archive.unreadable", cause=str(error)) from None
    unpacked = sum(e.file_size for e in entries)
    if len(entries) > MAX_ENTRIES:
        raise RefusedError("archive.entries", entries=len(entries), limit=MAX_ENTRIES)
    _bounded(unpacked, size)
    # Entries that share their bytes add up to more than the archive holds, whatever each of them says.
    if sum(e.compress_size for e in entries) > size:
        raise RefusedError("archive.overlap")
    return {"entries": len(entries), "unpacked_bytes": unpacked}


def _gzip(content: BinaryIO, size: int) -> Facts:
    import zlib

    content.seek(0)
    unpacker, unpacked = zlib.decompressobj(wbits=31), 0
    try:
        while block := content.read(HEAD):
            while block:
                unpacked += len(unpacker.decompress(block, 16 * HEAD))
                block = unpacker.unconsumed_tail
                _bounded(unpacked, size)
    except zlib.error as error:
        raise RefusedError("archive.unreadable", cause=str(error)) from None
    if not unpacker.eof:
        raise RefusedError("archive.short")
    return {"unpacked_bytes": unpacked}


def _bounded(unpacked: int, size: int) -> None:
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(size, 1024):
        raise RefusedError("archive.bomb", size=size, unpacked=unpacked)


def _png(content: BinaryIO, _size: int) -> Facts:
    content.seek(16)
    return _picture(content.read(8), ">II")


def _gif(content: BinaryIO, _size: int) -> Facts:
    content.seek(6)
    return _picture(content.read(4), "<HH")


def _jpeg(content: BinaryIO, _size: int) -> Facts:
    """Read the frame header. Source: ITU-T T.81, B.2.2."""
    content.seek(2)
    while True:
        marker = content.read(4)
        if len(marker) < 4 or marker[0] != 0xFF:
            raise RefusedError("picture.frame")
        length = struct.unpack(">H", marker[2:])[0]
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in {0xC4, 0xC8, 0xCC}:
            content.read(1)
            height, width = _unpacked(content.read(4), ">HH")
            return _pixels(width, height)
        content.seek(max(length - 2, 0), io.SEEK_CUR)


def _picture(data: bytes, form: str) -> Facts:
    return _pixels(*_unpacked(data, form))


def _unpacked(data: bytes, form: str) -> tuple[int, int]:
    try:
        first, second = struct.unpack(form, data)
    except struct.error:
        raise RefusedError("picture.short") from None
    return first, second


def _pixels(width: int, height: int) -> Facts:
    if not width or not height or width * height > MAX_PIXELS:
        raise RefusedError("picture.pixels", width=width, height=height, limit=MAX_PIXELS)
    return {"width": width, "height": height}


_BINARY: Final[tuple[tuple[bytes, int, str, str, Callable[[BinaryIO, int], Facts]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", 0, "picture", "image/png", _png),
    (b"\xff\xd8\xff", 0, "picture", "image/jpeg", _jpeg),
    (b"GIF87a", 0, "picture", "image/gif", _gif),
    (b"GIF89a", 0, "picture", "image/gif", _gif),
    (b"WEBP", 8, "picture", "image/webp", _nothing),
    (b"%PDF-", 0, "document", "application/pdf", _nothing),
    (b"PK\x03\x04", 0, "archive", "application/zip", _zip),
    (b"PK\x05\x06", 0, "archive", "application/zip", _zip),
    (b"\x1f\x8b", 0, "archive", "application/gzip", _gzip),
    (b"PAR1", 0, "table", "application/vnd.apache.parquet", _nothing),
    (b"ftyp", 4, "media", "video/mp4", _nothing),
    (b"OggS", 0, "media", "application/ogg", _nothing),
    (b"ID3", 0, "media", "audio/mpeg", _nothing),
)
"""The first bytes of a kind and where they stand; a file that starts with none of them is text, or data.

Source: the "magic numbers" of each format's specification.
"""
