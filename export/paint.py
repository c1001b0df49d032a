"""A drawing whose lines are painted: some stand out, the others step back. Nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from export.drawing import Drawing, Wire

__all__ = ["Paint", "painted"]


class Paint(NamedTuple):
    """How a line is painted: its colour, its width in px, and what is said of it besides to who cannot see it."""

    colour: str
    width: float
    says: str = ""


def painted(drawing: Drawing, paints: Mapping[str, Paint], others: Paint) -> Drawing:
    """Return the drawing with its lines painted, by their ids; `others` is for lines that are not among them.

    Painted lines are drawn last, so that they lie on top where lines cross.
    """
    wires = tuple(_painted(wire, paints.get(wire.id, others)) for wire in drawing.wires)
    return drawing._replace(wires=tuple(sorted(wires, key=lambda wire: wire.id in paints)))


def _painted(wire: Wire, paint: Paint) -> Wire:
    return wire._replace(
        colour=paint.colour,
        width=paint.width,
        disc=wire.disc and wire.disc._replace(colour=paint.colour),
        label=wire.label and wire.label._replace(colour=paint.colour),
        alt=f"{wire.alt} {paint.says}".strip(),
    )
