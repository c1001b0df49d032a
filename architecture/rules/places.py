"""Where things stand: what belongs in a VPC, what does not, and what may be public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.kinds import DATABASES, IN_A_SUBNET, REGIONAL, is_instance
from architecture.model import GroupKind
from architecture.rule import Hit, Rule, told
from architecture.spec import Instance
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture, Node

__all__ = ["RULES", "vpc_of"]


def vpc_of(architecture: Architecture, item: str) -> str | None:
    """Return the id of the VPC that an item stands in, None if it stands in none."""
    return next((g.id for g in reversed(architecture.path(item)) if g.kind == GroupKind.VPC), None)


def _outside_vpc(architecture: Architecture) -> Iterator[Hit]:
    outside = [
        node.id
        for node in architecture.nodes
        if node.kind in IN_A_SUBNET and vpc_of(architecture, node.id) is None and not _elsewhere(architecture, node)
    ]
    if len(outside) > 1 and all(group.kind != GroupKind.VPC for group in architecture.groups):
        # A diagram that leaves all VPCs out is told so once.
        names = ", ".join(f"{{{number}}}" for number in range(len(outside)))
        what = Text(f"não há VPC em volta de {names}", en=f"no VPC stands round {names}")
        yield told(architecture, architecture.name, what, *outside)
        return
    for item in outside:
        yield told(architecture, item, Text("{0} está fora de uma VPC", en="{0} stands outside a VPC"), item)


def _elsewhere(architecture: Architecture, node: Node) -> bool:
    """Tell whether a node stands in a place where AWS has no VPC."""
    return any(group.kind == GroupKind.CORPORATE_DATA_CENTER for group in architecture.path(node.id))


def _public(architecture: Architecture) -> Iterator[Hit]:
    for node in architecture.nodes:
        # A volume has no address: it is as public as its server.
        wanted = is_instance(node.kind) or node.kind in DATABASES
        asked = isinstance(node.spec, Instance) and node.spec.public_ip
        if wanted and not asked and any(g.kind == GroupKind.PUBLIC_SUBNET for g in architecture.path(node.id)):
            what = Text("{0} está em uma sub-rede pública", en="{0} stands in a public subnet")
            yield told(architecture, node.id, what, node.id)


def _regional_inside(architecture: Architecture) -> Iterator[Hit]:
    for node in architecture.nodes:
        vpc = vpc_of(architecture, node.id)
        if node.kind in REGIONAL and vpc is not None:
            yield told(architecture, node.id, Text("{0} está dentro de {1}", en="{0} stands inside {1}"), node.id, vpc)


def _empty(architecture: Architecture) -> Iterator[Hit]:
    for group in architecture.groups:
        if not architecture.children(group.id) and group.id not in architecture.edges_at:
            yield told(architecture, group.id, Text("{0} está vazio", en="{0} is empty"), group.id)


RULES: Final = (
    Rule(
        "outside-vpc",
        "warning",
        Text("servidor, volume ou banco fora de uma VPC", en="server, volume or database outside a VPC"),
        Text(
            "instâncias do EC2, seus volumes e bancos do RDS sempre estão em uma sub-rede de uma VPC",
            en="EC2 instances, their volumes and RDS databases always stand in a subnet of a VPC",
        ),
        Text("desenhe a VPC e a sub-rede em volta", en="draw the VPC and the subnet round it"),
        _outside_vpc,
    ),
    Rule(
        "public-subnet",
        "warning",
        Text("servidor ou banco em sub-rede pública", en="server or database in a public subnet"),
        Text(
            "o que está em uma sub-rede pública pode ser alcançado da internet",
            en="what stands in a public subnet can be reached from the internet",
        ),
        Text(
            "ponha-o em uma sub-rede privada, atrás de um balanceador; se for de propósito, diga `public_ip=True` no "
            "`EC2` de `desenho.aws`",
            en="put it in a private subnet behind a load balancer; if it is meant, say `public_ip=True` on the `EC2` "
            "of `desenho.aws`",
        ),
        _public,
    ),
    Rule(
        "regional-in-vpc",
        "warning",
        Text("serviço regional dentro de uma VPC", en="regional service inside a VPC"),
        Text(
            "S3, DynamoDB, SQS e outros são serviços da região: nenhuma VPC os contém",
            en="S3, DynamoDB, SQS and others are services of the Region: no VPC holds them",
        ),
        Text("desenhe-o na região, fora da VPC", en="draw it in the Region, outside the VPC"),
        _regional_inside,
    ),
    Rule(
        "empty-group",
        "info",
        Text("grupo vazio", en="empty group"),
        Text("um grupo sem nada dentro não diz nada a quem lê", en="a group with nothing in it tells a reader nothing"),
        Text("ponha nele o que lhe pertence, ou apague-o", en="put in it what belongs there, or delete it"),
        _empty,
    ),
)
