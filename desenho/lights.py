"""A drawing whose lines are lit where a file went along them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.text import Text, translate
from export.paint import Paint, painted

if TYPE_CHECKING:
    from collections.abc import Collection

    from export.drawing import Drawing

__all__ = ["lit"]

GREEN: Final = "#1B7F37"
GREY: Final = "#6B7280"
_TRAVELLED: Final = Text("Percorrida.", en="Travelled.")
_NOT: Final = Text("Não percorrida.", en="Not travelled.")


def lit(drawing: Drawing, edges: Collection[str]) -> Drawing:
    """Return the drawing with some lines thick and green, and the others thin and grey."""
    travelled = Paint(GREEN, 3.5, translate(_TRAVELLED, drawing.lang))
    dark = Paint(GREY, 1.0, translate(_NOT, drawing.lang))
    return painted(drawing, dict.fromkeys(edges, travelled), dark)
