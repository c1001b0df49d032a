"""draw.io's own icons as SVG paths, read when they are needed and never kept.

The package `jupyterlab-drawio-render-extension` ships draw.io's stencils in one script: per library an entry
`f['aws4.xml'] = '<base64 of a raw deflate>'`. Inflated it is XML of `<shape name w h>` with drawing commands. Parsing
all of it takes longer than everything else, so a shape is found by its name in the text, and only that shape is parsed.

Facts: the commands are those of mxGraph's stencil language (https://jgraph.github.io/mxgraph/docs/stencils.xsd).
"""

from __future__ import annotations

import re
import zlib
from binascii import a2b_base64
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Glyph", "Library", "Part", "Stencils", "installed", "script", "stencils"]

Library = Literal["aws4", "gcp2", "kubernetes", "kubernetes2"]

_PACKAGE: Final = "jupyterlab_drawio_render_extension"
_SHAPE: Final = re.compile(r"<shape [^>]*?name=\"([^\"]+)\"")
_COMMAND: Final = re.compile(r"<([a-z]+)((?: [\w-]+=\"[^\"]*\")*) ?/?>")
_ATTRIBUTE: Final = re.compile(r" ([\w-]+)=\"([^\"]*)\"")
# What holds no ink of its own, or sets what SVG does alike by itself for shapes that are filled.
_SILENT: Final = {
    "connections",
    "foreground",
    "background",
    "constraint",
    "shapes",
    "linejoin",
    "linecap",
    "miterlimit",
}
_SILENT_STROKES: Final = {"dashed", "dashpattern"}


@dataclass(frozen=True, slots=True)
class Part:
    """One stroke of the pen: SVG path data, and its own paint (`fill`, `stroke`, ...) where it has one."""

    path: str
    paint: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Glyph:
    """An icon on a grid of `width` by `height` steps, in drawing order. Parts without paint take the user's colour."""

    width: int
    height: int
    parts: tuple[Part, ...]


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
        return None if start is None else _convert(self._xml[start : self._xml.index("</shape>", start)])


def _library(file: Path, name: Library) -> str:
    head = f"f['{name}.xml'] = '".encode()
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as script:
        start = script.find(head) + len(head)
        packed = script[start : script.find(b"'", start)]
    text = zlib.decompress(a2b_base64(packed), wbits=-zlib.MAX_WBITS)
    return (unquote_to_bytes(text) if text.startswith(b"%") else text).decode()


def _convert(xml: str) -> Glyph:
    pen: _Pen | None = None
    for command, rest in _COMMAND.findall(xml):
        values = dict(_ATTRIBUTE.findall(rest))
        if command == "shape":
            pen = _Pen(float(values["w"]), float(values["h"]))
            continue
        if command in _SILENT or command in _SILENT_STROKES:
            continue
        draw = _Pen.COMMANDS.get(command)
        if pen is None or draw is None:
            raise ValueError(f"a stencil command that is not known: {command}")
        draw(pen, values)
    assert pen is not None
    return Glyph(pen.width, pen.height, tuple(pen.parts))


@dataclass(slots=True)
class _Ink:
    """What the pen paints with: a colour, `none`, or an empty word for the user's colour."""

    fill: str = ""
    stroke: str = "none"  # every style that these icons are used with has strokeColor=none
    width: float = 1
    alpha: str = "1"


class _Pen:
    """Turns drawing commands into path data: relative, and in whole steps, which is half as long as decimals."""

    def __init__(self, width: float, height: float) -> None:
        # A step is at most 1/50 px of an icon of 78 px.
        self._scale = next(10**n for n in range(8) if 10**n * max(width, height) >= 4000)
        self.width, self.height = round(width * self._scale), round(height * self._scale)
        self.parts: list[Part] = []
        self._ink = _Ink()
        self._saved: list[_Ink] = []
        self._clear({})

    def _clear(self, _: dict[str, str]) -> None:
        self._path: list[str] = []
        self._x = self._y = self._start_x = self._start_y = 0

    def _steps(self, value: str) -> int:
        return round(float(value) * self._scale)

    def _point(self, values: dict[str, str], number: str = "") -> tuple[int, int]:
        return self._steps(values.get("x" + number, "0")), self._steps(values.get("y" + number, "0"))

    def _go(self, x: int, y: int) -> None:
        self._x, self._y = x, y

    def _move(self, values: dict[str, str]) -> None:
        self._go(*self._point(values))
        self._start_x, self._start_y = self._x, self._y
        self._path.append(f"M{self._x} {self._y}")

    def _line(self, values: dict[str, str]) -> None:
        x, y = self._point(values)
        right, down = x - self._x, y - self._y
        self._path.append(f"h{right}" if not down else f"v{down}" if not right else f"l{right} {down}")
        self._go(x, y)

    def _bend(self, letter: str, values: dict[str, str], numbers: str) -> None:
        points = [self._point(values, n) for n in numbers]
        self._path.append(letter + " ".join(f"{x - self._x} {y - self._y}" for x, y in points))
        self._go(*points[-1])

    def _curve(self, values: dict[str, str]) -> None:
        self._bend("c", values, "123")

    def _quad(self, values: dict[str, str]) -> None:
        self._bend("q", values, "12")

    def _arc(self, values: dict[str, str]) -> None:
        x, y = self._point(values)
        radii = f"{self._steps(values['rx'])} {self._steps(values['ry'])}"
        turn = f"{float(values['x-axis-rotation']):g} {values['large-arc-flag']} {values['sweep-flag']}"
        self._path.append(f"a{radii} {turn} {x - self._x} {y - self._y}")
        self._go(x, y)

    def _close(self, _: dict[str, str]) -> None:
        self._path.append("z")
        self._go(self._start_x, self._start_y)

    def _rect(self, values: dict[str, str]) -> None:
        x, y = self._point(values)
        w, h = self._steps(values.get("w", "0")), self._steps(values.get("h", "0"))
        self._path = [f"M{x} {y}h{w}v{h}h{-w}z"]

    def _colour(self, values: dict[str, str]) -> str:
        # `fillColor2` and the like name styles that nobody sets here; their default counts.
        return values.get("default", values["color"])

    def _set_fill(self, values: dict[str, str]) -> None:
        self._ink.fill = self._colour(values)

    def _set_stroke(self, values: dict[str, str]) -> None:
        self._ink.stroke = self._colour(values)

    def _set_width(self, values: dict[str, str]) -> None:
        self._ink.width = float(values["width"])

    def _set_alpha(self, values: dict[str, str]) -> None:
        self._ink.alpha = values["alpha"]

    def _save(self, _: dict[str, str]) -> None:
        ink = self._ink
        self._saved.append(_Ink(ink.fill, ink.stroke, ink.width, ink.alpha))

    def _restore(self, _: dict[str, str]) -> None:
        self._ink = self._saved.pop()

    def _paint(self, *, fill: bool, stroke: bool) -> None:
        ink = self._ink
        stroke = stroke and ink.stroke != "none"
        paint: list[tuple[str, str]] = []
        if not fill:
            paint.append(("fill", "none"))
        elif ink.fill:
            paint.append(("fill", ink.fill))
        if stroke:
            paint += [("stroke", ink.stroke), ("stroke-width", f"{ink.width * self._scale:g}")]
        if ink.alpha != "1":
            paint.append(("opacity", ink.alpha))
        if self._path and (fill or stroke):
            self.parts.append(Part("".join(self._path).replace(" -", "-"), tuple(paint)))
        self._clear({})

    def _fill(self, _: dict[str, str]) -> None:
        self._paint(fill=True, stroke=False)

    def _stroke(self, _: dict[str, str]) -> None:
        self._paint(fill=False, stroke=True)

    def _fill_stroke(self, _: dict[str, str]) -> None:
        self._paint(fill=True, stroke=True)

    COMMANDS: Final = {
        "path": _clear,
        "move": _move,
        "line": _line,
        "curve": _curve,
        "quad": _quad,
        "arc": _arc,
        "close": _close,
        "rect": _rect,
        "fillcolor": _set_fill,
        "strokecolor": _set_stroke,
        "strokewidth": _set_width,
        "alpha": _set_alpha,
        "fillalpha": _set_alpha,
        "strokealpha": _set_alpha,
        "save": _save,
        "restore": _restore,
        "fill": _fill,
        "stroke": _stroke,
        "fillstroke": _fill_stroke,
    }
