"""The operators `>>`, `<<` and `-` as an editor sees them: what stands on the right comes out, with its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self, TypeVar

    from diagrams import Cluster, Edge, Node

    Right = TypeVar(
        "Right", bound=Node | Cluster | Edge | Sequence[Node] | Sequence[Cluster] | Sequence[Node | Cluster]
    )
    Left = Sequence[Node] | Sequence[Cluster] | Sequence[Edge] | Sequence[Node | Cluster]

__all__ = ["Joins"]


class Joins:
    """What lines can begin and end at. The library's operators do the work; its types know no `Sequence`."""

    if TYPE_CHECKING:

        def __rshift__(self, other: Right) -> Right: ...
        def __lshift__(self, other: Right) -> Right: ...
        def __sub__(self, other: Right) -> Right: ...
        def __rrshift__(self, other: Left) -> Self: ...
        def __rlshift__(self, other: Left) -> Self: ...
        def __rsub__(self, other: Left) -> Self: ...
