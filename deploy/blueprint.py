"""What an architecture means: each node with its spec and its place, each line with what it says.

Everything that has no meaning is found here, all of it at once, before anything else happens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from architecture.errors import UnsupportedError
from architecture.model import Architecture, Edge, Group, GroupKind, Node, Note
from architecture.spec import Instance, Network, Region, Spec, Subnet, Volume, Zone
from architecture.text import LANGS, translate
from deploy.meaning import BOXES, GROUPS, NODES, Meaning, line, supported
from deploy.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Blueprint", "Link", "Part", "Place", "read"]

S = TypeVar("S", bound=Spec, covariant=True)
"""The kind of spec."""
T = TypeVar("T", bound=Spec)
"""A kind of spec that is asked for."""

_REGION: Final = re.compile(r"\b[a-z]{2}(?:-[a-z]+)+-\d\b")
_ZONE: Final = re.compile(r"\b(?:[a-z]{2}(?:-[a-z]+)+-\d)?([a-f])$", re.IGNORECASE)
_CIDR: Final = re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3}/\d{1,2})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an item stands: the ids of its VPC, subnet and security group, and the letter or place of its zone.

    `zone` counts from 0; `letter` is what the diagram says of it, if it does.
    """

    network: str | None = None
    subnet: str | None = None
    firewall: str | None = None
    zone: int = 0
    letter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[S]):
    """A node or a group that is deployed."""

    id: str
    spec: S
    place: Place
    item: Node | Group

    @property
    def public(self) -> bool:
        """Whether it is a subnet with a way to the internet."""
        return isinstance(self.item, Group) and self.item.kind is GroupKind.PUBLIC_SUBNET


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Generic[S, T]):
    """A line between two parts, read in the direction of its meaning. `edges` are the lines that say it."""

    meaning: Meaning
    source: Part[S]
    target: Part[T]
    edges: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All that a template is written from, besides the environment."""

    architecture: Architecture
    parts: tuple[Part[Spec], ...]
    links: tuple[Link[Spec, Spec], ...]
    notes: tuple[Note, ...] = ()

    @cached_property
    def names(self) -> Names:
        """The logical ids."""
        return Names(p.id for p in self.parts)

    @property
    def region(self) -> str | None:
        """The Region that the diagram names, if it does."""
        return next((r.spec.name for r in self.of(Region) if r.spec.name), None)

    def of(self, kind: type[T]) -> tuple[Part[T], ...]:
        """Return the parts of a kind, in script order."""
        return tuple(cast("Part[T]", p) for p in self.parts if isinstance(p.spec, kind))

    def part(self, item: str) -> Part[Spec]:
        """Return a part by its id."""
        return next(p for p in self.parts if p.id == item)

    def out(self, part: Part[Spec], meaning: Meaning, kind: type[T]) -> tuple[Link[Spec, T], ...]:
        """Return the lines of a meaning that start at a part; `kind` is what they end at."""
        return tuple(
            cast("Link[Spec, T]", link)
            for link in self.links
            if link.source.id == part.id and link.meaning is meaning and isinstance(link.target.spec, kind)
        )

    def into(self, part: Part[Spec], meaning: Meaning, kind: type[T]) -> tuple[Link[T, Spec], ...]:
        """Return the lines of a meaning that end at a part; `kind` is what they start at."""
        return tuple(
            cast("Link[T, Spec]", link)
            for link in self.links
            if link.target.id == part.id and link.meaning is meaning and isinstance(link.source.spec, kind)
        )

    def volumes(self, instance: Part[Instance]) -> tuple[Part[Volume], ...]:
        """Return what is attached to an instance."""
        return tuple(link.target for link in self.out(instance, Meaning.ATTACH, Volume))


def read(architecture: Architecture) -> Blueprint:
    """Read an architecture as what is to be built.

    Raises UnsupportedError, which lists every node, group and line that has no meaning.
    """
    reader = _Reader(architecture)
    blueprint = Blueprint(
        architecture=architecture,
        parts=tuple(reader.parts()),
        links=tuple(reader.links()),
        notes=tuple(reader.notes),
    )
    if reader.problems:
        problems = "\n".join(f"  {p}" for p in reader.problems)
        raise UnsupportedError(
            f"this architecture cannot be deployed as it is:\n{problems}",
            where=architecture.name,
            hint=f"supported are {supported()}",
        )
    return blueprint


class _Reader:
    """Reads one architecture; what it cannot read is gathered in `problems`."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.problems: list[str] = []
        self.notes: list[Note] = []
        self._parts: dict[str, Part[Spec]] = {}
        self._zones = [g.id for g in architecture.groups if g.kind is GroupKind.AVAILABILITY_ZONE]

    def parts(self) -> Iterator[Part[Spec]]:
        """Read groups, then nodes, in script order."""
        for group in self.architecture.groups:
            if group.spec is None and group.kind in BOXES:
                continue
            if group.spec is None and group.kind not in GROUPS:
                self.problems.append(f"{_named(group)}: a group of kind {group.kind} cannot be deployed")
                continue
            yield self._part(group, group.spec or self._from_words(group))
        for node in self.architecture.nodes:
            if node.spec is None and node.kind not in NODES:
                self.problems.append(f"{_named(node)}: {node.kind} cannot be deployed")
                continue
            yield self._part(node, node.spec or NODES[node.kind]())

    def links(self) -> Iterator[Link[Spec, Spec]]:
        """Read the lines. Several lines that say the same of the same two are one link."""
        found: dict[tuple[Meaning, str, str], list[str]] = {}
        for edge in self.architecture.edges:
            for meaning, source, target in self._meanings(edge):
                found.setdefault((meaning, source, target), []).append(edge.id)
        for (meaning, source, target), edges in found.items():
            yield Link(meaning=meaning, source=self._parts[source], target=self._parts[target], edges=tuple(edges))

    def _part(self, item: Node | Group, spec: Spec) -> Part[Spec]:
        part = Part(id=item.id, spec=spec, place=self._place(item), item=item)
        self._parts[item.id] = part
        return part

    def _place(self, item: Node | Group) -> Place:
        found: dict[str, str] = {}
        zone, letter = 0, None
        for group in (*self.architecture.path(item.id), *((item,) if isinstance(item, Group) else ())):
            spec = self._parts[group.id].spec if group.id in self._parts else None
            if isinstance(spec, Network):
                found["network"] = group.id
            elif isinstance(spec, Subnet):
                found["subnet"] = group.id
            elif group.kind is GroupKind.SECURITY_GROUP:
                found["firewall"] = group.id
            elif isinstance(spec, Zone):
                zone, letter = self._zones.index(group.id), spec.letter
        return Place(**found, zone=zone, letter=letter)

    def _meanings(self, edge: Edge) -> Iterator[tuple[Meaning, str, str]]:
        source, target = (edge.target, edge.source) if edge.arrow == "back" else (edge.source, edge.target)
        ends = [self._parts.get(end) for end in (source, target)]
        if ends[0] is None or ends[1] is None:
            if all(isinstance(self.architecture.items[end], Node) for end in (source, target)):
                return  # the node is named already
            self.problems.append(f"{edge.id}: a line that ends at a group has no meaning")
            return
        ways = [(source, target)] if edge.arrow in {"forward", "back"} else [(source, target), (target, source)]
        said = False
        for a, b in ways:
            found = line(type(self._parts[a].spec), type(self._parts[b].spec))
            if found is None:
                continue
            said = True
            yield (found[0], b, a) if found[1] else (found[0], a, b)
            if edge.arrow == "none":
                return
        if not said:
            kinds = " to ".join(type(self._parts[end].spec).__name__.lower() for end in (source, target))
            self.problems.append(f"{edge.id}: a line from {kinds} has no meaning")

    def _from_words(self, group: Group) -> Spec:
        """Take a plain group's Region, zone or address range from its words."""
        label = translate(group.label, self.architecture.lang)
        kind = GROUPS[group.kind]
        if kind is Region and (name := _REGION.search(label)):
            return self._taken(group, "Region", name.group(), Region(name=name.group()))
        if kind is Zone and (letter := _ZONE.search(label.strip())):
            return self._taken(group, "zone", letter.group(1), Zone(letter=letter.group(1).lower()))
        if kind in {Network, Subnet} and (cidr := _CIDR.search(label)):
            spec = Network(cidr=cidr.group()) if kind is Network else Subnet(cidr=cidr.group())
            return self._taken(group, "address range", cidr.group(), spec)
        return kind()

    def _taken(self, group: Group, what: str, value: str, spec: Spec) -> Spec:
        text = f"its words give the {what} {value}; a typed group says it for certain"
        self.notes.append(Note(code="words", text=text, where=group.id))
        return spec


def _named(item: Node | Group) -> str:
    label = " / ".join(dict.fromkeys(translate(item.label, lang) for lang in LANGS)).replace("\n", " ")
    return f"{item.id} ({label})" if label else item.id
