"""What a person should know about how a drawing was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.model import Note
from export.fonts import arimo
from export.png import PIXELS, SCALE, scale_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from export.drawing import Drawing, Icons, Label

__all__ = ["embedded", "missing", "remarks"]

_COARSE: Final = 1.5
"""Pixels to a px: from here on a picture looks no worse than at 2."""


def remarks(drawing: Drawing, *, asked: Icons, crowded: Sequence[str]) -> Iterator[Note]:
    """Yield the notes on a drawing; `asked` are the icons asked for, `crowded` the edges whose label found no place."""
    if drawing.icons != asked:
        yield Note(
            code="icons-not-installed",
            text="draw.io's icons are not installed, so PNG and SVG show those of the diagrams library; "
            "the extra `icons` brings them",
        )
    if pictures := embedded(drawing):
        named = ", ".join(f"{kind} ({', '.join(ids)})" for kind, ids in pictures.items())
        yield Note(
            code="embedded-pictures",
            where=drawing.name,
            text=f"draw.io has no shape for {named}; the .drawio file carries the picture instead",
        )
    if lost := missing(drawing):
        yield Note(
            code="missing-glyphs",
            where=drawing.name,
            text=f"in the PNG an empty box stands for each letter that its font, Arimo, lacks: {', '.join(lost)}",
        )
    if crowded:
        yield Note(code="crowded-label", where=", ".join(crowded), text="no free place was found for the label")
    scale = scale_of(drawing.width, drawing.height)
    if scale < _COARSE:
        bound = "a 4K screen shows no more at once" if scale >= 1 else f"{PIXELS // 1_000_000} million are the most"
        yield Note(
            code="fewer-pixels",
            where=drawing.name,
            text=f"the PNG is drawn at {scale:.2f} pixels to a px instead of {SCALE}, for {bound}; "
            "the SVG has no such bound",
        )


def embedded(drawing: Drawing) -> dict[str, list[str]]:
    """Return the nodes whose picture the .drawio carries, by their class."""
    found: dict[str, list[str]] = {}
    for figure in drawing.figures:
        if figure.shape.family == "image":
            found.setdefault(figure.kind, []).append(figure.id)
    return found


def missing(drawing: Drawing) -> list[str]:
    """Return the letters of a drawing that the font of the PNG lacks, each with its code point."""
    lost = arimo().missing(line for label in _labels(drawing) for line in label.lines)
    return [f"{c} (U+{ord(c):04X})" if c.isprintable() else f"U+{ord(c):04X}" for c in lost]


def _labels(drawing: Drawing) -> Iterator[Label]:
    labels = [
        drawing.heading,
        *(frame.title for frame in drawing.frames),
        *(figure.label for figure in drawing.figures),
        *(wire.label for wire in drawing.wires),
    ]
    return (label for label in labels if label)
