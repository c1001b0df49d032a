"""Diagrams told in words."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from architecture.model import Architecture, Edge, Group, GroupKind, Node
from architecture.names import _OTHER_NAMES, GROUP_NAMES, SERVICE_NAMES, service_name
from architecture.words import MOST_LINES, Service, Step, alt_text, describe, services, steps
from architectures import challenge
from strategies import architectures

if TYPE_CHECKING:
    from architecture.text import Lang

WEB = Architecture(
    filename="web",
    title="Web",
    nodes=(
        Node(id="a", kind="aws.compute.EC2", label="web server"),
        Node(id="b", kind="aws.database.RDS", label="orders\ndatabase", parent="g"),
        Node(id="c", kind="aws.iot.IotThingsGraph", parent="g"),
    ),
    groups=(Group(id="g", kind=GroupKind.SECURITY_GROUP, label="data"),),
    edges=(
        Edge(id="a--b", source="a", target="b", label="SQL"),
        Edge(id="b--a", source="b", target="a", arrow="back"),
        Edge(id="a--g", source="a", target="g", arrow="both", label="ping"),
    ),
)


def test_the_challenge_in_portuguese() -> None:
    assert alt_text(challenge(), "pt") == (
        "Diagrama de arquitetura: Desafio de arquitetura. Fora dos grupos: AWS Cloud e Usuário. "
        "Em AWS Cloud: sa-east-1. Em sa-east-1: VPC, Amazon S3 e AWS Lambda. Em VPC: Sub-rede privada. "
        "Em Sub-rede privada: Amazon EC2 e Amazon EBS. Passo 1, de Usuário para Amazon S3: envia arquivo. "
        "Passo 2, de Amazon S3 para AWS Lambda: s3:ObjectCreated. Passo 3, de AWS Lambda para Amazon EC2: HTTP POST. "
        "Passo 4, entre Amazon EC2 e Amazon EBS: grava."
    )


def test_the_challenge_in_english() -> None:
    assert steps(challenge(), "en")[0] == Step(1, "User", "Amazon S3", "uploads a file")
    assert [step.number for step in steps(challenge(), "en")] == [1, 2, 3, 4]
    assert services(challenge(), "en")[3] == Service(
        "server", "Amazon EC2", "Amazon EC2", ("AWS Cloud", "sa-east-1", "VPC", "Private subnet")
    )
    assert describe(challenge(), "server", "en") == (
        "Amazon EC2, in the private subnet, in the VPC, in the Region, in the AWS Cloud. "
        "Receives step 3. Takes part in step 4."
    )
    assert describe(challenge(), "server", "pt") == (
        "Amazon EC2, na sub-rede privada, na VPC, na região, na nuvem AWS. Recebe o passo 3. Participa do passo 4."
    )
    assert describe(challenge(), "user--bucket", "en") == "Step 1, from user to Amazon S3: uploads a file."
    assert describe(challenge(), "subnet", "pt") == "Sub-rede privada, na VPC, na região, na nuvem AWS."


def test_a_diagram_without_numbers() -> None:
    assert alt_text(WEB, "en") == (
        "Architecture diagram: Web. Outside the groups: data and web server. "
        "In data: orders database and IoT Things Graph. From web server to orders database: SQL. "
        "From web server to orders database. Between web server and data, both ways: ping."
    )
    assert describe(WEB, "a", "en") == "web server: Amazon EC2. Starts 2 lines. Has 1 link."
    assert describe(WEB, "b", "pt") == "orders database: Amazon RDS, no grupo de segurança. Recebe 2 linhas."
    assert describe(WEB, "c", "en") == "IoT Things Graph, in the security group."
    assert steps(WEB, "en") == []


def test_a_long_list_of_lines_is_cut_and_counted() -> None:
    nodes = tuple(Node(id=f"n{i}", kind="Node") for i in range(MOST_LINES + 4))
    edges = tuple(Edge(id=f"e{i}", source="n0", target=n.id) for i, n in enumerate(nodes[1:]))
    text = alt_text(Architecture(filename="d", nodes=nodes, edges=edges), "pt")
    assert text.endswith("E mais 3 ligações.")
    assert text.count("De elemento para elemento.") == MOST_LINES


@pytest.mark.parametrize("lang", ["pt", "en"])
@given(architectures())
def test_everything_can_be_told(lang: Lang, architecture: Architecture) -> None:
    for words in (
        alt_text(architecture, lang),
        *(describe(architecture, item, lang) for item in architecture.items),
        *(describe(architecture, edge.id, lang) for edge in architecture.edges),
    ):
        assert words
        assert "\n" not in words
    assert len(services(architecture, lang)) == len(architecture.nodes)
    assert [s.number for s in steps(architecture, lang)] == sorted(
        e.step for e in architecture.edges if e.step is not None
    )


@given(architectures())
def test_a_label_changes_no_description_but_its_own(architecture: Architecture) -> None:
    """So a new label touches one cell of a .drawio."""
    first, *rest = architecture.nodes
    renamed = replace(architecture, nodes=(replace(first, label="another name"), *rest))
    for item in [*architecture.items, *(edge.id for edge in architecture.edges)]:
        if item != first.id:
            assert describe(renamed, item, "pt") == describe(architecture, item, "pt")


def test_every_name_belongs_to_a_class_of_the_library() -> None:
    for kind in {**SERVICE_NAMES, **_OTHER_NAMES}:
        if kind.partition(".")[0] != "c4":
            module, _, name = f"diagrams.{kind}".rpartition(".")
            assert getattr(import_module(module), name).__qualname__ == name, kind
    assert set(GROUP_NAMES) == set(GroupKind)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("aws.compute.EC2", "Amazon EC2"),
        ("aws.compute.EC2SpotInstance", "EC2 Spot Instance"),
        ("aws.storage.S3GlacierVault", "S3 Glacier Vault"),
        ("k8s.compute.Pod", "Pod"),
        ("onprem.database.PostgreSQL", "PostgreSQL"),
    ],
)
def test_names_of_services(kind: str, name: str) -> None:
    assert service_name(kind) == name
