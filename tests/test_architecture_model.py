"""The model: what it refuses, and what can be asked of it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given

from architecture.errors import ModelError
from architecture.model import Architecture, Edge, Group, Node
from architecture.text import Text
from strategies import architectures


def node(name: str, parent: str | None = None) -> Node:
    return Node(id=name, kind="Node", parent=parent)


WEB = Architecture(
    filename="aws/web",
    title=Text("Rede", en="Web"),
    groups=(Group(id="inner", parent="outer"), Group(id="outer"), Group(id="empty", parent="outer")),
    nodes=(node("a", "inner"), node("b"), node("c", "outer")),
    edges=(
        Edge(id="a--b", source="a", target="b"),
        Edge(id="a--a", source="a", target="a"),
        Edge(id="outer--b", source="outer", target="b"),
    ),
)


def test_what_can_be_asked() -> None:
    assert WEB.name == "web"
    assert [group.id for group in WEB.path("a")] == ["outer", "inner"]
    assert WEB.path("b") == ()
    assert [item.id for item in WEB.children("outer")] == ["inner", "empty", "c"]
    assert [item.id for item in WEB.children(None)] == ["outer", "b"]
    assert WEB.children("empty") == ()
    assert {end: [edge.id for edge in edges] for end, edges in WEB.edges_at.items()} == {
        "a": ["a--b", "a--a"],
        "b": ["a--b", "outer--b"],
        "outer": ["outer--b"],
    }
    assert (WEB.lang, WEB.langs) == ("en", ("en", "pt"))


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"nodes": (node("a"), node("a"))}, "used twice: a"),
        ({"nodes": (node("a"),), "groups": (Group(id="a"),)}, "used twice: a"),
        ({"nodes": (node("a"),), "edges": (Edge(id="a", source="a", target="a"),)}, "used twice: a"),
        ({"nodes": (node("a", "g"),)}, "stand in a group that does not exist: a"),
        ({"nodes": (node("a"), node("b", "a"))}, "stand in a group that does not exist: b"),
        ({"nodes": (node("a"),), "edges": (Edge(id="e", source="a", target="b"),)}, "does not exist: e"),
        ({"groups": (Group(id="g", parent="g"),)}, "group g contains itself"),
        ({"groups": (Group(id="g", parent="h"), Group(id="h", parent="g"))}, "contains itself"),
    ],
)
def test_what_contradicts_itself_is_refused(parts: Any, what: str) -> None:
    with pytest.raises(ModelError, match=what) as caught:
        Architecture(filename="web", **parts)
    assert caught.value.where == "web"


@given(architectures())
def test_every_item_is_a_child_of_what_it_stands_in(architecture: Architecture) -> None:
    inside = [item for group in (None, *(g.id for g in architecture.groups)) for item in architecture.children(group)]
    assert sorted(item.id for item in inside) == sorted(architecture.items)
    for item in architecture.items.values():
        path = architecture.path(item.id)
        assert (path[-1].id if path else None) == item.parent


@given(architectures())
def test_it_travels_between_processes(architecture: Architecture) -> None:
    assert pickle.loads(pickle.dumps(architecture)) == architecture
