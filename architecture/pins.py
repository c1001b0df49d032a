"""Pins: where a person wants a node or a group to be.

Lengths are px, y grows downwards, and 0 is the top left corner of the drawing: what draw.io shows. Graphviz's own
attribute `pos` counts in inches with y upwards. Source: https://graphviz.org/docs/attrs/pos/, /pin/ and /inputscale/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from architecture.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAR", "INCH", "Pin", "PinnedBox", "from_pos", "pin_of", "pinned_box"]

FAR: Final = 20_000
"""How far from 0 a pin may be, px: five metres of paper."""
INCH: Final = 96
"""Px to the inch."""
_POS: Final = re.compile(r"([-+.\d]+),([-+.\d]+)(?:,[-+.\d]+)?(!?)")


class Pin(NamedTuple):
    """Where the middle of a node's icon is."""

    x: float
    y: float


class PinnedBox(NamedTuple):
    """Where a group's box is, by its top left corner."""

    x: float
    y: float
    width: float
    height: float


def pin_of(given: object, where: str = "pin") -> Pin:
    """Read the pin of a node. Raises ModelError unless it is two numbers within bounds."""
    return Pin(*_numbers(given, 2, where, "(x, y), the middle of the icon in px, such as pin=(400, 300)"))


def pinned_box(given: object, where: str = "pin") -> PinnedBox:
    """Read the pin of a group. Raises ModelError unless it is four numbers within bounds, the sizes above 0."""
    form = "(x, y, width, height) in px, such as pin=(100, 80, 400, 300)"
    box = PinnedBox(*_numbers(given, 4, where, form))
    if min(box.width, box.height) <= 0:
        raise ModelError(f"a width or height of {given!r} is not above 0", where=where, hint=f"write {form}")
    return box


def from_pos(attrs: Mapping[str, str], inputscale: str = "") -> Pin | None:
    """Return where Graphviz's attributes pin a node: by a `pos` with `!`, or one beside `pin=true`; else None.

    `inputscale` is the graph's attribute: how many units of `pos` are an inch. Raises ModelError for a pin out of
    bounds.
    """
    found = _POS.fullmatch(attrs.get("pos", "").replace(" ", ""))
    if not found or not (found[3] or attrs.get("pin", "").lower() in {"true", "yes", "1"}):
        return None
    try:
        x, y, units = float(found[1]), float(found[2]), float(inputscale or 1)
    except ValueError:
        return None
    scale = INCH / (units if units > 0 else 1)
    return pin_of((x * scale, -y * scale if y else 0.0), where=f"pos={attrs['pos']!r}")


def _numbers(given: object, count: int, where: str, form: str) -> tuple[float, ...]:
    values = tuple(cast("tuple[object, ...] | list[object]", given)) if isinstance(given, tuple | list) else ()
    # NaN differs from itself.
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool) and v == v]
    if len(numbers) != count or len(values) != count:
        raise ModelError(f"{given!r} is no place", where=where, hint=f"write {form}")
    if max(map(abs, numbers)) > FAR:
        raise ModelError(
            f"{given!r} is too far away", where=where, hint=f"a pin is at most {FAR:,} px from 0 in each direction"
        )
    return tuple(map(float, numbers))
