"""Tangles: lines that lie on each other get more room, and what is too much for the router stands in rows."""

from __future__ import annotations

import pytest

import scenes
from export.layout import layered
from export.layout.sketch import Sketch
from gate import Figures, measure
from sketches import sketch


def everyone_to_everyone(count: int) -> Sketch:
    one, other = ([f"{side}{i}" for i in range(count)] for side in "ab")
    return sketch([*one, *other], [(a, b) for a in one for b in other])


def figures(drawn: Sketch) -> Figures:
    return measure(scenes.from_placement(drawn, layered(drawn)))


def test_lines_that_lie_on_each_other_get_more_room() -> None:
    assert not figures(everyone_to_everyone(6)).faults


@pytest.mark.slow
def test_a_tangle_stands_in_rows() -> None:
    assert not figures(everyone_to_everyone(11)).faults
