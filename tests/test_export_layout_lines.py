"""Lines are counted as they are laid, given up as soon as they are too bad, and straightened at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from export.layout.boxes import plan
from export.layout.coordinates import place
from export.layout.lines import Laid, Quality
from export.layout.polish import polish
from export.layout.search import likeliest
from sketches import DIRECTIONS, line, random_sketch, sketch

if TYPE_CHECKING:
    from export.layout.sketch import Sketch


def unlaid(of: Sketch) -> Laid:
    numbered = plan(of)
    layering = likeliest(numbered).layering
    return Laid(numbered, layering.flows, place(numbered, layering, {}))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_counted_on_the_way_is_what_there_is_at_the_end(seed: int) -> None:
    laid = unlaid(random_sketch(seed, 25, DIRECTIONS[seed % 4]))
    told: list[Quality] = []
    assert laid.lay_all(lambda quality: bool(told.append(quality)))
    assert len(told) > 1
    assert told[-1] == pytest.approx(laid.quality())


def test_no_line_is_laid_after_it_is_too_bad() -> None:
    of = random_sketch(0, 25)
    assert not (laid := unlaid(of)).lay_all(lambda _: True)
    assert not laid.ways
    laid = unlaid(of)
    assert not laid.lay_all(lambda _: len(laid.ways) == 3)
    assert len(laid.ways) == 3


def test_a_staircase_is_made_straight() -> None:
    laid = unlaid(sketch("abcd", [line("a", "b", "far from each other"), ("c", "d"), ("a", "d")]))
    assert laid.lay_all()
    (bent,) = (line for line in laid.plan.lines if len(laid.spans[line.number]) == 3)
    way, width = laid.ways[bent.number], laid.grid.width
    (row, start), (end_row, end) = divmod(way.cells[0], width), divmod(way.cells[-1], width)
    half, at = (row + end_row) // 2, (start + end) // 2
    stairs = [(row, start), (row, at), (half, at), (half, at + 2), (end_row, at + 2), (end_row, end)]
    laid.lift(bent)
    way = way._replace(cells=along(stairs, width))
    laid.lay(bent, way._replace(price=laid.price(bent, way)))  # no dearer than it was: nothing to seek another way for
    assert len(laid.spans[bent.number]) == 5
    polish(laid)
    assert len(laid.spans[bent.number]) == 3


def along(corners: list[tuple[int, int]], width: int) -> list[int]:
    """The cells of a line with these corners, each a row and a column."""
    cells = [corners[0][0] * width + corners[0][1]]
    for row, column in corners:
        while cells[-1] != row * width + column:
            at_row, at_column = divmod(cells[-1], width)
            step = (row > at_row) - (row < at_row), (column > at_column) - (column < at_column)
            cells.append(cells[-1] + step[0] * width + step[1])
    return cells
