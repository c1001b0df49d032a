"""The record of one diagram while its script runs: what was made and joined, in script order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import diagrams

    from architecture.identity import Site
    from architecture.model import Arrow

__all__ = ["Line", "Made", "Sheet"]

_ARROWS: Final[dict[tuple[bool, bool], Arrow]] = {
    (True, True): "both", (True, False): "forward", (False, True): "back", (False, False): "none",
}  # fmt: skip


class Made(NamedTuple):
    """A node or a cluster, where the script made it, the attributes it was given and the cluster that it stands in."""

    thing: Any
    site: Site
    given: Mapping[str, Any]
    within: diagrams.Cluster | None


class Line(NamedTuple):
    """A line as it was when it was drawn: the library's own object may serve another line later.

    `silent` is a line that the library does not draw, without a word.
    """

    source: Any
    target: Any
    attrs: Mapping[str, Any]
    arrow: Arrow
    step: int | None
    silent: bool


class Sheet:
    """The record of one diagram of a script that stands in `folder`."""

    def __init__(self, diagram: diagrams.Diagram, folder: Path) -> None:
        """Begin an empty record."""
        self.diagram = diagram
        self.folder = folder
        self.nodes: list[Made] = []
        self.clusters: list[Made] = []
        self.lines: list[Line] = []
        self.traps: set[int] = set()
        self._within: dict[int, diagrams.Cluster | None] = {}
        self._used: set[int] = set()
        self._written: dict[int, set[int]] = {}

    def add_node(self, made: Made) -> None:
        """Record a node."""
        self.nodes.append(made)
        self._within[id(made.thing)] = made.within

    def add_cluster(self, made: Made) -> None:
        """Record a cluster."""
        self.clusters.append(made)
        self._within[id(made.thing)] = made.within

    def open(self, cluster: diagrams.Cluster) -> None:
        """Record that a `with` block of a cluster begins."""
        self._used.add(id(cluster))

    def is_used(self, cluster: diagrams.Cluster) -> bool:
        """Tell whether the cluster was opened, or is the end of a line; others are not drawn."""
        return id(cluster) in self._used

    def join(
        self, source: Any, target: Any, edge: diagrams.Edge, *, silent: bool = False, trap: int | None = None
    ) -> None:
        """Record a line; `trap` is its place in the script if that does not read as it is meant."""
        if trap is not None:
            self.traps.add(trap)
        self._used.update((id(source), id(target)))
        usual: Mapping[str, Any] = getattr(edge, "_default_edge_attrs", {})
        now = cast("Mapping[str, Any]", edge.attrs)
        attrs = {name: value for name, value in now.items() if usual.get(name) != value}
        step = getattr(edge, "step", None)
        arrow = _ARROWS[bool(edge.forward), bool(edge.reverse)]
        self.lines.append(Line(source, target, attrs, arrow, step if isinstance(step, int) else None, silent))

    def around(self, thing: Any) -> Iterator[diagrams.Cluster]:
        """Yield the clusters round a node or a cluster, innermost first."""
        cluster = self._within.get(id(thing))
        while cluster is not None:
            yield cluster
            cluster = self._within.get(id(cluster))

    def library_writes(self, dot: Any, act: Callable[[], None]) -> None:
        """Let the library add Graphviz lines to `dot`."""
        before = len(dot.body)
        act()
        self._written.setdefault(id(dot), set()).update(range(before, len(dot.body)))

    def raw_lines(self) -> list[str]:
        """Return the Graphviz lines that the script wrote past the library."""
        dots: tuple[Any, ...] = (self.diagram.dot, *(made.thing.dot for made in self.clusters))
        return [
            " ".join(line.split())
            for dot in dots
            for place, line in enumerate(dot.body)
            if place not in self._written.get(id(dot), ()) and line.strip()
        ]
