"""What the lines say: who is reached, what is attached, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.kinds import PEOPLE, PLATFORMS, REGIONAL, VOLUMES, WAYS_OUT, is_function, is_instance
from architecture.model import Group, Node
from architecture.rule import Hit, Rule, told
from architecture.rules.places import vpc_of
from architecture.spec import Function
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from architecture.model import Architecture, Edge

__all__ = ["RULES"]

_GATEWAY_ENDPOINTS: Final = ("aws.storage.", "aws.database.Dynamodb")
"""The services that a VPC reaches for nothing. Source: "Gateway endpoints" in the VPC guide."""

_QUEUES: Final = "aws.integration.SimpleQueueServiceSqs"
"""A line from a function to a queue is where Lambda itself sends what failed, from outside the VPC."""


_PICTURE: Final = "custom.Custom"


def _isolated(architecture: Architecture) -> Iterator[Hit]:
    if not architecture.edges:
        return
    for node in architecture.nodes:
        around = (node.id, *(group.id for group in architecture.path(node.id)))
        if node.kind == _PICTURE and not node.label:
            continue  # a logo
        if _is_badge(architecture, node):
            continue
        if not any(item in architecture.edges_at for item in around):
            yield told(architecture, node.id, Text("nenhuma linha toca {0}", en="no line touches {0}"), node.id)


def _is_badge(architecture: Architecture, node: Node) -> bool:
    """Tell whether an icon says what its group is: a platform, or one without words, beside things that lines join."""
    if node.parent is None or (node.label and node.kind not in PLATFORMS):
        return False
    return any(other.id in architecture.edges_at for other in architecture.children(node.parent))


def _unreachable(architecture: Architecture) -> Iterator[Hit]:
    """Find what no way along the lines leads to, from people and from what nothing leads to."""
    after = _ways(architecture)
    # A line without a direction leads nowhere by itself: what only such lines touch is a start.
    led_to = {e.source if e.arrow == "back" else e.target for e in architecture.edges if e.arrow in {"forward", "back"}}
    people = [n.id for n in architecture.nodes if n.kind in PEOPLE]
    waiting = [*people, *(item for item in architecture.items if item not in led_to)]
    reached: set[str] = set()
    while waiting:
        item = waiting.pop()
        if item not in reached:
            reached.add(item)
            waiting.extend(after.get(item, ()))
    for node in architecture.nodes:
        if node.id not in reached:
            what = Text("nenhum caminho leva a {0}", en="no way leads to {0}")
            yield told(architecture, node.id, what, node.id)


def _ways(architecture: Architecture) -> Mapping[str, list[str]]:
    """Return where one gets from each item: along lines, and from a group that is reached to what is in it."""
    after: dict[str, list[str]] = {}
    for edge in architecture.edges:
        for source, target in _steps(edge):
            after.setdefault(source, []).append(target)
    at_lines = [item for item in architecture.items if item in architecture.edges_at]
    for item in at_lines:
        if isinstance(architecture.items[item], Group):
            for inner in architecture.items:
                if any(group.id == item for group in architecture.path(inner)):
                    after.setdefault(item, []).append(inner)
                    after.setdefault(inner, []).append(item)
    return after


def _steps(edge: Edge) -> tuple[tuple[str, str], ...]:
    there, back = (edge.source, edge.target), (edge.target, edge.source)
    return {"forward": (there,), "back": (back,)}.get(edge.arrow, (there, back))


def _arrow_at_volume(architecture: Architecture) -> Iterator[Hit]:
    for edge, volume, other in _at_volumes(architecture):
        if edge.arrow != "none":
            what = Text("a linha entre {0} e {1} tem uma seta", en="the line between {0} and {1} has an arrow")
            yield told(architecture, edge.id, what, other.id, volume.id)


def _client_of_volume(architecture: Architecture) -> Iterator[Hit]:
    for edge, volume, other in _at_volumes(architecture):
        if isinstance(other, Node) and (other.kind in PEOPLE or is_function(other.kind)):
            what = Text("{0} está ligado direto a {1}", en="{0} is joined with {1} directly")
            yield told(architecture, edge.id, what, other.id, volume.id)


def _at_volumes(architecture: Architecture) -> Iterator[tuple[Edge, Node, Node | Group]]:
    for edge in architecture.edges:
        source, target = architecture.items[edge.source], architecture.items[edge.target]
        for one, other in ((source, target), (target, source)):
            if isinstance(one, Node) and one.kind in VOLUMES:
                yield edge, one, other


def _out_of_reach(architecture: Architecture) -> Iterator[Hit]:
    for node in architecture.nodes:
        vpc = vpc_of(architecture, node.id)
        if not is_function(node.kind) or vpc is None or _has_way_out(architecture, vpc):
            continue
        for edge in architecture.edges_at.get(node.id, ()):
            for source, target in _steps(edge):
                called = architecture.items[target]
                if source == node.id and isinstance(called, Node) and _needs_api(node, called):
                    what = Text("{0} está em {1} e não alcança {2}", en="{0} stands in {1} and cannot reach {2}")
                    yield told(architecture, edge.id, what, node.id, vpc, called.id)


def _needs_api(function: Node, called: Node) -> bool:
    if is_instance(called.kind):
        return isinstance(function.spec, Function) and function.spec.runs == "ml_pipeline"  # it starts the instance
    free = called.kind.startswith(_GATEWAY_ENDPOINTS) or called.kind.startswith(_QUEUES)
    return called.kind in REGIONAL and not free


def _has_way_out(architecture: Architecture, vpc: str) -> bool:
    return any(n.kind in WAYS_OUT and vpc_of(architecture, n.id) == vpc for n in architecture.nodes)


def _unnumbered(architecture: Architecture) -> Iterator[Hit]:
    if all(edge.step is None for edge in architecture.edges):
        return
    for edge in architecture.edges:
        if edge.step is None and edge.arrow != "none":
            what = Text("a seta de {0} para {1} não tem número", en="the arrow from {0} to {1} has no number")
            yield told(architecture, edge.id, what, edge.source, edge.target)


def _gaps(architecture: Architecture) -> Iterator[Hit]:
    steps = {edge.step for edge in architecture.edges if edge.step is not None}
    missing = sorted(set(range(1, max(steps, default=0) + 1)) - steps)
    if missing:
        listed = ", ".join(map(str, missing))
        yield told(architecture, architecture.name, Text("falta o passo {0}", en="step {0} is missing"), listed)


RULES: Final = (
    Rule(
        "isolated-node",
        "warning",
        Text("nó sem linha", en="node without a line"),
        Text("quem lê não sabe para que ele serve", en="a reader cannot tell what it is for"),
        Text("ligue-o a quem o usa, ou apague-o", en="join it with what uses it, or delete it"),
        _isolated,
    ),
    Rule(
        "unreachable-node",
        "warning",
        Text("nó a que nada leva", en="node that nothing leads to"),
        Text(
            "as setas só o alcançam a partir de um círculo em que não se entra",
            en="the arrows reach it only from a circle that nothing enters",
        ),
        Text(
            "falta uma seta até ele, ou uma está ao contrário", en="an arrow to it is missing, or one is the wrong way"
        ),
        _unreachable,
    ),
    Rule(
        "arrow-at-volume",
        "warning",
        Text("seta em um volume", en="arrow at a volume"),
        Text(
            "um volume do EBS é anexado a uma instância: nada corre até ele nem a partir dele",
            en="an EBS volume is attached to an instance: nothing flows into it or out of it",
        ),
        Text("use uma linha sem seta: `server - volume`", en="use a line without an arrow: `server - volume`"),
        _arrow_at_volume,
    ),
    Rule(
        "client-of-volume",
        "error",
        Text("volume usado sem instância", en="volume used without an instance"),
        Text(
            "só a instância a que um volume está anexado o alcança",
            en="only the instance that a volume is attached to reaches it",
        ),
        Text("passe pela instância", en="go through the instance"),
        _client_of_volume,
    ),
    Rule(
        "function-out-of-reach",
        "error",
        Text("função na VPC que chama uma API da AWS", en="function in a VPC that calls an API of AWS"),
        Text(
            "sem gateway NAT nem endpoint, uma função na VPC alcança o S3, o DynamoDB e o que está na VPC, nada mais",
            en="without a NAT gateway or an endpoint, a function in a VPC reaches S3, DynamoDB and what is in the VPC, "
            "nothing else",
        ),
        Text(
            "desenhe a função fora da VPC, ou um endpoint dentro dela",
            en="draw the function outside the VPC, or an endpoint inside it",
        ),
        _out_of_reach,
    ),
    Rule(
        "unnumbered-flow",
        "warning",
        Text("seta sem número em um fluxo numerado", en="arrow without a number in a numbered flow"),
        Text("quem segue os números não passa por ela", en="whoever follows the numbers does not pass it"),
        Text(
            "numere-a com `Flow(n, ...)`, ou tire a seta",
            en="number it with `Flow(n, ...)`, or take the arrow away",
        ),
        _unnumbered,
    ),
    Rule(
        "missing-step",
        "warning",
        Text("número que falta no fluxo", en="number missing in the flow"),
        Text("os passos vão de 1 a n, sem salto", en="steps go from 1 to n without a gap"),
        Text("numere de novo", en="number them again"),
        _gaps,
    ),
)
