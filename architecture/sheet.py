"""What was seen of one diagram while its script ran, and the architecture that it amounts to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from architecture.clusters import kind_of, other_cloud
from architecture.errors import ScriptError
from architecture.icons import picture
from architecture.identity import Claim, Site, edge_ids, item_ids
from architecture.labels import plain
from architecture.model import Architecture, Edge, Group, GroupKind, Node, Note
from architecture.spec import Spec
from architecture.steps import numbered, read_steps
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import diagrams

    from architecture.model import Arrow, Direction

__all__ = ["Sheet"]

_DIRECTIONS: Final = ("LR", "TB", "RL", "BT")
_OUTPUTS: Final = frozenset({".dot", ".drawio", ".jpg", ".pdf", ".png", ".svg"})
_ARROWS: Final[dict[tuple[bool, bool], Arrow]] = {
    (True, True): "both", (True, False): "forward", (False, True): "back", (False, False): "none",
}  # fmt: skip
_TAKEN: Final = frozenset({"constraint", "dir", "label", "lhead", "ltail", "xlabel"})
"""The attributes of a line that the model has fields for."""


class _Made(NamedTuple):
    """A node or a cluster, where the script made it, what it was given, and the cluster that it stands in."""

    thing: Any
    site: Site
    given: Mapping[str, Any]
    within: diagrams.Cluster | None


class _Line(NamedTuple):
    """A line as it was when it was drawn: the library's own object may serve another line later."""

    source: Any
    target: Any
    attrs: Mapping[str, Any]
    arrow: Arrow
    step: int | None
    silent: bool


class Sheet:
    """The record of one diagram."""

    def __init__(self, diagram: diagrams.Diagram, folder: Path) -> None:
        """Begin the record of a diagram of a script that stands in `folder`."""
        self._diagram = diagram
        self._folder = folder
        self._nodes: list[_Made] = []
        self._clusters: list[_Made] = []
        self._entered: set[int] = set()
        self._lines: list[_Line] = []
        self._known: dict[int, set[int]] = {}
        self._notes: list[Note] = []

    def add_node(self, node: diagrams.Node, site: Site, given: Mapping[str, Any], within: diagrams.Cluster | None) -> None:
        """Record a node."""
        self._nodes.append(_Made(node, site, given, within))

    def add_cluster(
        self, cluster: diagrams.Cluster, site: Site, given: Mapping[str, Any], within: diagrams.Cluster | None
    ) -> None:
        """Record a cluster."""
        self._clusters.append(_Made(cluster, site, given, within))

    def enter(self, cluster: diagrams.Cluster) -> None:
        """Record that a `with` block of a cluster begins: without one the library does not draw it."""
        self._entered.add(id(cluster))

    def connect(self, source: Any, target: Any, edge: diagrams.Edge, *, silent: bool = False) -> None:
        """Record a line; `silent` means that the library itself would draw nothing, without a word."""
        arrow = _ARROWS[bool(edge.forward), bool(edge.reverse)]
        usual = getattr(edge, "_default_edge_attrs", {})
        attrs = {name: value for name, value in edge.attrs.items() if usual.get(name) != value}
        step = getattr(edge, "step", None)
        self._lines.append(_Line(source, target, attrs, arrow, step if isinstance(step, int) else None, silent))

    def leave(self, cluster: diagrams.Cluster, act: Callable[[], None]) -> None:
        """Let the library write a finished cluster into what it stands in."""
        within = next((m.within for m in self._clusters if m.thing is cluster), None)
        self.own((within or self._diagram).dot, act)

    def own(self, dot: Any, act: Callable[[], None]) -> None:
        """Let the library write Graphviz lines; what else stands in `dot` at the end, the script wrote itself."""
        before = len(dot.body)
        act()
        self._known.setdefault(id(dot), set()).update(range(before, len(dot.body)))

    def architecture(self) -> Architecture:
        """Return the architecture. Raises ScriptError for a diagram that is empty or names a file it may not."""
        self._notes = []
        self._drop_unused_clusters()
        if not self._nodes and not self._clusters:
            raise ScriptError(
                f"the diagram {str(self._diagram.name)!r} is empty", hint="make its nodes inside its `with` block"
            )
        ids = self._ids()
        nodes = self._read_nodes(ids)
        groups = self._read_groups(ids, nodes)
        edges = self._read_edges(ids)
        title = plain(self._diagram.name)
        self._note_raw_lines()
        words = (title, *(x.label for x in (*nodes, *groups, *edges)))
        return Architecture(
            filename=self._filename(),
            title=title,
            lang=getattr(self._diagram, "lang", None) or ("pt" if any(isinstance(w, Text) for w in words) else "en"),
            direction=_direction(self._diagram.dot.graph_attr) or "LR",
            nodes=tuple(nodes),
            groups=tuple(groups),
            edges=tuple(edges),
            attrs=_strings(self._changed("graph"), {"label", "rankdir"}),
            notes=tuple(self._notes),
        )

    @property
    def _is_plain(self) -> bool:
        """Whether the library itself draws the diagram when its script is run, faults and all."""
        return not hasattr(self._diagram, "lang")

    def _note(self, code: str, text: str, where: str = "") -> None:
        self._notes.append(Note(code=code, text=text, where=where))

    def _changed(self, part: str) -> dict[str, str]:
        """Return the Graphviz attributes of a part (graph, node or edge) of the diagram that are not the library's."""
        usual = getattr(self._diagram, f"_default_{part}_attrs", {})
        now = cast("Mapping[str, Any]", getattr(self._diagram.dot, f"{part}_attr"))
        return {name: str(value) for name, value in now.items() if usual.get(name) != value}

    def _drop_unused_clusters(self) -> None:
        ends = {id(end) for line in self._lines for end in (line.source, line.target)}
        unused = [m for m in self._clusters if id(m.thing) not in self._entered | ends]
        for made in unused:
            self._note("unused-cluster", f"the cluster {_words(made.thing)!r} is never opened by `with`: it is not drawn")
        self._clusters = [m for m in self._clusters if m not in unused]

    def _ids(self) -> dict[int, str]:
        """Return the ids of all items by the identity of their objects, in the order in which they were made."""
        made = (*self._clusters, *self._nodes)
        claims = [Claim(_said(m), m.site.variable, _class_name(m.thing)) for m in made]
        ids, moves = item_ids(claims)
        if moves:
            names = ", ".join(ids[place] for place in moves)
            self._note("unsteady-ids", f"these ids depend on the order in the script: {names}; give each a variable or an id")
        return {id(m.thing): name for m, name in zip(made, ids, strict=True)}

    def _read_nodes(self, ids: Mapping[int, str]) -> list[Node]:
        usual = self._changed("node")
        return [
            Node(
                id=ids[id(made.thing)],
                kind=f"c4.{made.site.maker}" if made.site.maker else _kind(made.thing),
                label=plain(made.thing.label),
                parent=_id_or_none(ids, made.within),
                icon=self._icon(made.thing, ids[id(made.thing)]),
                attrs={**usual, **_strings(made.given, {"image", "label", "nodeid"})},
                spec=_spec(made.thing),
            )
            for made in self._nodes
        ]

    def _icon(self, node: diagrams.Node, name: str) -> str | None:
        path = vars(node)["_attrs"].get("image")
        if not path:
            return None
        cwd = Path.cwd()
        icon, problem = picture(str(path), (cwd / Path(self._diagram.filename).parent, cwd, self._folder))
        if problem:
            self._note("missing-icon" if icon is None else "icon-elsewhere", problem, name)
        return icon

    def _read_groups(self, ids: Mapping[int, str], nodes: Sequence[Node]) -> list[Group]:
        inside: dict[str, list[str]] = {}
        within = {ids[id(m.thing)]: _id_or_none(ids, m.within) for m in self._clusters}
        for node in nodes:
            group = node.parent
            while group is not None:
                inside.setdefault(group, []).append(node.kind)
                group = within[group]
        groups: list[Group] = []
        guessed: list[str] = []
        for made in self._clusters:
            name, label = ids[id(made.thing)], plain(made.thing.label)
            kind: GroupKind | None = getattr(made.thing, "kind", None)
            if not isinstance(kind, GroupKind):
                kind = None if other_cloud(inside.get(name, ())) else kind_of(label)
                if kind is not None:
                    guessed.append(f"{' '.join(label.split())!r} -> {kind.value}")
            groups.append(
                Group(
                    id=name,
                    kind=kind or GroupKind.GENERIC,
                    label=label,
                    parent=within[name],
                    direction=_direction(made.thing.dot.graph_attr) if "rankdir" in made.given else None,
                    attrs=_strings(made.given, {"label", "rankdir"}),
                    spec=_spec(made.thing),
                )
            )
        if guessed:
            self._note("kinds-by-words", f"groups taken by their words: {', '.join(guessed)}")
        if self._is_plain:
            twice = Counter(str(m.thing.dot.name) for m in self._clusters)
            for made in self._clusters:
                if count := twice.pop(str(made.thing.dot.name), 0) - 1:
                    self._note(
                        "merged-clusters",
                        f"the library draws the {count + 1} clusters {_words(made.thing)!r} as one box; here each is its own",
                        ids[id(made.thing)],
                    ) if count > 0 else None
        return groups

    def _read_edges(self, ids: Mapping[int, str]) -> list[Edge]:
        lines = list(self._drawn_lines(ids))
        ends = [self._ends(line, ids) for line in lines]
        labels = [plain(line.attrs.get("label") or line.attrs.get("xlabel") or "") for line in lines]
        steps = {} if any(line.step is not None for line in lines) else read_steps(labels)
        if not steps and (numbers := [x for x in labels if numbered(x) is not None]) and not any(x.step for x in lines):
            quoted = ", ".join(repr(" ".join(x.split())) for x in dict.fromkeys(numbers))
            self._note("not-steps", f"numbers that are not exactly 1 to n are words, not steps: {quoted}")
        usual = self._changed("edge")
        edges: list[Edge] = []
        for name, (source, target), line, label in zip(edge_ids(ends, ids.values()), ends, lines, labels, strict=True):
            step, words = steps.get(label, (line.step, label))
            edges.append(
                Edge(
                    id=name,
                    source=source,
                    target=target,
                    label=words,
                    arrow=line.arrow,
                    step=step,
                    ranked=str(line.attrs.get("constraint", "true")).lower() not in {"false", "no", "0"},
                    attrs={**usual, **_strings(line.attrs, _TAKEN)},
                )
            )
        return edges

    def _drawn_lines(self, ids: Mapping[int, str]) -> Iterator[_Line]:
        invisible = 0
        seen: set[tuple[int, int]] = set()
        for line in self._lines:
            pair = (id(line.source), id(line.target))
            if id(line.source) not in ids or id(line.target) not in ids:
                self._note("other-diagram", "a line to something of another diagram is left out")
            elif "invis" in str(line.attrs.get("style", "")):
                invisible += 1
            elif not (self._diagram.dot.strict and pair in seen):
                seen.add(pair)
                yield line
        if invisible:
            self._note("invisible-edges", f"lines with style=invis are left out: {invisible}")

    def _ends(self, line: _Line, ids: Mapping[int, str]) -> tuple[str, str]:
        ends = ids[id(line.source)], ids[id(line.target)]
        if line.silent and self._is_plain:
            self._note("edge-to-cluster", "the library draws no line to a cluster; here it ends at the group", "--".join(ends))
        return self._clipped(line, "ltail", line.source, ids), self._clipped(line, "lhead", line.target, ids)

    def _clipped(self, line: _Line, attribute: str, end: Any, ids: Mapping[int, str]) -> str:
        """Return the id of a line's end: the cluster that `lhead` or `ltail` names, else the thing itself."""
        wanted = line.attrs.get(attribute)
        if not wanted:
            return ids[id(end)]
        named = [m.thing for m in self._clusters if str(m.thing.dot.name) == str(wanted)]
        around = [cluster for cluster in self._around(end) if cluster in named]
        if chosen := around or named:
            return ids[id(chosen[0])]
        self._note("lost-end", f"{attribute}={str(wanted)!r} names no cluster", ids[id(end)])
        return ids[id(end)]

    def _around(self, thing: Any) -> Iterator[Any]:
        within = {id(m.thing): m.within for m in (*self._nodes, *self._clusters)}
        cluster = within.get(id(thing))
        while cluster is not None:
            yield cluster
            cluster = within.get(id(cluster))

    def _note_raw_lines(self) -> None:
        dots = (self._diagram.dot, *(m.thing.dot for m in self._clusters))
        raw = [
            " ".join(line.split())
            for dot in dots
            for place, line in enumerate(dot.body)
            if place not in self._known.get(id(dot), ()) and line.strip()
        ]
        if raw:
            shown = "; ".join(raw[:5]) + ("; ..." if len(raw) > 5 else "")
            self._note("raw-graphviz", f"lines written to Graphviz directly are left out ({len(raw)}): {shown}")

    def _filename(self) -> str:
        given = str(self._diagram.filename)
        path = PurePosixPath(PureWindowsPath(given).as_posix() if "\\" in given else given)
        if given == "_".join(self._diagram.name.split()).lower():
            # The library makes it of the title, where a slash is a slash and not a folder.
            return "".join("-" if c in '/\\<>:"|?*' else c for c in plain(given)) or "diagram"
        if ".." in path.parts:
            raise ScriptError(
                f"the diagram's filename {given!r} leads out of the output folder",
                hint="name it without ../ and choose the folder with -o",
            )
        if path.suffix.lower() in _OUTPUTS:
            self._note("filename-ending", f"the ending of the filename {path.name!r} is left out: each format adds its own")
            path = path.with_suffix("")
        if path.is_absolute() or PureWindowsPath(given).drive:
            self._note("absolute-filename", f"of the absolute filename only {path.name!r} is kept")
            return path.name
        return str(path)


def _said(made: _Made) -> str | None:
    said = made.given.get("nodeid") or (getattr(made.thing, "nodeid", None) if hasattr(made.thing, "depth") else None)
    return None if said is None else str(said)


def _class_of(thing: object) -> type:
    """Return the nearest class of the installed library."""
    return next(c for c in type(thing).__mro__ if c.__module__.partition(".")[0] == "diagrams")


def _class_name(thing: object) -> str:
    return _class_of(thing).__qualname__


def _kind(node: object) -> str:
    cls = _class_of(node)
    return f"{cls.__module__}.{cls.__qualname__}".partition(".")[2]


def _spec(thing: object) -> Spec | None:
    spec = getattr(thing, "spec", None)
    return spec if isinstance(spec, Spec) else None


def _direction(attrs: Mapping[str, Any]) -> Direction | None:
    wanted = str(attrs.get("rankdir", "")).upper()
    return next((d for d in _DIRECTIONS if d == wanted), None)


def _strings(attrs: Mapping[str, Any], left_out: frozenset[str] | set[str]) -> dict[str, str]:
    return {name: str(value) for name, value in attrs.items() if name not in left_out}


def _id_or_none(ids: Mapping[int, str], cluster: object | None) -> str | None:
    return None if cluster is None else ids[id(cluster)]


def _words(cluster: Any) -> str:
    return " ".join(plain(cluster.label).split())
