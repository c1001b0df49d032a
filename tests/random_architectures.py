"""Architectures by seed: nested groups, flows that mostly run forward, and now and then what makes a layout hard."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from architecture.model import Architecture, Direction, Edge, Group, GroupKind, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["random_architecture"]

KINDS: Final = (
    "aws.compute.EC2", "aws.compute.Lambda", "aws.database.RDS", "aws.database.Dynamodb", "aws.integration.SQS",
    "aws.network.ElbApplicationLoadBalancer", "aws.storage.SimpleStorageServiceS3", "aws.general.User",
)  # fmt: skip
NESTING: Final = (
    GroupKind.CLOUD, GroupKind.REGION, GroupKind.VPC, GroupKind.AVAILABILITY_ZONE, GroupKind.PRIVATE_SUBNET,
)  # fmt: skip
NODE_WORDS: Final = (
    "orders", "web server", "AWS Lambda", "Amazon S3", "payment service", "users", "cache", "nightly reports",
    "customer database (read only)", "queue", "servidor de aplicação", "API", "notificações",
)  # fmt: skip
EDGE_WORDS: Final = (
    "HTTPS 443", "SQL", "s3:ObjectCreated", "publish", "replication", "grava", "nightly copy of all orders", "gRPC",
)  # fmt: skip


def random_architecture(seed: int, *, most_nodes: int = 40) -> Architecture:
    """Make an architecture of 2 to `most_nodes` nodes. The same seed makes the same one, on every machine."""
    random = Random(seed)
    count = random.randint(2, most_nodes)
    groups = tuple(_groups(random, random.randint(count // 8, count // 3 + 1)))
    homes = [None, *(group.id for group in groups)]
    nodes: list[Node] = []
    while len(nodes) < count:
        home = random.choice(homes)
        for _ in range(random.choice((1, 1, 2, 3, 5))):
            i = len(nodes)
            nodes.append(Node(id=f"n{i}", kind=random.choice(KINDS), label=random.choice(NODE_WORDS), parent=home))
    nodes = nodes[:count]
    return Architecture(
        filename=f"random-{seed}",
        title=f"Random {seed}",
        direction=random.choice(("LR", "LR", "LR", "TB", "RL", "BT")),
        nodes=tuple(nodes),
        groups=groups,
        edges=tuple(_edges(random, nodes, groups)),
    )


def _groups(random: Random, count: int) -> Iterator[Group]:
    depth: dict[str | None, int] = {None: 0}
    for i in range(count):
        parent = random.choice([known for known, level in depth.items() if level < len(NESTING)])
        name, level = f"g{i}", depth[parent]
        depth[name] = level + 1
        kind = random.choice((NESTING[level], NESTING[level], GroupKind.GENERIC))
        direction: Direction | None = random.choice((None, None, None, None, None, None, None, "TB"))
        label = f"{kind.replace('_', ' ')} {i}" + random.choice(("", "", " 10.0.128.0/20", " (shared with audit)"))
        yield Group(id=name, kind=kind, label=label, parent=parent, direction=direction)


def _edges(random: Random, nodes: Sequence[Node], groups: Sequence[Group]) -> Iterator[Edge]:
    """Join each node to one near it in script order, and some more: about 1.2 edges a node."""
    seen: dict[str, int] = {}
    parents = {item.id: item.parent for item in (*groups, *nodes)}
    for i in range(1, len(nodes)):
        for _ in range(random.choice((0, 1, 1, 1, 1, 2, 3))):
            source, target = nodes[max(0, i - random.choice((1, 1, 1, 2, 2, 3, 5, 8)))].id, nodes[i].id
            chance = random.random()
            if chance < 0.08:
                source, target = target, source
            elif chance < 0.10:
                source = target
            elif chance < 0.13:
                around = set(_around(source, parents))
                target = random.choice([group.id for group in groups if group.id not in around] or [target])
            name = f"{source}--{target}"
            seen[name] = seen.get(name, 0) + 1
            yield Edge(
                id=name if seen[name] == 1 else f"{name}-{seen[name]}",
                source=source,
                target=target,
                label=random.choice(EDGE_WORDS) if random.random() < 0.45 else "",
                arrow=random.choice(("forward", "forward", "forward", "forward", "forward", "none", "both")),
                ranked=random.random() > 0.08,
            )


def _around(item: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the groups that an item stands in."""
    while (parent := parents[item]) is not None:
        yield parent
        item = parent
