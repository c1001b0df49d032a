"""The last hand on lines that are laid: what a careful person would still mend.

Pairs of lines that touch are lifted and laid again in both orders. Arrow heads get the straight run that they need.
Labels without a spot get one by moving the line that is in the way. The inner pieces of lines go to the middle of the
room they have, or join the next piece that goes the same way.
"""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.layout.grid import EXACT

if TYPE_CHECKING:
    from export.layout.boxes import Line
    from export.layout.lines import Laid
    from export.layout.router import Way

__all__ = ["polish"]

LAST = 12_000  # steps that the router may look at for ways that were not sought exactly
PAIRS = 30  # that are laid again in one turn
NAMELESS = 4000  # what a label without a spot is worth
GAIN = 10  # that a change must bring
HEAD = 400  # what the run that an arrow head needs is worth
DETOUR = 1600  # that a line may go out of the way of a label
EVEN = 30  # that a piece may cost more in the middle of its room than at the best place


def polish(laid: Laid) -> None:
    """Mend what can be mended."""
    laid.grid.exact = EXACT
    _uncross(laid)
    laid.allow(LAST)
    laid.improve(1)
    _free_heads(laid)
    laid.place_labels()
    _rescue(laid)
    _centre(laid)
    laid.place_labels()


def _uncross(laid: Laid) -> None:
    """Lay pairs of lines that touch again, in both orders, and keep what is cheapest in all."""
    in_vain: set[tuple[int, int]] = set()  # tried since anything has moved
    for turn in range(2):
        changed = False
        for pair in _touching(laid)[: PAIRS if turn == 0 else PAIRS // 2]:
            if pair in in_vain:
                continue
            if laid.is_spent:
                return
            one, other = pair
            before = laid.ways.copy(), laid.labels.copy()
            changed |= _relay(laid, laid.plan.lines[one], laid.plan.lines[other])
            if (laid.ways, laid.labels) == before:
                in_vain.add(pair)
            else:
                in_vain = {tried for tried in in_vain if one not in tried and other not in tried}
        if not changed:
            break


def _free_heads(laid: Laid) -> None:
    """Lay lines again that bend right at a port, where an arrow head has no room; from here on that is dear."""
    laid.grid.early_bend = HEAD
    for number in sorted(laid.ways):
        line = laid.plan.lines[number]
        if line.loop or not _bends_early(laid, laid.ways[number]):
            continue
        label = laid.labels.get(number)
        old = laid.lift(line)
        assert old is not None
        before = laid.price(line, old)
        way = laid.find(line, before)
        laid.lay(line, way or old._replace(price=before))
        if label is not None and number not in laid.labels:
            laid.lift(line)
            laid.lay(line, old._replace(price=before))
            laid.put_label(line, label)


def _bends_early(laid: Laid, way: Way) -> bool:
    width = laid.grid.width
    steps = (1, width, -1, -width)
    cells = way.cells
    into, out = steps[way.start.side], -steps[way.stop.side]
    first, last = (cells[1] - cells[0], cells[-1] - cells[-2]) if len(cells) > 1 else (out, into)
    return first != into or last != out


def _touching(laid: Laid) -> list[tuple[int, int]]:
    on: dict[int, list[int]] = {}
    for number, way in laid.ways.items():
        if not laid.plan.lines[number].loop:
            for cell in way.cells:
                on.setdefault(cell, []).append(number)
    return sorted({pair for shared in on.values() for pair in combinations(sorted(shared), 2) if pair[0] != pair[1]})


def _relay(laid: Laid, one: Line, other: Line) -> bool:
    old_one, old_other = laid.lift(one), laid.lift(other)
    if old_one is None or old_other is None:
        for line, way in ((one, old_one), (other, old_other)):
            if way is not None:
                laid.lay(line, way)
        return False
    best = [(one, old_one), (other, old_other)]
    least = _cost(laid, best)
    changed = False
    for first, second, way in _alone(laid, one, other, least - GAIN):
        laid.lay(first, way)
        rest = laid.find(second, least - way.price)
        laid.lift(first)
        if rest is not None:
            tried = [(first, way), (second, rest)]
            cost = _cost(laid, tried)
            if cost < least - GAIN:
                best, least, changed = tried, cost, True
    for line, way in best:
        laid.lay(line, way)
    return changed


def _alone(laid: Laid, one: Line, other: Line, limit: int) -> list[tuple[Line, Line, Way]]:
    """Return both orders of two lines that are lifted, with the way of the first as if the second were not there.

    There are none where even both ways together, each without the other, cost `limit` or more.
    """
    way = laid.find(one, limit)
    rest = laid.find(other, limit - way.price) if way is not None else None
    return [(one, other, way), (other, one, rest)] if way is not None and rest is not None else []


def _cost(laid: Laid, ways: list[tuple[Line, Way]]) -> int:
    """Return what lines that are lifted cost when laid in this order, labels included; they are lifted again."""
    total = 0
    for line, way in ways:
        total += laid.price(line, way)
        laid.lay(line, way)
    total += NAMELESS * sum(1 for line, _ in ways if line.label[0] and line.number not in laid.labels)
    for line, _ in ways:
        laid.lift(line)
    return total


def _rescue(laid: Laid) -> None:
    """Give labels without a spot the best one where only one other line is in the way, and lay that line elsewhere."""
    for line in laid.crowded:
        for number in sorted(laid.ways):
            if (
                number != line.number
                and not laid.plan.lines[number].loop
                and _make_room(laid, line, laid.plan.lines[number])
            ):
                break


def _make_room(laid: Laid, line: Line, other: Line) -> bool:
    found = laid.spot(line, other.number)
    if found is None:
        return False
    kept = laid.labels.get(other.number)
    old = laid.lift(other)
    assert old is not None
    before = laid.price(other, old)
    laid.put_label(line, found.box)
    way = laid.find(other, before + DETOUR)
    if way is not None:
        laid.lay(other, way)
        named = other.number in laid.labels or not other.label[0]
        again = laid.spot(line)
        if named and again is not None:
            laid.put_label(line, again.box)
            return True
        laid.lift(other)
    laid.lay(other, old)
    laid.drop_label(line)
    if kept is not None:
        laid.put_label(other, kept)
    return False


def _centre(laid: Laid) -> None:
    """Move the inner pieces of lines to the middle of the room they have."""
    for _ in range(2):
        for number in sorted(laid.ways):
            line, piece = laid.plan.lines[number], 1
            while not line.loop and piece < len(laid.spans[number]) - 1:
                _centre_piece(laid, line, piece)
                piece += 1


def _centre_piece(laid: Laid, line: Line, piece: int) -> None:
    shifts = _shifts(laid, laid.ways[line.number], piece)
    if shifts is None:
        return
    here = shifts.here
    label = laid.labels.get(line.number)
    old = laid.lift(line)
    assert old is not None
    now = laid.price(line, old)
    room = {here: now}
    for step in (-1, 1):
        at = here + step
        while 0 <= at < shifts.places:
            price = laid.price(line, shifts.at(at))
            if price > now + EVEN:
                break
            room[at] = price
            at += step
    least, middle = min(room.values()), (min(room) + max(room)) / 2
    best = min(room, key=lambda at: (room[at] > least + EVEN, abs(at - middle), at))
    laid.lay(line, shifts.at(best)._replace(price=room[best]))
    if label is not None and line.number not in laid.labels:
        laid.lift(line)
        laid.lay(line, old)
        laid.put_label(line, label)


class _Shifts(NamedTuple):
    """A way with one of its inner pieces at each place between its neighbours' other ends.

    There are `places` of them, and number `here` is as it is now. The neighbours begin and stop at the cells of these
    indices; the piece is at least so many steps of the first neighbour away from where that begins, and `run` are its
    cells from its first on.
    """

    way: Way
    start: int
    stop: int
    onward: int
    least: int
    reach: int
    run: list[int]
    places: int
    here: int

    def at(self, number: int) -> Way:
        """Return one of the ways."""
        cells, onward, k = self.way.cells, self.onward, number + self.least
        begin = cells[self.start]
        end = begin + k * onward + self.run[-1]
        lead = [begin + j * onward for j in range(k)]
        run = [begin + k * onward + step for step in self.run]
        trail = [end + j * onward for j in range(1, self.reach - k + 1)]
        return self.way._replace(cells=[*cells[: self.start], *lead, *run, *trail, *cells[self.stop + 1 :]])


def _shifts(laid: Laid, way: Way, piece: int) -> _Shifts | None:
    """Return the ways with a piece elsewhere, None where there is no other place for it.

    Where the line turns back there is none: only a step from one row to another has a middle.
    """
    width = laid.grid.width
    cells = way.cells
    steps = (1, width, -1, -width)
    after = [b - a for a, b in pairwise(cells)] + [-steps[way.stop.side]]
    before = [steps[way.start.side], *after[:-1]]
    turns = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    first, last = turns[piece - 1], turns[piece]
    onward = before[first]
    if onward != after[last]:
        return None
    start = turns[piece - 2] if piece > 1 else 0
    stop = turns[piece + 1] if piece + 1 < len(turns) else len(cells) - 1
    run = [cell - cells[first] for cell in cells[first : last + 1]]
    reach = first - start + stop - last
    along = after[first]  # at the end of a neighbour the piece may join the next one if that goes the same way
    least = 0 if piece == 1 or before[turns[piece - 2]] == along else 1
    most = reach if piece + 1 == len(turns) or after[turns[piece + 1]] == along else reach - 1
    if most <= least:
        return None
    return _Shifts(way, start, stop, onward, least, reach, run, most + 1 - least, first - start - least)
