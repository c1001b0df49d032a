"""draw.io's own icons as SVG paths, read when they are needed and never kept.

The package `jupyterlab-drawio-render-extension` ships draw.io's stencils in one script: per library an entry
`f['aws4.xml'] = '<base64 of a raw deflate>'`. Inflated it is XML of `<shape name w h>` with drawing commands. Parsing
all of it takes longer than everything else, so it is inflated as far as the last shape that is needed, a shape is found
by its name in the text, and only that shape is parsed.
"""

from __future__ import annotations

import re
import zlib
from binascii import a2b_base64
from functools import cache
from importlib.machinery import PathFinder
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote_to_bytes

from export.glyphs import glyph_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from export.glyphs import Glyph

__all__ = ["Library", "Stencils", "installed", "script", "stencils"]

Library = Literal["aws4", "gcp2", "kubernetes", "kubernetes2"]

_PACKAGE: Final = "jupyterlab_drawio_render_extension"
_SHAPE: Final = re.compile(rb"<shape [^>]*?name=\"([^\"]+)\"")
_END: Final = b"</shape>"
_PIECE: Final = 1 << 16
"""Bytes of a packed library that are read at once, a multiple of 4: a twentieth of the largest library."""


def installed() -> bool:
    """Tell whether the package that ships draw.io's stencils is installed."""
    return _file() is not None


@cache
def stencils(library: Library) -> Stencils | None:
    """Return a library of draw.io's stencils, None where the package that ships them is not installed."""
    file = _file()
    return None if file is None else Stencils(_library(file, library))


def script(name: str) -> Path | None:
    """Return where a script of draw.io's is, such as its viewer; None where the package with it is not installed."""
    file = _file()
    return None if file is None else file.with_name(name)


@cache
def _file() -> Path | None:
    spec = PathFinder.find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations or ()) if spec else ()
    files = (Path(folder, "static", "stencils.min.js") for folder in folders)
    return next((file for file in files if file.is_file()), None)


class Stencils:
    """The shapes of one library. Names are written as draw.io writes them in styles: small, with underscores."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Take the library's XML, cut anywhere; the pieces are asked for as they are needed."""
        self._pieces = iter(pieces)
        self._head, self._rest = b"", b""
        self._shapes: dict[str, bytes] = {}
        self._glyphs: dict[str, Glyph | None] = {}

    def glyph(self, name: str) -> Glyph | None:
        """Return a shape by its name, None for a name that the library lacks. Raises ValueError on a strange one."""
        if name not in self._glyphs:
            self._glyphs[name] = glyph_of(self._xml(name)) if self._has(name) else None
        return self._glyphs[name]

    def names(self) -> tuple[str, ...]:
        """Return the names of all shapes."""
        for piece in self._pieces:
            self._index(self._rest + piece)
        return tuple(self._shapes)

    def excerpt(self, names: Iterable[str]) -> str:
        """Return the library's XML with the named shapes alone, in its own order; names that it lacks are left out."""
        wanted = set(names)
        shapes = [self._xml(name) for name in self.names() if name in wanted]
        return "\n".join([self._head.decode(), *shapes, "</shapes>"])

    def _has(self, name: str) -> bool:
        while name not in self._shapes and (piece := next(self._pieces, None)) is not None:
            self._index(self._rest + piece)
        return name in self._shapes

    def _index(self, text: bytes) -> None:
        """Keep the whole shapes of a text by their names; what is after the last of them waits for the next piece."""
        *shapes, self._rest = text.split(_END)
        for shape in shapes:
            if tag := _SHAPE.search(shape):
                self._shapes[tag[1].decode().lower().replace(" ", "_")] = shape[tag.start() :]
        self._head = self._head or text[: text.find(b">") + 1]

    def _xml(self, name: str) -> str:
        return (self._shapes[name] + _END).decode()


def _library(file: Path, name: Library) -> Iterator[bytes]:
    head = f"f['{name}.xml'] = '".encode()
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as script:
        start = script.find(head) + len(head)
        packed = script[start : script.find(b"'", start)]
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress
    pieces = (inflate(a2b_base64(packed[at : at + _PIECE])) for at in range(0, len(packed), _PIECE))
    first = next(pieces, b"")
    if first.startswith(b"%"):  # as some releases have it
        yield unquote_to_bytes(first + b"".join(pieces))
        return
    yield first
    yield from pieces
