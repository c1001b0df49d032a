"""The judge asks for no more candidates than it has steps for, and pays no long lines for a bend less."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.capture import capture
from export.compose import draw
from export.layout import judge
from export.layout.boxes import plan
from export.layout.search import candidates
from sketches import random_sketch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.layout.layers import Layering


def counted(layerings: list[Layering], asked: list[int]) -> Iterator[Layering]:
    for number, layering in enumerate(layerings):
        asked.append(number)
        yield layering


@pytest.mark.parametrize(("effort", "laid"), [(1, 1), (120_000, 3)])
def test_candidates_are_asked_for_while_there_are_steps(
    effort: int, laid: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = plan(random_sketch(3, 25))
    layerings = [found.layering for found in candidates(of)][:1] * 3
    monkeypatch.setattr(judge, "EFFORT", effort)
    asked: list[int] = []
    assert judge.best(of, counted(layerings, asked))
    assert asked == list(range(laid))


def test_much_longer_lines_are_not_worth_a_bend_less() -> None:
    """In rows, the containers come to one bend less and to half as much again of line."""
    (architecture,) = capture(Path(__file__).parent.parent / "diagrams" / "gallery" / "containers.py")
    straight = {wire.label.lines for wire in draw(architecture).wires if wire.label and len(wire.points) == 2}
    assert ("HTTP",) in straight
