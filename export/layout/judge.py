"""Judge: which candidate is best indeed.

A rough placement tells much but not all, so the best candidates get exact places and lines, and are judged by what a
reader minds. The winner's labels that found no spot get more room, and its lines the last hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout.coordinates import place
from export.layout.lines import lay
from export.layout.packing import inversions
from export.layout.polish import polish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.lines import Laid

__all__ = ["best", "penalty"]

CROSSING, BEND, LENGTH = 15, 6, 0.01  # points each, each, for each px
NARROWEST, WIDEST, ASPECT = 1.05, 2.3, 150  # the aspects that cost nothing, and points for each unit outside
DISORDER = 0.15  # for each point of neighbours against the script's order
LOST = 60  # a label that found no spot at first
HOPELESS = 1.3  # times the price of all lines of the best so far
ROUNDS = 2  # of lifting and laying again
TRIES, MORE = 4, 3  # times that labels without a spot get more room, and how much in U


def best(plan: Plan, layerings: Sequence[Layering]) -> Laid:
    """Place and lay layerings, of which there is at least one, and finish the best."""
    winner: tuple[float, Layering, Laid] | None = None
    price = None
    for layering in layerings:
        laid = lay(plan, layering, place(plan, layering, {}), None if price is None else round(price * HOPELESS))
        if laid is None:
            continue
        laid.improve(1)
        points = penalty(laid) + DISORDER * inversions(plan, layering)
        if winner is None or points < winner[0]:
            winner = (points, layering, laid)
            price = sum(way.price for way in laid.ways.values())
    assert winner is not None
    _, layering, laid = winner
    laid.improve(ROUNDS)
    return _finished(plan, layering, laid)


def _finished(plan: Plan, layering: Layering, laid: Laid) -> Laid:
    """Polish lines, and where labels find no spot even so, give them more room and lay all again."""
    polish(laid)
    found, more = laid, dict[int, int]()
    for _ in range(TRIES):
        if not laid.crowded:
            break
        for line in laid.crowded:
            more[line.number] = more.get(line.number, 0) + MORE
        again = lay(plan, layering, place(plan, layering, more))
        assert again is not None
        laid = again
        laid.improve(ROUNDS)
        polish(laid)
        if len(laid.crowded) < len(found.crowded):
            found = laid
    return found


def penalty(laid: Laid) -> float:
    """Return the points of a finished candidate; fewer are better."""
    lost, crossings, bends, length = laid.quality()
    left, top, right, bottom = laid.places.boxes[0]
    width, height = right - left, bottom - top
    aspect = width / max(height, 1)
    shape = max(0, aspect / WIDEST - 1, NARROWEST / aspect - 1 if aspect else 0)
    return (
        LOST * lost
        + CROSSING * crossings
        + BEND * bends
        + LENGTH * length
        + width * height / 400
        + (width + height) / 10
        + ASPECT * shape
    )
