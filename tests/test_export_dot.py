"""The Graphviz source: what Graphviz itself reads in it."""

from __future__ import annotations

from typing import Any

import pygraphviz
from hypothesis import given, settings

from architecture.model import Architecture, Edge, Group, Node
from architectures import challenge
from drawings import drawn
from export import dot
from strategies import architectures


def parsed(architecture: Architecture) -> Any:
    return pygraphviz.AGraph(string=dot.write(drawn(architecture)).decode())


def name(item: str) -> str:
    return "".join(f"={ord(sign):02X}" if sign in "=:<%" else sign for sign in item)


@settings(max_examples=25)
@given(architectures())
def test_graphviz_reads_every_node_group_and_line(architecture: Architecture) -> None:
    graph = parsed(architecture)
    ids = {name(node.id) for node in architecture.nodes}
    assert ids <= set(graph.nodes())
    assert len(graph.edges(keys=True)) == len(architecture.edges)
    clusters: dict[str, set[str]] = {}
    waiting = list(graph.subgraphs())
    while waiting:
        cluster = waiting.pop()
        clusters[cluster.name.removeprefix("cluster_")] = set(cluster.nodes())
        waiting += cluster.subgraphs()
    assert set(clusters) == {name(group.id) for group in architecture.groups}
    for node in architecture.nodes:
        around = {name(group.id) for group in architecture.path(node.id)}
        assert {group for group, inside in clusters.items() if name(node.id) in inside} == around


def test_the_challenge_reads_well() -> None:
    graph = parsed(challenge())
    assert graph.graph_attr["label"] == "Desafio de arquitetura"
    assert graph.graph_attr["rankdir"] == "LR"
    assert graph.get_node("bucket").attr["label"] == "Amazon S3"
    assert graph.get_edge("user", "bucket").attr["label"] == "1. envia arquivo"
    assert graph.get_edge("server", "volume").attr["dir"] == "none"


def test_hostile_words_and_ids_stay_what_they_are() -> None:
    label = '<b>"x"</b> \\n \\ {a|b}'
    architecture = Architecture(
        filename="x",
        nodes=(
            Node(id="a:b", kind="Node", label=label),
            Node(id="<c>", kind="Node", label="two\nlines"),
            Node(id="%", kind="Node"),
        ),
        edges=(Edge(id="e", source="a:b", target="<c>", label="<i>"), Edge(id="f", source="%", target="<c>")),
    )
    graph = parsed(architecture)
    assert graph.get_node("a=3Ab").attr["label"] == label.replace("\\", "\\\\")
    assert graph.get_node("=3Cc>").attr["label"] == r"two\nlines"
    assert graph.get_edge("a=3Ab", "=3Cc>").attr["label"] == "<i>"
    assert set(graph.nodes()) == {"a=3Ab", "=3Cc>", "=25"}


def test_words_without_a_box_have_no_ground() -> None:
    node = Node(id="a", kind="Node", label="words", attrs={"shape": "plaintext"})
    graph = parsed(Architecture(filename="x", nodes=(node,)))
    assert graph.get_node("a").attr["fillcolor"] == "transparent"


def test_a_line_to_a_group_ends_at_its_border() -> None:
    architecture = Architecture(
        filename="x",
        groups=(Group(id="g"), Group(id="empty")),
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node", parent="g")),
        edges=(Edge(id="1", source="a", target="g"), Edge(id="2", source="empty", target="a")),
    )
    graph = parsed(architecture)
    assert graph.get_edge("a", "b").attr["lhead"] == "cluster_g"
    assert graph.get_edge("empty=", "a").attr["ltail"] == "cluster_empty"
    assert graph.get_node("empty=").attr["style"] == "invis"
