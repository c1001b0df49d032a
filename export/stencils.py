"""draw.io's own icons as SVG paths, read when they are needed and never kept.

The package `jupyterlab-drawio-render-extension` ships draw.io's stencils in one script: per library an entry
`f['aws4.xml'] = '<base64 of a raw deflate>'`. Inflated it is XML of `<shape name w h>` with drawing commands. Parsing
all of it takes longer than everything else, so a shape is found by its name in the text, and only that shape is parsed.
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
    from collections.abc import Iterable

    from export.glyphs import Glyph

__all__ = ["Library", "Stencils", "installed", "script", "stencils"]

Library = Literal["aws4", "gcp2", "kubernetes", "kubernetes2"]

_PACKAGE: Final = "jupyterlab_drawio_render_extension"
_SHAPE: Final = re.compile(r"<shape [^>]*?name=\"([^\"]+)\"")


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

    def __init__(self, xml: str) -> None:
        self._xml = xml
        self._places = {m[1].lower().replace(" ", "_"): m.start() for m in _SHAPE.finditer(xml)}
        self._glyphs: dict[str, Glyph | None] = {}

    def glyph(self, name: str) -> Glyph | None:
        """Return a shape by its name, None for a name that the library lacks. Raises ValueError on a strange one."""
        if name not in self._glyphs:
            self._glyphs[name] = self._read(name)
        return self._glyphs[name]

    def names(self) -> tuple[str, ...]:
        """Return the names of all shapes."""
        return tuple(self._places)

    def excerpt(self, names: Iterable[str]) -> str:
        """Return the library's XML with the named shapes alone, in its own order; names that it lacks are left out."""
        wanted = sorted(self._places[name] for name in set(names) & self._places.keys())
        shapes = (self._xml[start : self._xml.index("</shape>", start)] + "</shape>" for start in wanted)
        return "\n".join([self._xml[: self._xml.index(">") + 1], *shapes, "</shapes>"])

    def _read(self, name: str) -> Glyph | None:
        start = self._places.get(name)
        return None if start is None else glyph_of(self._xml[start : self._xml.index("</shape>", start)])


def _library(file: Path, name: Library) -> str:
    head = f"f['{name}.xml'] = '".encode()
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as script:
        start = script.find(head) + len(head)
        packed = script[start : script.find(b"'", start)]
    text = zlib.decompress(a2b_base64(packed), wbits=-zlib.MAX_WBITS)
    return (unquote_to_bytes(text) if text.startswith(b"%") else text).decode()
