"""How wide words are: the advance widths of Arimo, which are those of Arial and Helvetica.

The file is read with `struct` because only two of its tables matter here (the character map and the widths); a font
library would take longer to import than the whole drawing takes to write. Facts: the OpenType specification, chapters
`cmap` (subtable format 4), `head`, `hhea` and `hmtx`.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from functools import cache
from pathlib import Path
from sys import byteorder
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

__all__ = ["FAMILY", "LINE_HEIGHT", "Font", "arimo", "arimo_file"]

FAMILY: Final = "Arimo"
# draw.io sets its labels with the CSS line height 1.2.
LINE_HEIGHT: Final = 1.2


def arimo_file() -> Path:
    """Return the font file that the package `fontpkg-arimo` brings (SIL Open Font License)."""
    from fontpkg_arimo import ROOT

    return Path(ROOT) / "files" / "Arimo[wght].ttf"


@cache
def arimo() -> Font:
    """Return Arimo, read once."""
    return Font(arimo_file())


class Font:
    """The glyphs a TrueType font has and their widths, in units of the em."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            tables = _directory(stream)
            head, hhea = _read(stream, tables["head"]), _read(stream, tables["hhea"])
            (self._units,) = struct.unpack_from(">H", head, 18)
            self._ascender, self._descender = struct.unpack_from(">hh", hhea, 4)
            (count,) = struct.unpack_from(">H", hhea, 34)
            # Pairs of advance width and left side bearing; glyphs beyond them have the last one's width.
            advances = _words("H", _read(stream, tables["hmtx"])[: 4 * count])[::2]
            self._map = _CharacterMap(_read(stream, tables["cmap"]))
        self._advances = _Advances(self._map, advances)

    @property
    def ascent(self) -> float:
        """How far the font reaches above the base line, in em."""
        return self._ascender / self._units

    @property
    def descent(self) -> float:
        """How far the font reaches below the base line, in em."""
        return -self._descender / self._units

    def width(self, words: str, size: float) -> float:
        """Return how wide one line of words is, in px, at a font size in px. Kerning is left out: it only narrows."""
        return sum(map(self._advances.__getitem__, words)) * size / self._units

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the characters that the font cannot draw, each once, in order."""
        seen = dict.fromkeys(c for words in texts for c in words if c not in "\n\r\t")
        return [c for c in seen if not self._map.glyph(ord(c))]


class _Advances(dict[str, int]):
    """The advance widths of characters, filled as they are asked for."""

    def __init__(self, characters: _CharacterMap, advances: array[int]) -> None:
        super().__init__()
        self._characters, self._widths = characters, advances

    def __missing__(self, character: str) -> int:
        glyph = min(self._characters.glyph(ord(character)), len(self._widths) - 1)
        return self.setdefault(character, self._widths[glyph])


class _CharacterMap:
    """Subtable format 4 of `cmap`: segments of code points of the Basic Multilingual Plane."""

    def __init__(self, table: bytes) -> None:
        (count,) = struct.unpack_from(">H", table, 2)
        offsets = [struct.unpack_from(">HHI", table, 4 + 8 * n) for n in range(count)]
        start = next(at for platform, encoding, at in offsets if (platform, encoding) in {(3, 1), (0, 3), (0, 4)})
        kind, length, _, double = struct.unpack_from(">4H", table, start)
        assert kind == 4
        body = _words("H", table[start + 14 : start + length])
        segments = double // 2
        self._ends = body[:segments]
        self._rest = body[segments + 1 :]  # starts, deltas, range offsets, glyphs
        self._segments = segments

    def glyph(self, code: int) -> int:
        """Return a character's glyph, 0 where the font has none."""
        segments, rest = self._segments, self._rest
        at = bisect_left(self._ends, code)
        if at == segments or rest[at] > code:
            return 0
        delta, reach = rest[segments + at], rest[2 * segments + at]
        if not reach:
            return (code + delta) & 0xFFFF
        # The offset counts bytes from its own place in the table.
        glyph = rest[2 * segments + at + reach // 2 + code - rest[at]]
        return (glyph + delta) & 0xFFFF if glyph else 0


def _directory(stream: BinaryIO) -> dict[str, tuple[int, int]]:
    _, count = struct.unpack(">IH", stream.read(6))
    stream.read(6)
    entries = [struct.unpack(">4sIII", stream.read(16)) for _ in range(count)]
    return {tag.decode("ascii"): (offset, length) for tag, _, offset, length in entries}


def _read(stream: BinaryIO, place: tuple[int, int]) -> bytes:
    stream.seek(place[0])
    return stream.read(place[1])


def _words(code: str, data: bytes) -> array[int]:
    words = array(code, data[: len(data) // 2 * 2])
    if byteorder == "little":
        words.byteswap()
    return words
