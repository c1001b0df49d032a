"""A diagram told in words: what a person hears who cannot see it, and the tables beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.model import GroupKind, Node
from architecture.names import GROUP_NAMES, service_name
from architecture.text import Text, translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from architecture.model import Architecture, Edge, Group, Item
    from architecture.text import Lang

__all__ = ["Service", "Step", "alt_text", "describe", "name_of", "services", "steps"]

MOST_LINES: Final = 40
"""How many unnumbered lines `alt_text` tells one by one: a longer list helps no listener."""

_AND: Final = Text("e", en="and")


class Step(NamedTuple):
    """A row of the step table: the number, the labels of the ends in the order of the flow, what happens."""

    number: int
    source: str
    target: str
    action: str


class Service(NamedTuple):
    """A row of the service list: a node's id and label, what it is, and the labels of the groups round it."""

    id: str
    label: str
    service: str
    path: tuple[str, ...]


def steps(architecture: Architecture, lang: Lang) -> list[Step]:
    """Return the numbered lines in order, those of one number in script order."""
    numbered = sorted((e for e in architecture.edges if e.step is not None), key=lambda e: e.step or 0)
    rows: list[Step] = []
    for edge in numbered:
        source, target = (name_of(architecture.items[end], lang) for end in _ends(edge))
        rows.append(Step(edge.step or 0, source, target, _flat(edge.label, lang)))
    return rows


def services(architecture: Architecture, lang: Lang) -> list[Service]:
    """Return the nodes in script order, each with the groups that it stands in, outermost first."""
    return [
        Service(
            node.id,
            name_of(node, lang),
            _flat(service_name(node.kind), lang),
            tuple(name_of(group, lang) for group in architecture.path(node.id)),
        )
        for node in architecture.nodes
    ]


def alt_text(architecture: Architecture, lang: Lang) -> str:
    """Return the whole diagram in sentences: what stands where, then what happens in which order."""
    title = _flat(architecture.title, lang) or architecture.name
    sentences = [translate(_TITLE, lang).format(title=title)]
    for group in (None, *architecture.groups):
        inside = [name_of(item, lang) for item in architecture.children(group and group.id)]
        if inside:
            sentence = _IN if group else _OUTSIDE if architecture.groups else _PARTS
            where = name_of(group, lang) if group else ""
            sentences.append(translate(sentence, lang).format(where=where, what=_listed(inside, lang)))
    ordered = sorted(architecture.edges, key=lambda e: (e.step is None, e.step or 0))
    shown = [e for e in ordered if e.step is not None]
    shown += [e for e in ordered if e.step is None][:MOST_LINES]
    sentences += [_line(architecture, edge, lang) for edge in shown]
    if rest := len(ordered) - len(shown):
        sentences.append(translate(_REST, lang).format(count=rest))
    return " ".join(sentences)


def describe(architecture: Architecture, item: str, lang: Lang) -> str:
    """Return a node, a group or a line in a sentence or two.

    Of other items it says what they are and not what they are called: so a label changes its own description only.
    """
    thing = architecture.items.get(item)
    if thing is None:
        edge = next(e for e in architecture.edges if e.id == item)
        return _joined(edge, [_what(architecture.items[end], lang) for end in _ends(edge)], lang)
    what = ", ".join((_what(thing, lang), *(_place(group, lang) for group in reversed(architecture.path(item)))))
    label = _flat(thing.label, lang)
    head = _capital(what) if label.lower() in {"", _what(thing, lang).lower()} else f"{label}: {what}"
    return " ".join([f"{head}.", *_traffic(architecture, item, lang)])


def name_of(item: Item, lang: Lang) -> str:
    """Return the label of an item on one line, or what it is where it has none."""
    return _flat(item.label, lang) or _what(item, lang)


_TITLE: Final = Text("Diagrama de arquitetura: {title}.", en="Architecture diagram: {title}.")
_OUTSIDE: Final = Text("Fora dos grupos: {what}.", en="Outside the groups: {what}.")
_PARTS: Final = Text("Elementos: {what}.", en="Elements: {what}.")
_IN: Final = Text("Em {where}: {what}.", en="In {where}: {what}.")
_REST: Final = Text("E mais {count} ligações.", en="And {count} more lines.")
_STEP: Final = Text("Passo {step}", en="Step {step}")
_FLOW: Final = Text("de {0} para {1}", en="from {0} to {1}")
_BOTH: Final = Text("entre {0} e {1}, nos dois sentidos", en="between {0} and {1}, both ways")
_LINK: Final = Text("entre {0} e {1}", en="between {0} and {1}")
_INSIDE: Final = (Text("no {what}", en="in the {what}"), Text("na {what}", en="in the {what}"))
_FEMININE: Final = frozenset(
    {
        GroupKind.ACCOUNT,
        GroupKind.AVAILABILITY_ZONE,
        GroupKind.CLOUD,
        GroupKind.IOT_GREENGRASS_DEPLOYMENT,
        GroupKind.PRIVATE_SUBNET,
        GroupKind.PUBLIC_SUBNET,
        GroupKind.REGION,
        GroupKind.SPOT_FLEET,
        GroupKind.VPC,
    }
)
_TRAFFIC: Final = {
    "in": (
        Text("Recebe o passo {0}.", en="Receives step {0}."),
        Text("Recebe os passos {0}.", en="Receives steps {0}."),
    ),
    "out": (Text("Inicia o passo {0}.", en="Starts step {0}."), Text("Inicia os passos {0}.", en="Starts steps {0}.")),
    "link": (
        Text("Participa do passo {0}.", en="Takes part in step {0}."),
        Text("Participa dos passos {0}.", en="Takes part in steps {0}."),
    ),
}
_COUNTS: Final = {
    "in": (Text("Recebe 1 linha.", en="Receives 1 line."), Text("Recebe {0} linhas.", en="Receives {0} lines.")),
    "out": (Text("Inicia 1 linha.", en="Starts 1 line."), Text("Inicia {0} linhas.", en="Starts {0} lines.")),
    "link": (Text("Tem 1 ligação.", en="Has 1 link."), Text("Tem {0} ligações.", en="Has {0} links.")),
}


def _ends(edge: Edge) -> tuple[str, str]:
    """Return the ends in the order of the flow: a line with its head at the source flows to the source."""
    return (edge.target, edge.source) if edge.arrow == "back" else (edge.source, edge.target)


def _line(architecture: Architecture, edge: Edge, lang: Lang) -> str:
    return _joined(edge, [name_of(architecture.items[end], lang) for end in _ends(edge)], lang)


def _joined(edge: Edge, ends: Sequence[str], lang: Lang) -> str:
    """Return a line as a sentence, such as: Step 1, from user to Amazon S3: uploads a file."""
    form = {"both": _BOTH, "none": _LINK}.get(edge.arrow, _FLOW)
    between = translate(form, lang).format(*ends)
    step = None if edge.step is None else translate(_STEP, lang).format(step=edge.step)
    label = _flat(edge.label, lang)
    return (f"{step}, {between}" if step else _capital(between)) + (f": {label}." if label else ".")


def _traffic(architecture: Architecture, item: str, lang: Lang) -> Iterator[str]:
    roles: dict[str, list[Edge]] = {"in": [], "out": [], "link": []}
    for edge in architecture.edges_at.get(item, ()):
        source, _ = _ends(edge)
        role = "link" if edge.arrow in {"none", "both"} else "out" if item == source else "in"
        roles[role].append(edge)
    for role, edges in roles.items():
        numbers = sorted({e.step for e in edges if e.step is not None})
        plain = sum(e.step is None for e in edges)
        if numbers:
            yield translate(_TRAFFIC[role][len(numbers) > 1], lang).format(_listed(map(str, numbers), lang))
        if plain:
            yield translate(_COUNTS[role][plain > 1], lang).format(plain)


def _what(item: Item, lang: Lang) -> str:
    return _flat(service_name(item.kind) if isinstance(item, Node) else GROUP_NAMES[item.kind], lang)


def _place(group: Group, lang: Lang) -> str:
    return translate(_INSIDE[group.kind in _FEMININE], lang).format(what=_what(group, lang))


def _flat(words: str, lang: Lang) -> str:
    return " ".join(translate(words, lang).split())


def _listed(words: Iterable[str], lang: Lang) -> str:
    *head, last = words
    return f"{', '.join(head)} {translate(_AND, lang)} {last}" if head else last


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
