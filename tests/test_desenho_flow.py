"""Numbered lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from diagrams import Diagram, Edge
from diagrams.aws.compute import EC2

from architecture.recording import recording
from architecture.text import Text
from desenho import Flow
from desenho.aws import VPC

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from architecture.model import Architecture


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[Callable[[EC2, EC2, EC2], object]], Architecture]:
    """Draw lines between three nodes of a plain diagram."""

    def draw(join: Callable[[EC2, EC2, EC2], object]) -> Architecture:
        with recording(None, tmp_path) as record, Diagram("d"):
            join(*(EC2(name, nodeid=name) for name in "abc"))
        return record.done[0]

    return draw


def lines(architecture: Architecture) -> list[tuple[int | None, str, str, str]]:
    return [(e.step, e.source, e.arrow, e.target) for e in architecture.edges]


def test_a_flow_is_a_numbered_edge(drawn: Callable[..., Architecture]) -> None:
    read = drawn(lambda a, b, c: a >> Flow(1, Text("envia", en="sends"), color="red", attrs={"minlen": "2"}) >> b)
    (edge,) = read.edges
    assert isinstance(Flow(1), Edge)
    assert (edge.step, edge.label, edge.attrs) == (1, Text("envia", en="sends"), {"color": "red", "minlen": "2"})
    assert edge.label.translations["en"] == "sends"


def test_every_operator(drawn: Callable[..., Architecture]) -> None:
    def join(a: EC2, b: EC2, c: EC2) -> None:
        a >> Flow(1) >> b >> Flow(2) >> c
        a - Flow(3) - b
        a << Flow(4) << b
        a >> Flow(5) << b
        [a, b] >> Flow(7) >> c
        [a, b] - Flow(8) - c
        [a, b] << Flow(9) << c
        a >> Flow(10) >> [b, c]

    assert lines(drawn(join)) == [
        (1, "a", "forward", "b"),
        (2, "b", "forward", "c"),
        (3, "a", "none", "b"),
        (4, "a", "back", "b"),
        (5, "a", "both", "b"),
        (7, "a", "forward", "c"),
        (7, "b", "forward", "c"),
        (8, "a", "none", "c"),
        (8, "b", "none", "c"),
        (9, "a", "back", "c"),
        (9, "b", "back", "c"),
        (10, "a", "forward", "b"),
        (10, "a", "forward", "c"),
    ]


def test_one_flow_serves_many_lines(drawn: Callable[..., Architecture]) -> None:
    def join(a: EC2, b: EC2, c: EC2) -> None:
        flow = Flow(3, "asks")
        a >> flow >> b
        c - flow - b
        [a, b] >> flow >> c
        b << flow << c
        assert (flow.node, flow.forward, flow.reverse) == (None, False, False)

    assert lines(drawn(join)) == [
        (3, "a", "forward", "b"),
        (3, "c", "none", "b"),
        (3, "a", "forward", "c"),
        (3, "b", "forward", "c"),
        (3, "b", "back", "c"),
    ]


def test_flows_and_groups(drawn: Callable[..., Architecture]) -> None:
    def join(a: EC2, b: EC2, c: EC2) -> None:
        with VPC(id="vpc") as vpc:
            pass
        a >> Flow(1) >> vpc >> Flow(2) >> b
        [a, b] >> Flow(3) >> vpc
        vpc - Flow(4) - c

    assert lines(drawn(join)) == [
        (1, "a", "forward", "vpc"),
        (2, "vpc", "forward", "b"),
        (3, "a", "forward", "vpc"),
        (3, "b", "forward", "vpc"),
        (4, "vpc", "none", "c"),
    ]


@pytest.mark.parametrize("step", [0, -1, "1", 1.0, True])
def test_a_step_is_a_whole_number_from_one(step: object) -> None:
    with pytest.raises(ValueError, match="a step is a whole number from 1"):
        Flow(step)  # pyright: ignore[reportArgumentType]


def test_a_wrong_keyword_names_the_right_ones() -> None:
    with pytest.raises(TypeError, match="Flow has no keyword colour; it takes: step=, label=, color=, style=, attrs="):
        Flow(1, colour="red")  # pyright: ignore[reportCallIssue]


def test_with_flows_the_numbers_of_other_labels_are_words(drawn: Callable[..., Architecture]) -> None:
    read = drawn(lambda a, b, c: (a >> Flow(1) >> b, b >> Edge(label="1 x") >> c, a >> Edge(label="2 y") >> c))
    assert [(e.step, e.label) for e in read.edges] == [(1, ""), (None, "1 x"), (None, "2 y")]
    assert not [n for n in read.notes if n.code == "not-steps"]
