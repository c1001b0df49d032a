"""Words on lines: the best free spot for a label, on its own line, else beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Box, Point
from export.layout.boxes import LABEL_GAP, U

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Plan

__all__ = ["Ground", "Nearby", "Span", "Spot", "around", "beside_loop", "is_free", "pieces", "span_of", "spot"]

AIR = 3  # px between a label and anything
START, STOP = 8, 10  # px left free before and after a label on its line; the head of an arrow is at the end
UPRIGHT, ON_BORDER, OWN_LINE = 6, 30, 4

Span = tuple[float, float, float, float]  # left, top, right, bottom


class Spot(NamedTuple):
    """Where a label may stand and what that costs."""

    price: float
    box: Box


class Ground:
    """What labels must keep clear of: icons, their labels, titles; and the borders that they had better not cover."""

    def __init__(self, plan: Plan, centres: Sequence[Point], boxes: Sequence[Box]) -> None:
        self.solid: list[Span] = []
        self.borders: list[Span] = []
        for node in range(plan.groups, plan.items):
            x, y = centres[node]
            wide, high = plan.icon[node]
            text_wide, text_high = plan.text[node]
            across = max(wide, text_wide / 2)
            under = high + (LABEL_GAP + text_high if text_high else 0)
            self.solid.append((x - across, y - high, x + across, y + under))
        for group in range(1, plan.groups):
            left, top, right, bottom = span_of(boxes[group])
            wide, high = plan.title[group]
            if wide:
                self.solid.append((left, top, left + wide, top + high))
            self.borders += [
                (left, top, right, top), (left, bottom, right, bottom),
                (left, top, left, bottom), (right, top, right, bottom),
            ]  # fmt: skip


class Nearby:
    """Spans by where they are, for large diagrams: those near a place are found without a look at the others."""

    PITCH = 240  # px

    def __init__(self, spans: Iterable[Span]) -> None:
        self.bins: dict[tuple[int, int], list[tuple[Span, int]]] = {}
        for span in spans:
            self.add(span)

    def add(self, span: Span, owner: int = -1) -> None:
        """Hold one more; `owner` is the line it belongs to."""
        for place in self._bins(span):
            self.bins.setdefault(place, []).append((span, owner))

    def near(self, span: Span, without: int = -2) -> list[Span]:
        """Return what may touch a span, some of it more than once, but nothing of one owner."""
        entries = (entry for place in self._bins(span) for entry in self.bins.get(place, ()))
        return [other for other, owner in entries if owner != without]

    def _bins(self, span: Span) -> Iterable[tuple[int, int]]:
        left, top, right, bottom = (int(at // self.PITCH) for at in span)
        return ((i, j) for i in range(left, right + 1) for j in range(top, bottom + 1))


def around(size: tuple[float, float], way: Sequence[Point]) -> Span:
    """Return the span in which a label of a line may come to stand."""
    xs, ys = [p.x for p in way], [p.y for p in way]
    return min(xs) - size[0] - 20, min(ys) - 30, max(xs) + size[0] + 20, max(ys) + 30


def spot(
    size: tuple[float, float], way: Sequence[Point], taken: Iterable[Span], borders: Iterable[Span]
) -> Spot | None:
    """Return the best spot for a label of a size on a line, or beside it; None if all are taken.

    `taken` are icons, titles, other lines and labels; `borders` those of groups, which had better not be covered.
    """
    wide, high = size
    left, top, right, bottom = around(size, way)
    taken = [s for s in taken if s[0] < right and left < s[2] and s[1] < bottom and top < s[3]]
    borders = [s for s in borders if s[0] < right and left < s[2] and s[1] < bottom and top < s[3]]
    own = pieces(way)
    for beside in (False, True):
        offers: list[tuple[float, Box]] = []
        for i, (a, b) in enumerate(pairwise(way)):
            offers += _along(a, b, size, first=i == 0, last=i == len(way) - 2, beside=beside)
        offers.sort()
        best: Spot | None = None
        for price, box in offers:
            if best is not None and price >= best.price:
                break
            x0, y0, x1, y1 = box.x - AIR, box.y - AIR, box.x + wide + AIR, box.y + high + AIR
            for s in taken:
                if x0 < s[2] and s[0] < x1 and y0 < s[3] and s[1] < y1:
                    break
            else:
                span = span_of(box)
                total = price + ON_BORDER * sum(_near(span, s, 1) for s in borders)
                total += OWN_LINE * (sum(_near(span, s, 1) for s in own) - (not beside))
                if best is None or total < best.price:
                    best = Spot(total, box)
        if best is not None:
            return best
    return None


def is_free(box: Box, taken: Iterable[Span]) -> bool:
    """Tell whether a label may stand there."""
    span = span_of(box)
    return not any(_near(span, other, 1) for other in taken)


def beside_loop(size: tuple[float, float], way: Sequence[Point], taken: Iterable[Span]) -> Spot | None:
    """Return the spot for the label of a line from an item to itself: above its top, on its right, or near there."""
    wide, high = size
    left, top, right = min(p.x for p in way), min(p.y for p in way), max(p.x for p in way)
    bottom = max(p.y for p in way)
    taken = list(taken)
    above, right_of, left_of = top - AIR - high, right + AIR, left - AIR - wide
    places = [(left, above), (right - wide, above)] if way[-1].x > left else [(right - wide, above), (left, above)]
    places += [(right_of, y) for y in (top, (top + bottom - high) / 2, bottom - high, above)]
    places += [(left_of, y) for y in (top, bottom - high, above)] + [(left, above - U), (right - wide, above - U)]
    for x, y in places:
        box = Box(x, y, wide, high)
        if is_free(box, taken):
            return Spot(0, box)
    return None


def _along(
    a: Point, b: Point, size: tuple[float, float], *, first: bool, last: bool, beside: bool
) -> Iterable[tuple[float, Box]]:
    """Yield places along a piece of a line with their price: by distance from its middle."""
    wide, high = size
    flat = a.y == b.y
    length = abs(b.x - a.x) + abs(b.y - a.y)
    half = (wide if flat else high) / 2
    start, stop = half + (6 if first else START), length - half - (STOP if last else START)
    if stop < start - 0.01:
        return
    middle = min(max(length / 2, start), stop)
    count = max(1, int((stop - start) // U))
    step_x, step_y = (b.x - a.x) / length, (b.y - a.y) / length
    shifts = [(0.0, 0.0)]
    if beside:
        shifts = [(0.0, -high / 2 - 3), (0.0, high / 2 + 3)] if flat else [(wide / 2 + 4, 0.0), (-wide / 2 - 4, 0.0)]
    base = (0 if flat else UPRIGHT) - min(length, 250) / 25
    for at in (middle, *(start + (stop - start) * k / count for k in range(count + 1))):
        price = abs(at - length / 2) / U + base
        for shift_x, shift_y in shifts:
            x, y = a.x + step_x * at + shift_x, a.y + step_y * at + shift_y
            yield price, Box(x - wide / 2, y - high / 2, wide, high)


def span_of(box: Box) -> Span:
    """Return a box by its sides."""
    return (box.x, box.y, box.x + box.width, box.y + box.height)


def pieces(way: Sequence[Point]) -> list[Span]:
    """Return the pieces of a line as spans."""
    return [(min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y)) for a, b in pairwise(way)]


def _near(a: Span, b: Span, air: float) -> bool:
    return a[0] - air < b[2] and b[0] < a[2] + air and a[1] - air < b[3] and b[1] < a[3] + air
