"""What a node of the library that is not ours becomes when it is deployed."""

from __future__ import annotations

from typing import TypeVar

from architecture.spec import Spec

__all__ = ["deployed_as"]

N = TypeVar("N")


def deployed_as(node: N, spec: Spec) -> N:
    """Say what a node or a cluster of the `diagrams` library becomes when it is deployed, and return it.

        from architecture.spec import Function
        from desenho import deployed_as

        resize = Lambda("resize")
        deployed_as(resize, Function(memory_mb=1024))

    A statement of its own leaves the variable bound to the node, which is where the node has its id from.

    Raises TypeError where `spec` is none of `architecture.spec`.
    """
    if not isinstance(spec, Spec):  # pyright: ignore[reportUnnecessaryIsInstance] - scripts need not be checked
        raise TypeError(f"deployed_as takes a spec of architecture.spec, such as Bucket(), not {spec!r}")
    node.spec = spec  # pyright: ignore[reportAttributeAccessIssue] - what the library has no word for
    return node
