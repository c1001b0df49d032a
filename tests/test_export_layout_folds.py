"""Long chains are folded, so that a picture fits its page."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest

import scenes
from architecture.model import Direction
from export.layout import layered
from gate import measure
from sketches import group, line, node, sketch


@pytest.mark.parametrize("direction", get_args(Direction))
def test_a_long_chain_is_folded_and_keeps_its_direction(direction: Direction) -> None:
    names = [f"n{i}" for i in range(12)]
    edges = [line(a, b, "a few words") for a, b in pairwise(names)]
    drawn = sketch([node(name) for name in names], edges)._replace(direction=direction)
    placement = layered(drawn)
    figures = measure(scenes.from_placement(drawn, placement))
    assert not any(figures.faults.counts().values())
    assert 0.8 < figures.aspect < 2.8
    axis, sign = (0 if direction in {"LR", "RL"} else 1), (1 if direction in {"LR", "TB"} else -1)
    steps = [sign * (placement.nodes[b][axis] - placement.nodes[a][axis]) for a, b in pairwise(names)]
    backwards = sum(step <= 0 for step in steps)
    assert 1 <= backwards <= 3  # where the chain goes on in the next column or row


@pytest.mark.parametrize("direction", get_args(Direction))
def test_many_groups_without_lines_stand_in_rows(direction: Direction) -> None:
    names = [f"g{i}" for i in range(12)]
    nodes = [node(f"{name} {end}", name) for name in names for end in ("from", "to")]
    groups = [group("all"), *(group(name, "all") for name in names)]
    drawn = sketch(nodes, [(f"{name} from", f"{name} to") for name in names], groups, direction)
    figures = measure(scenes.from_placement(drawn, layered(drawn)))
    assert not figures.faults
    assert 1 <= figures.aspect <= 2.6
