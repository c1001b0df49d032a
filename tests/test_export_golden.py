"""What our scripts look like, held to files that were looked at: the geometry as text, and the bytes that are written.

`pytest --accept` takes what is drawn now; the change is then read in review like any other.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.capture import capture
from architecture.text import LANGS
from export import drawio, png, svg
from export.compose import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from architecture.model import Architecture
    from export.drawing import Box, Drawing, Label, Point

    Golden = Callable[[str, str | bytes], None]

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "diagrams").glob("*.py"))
CASES = sorted((ROOT / "tests" / "cases").glob("*.py"))


def only(script: Path) -> Architecture:
    (architecture,) = capture(script)
    return architecture


def geometry(drawing: Drawing) -> str:
    """Return where everything is, a line to a thing: places in px as x,y and sizes as width x height."""
    return "\n".join([*_lines(drawing), ""])


def _lines(drawing: Drawing) -> Iterator[str]:
    yield f"{drawing.name} {drawing.lang} {_number(drawing.width)}x{_number(drawing.height)} {drawing.icons}"
    if drawing.heading:
        yield f"heading {_words(drawing.heading)}"
    for frame in drawing.frames:
        dashed = " dashed" if frame.style.dashed else ""
        look = f"{frame.style.stroke} {frame.style.fill}{dashed} {frame.style.badge or 'no badge'}"
        yield f"frame {frame.id} in {frame.parent} {_box(frame.box)} {look} {_words(frame.title)}"
    for figure in drawing.figures:
        shape = f"{figure.shape.family} {figure.shape.name} {figure.shape.fill}"
        yield f"figure {figure.id} in {figure.parent} {_box(figure.box)} {shape} {_words(figure.label)}"
    for wire in drawing.wires:
        way = " > ".join(_point(point) for point in wire.points)
        disc = f" ({wire.disc.text}) at {_box(wire.disc.box)}" if wire.disc else ""
        look = f"{wire.arrow} {wire.dash} {wire.colour} {_number(wire.width)} on {wire.ground}"
        yield f"wire {wire.id} in {wire.parent} {way} {look}{disc} {_words(wire.label)}"
    for note in drawing.notes:
        yield f"note {note.code} {note}"


def _words(label: Label | None) -> str:
    return f"{' | '.join(label.lines)!r} at {_box(label.box)} {label.colour}" if label else "wordless"


def _box(box: Box) -> str:
    return f"{_number(box.x)},{_number(box.y)} {_number(box.width)}x{_number(box.height)}"


def _point(point: Point) -> str:
    return f"{_number(point.x)},{_number(point.y)}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_geometry_of_our_architectures(script: Path, lang: str, golden: Golden) -> None:
    drawing = draw(only(script), lang)
    golden(f"drawings/{script.stem}.{lang}.geometry.txt", geometry(drawing))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_files_of_our_architectures(script: Path, golden: Golden) -> None:
    drawing = draw(only(script))
    golden(f"drawings/{script.stem}.drawio", drawio.write(drawing))
    # The SVG carries the .drawio, which is held above already; the PNG's pixels are those of this SVG.
    golden(f"drawings/{script.stem}.svg", svg.picture(drawing))
    golden(f"drawings/{script.stem}.png.sha256", sha256(png.write(drawing)).hexdigest() + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_geometry_of_hard_cases(case: Path, golden: Golden) -> None:
    for architecture in capture(case):
        golden(f"drawings/cases/{architecture.name}.geometry.txt", geometry(draw(architecture)))
