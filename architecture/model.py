"""The architecture: frozen data, no drawing and no cloud in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from architecture.errors import ModelError
from architecture.text import LANGS, Lang, langs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from architecture.pins import Pin, PinnedBox
    from architecture.spec import Spec

__all__ = ["Architecture", "Arrow", "Direction", "Edge", "Group", "GroupKind", "Item", "Node", "Note"]

Direction = Literal["LR", "TB", "RL", "BT"]
Arrow = Literal["forward", "back", "both", "none"]


class GroupKind(StrEnum):
    """What a group stands for. `GENERIC` is a box that only gathers things."""

    ACCOUNT = "account"
    AUTO_SCALING_GROUP = "auto_scaling_group"
    AVAILABILITY_ZONE = "availability_zone"
    CLOUD = "cloud"
    CORPORATE_DATA_CENTER = "corporate_data_center"
    EC2_INSTANCE_CONTENTS = "ec2_instance_contents"
    ELASTIC_BEANSTALK = "elastic_beanstalk_container"
    GENERIC = "generic"
    IOT_GREENGRASS = "iot_greengrass"
    IOT_GREENGRASS_DEPLOYMENT = "iot_greengrass_deployment"
    PRIVATE_SUBNET = "private_subnet"
    PUBLIC_SUBNET = "public_subnet"
    REGION = "region"
    SECURITY_GROUP = "security_group"
    SERVER_CONTENTS = "server_contents"
    SPOT_FLEET = "spot_fleet"
    STEP_FUNCTIONS_WORKFLOW = "step_functions_workflow"
    VPC = "vpc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing that does something.

    `kind` names the class of the `diagrams` library without its package: `aws.storage.SimpleStorageServiceS3`,
    `custom.Custom`, `c4.Container`. `icon` is the picture the library shows: `lib:` and a path inside its folder
    `resources/`, or a `data:` URL for a picture of the script's own. `attrs` are the Graphviz attributes that the
    script gave. `spec` is what the node becomes when deployed, where the script says so. `pin` is where it is drawn,
    where a person says so.
    """

    id: str
    kind: str
    label: str = ""
    parent: str | None = None
    icon: str | None = None
    attrs: Mapping[str, str] = field(default_factory=dict[str, str])
    spec: Spec | None = None
    pin: Pin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A box round nodes and other groups.

    `direction` is where it wants its flow to go, `pin` where it is drawn and how large, where it says so.
    """

    id: str
    kind: GroupKind = GroupKind.GENERIC
    label: str = ""
    parent: str | None = None
    direction: Direction | None = None
    attrs: Mapping[str, str] = field(default_factory=dict[str, str])
    spec: Spec | None = None
    pin: PinnedBox | None = None


Item = Node | Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A line between two items, from `source` to `target` in the order of the flow.

    `arrow` tells where the heads are: `back` is a line from source to target with its head at the source. `step` is
    its number in a numbered flow. `ranked` is false for a line that does not order its ends (`constraint=false`).
    """

    id: str
    source: str
    target: str
    label: str = ""
    arrow: Arrow = "forward"
    step: int | None = None
    ranked: bool = True
    attrs: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something a person should know about how the source was read or drawn; `where` is an id or a place."""

    code: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One diagram: its items in script order, and what was noted while it was read.

    `filename` is the output's path without an ending, as the script gives it (`challenge`, `aws/challenge`).

    Raises ModelError where an id is used twice, a parent or an end does not exist, or groups contain each other.
    """

    filename: str
    title: str = ""
    lang: Lang = "en"
    direction: Direction = "LR"
    nodes: tuple[Node, ...] = ()
    groups: tuple[Group, ...] = ()
    edges: tuple[Edge, ...] = ()
    attrs: Mapping[str, str] = field(default_factory=dict[str, str])
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        twice = [i for i, n in Counter(x.id for x in (*self.nodes, *self.groups, *self.edges)).items() if n > 1]
        if twice:
            raise ModelError(f"these ids are used twice: {', '.join(twice)}", where=self.name)
        groups = {g.id for g in self.groups}
        lost = [i.id for i in (*self.nodes, *self.groups) if i.parent is not None and i.parent not in groups]
        if lost:
            raise ModelError(f"these stand in a group that does not exist: {', '.join(lost)}", where=self.name)
        loose = [e.id for e in self.edges if e.source not in self.items or e.target not in self.items]
        if loose:
            raise ModelError(f"these lines end at something that does not exist: {', '.join(loose)}", where=self.name)
        for group in self.groups:
            if group.id in self._climb(group.id):
                raise ModelError(f"group {group.id} contains itself", where=self.name)

    @property
    def name(self) -> str:
        """The stem of the output files, and what `script.py#name` asks for."""
        return PurePosixPath(self.filename).name

    @cached_property
    def items(self) -> dict[str, Item]:
        """Nodes and groups by id."""
        return {i.id: i for i in (*self.groups, *self.nodes)}

    def path(self, item: str) -> tuple[Group, ...]:
        """Return the groups round an item, outermost first."""
        return tuple(self._group(i) for i in reversed(list(self._climb(item))))

    def children(self, group: str | None) -> tuple[Item, ...]:
        """Return what stands directly in a group (None: in the diagram itself), groups first."""
        return self._by_parent.get(group, ())

    @cached_property
    def edges_at(self) -> dict[str, tuple[Edge, ...]]:
        """The edges that begin or end at an item, by the item's id, in script order; a loop is there once."""
        found: dict[str, list[Edge]] = {}
        for edge in self.edges:
            for end in dict.fromkeys((edge.source, edge.target)):
                found.setdefault(end, []).append(edge)
        return {end: tuple(edges) for end, edges in found.items()}

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages that the diagram is written in, its own first."""
        used = {lang for words in self.words() for lang in langs_of(words)}
        return (self.lang, *(lang for lang in LANGS if lang in used and lang != self.lang))

    def words(self) -> Iterator[str]:
        """All words that a reader sees."""
        yield self.title
        yield from (x.label for x in (*self.groups, *self.nodes, *self.edges))

    @cached_property
    def _by_parent(self) -> dict[str | None, tuple[Item, ...]]:
        found: dict[str | None, list[Item]] = {}
        for item in self.items.values():
            found.setdefault(item.parent, []).append(item)
        return {parent: tuple(inside) for parent, inside in found.items()}

    def _group(self, group: str) -> Group:
        found = self.items[group]
        assert isinstance(found, Group)
        return found

    def _climb(self, item: str) -> Iterator[str]:
        seen: set[str] = set()
        parent = self.items[item].parent
        while parent is not None and parent not in seen:
            seen.add(parent)
            yield parent
            parent = self.items[parent].parent
