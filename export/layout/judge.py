"""Judge: which candidate is best indeed.

A rough placement tells much but not all, so the best candidates get exact places and lines, and are judged by what a
reader minds; one that can no longer win is given up on the way. The winner is laid once more with what lines come to
beside titles, and the better of both is kept: its labels that found no spot get more room, lines that lie on others
too, and all of them the last hand.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from export.layout.coordinates import place
from export.layout.lines import Laid, Quality
from export.layout.packing import inversions
from export.layout.polish import polish
from export.layout.titles import shifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.titles import Shift

__all__ = ["best", "finished"]

CROSSING, BEND, LENGTH = 15, 9, 0.01  # points each, each, for each px
NARROWEST, WIDEST, ASPECT = 1.12, 2.3, 300  # the aspects that cost nothing, and points for each unit outside
USUAL = 20  # lines, above which the shape counts more, as crossings and bends become more
DISORDER = 0.15  # for each point of neighbours against the script's order
LOST = 60  # a label that found no spot at first
HOPELESS, DEAR = 10, 1.3  # points more than the best so far, and times its price: nothing gains that much at the end
ROUNDS = 2  # of lifting and laying again
EACH, EFFORT = 4_500, 120_000  # steps that the router may look at, for each line and for all of a diagram, a fifth of a
# second: then a tangle gets what was found so far
FEWEST = 2  # candidates that are laid if the first leaves any steps: the rough costs of tangles tell little
TRIES, MORE = 4, 3  # times that labels without a spot, and lines on others, get more room, and how much in U
TANGLED = 0.5  # of all lines on others, above which it is a tangle


def best(plan: Plan, layerings: Iterable[Layering]) -> Laid | None:
    """Place and lay layerings, of which there is at least one, and finish the best.

    No more of them are asked for than are laid.
    Where labels find no spot even so, or lines lie on each other, all is placed and laid again with more room for them.
    None is the answer to a tangle: where lines take too long to lay, or many lie on each other all the same.
    """
    effort = _effort(plan)
    winner: tuple[Layering, Laid] | None = None
    least, dear, left = inf, inf, effort
    for number, layering in enumerate(layerings, 1):
        laid, points = _tried(plan, layering, (), left - effort // 2, least, dear)
        left -= laid.grid.steps
        if points < least:
            winner, least, dear = (layering, laid), points, DEAR * laid.paid
        elif winner is None:
            return None  # there was nothing yet to be too bad beside: it is a tangle
        if left < (effort // 2 if number >= FEWEST else 0):
            break
    assert winner is not None
    layering, laid = winner
    beside = shifts(plan, layering)
    if beside:
        other, points = _tried(plan, layering, beside, max(left, effort // 5), least, dear)
        if points < least and len(other.ways) == len(laid.ways):
            laid = other
        else:
            beside = []
    finished(laid, max(left, effort // 5))
    found, more = laid, dict[int, int]()
    on_others = fewest = laid.on_others
    for _ in range(TRIES if len(fewest) <= TANGLED * len(plan.lines) else 0):
        if not (laid.crowded or on_others):
            break
        for number in {line.number for line in laid.crowded} | on_others:
            more[number] = more.get(number, 0) + MORE
        laid = Laid(plan, layering.flows, place(plan, layering, more, beside))
        if not laid.lay_all():
            break
        finished(laid, effort // 5)
        on_others = laid.on_others
        if (len(on_others), len(laid.crowded)) < (len(fewest), len(found.crowded)):
            found, fewest = laid, on_others
    return None if len(fewest) > TANGLED * len(plan.lines) else found


def _tried(
    plan: Plan, layering: Layering, beside: Sequence[Shift], steps: int, least: float, dear: float
) -> tuple[Laid, float]:
    """Lay a candidate, and return its points; fewer are better.

    They are infinite where it is given up: it is a tangle, or would come to more than the `least` points so far, or to
    a price that is `dear`.
    """
    laid = Laid(plan, layering.flows, place(plan, layering, {}, beside))
    rest = _points_of_shape(laid) + DISORDER * inversions(plan, layering)
    laid.allow(steps)

    def is_too_bad(quality: Quality) -> bool:
        return rest + _points(quality) > least + HOPELESS or laid.paid > dear

    if not laid.lay_all(is_too_bad):
        return laid, inf
    laid.improve(1)
    return laid, rest + _points(laid.quality())


def finished(laid: Laid, steps: int | None = None) -> None:
    """Improve and polish lines that are laid once, for as long as the router looks at no more steps than these."""
    laid.allow(_effort(laid.plan) if steps is None else steps)
    laid.improve(ROUNDS)
    polish(laid)


def _effort(plan: Plan) -> int:
    return min(EFFORT, EACH * len(plan.lines))


def _points(quality: Quality) -> float:
    lost, crossings, bends, length = quality
    return LOST * lost + CROSSING * crossings + BEND * bends + LENGTH * length


def _points_of_shape(laid: Laid) -> float:
    left, top, right, bottom = laid.places.boxes[0]
    width, height = right - left, bottom - top
    aspect = width / max(height, 1)
    shape = max(0, aspect / WIDEST - 1, NARROWEST / aspect - 1 if aspect else 0)
    return width * height / 400 + (width + height) / 10 + ASPECT * shape * max(1, len(laid.plan.lines) / USUAL)
