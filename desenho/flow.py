"""Numbered lines: `user >> Flow(1, "uploads a file") >> bucket`."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from diagrams import Edge

from desenho.closed import closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from desenho.operators import Left, Right

__all__ = ["Flow"]


class Flow(Edge):
    """A step of a numbered flow: the line's number and what happens on it.

    One Flow may serve many lines: each line takes a copy of it. `color` and `style` (`dashed`, `dotted`, `bold`) are
    those of the library's `Edge`; further Graphviz attributes go in `attrs`.
    """

    @closed
    def __init__(
        self,
        step: int,
        label: str = "",
        *,
        color: str = "",
        style: str = "",
        attrs: Mapping[str, str] | None = None,
    ) -> None:
        """Make step number `step` (1, 2, 3 ...), with a label. Raises ValueError for a number below 1."""
        if type(step) is not int or step < 1:
            raise ValueError(f"a step is a whole number from 1, not {step!r}")
        super().__init__(label=label, color=color, style=style, **dict[str, Any](attrs or {}))
        self.step = step

    def append(self, other: Sequence[Any], forward: bool | None = None, reverse: bool | None = None) -> list[Edge]:
        """Return a copy of this step for each start, which the library's own `append` makes plain edges of."""
        lines: list[Edge] = []
        for start in other:
            line = copy(self)
            line.node, line.forward, line.reverse = start, bool(forward), bool(reverse)
            lines.append(line)
        return lines

    if TYPE_CHECKING:

        def __rshift__(self, other: Right) -> Right: ...
        def __lshift__(self, other: Right) -> Right: ...
        def __sub__(self, other: Right) -> Right: ...
        def __rrshift__(self, other: Left) -> list[Edge]: ...
        def __rlshift__(self, other: Left) -> list[Edge]: ...
        def __rsub__(self, other: Left) -> list[Edge]: ...
