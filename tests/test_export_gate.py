"""The gate on diagrams as people draw them, on random ones, and on anything that a model can hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given, settings

from architecture.capture import capture
from architecture.model import Direction
from export.compose import draw
from gate import Figures, measure
from random_architectures import random_architecture
from scenes import from_drawing
from strategies import architectures

if TYPE_CHECKING:
    from architecture.model import Architecture

ROOT = Path(__file__).parents[1]
CASES = sorted((ROOT / "tests" / "cases").glob("*.py"))
SCRIPTS = sorted((ROOT / "diagrams").glob("*.py"))
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
RANDOM = 200
SQUEEZED = 1
"""Ends of lines without room for an arrow head before the bend: where a picture is full one may be left."""
TANGLE = 15
"""Crossings from which on words may find no free place."""


def figures(architecture: Architecture) -> Figures:
    """Measure a drawing; pictures in it are no fault, for what has no native shape is embedded."""
    measured = measure(from_drawing(draw(architecture)))
    return replace(measured, faults=replace(measured.faults, images=()))


@pytest.mark.parametrize("script", [*SCRIPTS, *CASES], ids=lambda script: script.stem)
def test_a_diagram_is_drawn_without_a_fault(script: Path) -> None:
    for architecture in capture(script):
        measured = figures(architecture)
        assert not measured.faults, measured.faults
        assert measured.squeezed <= SQUEEZED


@pytest.mark.slow
@pytest.mark.parametrize("script", [*SCRIPTS, *CASES], ids=lambda script: script.stem)
def test_in_any_direction(script: Path) -> None:
    for architecture in capture(script):
        for direction in DIRECTIONS:
            measured = figures(replace(architecture, direction=direction))
            assert not measured.faults, f"{direction}: {measured.faults}"
            assert measured.squeezed <= SQUEEZED, direction


@settings(max_examples=40, deadline=None)
@given(architectures())
def test_anything_is_drawn_whole(architecture: Architecture) -> None:
    """Boxes do not overlap and stand in their group, every line reaches its ends, whatever the words are."""
    faults = figures(architecture).faults
    assert (faults.loose, faults.outside, faults.overlap, faults.through) == ((), (), (), ())


@pytest.mark.slow
def test_random_diagrams_up_to_forty_nodes() -> None:
    """Allow nothing but words without a place, and these in tangles only; say which seeds."""
    faulty: dict[int, str] = {}
    for seed in range(RANDOM):
        measured = figures(random_architecture(seed))
        tangled = measured.cross >= TANGLE
        faults = replace(measured.faults, labels=()) if tangled else measured.faults
        if faults:
            faulty[seed] = f"{measured.cross} crossings, {faults}"
    assert faulty == {}
