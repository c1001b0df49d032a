"""Services that a new project may add to its architecture, and how each joins what is there."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.errors import UsageError
from architecture.model import Edge, Node
from architecture.text import Text, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from architecture.model import Architecture
    from architecture.text import Lang

__all__ = ["EXTRAS", "added", "renamed", "worded"]

_BUCKET: Final = "aws.storage.SimpleStorageServiceS3"
_FUNCTION: Final = "aws.compute.Lambda"
_SERVER: Final = "aws.compute.EC2"
_USER: Final = "aws.general.User"
_WORDS: Final = {_BUCKET: "S3 bucket", _FUNCTION: "Lambda function", _SERVER: "EC2 instance", _USER: "user"}


class Line(NamedTuple):
    """A line between the service and the first node of a kind; `leaves` tells which way it goes."""

    kind: str
    words: str
    leaves: bool = False


class Extra(NamedTuple):
    """A service that can be added: its node, the kind that it stands beside, and its lines."""

    id: str
    kind: str
    label: str
    beside: str
    lines: tuple[Line, ...]


EXTRAS: Final[dict[str, Extra]] = {
    "api-gateway": Extra(
        "api",
        "aws.network.APIGateway",
        "Amazon API Gateway",
        _FUNCTION,
        (
            Line(_USER, Text("chama a API", en="calls the API")),
            Line(_FUNCTION, Text("invoca", en="invokes"), leaves=True),
        ),
    ),
    "athena": Extra(
        "query",
        "aws.analytics.Athena",
        "Amazon Athena",
        _BUCKET,
        (Line(_BUCKET, Text("consulta com SQL", en="queries with SQL"), leaves=True),),
    ),
    "cloudfront": Extra(
        "cdn",
        "aws.network.CloudFront",
        "Amazon CloudFront",
        _BUCKET,
        (
            Line(_USER, Text("abre as páginas", en="opens the pages")),
            Line(_BUCKET, Text("busca o conteúdo", en="fetches the content"), leaves=True),
        ),
    ),
    "cloudwatch": Extra(
        "logs",
        "aws.management.Cloudwatch",
        "Amazon CloudWatch",
        _FUNCTION,
        (Line(_FUNCTION, Text("registros e métricas", en="logs and metrics")),),
    ),
    "cognito": Extra(
        "sign_in",
        "aws.security.Cognito",
        "Amazon Cognito",
        _FUNCTION,
        (Line(_USER, Text("entra", en="signs in")),),
    ),
    "dynamodb": Extra(
        "table",
        "aws.database.Dynamodb",
        "Amazon DynamoDB",
        _FUNCTION,
        (Line(_FUNCTION, Text("grava metadados", en="stores metadata")),),
    ),
    "rds": Extra(
        "database",
        "aws.database.RDS",
        "Amazon RDS",
        _SERVER,
        (Line(_SERVER, Text("consulta e grava", en="queries and writes")),),
    ),
    "secrets-manager": Extra(
        "secrets",
        "aws.security.SecretsManager",
        "AWS Secrets Manager",
        _FUNCTION,
        (Line(_FUNCTION, Text("lê as senhas", en="reads the passwords")),),
    ),
    "sns": Extra(
        "notices",
        "aws.integration.SimpleNotificationServiceSns",
        "Amazon SNS",
        _FUNCTION,
        (Line(_FUNCTION, Text("avisa", en="notifies")),),
    ),
    "sqs": Extra(
        "queue",
        "aws.integration.SimpleQueueServiceSqs",
        "Amazon SQS",
        _FUNCTION,
        (Line(_FUNCTION, Text("o que não deu certo", en="what did not work")),),
    ),
}


def added(architecture: Architecture, name: str) -> Architecture:
    """Return the architecture with a service more; its lines are numbered on where the flow is numbered.

    Raises UsageError for a name that is not in the table, a service that is there already, and one that has nothing to
    join.
    """
    if name not in EXTRAS:
        raise UsageError(f"there is no service {name!r} to add", where="--add", hint=f"one of: {', '.join(EXTRAS)}")
    extra = EXTRAS[name]
    if extra.id in architecture.items:
        raise UsageError(f"{name} is in the architecture already, as {extra.id}", where="--add")
    beside = _first(architecture, extra.beside, name)
    node = Node(id=extra.id, kind=extra.kind, label=extra.label, parent=beside.parent, icon=_icon(extra.kind))
    steps = [edge.step for edge in architecture.edges if edge.step is not None]
    edges: list[Edge] = []
    for number, line in enumerate(extra.lines, max(steps, default=0) + 1):
        other = _first(architecture, line.kind, name).id
        source, target = (extra.id, other) if line.leaves else (other, extra.id)
        step = number if steps else None
        edges.append(Edge(id=f"{source}--{target}", source=source, target=target, label=line.words, step=step))
    # Behind all that stands in the same group, where a script would name it.
    within = [node.parent in {group.id for group in architecture.path(n.id)} for n in architecture.nodes]
    at = len(within) - within[::-1].index(True) if True in within else len(within)
    nodes = (*architecture.nodes[:at], node, *architecture.nodes[at:])
    return replace(architecture, nodes=nodes, edges=(*architecture.edges, *edges))


def _icon(kind: str) -> str:
    """Return the picture of a class of the library, as a script that is read has it."""
    module, _, name = kind.rpartition(".")
    drawn = getattr(import_module(f"diagrams.{module}"), name)
    # The library tells what a class shows nowhere else.
    return f"lib:{drawn._icon_dir.removeprefix('resources/')}/{drawn._icon}"  # noqa: SLF001 - the library has no public way


def renamed(architecture: Architecture, labels: Sequence[tuple[str, str]]) -> Architecture:
    """Return the architecture with other labels on its nodes and groups. Raises UsageError for an unknown id."""
    unknown = [item for item, _ in labels if item not in architecture.items]
    if unknown:
        raise UsageError(
            f"there is nothing called {unknown[0]!r} in {architecture.name}",
            where="--rename",
            hint=f"one of: {', '.join(architecture.items)}",
        )
    words = dict(labels)
    return replace(
        architecture,
        nodes=tuple(replace(node, label=words.get(node.id, node.label)) for node in architecture.nodes),
        groups=tuple(replace(group, label=words.get(group.id, group.label)) for group in architecture.groups),
    )


def worded(architecture: Architecture, lang: Lang) -> Architecture:
    """Return the architecture in one language: its words in `lang`, without their translations."""
    return replace(
        architecture,
        lang=lang,
        title=translate(architecture.title, lang),
        nodes=tuple(replace(node, label=translate(node.label, lang)) for node in architecture.nodes),
        groups=tuple(replace(group, label=translate(group.label, lang)) for group in architecture.groups),
        edges=tuple(replace(edge, label=translate(edge.label, lang)) for edge in architecture.edges),
    )


def _first(architecture: Architecture, kind: str, name: str) -> Node:
    found = next((node for node in architecture.nodes if node.kind == kind), None)
    if found is None:
        raise UsageError(f"{name} has nothing to join: the architecture has no {_WORDS[kind]}", where=f"--add {name}")
    return found
