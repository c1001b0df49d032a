"""From the record of a diagram to its architecture."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.clusters import kind_of, other_cloud
from architecture.errors import ModelError, ScriptError
from architecture.filenames import filename_of
from architecture.icons import picture
from architecture.identity import Claim, edge_ids, item_ids
from architecture.labels import plain
from architecture.model import Architecture, Edge, Group, GroupKind, Node, Note
from architecture.pins import Pin, PinnedBox, from_pos
from architecture.spec import Spec
from architecture.steps import numbered, read_steps
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import diagrams

    from architecture.model import Direction
    from architecture.sheet import Line, Made, Sheet

__all__ = ["read"]

_DIRECTIONS: Final = ("LR", "TB", "RL", "BT")
_IN_THE_MODEL: Final = frozenset({"constraint", "dir", "label", "lhead", "ltail", "xlabel"})
"""The attributes of a line that the model has fields for."""


def read(sheet: Sheet) -> Architecture:
    """Return the architecture that a record amounts to.

    Raises ScriptError if it is empty or its filename is refused.
    """
    return _Reading(sheet).architecture()


class _Reading:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.diagram = sheet.diagram
        self.notes: list[Note] = []
        # The library draws a plain diagram when its script is run, with its faults; a typed one draws itself.
        self.is_plain = not hasattr(sheet.diagram, "lang")
        self.clusters = [made for made in sheet.clusters if sheet.is_used(made.thing)]
        self.ids = self._name()

    def architecture(self) -> Architecture:
        if not self.sheet.nodes and not self.clusters:
            hint = "make its nodes inside its `with` block"
            raise ScriptError(f"the diagram {str(self.diagram.name)!r} is empty", hint=hint)
        filename, notes = filename_of(str(self.diagram.filename), str(self.diagram.name))
        self.notes.extend(notes)
        for made in self.sheet.clusters:
            if made not in self.clusters:
                self._note(
                    "unused-cluster", f"the cluster {_quoted(made.thing.label)} is never opened by `with`: not drawn"
                )
        title = plain(self.diagram.name)
        nodes = self._nodes()
        groups = self._groups(nodes)
        edges = self._edges()
        self._note_merged_clusters()
        for line in sorted(self.sheet.traps):
            self._note(
                "minus-first", "`a >> b - c` joins a to c, for `-` binds tighter: write two statements", f"line {line}"
            )
        if raw := self.sheet.raw_lines():
            shown = "; ".join(raw[:5]) + ("; ..." if len(raw) > 5 else "")
            self._note("raw-graphviz", f"lines written to Graphviz directly are left out ({len(raw)}): {shown}")
        words = (title, *(item.label for item in (*nodes, *groups, *edges)))
        return Architecture(
            filename=filename,
            title=title,
            lang=getattr(self.diagram, "lang", None) or ("pt" if any(isinstance(w, Text) for w in words) else "en"),
            direction=_direction(cast("Mapping[str, Any]", self.diagram.dot.graph_attr)) or "LR",
            nodes=tuple(nodes),
            groups=tuple(groups),
            edges=tuple(edges),
            attrs=_strings(self._changed("graph"), {"label", "rankdir"}),
            notes=tuple(self.notes),
        )

    def _note(self, code: str, text: str, where: str = "") -> None:
        self.notes.append(Note(code=code, text=text, where=where))

    def _changed(self, part: str) -> dict[str, str]:
        """Return the Graphviz attributes of a part (graph, node, edge) of the diagram that are not the library's."""
        usual = getattr(self.diagram, f"_default_{part}_attrs", {})
        now = cast("Mapping[str, Any]", getattr(self.diagram.dot, f"{part}_attr"))
        return {name: str(value) for name, value in now.items() if usual.get(name) != value}

    def _name(self) -> dict[int, str]:
        """Return the ids by the identity of the objects."""
        items = [*self.clusters, *self.sheet.nodes]
        said = [getattr(m.thing, "id", None) for m in self.clusters] + [m.given.get("nodeid") for m in self.sheet.nodes]
        claims = [
            Claim(str(word) if word else None, made.site.variable, _class_of(made.thing).__qualname__)
            for made, word in zip(items, said, strict=True)
        ]
        ids, moves = item_ids(claims)
        if moves:
            names = ", ".join(ids[place] for place in moves)
            self._note(
                "unsteady-ids",
                "named by their place in the script, so edits may rename them: a variable, nodeid= or id= keeps a name",
                names,
            )
        return {id(made.thing): name for made, name in zip(items, ids, strict=True)}

    def _parent(self, made: Made) -> str | None:
        return None if made.within is None else self.ids[id(made.within)]

    def _nodes(self) -> list[Node]:
        usual = self._changed("node")
        nodes: list[Node] = []
        for made in self.sheet.nodes:
            attrs = {**usual, **_strings(made.given, {"image", "label", "nodeid"})}
            nodes.append(
                Node(
                    id=self.ids[id(made.thing)],
                    kind=f"c4.{made.site.maker}" if made.site.maker else _kind(made.thing),
                    label=plain(made.thing.label),
                    parent=self._parent(made),
                    icon=self._icon(made.thing),
                    pin=self._pin(made.thing, attrs),
                    attrs=attrs,
                    spec=_spec(made.thing),
                )
            )
        return nodes

    def _pin(self, node: diagrams.Node, attrs: dict[str, str]) -> Pin | None:
        """Return where a node is pinned, and take out of its attributes what says so."""
        name, said = self.ids[id(node)], getattr(node, "pin", None)
        try:
            pin = from_pos(attrs, str(self._changed("graph").get("inputscale", "")))
        except ModelError as error:
            raise ModelError(error.what, where=f"{name}: {error.where}", hint=error.hint) from None
        if isinstance(said, Pin):
            pin = said
        if pin is not None:
            attrs.pop("pos", None)
            attrs.pop("pin", None)
        elif "pos" in attrs:
            self._note("loose-pos", f'pos={attrs["pos"]!r} pins nothing: Graphviz wants "x,y!" in inches', name)
        return pin

    def _icon(self, node: diagrams.Node) -> str | None:
        path = vars(node)["_attrs"].get("image")
        if not path:
            return None
        icon, problem = picture(str(path), self._folders)
        if problem:
            self._note("missing-icon" if icon is None else "icon-elsewhere", problem, self.ids[id(node)])
        return icon

    def _folders(self) -> tuple[Path, ...]:
        """Return where the icons of the script may be: beside the output, where Graphviz looks, and where people do."""
        return Path.cwd() / Path(self.diagram.filename).parent, Path.cwd(), self.sheet.folder

    def _groups(self, nodes: Sequence[Node]) -> list[Group]:
        inside = self._kinds_inside(nodes)
        groups: list[Group] = []
        taken: list[str] = []
        for made in self.clusters:
            name, label = self.ids[id(made.thing)], plain(made.thing.label)
            kind = getattr(made.thing, "kind", None)
            if not isinstance(kind, GroupKind):
                kind = None if other_cloud(inside[name]) else kind_of(label)
                if kind is not None:
                    taken.append(f"{_quoted(label)} as {kind.value.replace('_', ' ')}")
            groups.append(
                Group(
                    id=name,
                    kind=kind or GroupKind.GENERIC,
                    label=label,
                    parent=self._parent(made),
                    direction=_direction(made.given),
                    attrs=_strings(made.given, {"label", "rankdir"}),
                    spec=_spec(made.thing),
                    pin=pin if isinstance(pin := getattr(made.thing, "pin", None), PinnedBox) else None,
                )
            )
        if taken:
            self._note("kinds-by-words", f"groups are drawn as what their names say: {', '.join(taken)}")
        return groups

    def _kinds_inside(self, nodes: Sequence[Node]) -> dict[str, set[str]]:
        """Return the kinds of all nodes in each group, at any depth."""
        inside: dict[str, set[str]] = {self.ids[id(made.thing)]: set() for made in self.clusters}
        for made, node in zip(self.sheet.nodes, nodes, strict=True):
            for cluster in self.sheet.around(made.thing):
                inside[self.ids[id(cluster)]].add(node.kind)
        return inside

    def _note_merged_clusters(self) -> None:
        if not self.is_plain:
            return
        names = Counter(str(made.thing.dot.name) for made in self.clusters)
        for made in self.clusters:
            count = names.pop(str(made.thing.dot.name), 1)
            if count > 1:
                words = _quoted(made.thing.label)
                text = f"the library draws the {count} clusters {words} as one box; here each is its own"
                self._note("merged-clusters", text, self.ids[id(made.thing)])

    def _edges(self) -> list[Edge]:
        lines = list(self._drawn())
        ends = [(self._end(line, "ltail"), self._end(line, "lhead")) for line in lines]
        labels = [plain(line.attrs.get("label") or line.attrs.get("xlabel") or "") for line in lines]
        steps = self._steps(lines, labels)
        usual = self._changed("edge")
        edges: list[Edge] = []
        for name, (source, target), line, label in zip(
            edge_ids(ends, self.ids.values()), ends, lines, labels, strict=True
        ):
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
                    attrs={**usual, **_strings(line.attrs, _IN_THE_MODEL)},
                )
            )
            if line.silent and self.is_plain:
                self._note("edge-to-cluster", "the library draws no line to a cluster; here it ends at the group", name)
        return edges

    def _drawn(self) -> Iterator[Line]:
        invisible = 0
        seen: set[tuple[int, int]] = set()
        for line in self.sheet.lines:
            pair = (id(line.source), id(line.target))
            if not self.ids.keys() >= set(pair):
                self._note("foreign-end", "a line to something that is not in this diagram is left out")
            elif "invis" in str(line.attrs.get("style", "")):
                invisible += 1
            elif not (self.diagram.dot.strict and pair in seen):
                seen.add(pair)
                yield line
        if invisible:
            self._note("invisible-edges", f"lines that are invisible (style=invis) are left out: {invisible}")

    def _steps(self, lines: Sequence[Line], labels: Sequence[str]) -> dict[str, tuple[int, str]]:
        if any(line.step is not None for line in lines):
            return {}
        steps = read_steps(labels)
        numbers = dict.fromkeys(label for label in labels if numbered(label) is not None)
        if numbers and not steps:
            words = ", ".join(map(_quoted, numbers))
            self._note("not-steps", f"numbers that are not exactly 1 to n are words, not steps: {words}")
        return steps

    def _end(self, line: Line, clip: str) -> str:
        """Return the id of a line's end: of the cluster that `lhead` or `ltail` names, else of the thing itself."""
        end = line.source if clip == "ltail" else line.target
        wanted = line.attrs.get(clip)
        if wanted:
            named = [made.thing for made in self.clusters if str(made.thing.dot.name) == str(wanted)]
            around = [cluster for cluster in self.sheet.around(end) if cluster in named]
            if found := around or named:
                return self.ids[id(found[0])]
            self._note("lost-end", f"{clip}={str(wanted)!r} names no cluster of this diagram", self.ids[id(end)])
        return self.ids[id(end)]


def _class_of(thing: object) -> type:
    """Return the nearest class of the installed library."""
    return next(cls for cls in type(thing).__mro__ if cls.__module__.partition(".")[0] == "diagrams")


def _kind(node: object) -> str:
    cls = _class_of(node)
    return f"{cls.__module__}.{cls.__qualname__}".partition(".")[2]


def _spec(thing: object) -> Spec | None:
    spec = getattr(thing, "spec", None)
    return spec if isinstance(spec, Spec) else None


def _direction(attrs: Mapping[str, Any]) -> Direction | None:
    wanted = str(attrs.get("rankdir", "")).upper()
    return next((direction for direction in _DIRECTIONS if direction == wanted), None)


def _strings(attrs: Mapping[str, Any], left_out: Collection[str]) -> dict[str, str]:
    return {name: str(value) for name, value in attrs.items() if name not in left_out}


def _quoted(label: str) -> str:
    return repr(" ".join(plain(label).split()))
