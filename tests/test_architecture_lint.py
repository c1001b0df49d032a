"""Each rule on an architecture: where it fires, and where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from architecture.capture import capture
from architecture.lint import RULES, check
from architecture.model import Architecture
from strategies import architectures

if TYPE_CHECKING:
    from architecture.rule import Finding

ROOT = Path(__file__).parent.parent
HEAD = """
from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.database import RDS, Dynamodb
from diagrams.aws.general import User
from diagrams.aws.integration import SQS, SNS
from diagrams.aws.network import NATGateway
from diagrams.aws.storage import EBS, S3
from desenho import Diagram as Typed, Flow, Text
from desenho import aws
with {board}("d"):
    a, b, c = SNS("a"), SNS("b"), SNS("c")
"""

# Code: what fires, and where; what does not.
CASES: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "minus-first": ([("a >> Edge() >> b - Edge() - c", "line 13")], ["(a >> b) - c", "a >> (b - c)"]),
    "edge-to-cluster": (
        [("with Cluster('x') as x: d = SNS('d')\na >> x", "a--x")],
        ["with Cluster('x') as x: d = SNS('d')\na >> d"],
    ),
    "merged-clusters": (
        [("with Cluster('x') as x: pass\nwith Cluster('x') as y: pass", "x")],
        ["with Cluster('x') as x: pass\nwith Cluster('y') as y: pass"],
    ),
    "unused-cluster": ([("x = Cluster('x')", "d")], ["with Cluster('x') as x: pass"]),
    "missing-icon": (
        [("from diagrams.custom import Custom\nx = Custom('x', 'none.png')", "x")],
        ["x = EC2('x')"],
    ),
    "icon-elsewhere": (
        [("from diagrams.custom import Custom\nx = Custom('x', 'beside.svg')", "x")],
        ["from diagrams.custom import Custom\nx = Custom('x', 'mine.svg')"],
    ),
    "lost-end": (
        [("a >> Edge(lhead='cluster_y') >> b", "b")],
        ["with Cluster('x') as x: d = SNS('d')\na >> Edge(lhead='cluster_x') >> d"],
    ),
    "loose-pos": (
        [("x = SNS('x', pos='1,2')", "x"), ("x = SNS('x', pos='left!')", "x")],
        ["x = SNS('x', pos='1,2!')", "x = SNS('x', pos='1,2', pin='true')"],
    ),
    "raw-graphviz": ([("from diagrams import getdiagram\ngetdiagram().dot.node('raw')", "d")], ["a >> b"]),
    "unsteady-ids": ([("SNS('x')", "SimpleNotificationServiceSns-4")], ["x = SNS('x')", "SNS('x', nodeid='x')"]),
    "outside-vpc": (
        [
            ("x = EC2('x')", "x"),
            ("x = EBS('x')", "x"),
            ("with Cluster('Region') as r: x = RDS('x')", "x"),
            ("x, y = EC2('x'), RDS('y')", "d"),  # told once where no VPC is drawn at all
        ],
        [
            "with Cluster('VPC') as v: x = EC2('x')",
            "with Cluster('VPC') as v, Cluster('g') as g: x = RDS('x')",
            "with Cluster('On-premises') as o: x = RDS('x')",
            "x = S3('x')",
        ],
    ),
    "public-subnet": (
        [
            ("with Cluster('VPC') as v, Cluster('Public subnet') as s: x = EC2('x')", "x"),
            ("with Cluster('VPC') as v, Cluster('Sub-rede pública') as s: x = RDS('x')", "x"),
        ],
        [
            "with Cluster('VPC') as v, Cluster('Private subnet') as s: x = EC2('x')",
            "with Cluster('VPC') as v, Cluster('Public subnet') as s: x = NATGateway('x')",
            "with Cluster('VPC') as v, Cluster('Public subnet') as s: x = EBS('x')",
            "with Cluster('VPC') as v, Cluster('Public subnet') as s: x = aws.EC2('x', public_ip=True)",
        ],
    ),
    "regional-in-vpc": (
        [("with Cluster('VPC') as v: x = S3('x')", "x"), ("with Cluster('VPC') as v: x = SQS('x')", "x")],
        ["with Cluster('Region') as r: x = S3('x')", "with Cluster('VPC') as v: x = Lambda('x')"],
    ),
    "empty-group": (
        [("with Cluster('x') as x: pass", "x")],
        ["with Cluster('x') as x: d = SNS('d')", "with aws.VPC() as x: pass\na >> x"],
    ),
    "isolated-node": (
        [
            ("a >> b", "c"),
            ("from diagrams.aws.compute import EKS\nx = EKS('x')\na >> b >> c", "x"),
            ("from diagrams.aws.compute import EKS\nwith Cluster('g') as g: x = EKS()\na >> b >> c", "x"),
            ("with Cluster('g') as g: x, y = SNS('x'), SNS('y')\na >> b >> c >> y", "x"),
        ],
        [
            "a >> b >> c",
            "from diagrams.aws.compute import EKS\nwith Cluster('g') as g: x, y = EKS('x'), SNS('y')\na >> b >> c >> y",
            "with Cluster('g') as g: x, y = SNS(), SNS('y')\na >> b >> c >> y",
            "pass",
            "with aws.Account('x') as x: d = SNS('d')\na >> b >> c >> x",
            "from diagrams.custom import Custom\nx = Custom('', 'mine.svg')\na >> b >> c",
        ],
    ),
    "unreachable-node": (
        [("a >> b\nx, y = SNS('x'), SNS('y')\nx >> y >> x", "x")],
        [
            "a >> b >> a >> Edge() << c",
            "a >> b >> c >> a\nu = User('u')\nu >> a",
            "a - b - c",
            "a << b << c",
            "with aws.Account('x') as x: d, e = SNS('d'), SNS('e')\na >> x\nd >> e >> d",
            "with aws.Account('x') as x: d = SNS('d')\nd >> a >> b >> a\nc >> x",
        ],
    ),
    "arrow-at-volume": (
        [("x, v = EC2('x'), EBS('v')\nx >> v", "x--v"), ("x, v = EC2('x'), EBS('v')\nx << v", "x--v")],
        ["x, v = EC2('x'), EBS('v')\nx - v", "a >> b"],
    ),
    "client-of-volume": (
        [("x, v = Lambda('x'), EBS('v')\nx - v", "x--v"), ("x, v = User('x'), EBS('v')\nv << x", "v--x")],
        ["x, v = EC2('x'), EBS('v')\nx - v", "from diagrams.k8s.storage import PV\nx, v = PV('x'), EBS('v')\nx - v"],
    ),
    "function-out-of-reach": (
        [
            ("with Cluster('VPC') as v: x = Lambda('x')\nx >> a", "x--a"),
            ("with Cluster('VPC') as v: x = Lambda('x')\na << x", "a--x"),
            ("with aws.VPC() as v: x, y = aws.Lambda('x', workload='ml_pipeline'), EC2('y')\nx >> y", "x--y"),
        ],
        [
            "with Cluster('Region') as r: x = Lambda('x')\nx >> a",
            "with Cluster('VPC') as v: x = Lambda('x')\na >> x",
            "with Cluster('VPC') as v: x, n = Lambda('x'), NATGateway('n')\nx >> a",
            "s, t, q = S3('s'), Dynamodb('t'), SQS('q')\nwith Cluster('VPC') as v: x = Lambda('x')\nx >> [s, t, q]",
            "with aws.VPC() as v: x, y = aws.Lambda('x', workload='etl'), EC2('y')\nx >> y",
            "with Cluster('VPC') as v: x, y = Lambda('x'), EC2('y')\nx >> y",
        ],
    ),
    "unnumbered-flow": (
        [
            ("a >> Flow(1) >> b\nb >> c", "b--c"),
            ("a >> Edge(label='1 x') >> b >> Edge(label='2') >> c\na << c", "a--c"),
        ],
        ["a >> b >> c", "a >> Flow(1) >> b\nb - c"],
    ),
    "missing-step": (
        [("a >> Flow(1) >> b >> Flow(3) >> c", "d"), ("a >> Flow(2) >> b", "d")],
        ["a >> Flow(1) >> b >> Flow(2) >> c", "a >> Flow(1) >> [b, c]", "a >> b"],
    ),
    "one-language": (
        [
            ("x = SNS(Text('fila', en='queue'))\ny = SNS(Text('outra'))", "y"),
            ("x = SNS(Text('fila', en='queue'))\na >> Edge(label='grava cópia, já') >> b", "a--b"),
        ],
        [
            "x = SNS(Text('fila', en='queue'))\ny = SNS('Amazon S3')",
            "x = SNS('fila de saída')",
            "x = SNS(Text('fila'))",
        ],
    ),
    "official-name": (
        [
            ("x = SNS('AWS S3')", "x"),
            ("x = SNS('my Amazon lambda here')", "x"),
            ("x = SNS(Text('fila', en='amazon sqs\\nqueue'))", "x"),
            ("a >> Edge(label='to AWS DynamoDB') >> b", "a--b"),
        ],
        ["x = SNS('Amazon S3')", "x = SNS('AWS Glue Data Catalog')", "x = SNS('S3')", "x = SNS('AWS S3X')"],
    ),
}  # fmt: skip


def draw(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Architecture:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    for place in ("beside.svg", "out/mine.svg"):
        (tmp_path / place).write_text("<svg/>", encoding="utf-8")
    board = 'Diagram("d", filename="out/d")'
    text = HEAD.replace('{board}("d")', board) + "\n".join(f"    {line}" for line in body.split("\n"))
    script = tmp_path / "script.py"
    script.write_text(text + "\n", encoding="utf-8")
    return capture(script)[0]


def of(code: str, findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


FIRE = [(code, body, where) for code, (fires, _) in CASES.items() for body, where in fires]
REST = [(code, body) for code, (_, rests) in CASES.items() for body in rests]


@pytest.mark.parametrize(("code", "body", "where"), FIRE)
def test_a_rule_fires(code: str, body: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = of(code, check(draw(body, tmp_path, monkeypatch)))
    assert where in [finding.where for finding in found]
    for finding in found:
        for words in (finding.what, finding.reason, finding.hint):
            assert set(words.translations) == {"pt", "en"}
            assert "{" not in words


@pytest.mark.parametrize(("code", "body"), REST)
def test_a_rule_does_not_fire(code: str, body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not of(code, check(draw(body, tmp_path, monkeypatch)))


def test_every_rule_has_cases() -> None:
    assert [rule.code for rule in RULES] == list(CASES)
    assert all(fires and rests for fires, rests in CASES.values())


def test_what_is_said_names_things_in_each_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "x, v = EC2(Text('servidor', en='server')), EBS(Text('disco', en='disk'))\nx >> v"
    (finding,) = of("arrow-at-volume", check(draw(body, tmp_path, monkeypatch)))
    assert finding.what.translations == {
        "pt": "a linha entre servidor e disco tem uma seta",
        "en": "the line between server and disk has an arrow",
    }


def test_a_thing_without_words_is_named_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "from diagrams.custom import Custom\nlogo = Custom('', 'none.png')"
    (finding,) = of("missing-icon", check(draw(body, tmp_path, monkeypatch)))
    assert finding.what.translations["en"] == "logo has no picture that can be read"


@pytest.mark.parametrize("script", sorted((ROOT / "diagrams").rglob("*.py")), ids=lambda p: p.stem)
def test_our_own_diagrams_keep_the_rules(script: Path) -> None:
    assert not [finding for architecture in capture(script) for finding in check(architecture)]


@given(architectures())
def test_any_architecture_can_be_looked_at(architecture: Architecture) -> None:
    known = {*architecture.items, *(e.id for e in architecture.edges), architecture.name}
    known |= {note.where for note in architecture.notes}
    assert {finding.where for finding in check(architecture)} <= known
