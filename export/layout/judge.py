"""Judge: which candidate is best indeed.

A rough placement tells much but not all, so the best candidates get exact places and lines, and are judged by what a
reader minds. The winner is laid once more with what lines come to beside titles, and the better of both is kept: its
labels that found no spot get more room, lines that lie on others too, and all of them the last hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout.coordinates import place
from export.layout.lines import Laid
from export.layout.packing import inversions
from export.layout.polish import polish
from export.layout.router import FAR
from export.layout.titles import shifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.titles import Shift

__all__ = ["best", "finished", "penalty"]

CROSSING, BEND, LENGTH = 15, 9, 0.01  # points each, each, for each px
NARROWEST, WIDEST, ASPECT = 1.12, 2.3, 300  # the aspects that cost nothing, and points for each unit outside
USUAL = 20  # lines, above which the shape counts more, as crossings and bends become more
DISORDER = 0.15  # for each point of neighbours against the script's order
LOST = 60  # a label that found no spot at first
HOPELESS = 1.3  # times the price of all lines of the best so far
ROUNDS = 2  # of lifting and laying again
EFFORT = 200_000  # steps that the router may look at, a third of a second: then a tangle gets what was found so far
FEWEST = 2  # candidates that are laid in any case: the rough costs of tangles tell little
TRIES, MORE = 4, 3  # times that labels without a spot, and lines on others, get more room, and how much in U
TANGLED = 0.5  # of all lines on others, above which it is a tangle


def best(plan: Plan, layerings: Iterable[Layering]) -> Laid | None:
    """Place and lay layerings, of which there is at least one, and finish the best.

    No more of them are asked for than are laid.
    Where labels find no spot even so, or lines lie on each other, all is placed and laid again with more room for them.
    None is the answer to a tangle: where lines take too long to lay, or many lie on each other all the same.
    """
    winner: tuple[float, Layering, Laid] | None = None
    limit, left = FAR, EFFORT
    for number, layering in enumerate(layerings, 1):
        laid, whole = _tried(plan, layering, (), left - EFFORT // 2, limit)
        left -= laid.grid.steps
        if whole:
            points = penalty(laid) + DISORDER * inversions(plan, layering)
            if winner is None or points < winner[0]:
                winner = (points, layering, laid)
                limit = round(HOPELESS * sum(way.price for way in laid.ways.values()))
        elif winner is None:
            return None  # there was no limit yet but that of a tangle
        if number >= FEWEST and left < EFFORT // 2:
            break
    assert winner is not None
    points, layering, laid = winner
    beside = shifts(plan, layering)
    if beside:
        other, whole = _tried(plan, layering, beside, max(left, EFFORT // 5), limit)
        as_whole = whole and len(other.ways) == len(laid.ways)
        if as_whole and penalty(other) + DISORDER * inversions(plan, layering) < points:
            laid = other
        else:
            beside = []
    finished(laid, max(left, EFFORT // 5))
    found, more = laid, dict[int, int]()
    on_others = least = laid.on_others
    for _ in range(TRIES if len(least) <= TANGLED * len(plan.lines) else 0):
        if not (laid.crowded or on_others):
            break
        for number in {line.number for line in laid.crowded} | on_others:
            more[number] = more.get(number, 0) + MORE
        laid = Laid(plan, layering.flows, place(plan, layering, more, beside))
        if not laid.lay_all():
            break
        finished(laid, EFFORT // 5)
        on_others = laid.on_others
        if (len(on_others), len(laid.crowded)) < (len(least), len(found.crowded)):
            found, least = laid, on_others
    return None if len(least) > TANGLED * len(plan.lines) else found


def _tried(plan: Plan, layering: Layering, beside: Sequence[Shift], steps: int, limit: int) -> tuple[Laid, bool]:
    """Lay a candidate, and tell whether it is whole: it is given up where its lines come to more than the limit."""
    laid = Laid(plan, layering.flows, place(plan, layering, {}, beside))
    laid.allow(steps)
    whole = laid.lay_all(limit)
    if whole:
        laid.improve(1)
    return laid, whole


def finished(laid: Laid, steps: int = EFFORT) -> None:
    """Improve and polish lines that are laid once, for as long as the router looks at no more steps than these."""
    laid.allow(steps)
    laid.improve(ROUNDS)
    polish(laid)


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
        + ASPECT * shape * max(1, len(laid.plan.lines) / USUAL)
    )
