"""Typed groups: clusters that know what they stand for, and at which lines can begin and end."""
# ruff: noqa: A002 - `id` is the word for it

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, ClassVar, cast

from diagrams import Cluster, Edge

from architecture.model import GroupKind
from architecture.pins import pinned_box
from desenho.closed import closed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from diagrams import Node

    from architecture.model import Direction
    from architecture.spec import Spec
    from desenho.operators import Left, Right

__all__ = ["Group"]


class Group(Cluster):
    """A box that gathers things and stands for nothing by itself.

    `id` is its name for good, `direction` where its own flow goes (LR, TB, RL, BT), `attrs` further Graphviz
    attributes. `pin=(x, y, width, height)` fixes its box, in px from the top left corner of the drawing; without it the
    box fits what is inside. A line to a group needs this project to draw it: `diagrams` alone has none.
    """

    kind: ClassVar[GroupKind] = GroupKind.GENERIC
    spec: Spec | None = None

    @closed
    def __init__(
        self,
        label: str,
        *,
        id: str | None = None,
        direction: Direction | None = None,
        attrs: Mapping[str, str] | None = None,
        pin: tuple[float, float, float, float] | None = None,
    ) -> None:
        """Make a group with its label. Raises ModelError for a pin that is no place."""
        towards: dict[str, Any] = {} if direction is None else {"direction": direction}
        super().__init__(label, graph_attr=dict(attrs or {}), **towards)
        self.id = id
        self.pin = None if pin is None else pinned_box(pin)

    def connect(self, node: Any, edge: Edge) -> Any:
        """Draw a line from this group, as the library's `Node.connect` does from a node."""
        board: Any = self._diagram
        board.connect(self, node, edge)
        return node

    def __rshift__(self, other: Right) -> Right:
        return self._join(other, forward=True)

    def __lshift__(self, other: Right) -> Right:
        return self._join(other, reverse=True)

    def __sub__(self, other: Right) -> Right:
        return self._join(other)

    def __rrshift__(self, other: Node | Edge | Left) -> Self:
        return self._joined(other, forward=True)

    def __rlshift__(self, other: Node | Edge | Left) -> Self:
        return self._joined(other, reverse=True)

    def __rsub__(self, other: Node | Edge | Left) -> Self:
        return self._joined(other)

    def _join(self, other: Any, *, forward: bool = False, reverse: bool = False) -> Any:
        if isinstance(other, Edge):
            return _begun(copy(other), self, forward=forward, reverse=reverse)
        for end in cast("Sequence[Any]", other) if isinstance(other, Sequence) else (other,):
            self.connect(end, _begun(Edge(), self, forward=forward, reverse=reverse))
        return cast("Any", other)

    def _joined(self, starts: Any, *, forward: bool = False, reverse: bool = False) -> Self:
        for start in starts:
            if isinstance(start, Edge):
                _begun(start, start.node, forward=forward, reverse=reverse).node.connect(self, start)
            else:
                start.connect(self, _begun(Edge(), start, forward=forward, reverse=reverse))
        return self


def _begun(line: Any, start: Any, *, forward: bool, reverse: bool) -> Any:
    line.node, line.forward, line.reverse = start, line.forward or forward, line.reverse or reverse
    return line
