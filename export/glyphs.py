"""One of draw.io's stencils as SVG paths: the commands of mxGraph's stencil language, drawn with a pen.

Facts: the commands are those of https://jgraph.github.io/mxgraph/docs/stencils.xsd.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["Glyph", "Part", "glyph_of"]

_COMMAND: Final = re.compile(r"<([a-z]+)((?: [\w-]+=\"[^\"]*\")*) ?/?>")
_ATTRIBUTE: Final = re.compile(r" ([\w-]+)=\"([^\"]*)\"")
# What holds no ink of its own, or sets what does not show in shapes that are filled.
_SILENT: Final = {
    "connections", "constraint", "foreground", "background", "dashed", "dashpattern", "linejoin", "linecap",
    "miterlimit",
}  # fmt: skip


class Part(NamedTuple):
    """One stroke of the pen: SVG path data, and its own paint (`fill`, `stroke`, ...) where it has one."""

    path: str
    paint: tuple[tuple[str, str], ...] = ()


class Glyph(NamedTuple):
    """An icon on a grid of `width` by `height` steps, in drawing order. Parts without paint take the user's colour.

    `stretches` tells that it fills a box of any shape; others keep their own.
    """

    width: int
    height: int
    parts: tuple[Part, ...]
    stretches: bool = False


def glyph_of(xml: str) -> Glyph:
    """Return what a `<shape>` draws. Raises ValueError for a command that is not known."""
    pen: _Pen | None = None
    stretches = False
    for command, rest in _COMMAND.findall(xml):
        values: dict[str, str] = dict(_ATTRIBUTE.findall(rest))
        if command == "shape":
            pen = _Pen(float(values["w"]), float(values["h"]))
            stretches = values.get("aspect") != "fixed"
            continue
        if command in _SILENT:
            continue
        draw = _Pen.COMMANDS.get(command)
        if pen is None or draw is None:
            raise ValueError(f"a stencil command that is not known: {command}")
        draw(pen, values)
    if pen is None:
        raise ValueError("this is no stencil")
    return Glyph(pen.width, pen.height, tuple(pen.parts), stretches)


class _Ink(NamedTuple):
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
        self._ink = self._ink._replace(fill=self._colour(values))

    def _set_stroke(self, values: dict[str, str]) -> None:
        self._ink = self._ink._replace(stroke=self._colour(values))

    def _set_width(self, values: dict[str, str]) -> None:
        self._ink = self._ink._replace(width=float(values["width"]))

    def _set_alpha(self, values: dict[str, str]) -> None:
        self._ink = self._ink._replace(alpha=values["alpha"])

    def _save(self, _: dict[str, str]) -> None:
        self._saved.append(self._ink)

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
