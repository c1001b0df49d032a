"""The SVG, the PNG and what draw.io shows of the .drawio are one picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.capture import capture
from export import drawio, png, svg
from export.compose import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.drawing import Drawing
    from viewer import Viewer

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "diagrams").glob("*.py"))
CASES = [ROOT / "tests" / "cases" / f"{name}.py" for name in ("hub_and_spoke", "kubernetes", "three_tier_tb")]

SIDE = 8
"""Pictures are compared by the mean grey of squares of this side, px: smoothing differs, places do not."""
MOST = 30
"""How much a square may differ, of 255: 22 is usual, a thin line that is missing makes 32, an icon 200."""


def greys(viewer: Viewer, drawing: Drawing) -> dict[str, Sequence[int]]:
    width, height = int(drawing.width), int(drawing.height)
    viewer.show(drawio.write(drawing))
    shown = viewer.picture((0, 0, width, height))
    return {
        "draw.io": viewer.grey(shown, "png", width, height, SIDE),
        "svg": viewer.grey(svg.write(drawing), "svg", width, height, SIDE),
        "png": viewer.grey(png.write(drawing), "png", width, height, SIDE),
    }


def most(a: Sequence[int], b: Sequence[int]) -> int:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("script", [*SCRIPTS, *CASES], ids=lambda script: script.stem)
def test_all_three_are_one_picture(viewer: Viewer, script: Path) -> None:
    (architecture,) = capture(script)
    seen = greys(viewer, draw(architecture))
    assert min(seen["svg"]) < 120, "nothing is drawn"
    assert most(seen["draw.io"], seen["svg"]) <= MOST
    assert most(seen["png"], seen["svg"]) <= MOST
    assert viewer.refused == []


def test_a_line_that_is_missing_is_seen(viewer: Viewer) -> None:
    """Hold the measure to what it is for."""
    (architecture,) = capture(ROOT / "diagrams" / "challenge.py")
    whole = draw(architecture)
    less = whole._replace(wires=whole.wires[1:])
    assert most(greys(viewer, whole)["draw.io"], greys(viewer, less)["svg"]) > MOST
