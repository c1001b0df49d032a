"""Words on lines: the best free spot for a label, on its own line, else beside it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Box, Point
from export.layout.boxes import LABEL_GAP, U

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    left, top, right, bottom = around(size, way)
    taken = [s for s in taken if s[0] < right and left < s[2] and s[1] < bottom and top < s[3]]
    borders = [s for s in borders if s[0] < right and left < s[2] and s[1] < bottom and top < s[3]]
    own = pieces(way)
    rooms = _rooms(size, way)
    for beside in (False, True):
        best: Spot | None = None
        for price, x, y in _offers(size, rooms, beside=beside):
            if best is not None and price >= best.price:
                break
            box = _if_free(x, y, size, taken)
            if box is not None:
                total = price + ON_BORDER * _touching(box, borders) + OWN_LINE * (_touching(box, own) - (not beside))
                if best is None or total < best.price:
                    best = Spot(total, box)
                if total <= price:
                    break
        if best is not None:
            return best
    return None


def is_free(box: Box, taken: Iterable[Span]) -> bool:
    """Tell whether a label may stand there."""
    return not _touching(box, taken)


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


class _Room(NamedTuple):
    """Where on a piece of a line the middle of a label may be: so many px from its beginning at `a`."""

    a: Point
    step_x: float
    step_y: float
    length: float
    start: float
    stop: float
    base: float  # what a place costs at the middle of the piece

    def at(self, along: float) -> tuple[float, float, float]:
        """Return a place on the piece: what it costs by its distance from the middle, x and y."""
        price = abs(along - self.length / 2) / U + self.base
        return price, self.a.x + self.step_x * along, self.a.y + self.step_y * along


def _rooms(size: tuple[float, float], way: Sequence[Point]) -> list[_Room]:
    """Return the rooms on those pieces that are long enough."""
    rooms: list[_Room] = []
    last = len(way) - 2
    for i, (a, b) in enumerate(pairwise(way)):
        flat = a.y == b.y
        length = abs(b.x - a.x) + abs(b.y - a.y)
        half = (size[0] if flat else size[1]) / 2
        start, stop = half + (6 if i == 0 else START), length - half - (STOP if i == last else START)
        if stop >= start - 0.01:
            base = (0 if flat else UPRIGHT) - min(length, 250) / 25
            rooms.append(_Room(a, (b.x - a.x) / length, (b.y - a.y) / length, length, start, stop, base))
    return rooms


def _offers(size: tuple[float, float], rooms: Sequence[_Room], *, beside: bool) -> Iterator[tuple[float, float, float]]:
    """Yield the price and the middle of places on all pieces or beside them, cheapest first."""
    middles = [min(max(room.length / 2, room.start), room.stop) for room in rooms]
    if rooms and not beside:
        # It is mostly free, and the others need not be known; it comes once more among them.
        yield min(room.at(middle) for room, middle in zip(rooms, middles, strict=True))
    offers: list[tuple[float, float, float]] = []
    for room, middle in zip(rooms, middles, strict=True):
        start, reach = room.start, room.stop - room.start
        count = max(1, int(reach // U))
        places = [room.at(along) for along in (middle, *(start + reach * k / count for k in range(count + 1)))]
        if not beside:
            offers += places
        elif room.step_x:
            off = size[1] / 2 + 3
            offers += [(price, x, y + by) for price, x, y in places for by in (-off, off)]
        else:
            off = size[0] / 2 + 4
            offers += [(price, x + by, y) for price, x, y in places for by in (-off, off)]
    offers.sort()
    yield from offers


def span_of(box: Box) -> Span:
    """Return a box by its sides."""
    return (box.x, box.y, box.x + box.width, box.y + box.height)


def pieces(way: Sequence[Point]) -> list[Span]:
    """Return the pieces of a line as spans."""
    return [(min(a.x, b.x), min(a.y, b.y), max(a.x, b.x), max(a.y, b.y)) for a, b in pairwise(way)]


def _if_free(x: float, y: float, size: tuple[float, float], taken: Sequence[Span]) -> Box | None:
    """Return the box of a label with its middle there, if nothing is in it or next to it."""
    wide, high = size
    box = Box(x - wide / 2, y - high / 2, wide, high)
    left, top, right, bottom = box.x - AIR, box.y - AIR, box.x + wide + AIR, box.y + high + AIR
    for s in taken:
        if left < s[2] and s[0] < right and top < s[3] and s[1] < bottom:
            return None
    return box


def _touching(box: Box, spans: Iterable[Span]) -> int:
    """Count the spans in a box or within 1 px of it."""
    left, top, right, bottom = box.x - 1, box.y - 1, box.x + box.width + 1, box.y + box.height + 1
    return len([s for s in spans if left < s[2] and s[0] < right and top < s[3] and s[1] < bottom])
