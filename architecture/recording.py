"""Watching the `diagrams` library draw: its own methods, wrapped for a while, tell what a script makes.

The classes stay what they are, so subclasses, `isinstance` and names imported earlier keep working. Nothing is
rendered, no file is written and no viewer is opened.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

import diagrams

from architecture.identity import Site
from architecture.reading import read
from architecture.sheet import Made, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path
    from types import FrameType

    from architecture.identity import Sites
    from architecture.model import Architecture

__all__ = ["Recording", "recording", "running"]

_active: list[Recording] = []


class Recording:
    """The diagrams that are being drawn, and the architectures of those that are done, in the order of their ends."""

    def __init__(self, sites: Sites | None, folder: Path) -> None:
        """Watch a script: its calls (None where its source is not known) and the folder that it stands in."""
        self.done: list[Architecture] = []
        self._sites = sites
        self._folder = folder
        self._sheets: dict[int, tuple[diagrams.Diagram, Sheet]] = {}
        self._pending: dict[int, diagrams.Diagram] = {}
        self._read: set[int] = set()

    def sheet(self, diagram: diagrams.Diagram) -> Sheet:
        """Return the record of a diagram."""
        if id(diagram) not in self._sheets:
            self._sheets[id(diagram)] = (diagram, Sheet(diagram, self._folder))
        return self._sheets[id(diagram)][1]

    def sheet_of_line(self, diagram: diagrams.Diagram) -> Sheet:
        """Return the record that a line from a node of a diagram belongs to: where that is done, the one drawn now."""
        now: diagrams.Diagram | None = _library.getdiagram()
        return self.sheet(now if now is not None and id(diagram) in self._read else diagram)

    def site(self) -> Site:
        """Return where the script makes the thing whose wrapped constructor is running."""
        return self._sites.find(_caller()) if self._sites else Site()

    def trap(self) -> int | None:
        """Return the line of the script that draws the line whose wrapped method is running, if it holds a trap."""
        return self._sites.trap(_caller()) if self._sites else None

    def render(self, diagram: diagrams.Diagram) -> None:
        """Take note that the script wants the picture; the diagram is read when it or the script ends."""
        if id(diagram) not in self._read:
            self._pending[id(diagram)] = diagram

    def finish(self, diagram: diagrams.Diagram) -> Architecture:
        """Read a diagram that is done. Raises ScriptError."""
        self._pending.pop(id(diagram), None)
        self._read.add(id(diagram))
        self.done.append(read(self.sheet(diagram)))
        return self.done[-1]

    def finish_all(self) -> None:
        """Read the diagrams that were rendered without a `with` block. Raises ScriptError."""
        for diagram in list(self._pending.values()):
            self.finish(diagram)


def running() -> Recording | None:
    """Return the recording that is under way, if there is one."""
    return _active[-1] if _active else None


@contextmanager
def recording(sites: Sites | None, folder: Path) -> Generator[Recording]:
    """Record what is drawn with the library while the block runs. The arguments are those of `Recording`."""
    current = Recording(sites, folder)
    wrappers = {**_of_diagrams(current), **_of_clusters(current), **_of_nodes(current)}
    originals = {(cls, name): vars(cls)[name] for cls, name in wrappers}
    _active.append(current)
    try:
        for (cls, name), wrapper in wrappers.items():
            setattr(cls, name, wrapper)
        yield current
    finally:
        for (cls, name), original in originals.items():
            setattr(cls, name, original)
        _active.remove(current)


def _caller() -> FrameType:
    """Return the frame that called the wrapped method."""
    return sys._getframe(3)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the one way to see it


_Wrappers = dict[tuple[type, str], "Callable[..., Any]"]
_library: Any = diagrams
"""The library untyped: its own types leave most of what is wrapped here unknown."""


def _of_diagrams(current: Recording) -> _Wrappers:
    make, connect = _library.Diagram.__init__, _library.Diagram.connect

    def init(self: diagrams.Diagram, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)

        def render_dot(*_args: Any, **_options: Any) -> None:
            current.render(self)

        # Scripts also render by the Graphviz object itself.
        for name in ("render", "save", "view"):
            setattr(self.dot, name, render_dot)

    def render(self: diagrams.Diagram) -> None:
        current.render(self)

    def leave(self: diagrams.Diagram, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        _library.setdiagram(None)
        if kind is None:
            current.finish(self)

    def join(self: diagrams.Diagram, source: Any, target: Any, edge: diagrams.Edge) -> None:
        sheet = current.sheet_of_line(self)
        sheet.join(source, target, edge, trap=current.trap())
        if isinstance(source, diagrams.Node) and isinstance(target, diagrams.Node):
            sheet.library_writes(self.dot, lambda: connect(self, source, target, edge))

    diagram = diagrams.Diagram
    return {
        (diagram, "__init__"): init,
        (diagram, "__exit__"): leave,
        (diagram, "render"): render,
        (diagram, "connect"): join,
    }


def _of_clusters(current: Recording) -> _Wrappers:
    make, begin, end = _library.Cluster.__init__, _library.Cluster.__enter__, _library.Cluster.__exit__

    def init(self: diagrams.Cluster, *args: Any, **kwargs: Any) -> None:
        within = diagrams.getcluster()
        make(self, *args, **kwargs)
        given = dict(zip(("label", "direction", "graph_attr"), args, strict=False)) | kwargs
        attrs = dict[str, Any](given.get("graph_attr") or {})
        if "direction" in given:
            attrs.setdefault("rankdir", given["direction"])
        current.sheet(diagrams.getdiagram()).add_cluster(Made(self, current.site(), attrs, within))

    def enter(self: diagrams.Cluster) -> diagrams.Cluster:
        current.sheet(diagrams.getdiagram()).open(self)
        return begin(self)

    def leave(self: diagrams.Cluster, *reason: Any) -> None:
        sheet = current.sheet(diagrams.getdiagram())
        within = next(sheet.around(self), None) or sheet.diagram
        sheet.library_writes(within.dot, lambda: end(self, *reason))

    cluster = diagrams.Cluster
    return {(cluster, "__init__"): init, (cluster, "__enter__"): enter, (cluster, "__exit__"): leave}


def _of_nodes(current: Recording) -> _Wrappers:
    make = _library.Node.__init__

    def init(self: diagrams.Node, *args: Any, **kwargs: Any) -> None:
        diagram, within = _library.getdiagram(), _library.getcluster()
        if diagram is None:
            make(self, *args, **kwargs)  # raises the library's own error
            return
        sheet = current.sheet(diagram)
        sheet.library_writes((within or diagram).dot, lambda: make(self, *args, **kwargs))
        sheet.add_node(Made(self, current.site(), kwargs, within))

    def operator(name: str) -> Callable[..., Any]:
        original = getattr(diagrams.Node, name)

        def join(self: diagrams.Node, other: Any) -> Any:
            if isinstance(other, diagrams.Cluster):
                edge = diagrams.Edge(self, forward=name == "__rshift__", reverse=name == "__lshift__")
                current.sheet(diagrams.getdiagram()).join(self, other, edge, silent=True)
                return other
            # A numbered line may serve many pairs of ends: each gets its own.
            return original(self, copy(other) if hasattr(other, "step") else other)

        return join

    node = diagrams.Node
    operators = ("__rshift__", "__lshift__", "__sub__")
    return {(node, "__init__"): init, **{(node, name): operator(name) for name in operators}}
