"""Pins hold to the px, and everything else keeps clear of what they hold."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenes
from export import layout
from export.drawing import Box, Point
from export.layout import Placement, Sketch, layered
from gate import measure
from sketches import group, line, node, random_sketch, sketch, sketches


def faults(drawn: Sketch, placement: Placement) -> dict[str, int]:
    found = measure(scenes.from_placement(drawn, placement)).faults
    return {name: count for name, count in found.counts().items() if count}


def put_back(drawn: Sketch, placement: Placement, x: float, y: float, keep: float, random: Random) -> Sketch:
    """The sketch with a part of the placement pinned, moved by x and y."""
    nodes = tuple(
        n._replace(pin=Point(placement.nodes[n.id].x + x, placement.nodes[n.id].y + y)) if random.random() < keep else n
        for n in drawn.nodes
    )
    groups = tuple(
        g._replace(pin=(b := placement.groups[g.id])._replace(x=b.x + x, y=b.y + y)) if random.random() < keep else g
        for g in drawn.groups
    )
    return drawn._replace(nodes=nodes, groups=groups)


def check_pins(drawn: Sketch, placement: Placement) -> None:
    for item in drawn.nodes:
        assert item.pin is None or placement.nodes[item.id] == pytest.approx(item.pin)
    for item in drawn.groups:
        assert item.pin is None or placement.groups[item.id] == pytest.approx(item.pin)


@pytest.mark.parametrize("keep", [1.0, 0.5])
@pytest.mark.parametrize("seed", range(4))
def test_a_placement_pinned_again_is_the_same(seed: int, keep: float) -> None:
    drawn = random_sketch(seed, 14)
    first = layered(drawn)
    pinned = put_back(drawn, first, 1003, 407, keep, Random(seed))
    again = layered(pinned)
    check_pins(pinned, again)
    for name, centre in first.nodes.items():
        assert again.nodes[name] == pytest.approx((centre.x + 1003, centre.y + 407))
    assert not set(faults(drawn, again)) - {"labels"}


@settings(max_examples=40)
@given(sketches(), st.data())
def test_pins_hold_wherever_they_are(drawn: Sketch, data: st.DataObject) -> None:
    places = st.builds(Point, st.integers(0, 900), st.integers(0, 700))
    pinned = drawn._replace(
        nodes=tuple(n._replace(pin=data.draw(st.none() | places, label=n.id)) for n in drawn.nodes),
        groups=tuple(
            g._replace(pin=Box(*data.draw(places), 400, 300) if data.draw(st.booleans(), label=g.id) else None)
            for g in drawn.groups
        ),
    )
    check_pins(pinned, layered(pinned))


def test_what_is_new_finds_a_free_place_beside_what_is_pinned() -> None:
    drawn = sketch(
        [*(node(f"n{i}", "box")._replace(pin=Point(100 + 150 * i, 200)) for i in range(4)), node("new", "box"), "out"],
        [line("n0", "new"), line("n3", "out", "to the outside"), line("new", "out")],
        [group("box")],
    )
    placement = layered(drawn)
    check_pins(drawn, placement)
    assert not faults(drawn, placement)
    box = placement.groups["box"]
    assert box.x <= 30
    assert box.right >= 100 + 450 + 39 + 30


def test_a_pinned_group_keeps_its_size() -> None:
    drawn = sketch(
        [node("a", "box"), node("b", "box")], [("a", "b")], [group("box")._replace(pin=Box(203, 107, 500, 400))]
    )
    placement = layered(drawn)
    assert placement.groups["box"] == Box(203, 107, 500, 400)
    assert not faults(drawn, placement)


def test_a_large_diagram_is_arranged_round_its_pins_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(layout, "likeliest")
    monkeypatch.delattr(layout, "finished")
    names = [f"n{i}" for i in range(layout.LARGE)]
    drawn = sketch(
        [node(name, f"box {i // 10}") for i, name in enumerate(names)],
        pairwise(names),
        [group(f"box {i}") for i in range(layout.LARGE // 10)],
    )
    free = layered(drawn)
    pinned = put_back(drawn, free, 1003, 407, 0.3, Random(1))
    placement = layered(pinned)
    check_pins(pinned, placement)
    assert not faults(pinned, placement)


def test_a_node_pinned_beside_the_grid_is_met_in_its_middle() -> None:
    drawn = sketch([node("a")._replace(pin=Point(100, 100)), node("b")._replace(pin=Point(404, 103))], [("a", "b")])
    points = layered(drawn).edges["a--b--"].points
    assert points[-1].x == pytest.approx(404 - 39)
    assert abs(points[-1].y - 103) <= 3
