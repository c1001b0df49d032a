"""An architecture as JSON and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from architecture.capture import capture
from architecture.codec import SCHEMA, dumps, loads
from architecture.errors import CodecError
from architecture.model import Architecture, Edge, Node
from architecture.text import Text
from strategies import architectures

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted([*(ROOT / "diagrams").rglob("*.py"), *(ROOT / "tests" / "cases").glob("*.py")])


@given(architectures())
def test_what_is_written_is_read_back(architecture: Architecture) -> None:
    text = dumps(architecture)
    again = loads(text)
    assert again == architecture
    assert again.notes == architecture.notes
    assert [type(a) for a in again.words()] == [type(b) for b in architecture.words()]
    assert dumps(again) == text


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.stem)
def test_every_script_makes_the_round_trip(script: Path) -> None:
    for architecture in capture(script):
        assert loads(dumps(architecture)) == architecture


def test_json_is_ordered_and_has_a_line_for_each_item() -> None:
    architecture = Architecture(
        filename="web",
        title=Text("Olá", en="Hello"),
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node", label="Ação")),
        edges=(Edge(id="a--b", source="a", target="b", step=1),),
    )
    assert dumps(architecture) == (
        "{\n"
        ' "schema": 1,\n'
        ' "filename": "web",\n'
        ' "title": {"pt": "Olá", "en": "Hello"},\n'
        ' "nodes": [\n'
        '  {"id": "a", "kind": "Node"},\n'
        '  {"id": "b", "kind": "Node", "label": "Ação"}\n'
        " ],\n"
        ' "edges": [\n'
        '  {"id": "a--b", "source": "a", "target": "b", "step": 1}\n'
        " ]\n"
        "}\n"
    )


def model(**changes: Any) -> str:
    good: dict[str, Any] = {
        "schema": SCHEMA,
        "filename": "web",
        "nodes": [node(), node(id="b")],
        "groups": [{"id": "g"}],
        "edges": [edge()],
    }
    return json.dumps(good | changes)


def node(**changes: Any) -> dict[str, Any]:
    return {"id": "a", "kind": "Node"} | changes


def edge(**changes: Any) -> dict[str, Any]:
    return {"id": "a--b", "source": "a", "target": "b"} | changes


def test_the_model_of_the_next_test_is_good() -> None:
    assert [n.id for n in loads(model()).nodes] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("{", "line 1, column 2", "not JSON"),
        ("[]", "$", "an object is wanted, not a list"),
        ("[" * 100_000, "", "nested too deep"),
        ('{"schema": 1, "schema": 1}', "$", "'schema' is there twice"),
        ('{"schema": 1}', "$", "'filename' is missing"),
        (model(schema=2), "$", "schema 2 is not known"),
        (model(schema=True), "$.schema", "a whole number is wanted, not true"),
        (model(nodse=[]), "$", "'nodse' means nothing here"),
        (model(groups=[{"id": "g", "colour": "red"}]), "$.groups[0]", "'colour' means nothing here"),
        (model(edges=[edge(colour="red")]), "$.edges[0]", "'colour' means nothing here"),
        (model(notes=[{"code": "c", "text": "t", "colour": "red"}]), "$.notes[0]", "'colour' means nothing here"),
        (model(nodes={}), "$.nodes", "a list is wanted, not an object"),
        (model(nodes=5), "$.nodes", "a list is wanted, not 5"),
        (model(nodes=[{"id": "a"}]), "$.nodes[0]", "'kind' is missing"),
        (model(nodes=[node(), node(id=7)]), "$.nodes[1].id", "a string is wanted, not 7"),
        (model(nodes=[node(label={"fr": "x"})]), "$.nodes[0].label", "'pt' is missing"),
        (model(nodes=[node(label={"pt": "x", "fr": "y"})]), "$.nodes[0].label", "'fr' means nothing here"),
        (model(nodes=[node(parent=None)]), "$.nodes[0].parent", "a string is wanted, not null"),
        (model(nodes=[node(pin=[1])]), "$.nodes[0].pin", "[1] is no place"),
        (model(groups=[{"id": "g", "pin": [0, 0, 0, 5]}]), "$.groups[0].pin", "is not above 0"),
        (model(nodes=[node(attrs={"color": 1})]), "$.nodes[0].attrs.color", "a string is wanted, not 1"),
        (model(nodes=[node(spec={"type": "toaster"})]), "$.nodes[0].spec", "'toaster'"),
        (model(nodes=[node(spec={"type": "volume", "size_gb": 0})]), "$.nodes[0].spec: Volume", "size_gb is 0"),
        (model(groups=[{"id": "g", "kind": "castle"}]), "$.groups[0].kind", '"castle" is not known'),
        (model(edges=[edge(step=1.5)]), "$.edges[0].step", "a whole number is wanted, not 1.5"),
        (model(edges=[edge(ranked=1)]), "$.edges[0].ranked", "true or false is wanted, not 1"),
        (model(edges=[edge(target="z")]), "$", "end at something that does not exist: a--b"),
        (model(groups=[{"id": "a"}]), "$", "used twice: a"),
        (model(direction="UP"), "$.direction", '"UP" is not known'),
        (model(lang="português"), "$.lang", '"português" is not known'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, place: str, what: str) -> None:
    with pytest.raises(CodecError) as caught:
        loads(text)
    assert what in caught.value.what
    assert caught.value.where == place
