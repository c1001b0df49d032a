"""Tracks: the lines of a diagram on shelves, by rule.

A line leaves a node by its left or right side into the channel there, and goes from channel to channel in corridors,
out of one group after the other, up to the innermost group round both ends and down again. In each channel and corridor
it gets a track that no other line uses on that stretch. Neighbours on one row or one column are joined straight.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Point
from export.layout.boxes import LABEL_GAP, U

if TYPE_CHECKING:
    from export.layout.boxes import Line, Plan
    from export.layout.shelves import Shelves

__all__ = ["Tracks"]

OFFS = (0, 1, -1, 2, -2, 3, -3)  # places along a node's side, in the order in which lines take them
PITCH = 2  # between the tracks of a corridor
END = 1 << 30


class Hop(NamedTuple):
    """A stretch of a line in one channel (upright) or corridor of a group, from a row or column to another."""

    group: int
    upright: bool
    place: int
    low: float
    high: float


class Trip:
    """A line's stretches in turn, upright ones and level ones by turns, and the ports of its ends."""

    __slots__ = ("hops", "line", "right_start", "right_stop", "start_off", "stop_off", "straight", "tracks")

    def __init__(self, line: Line) -> None:
        self.line = line
        self.hops: list[Hop] = []
        self.tracks: list[int] = []
        self.right_start = self.right_stop = True
        self.start_off = self.stop_off = 0
        self.straight = ""


class Tracks:
    """All lines on tracks. The shelves are told how many tracks there are, and then settled."""

    def __init__(self, plan: Plan, shelves: Shelves) -> None:
        self.plan = plan
        self.shelves = shelves
        self.taken: dict[tuple[int, str], int] = {}
        self.trips = [self._trip(line) for line in plan.lines]
        self._assign()
        shelves.settle()

    # ------------------------------------------------------------------------------------------------------- by rule

    def _trip(self, line: Line) -> Trip:
        trip = Trip(line)
        if line.loop:
            return trip
        if line.enclosed:
            return self._enclosed(trip)
        cell, groups = self.shelves.cell, self.plan.groups
        (row, column), (end_row, end_column) = cell[line.first], cell[line.last]
        joined = line.source == line.first >= groups and line.target == line.last >= groups
        if joined and row == end_row and abs(column - end_column) == 1 and self._join(trip, "x", column < end_column):
            return trip
        if joined and column == end_column and abs(row - end_row) == 1 and self._join(trip, "y", row < end_row):
            return trip
        trip.right_start = column <= end_column
        trip.right_stop = column >= end_column
        up = self._out(line.source, line.home, right=trip.right_start)
        down = self._out(line.target, line.home, right=trip.right_stop)
        trip.hops = [*up, *self._across(line.home, (row, column), (end_row, end_column)), *down[::-1]]
        trip.start_off = self._take(line.source, self._side(trip, start=True))
        trip.stop_off = self._take(line.target, self._side(trip, start=False))
        return trip

    def _join(self, trip: Trip, axis: str, onward: bool) -> bool:
        """Join neighbours straight, along x or y, if there is a place left on their sides."""
        line = trip.line
        trip.straight, trip.right_start, trip.right_stop = axis, onward, not onward
        sides = ((line.source, self._side(trip, start=True)), (line.target, self._side(trip, start=False)))
        number = max(self.taken.get(side, 0) for side in sides)
        half = min(_half(self.plan.icon[item][axis == "x"]) for item, _ in sides)
        # Along x only each second row is free for it, see `_level_of`.
        if number >= (max(1, half) if axis == "x" else 2 * half + 1):
            trip.straight = ""
            return False
        trip.start_off = trip.stop_off = number
        self.taken.update(dict.fromkeys(sides, number + 1))
        return True

    def _enclosed(self, trip: Trip) -> Trip:
        """Lead a line between a group and something inside it straight out to the border, as if it left the group."""
        line = trip.line
        inner = line.target if line.source == line.home else line.source
        column = self.shelves.cell[line.last if line.source == line.home else line.first][1]
        right = column * 2 >= self.shelves.shelf[line.home].columns - 1
        hops = self._out(inner, self.plan.parent[line.home], right=right)
        trip.right_start = trip.right_stop = right
        trip.hops = hops[::-1] if line.source == line.home else hops
        off = self._take(inner, "right" if right else "left")
        trip.start_off = trip.stop_off = off
        return trip

    def _side(self, trip: Trip, *, start: bool) -> str:
        first = trip.right_start if start else trip.right_stop
        if trip.straight == "y":
            return "below" if first else "above"
        return "right" if first else "left"

    def _take(self, item: int, side: str) -> int:
        number = self.taken.get((item, side), 0)
        self.taken[item, side] = number + 1
        return number

    def _out(self, item: int, home: int, *, right: bool) -> list[Hop]:
        """Return the stretches that lead out of all groups round an item up to `home`, to the right or left."""
        hops: list[Hop] = []
        child = item
        for group in self.plan.path[item][1:]:
            if group == home:
                break
            shelf = self.shelves.shelf[group]
            row, column = self.shelves.cell[child]
            if column != (shelf.columns - 1 if right else 0):
                channel = column + 1 if right else column
                corridor = self._nearest(row, row)
                hops.append(_upright(group, channel, row, corridor - 0.5))
                hops.append(Hop(group, False, corridor, channel if right else -1, END if right else channel))
            child = group
        return hops

    def _across(self, group: int, start: tuple[int, int], stop: tuple[int, int]) -> list[Hop]:
        """Return the stretches from one cell of a group to another."""
        (row, column), (end_row, end_column) = start, stop
        first = column + 1 if column <= end_column else column
        last = end_column if column < end_column else end_column + 1
        if first == last:
            return [_upright(group, first, row, end_row)]
        corridor = self._nearest(row, end_row)
        return [
            _upright(group, first, row, corridor - 0.5),
            Hop(group, False, corridor, min(first, last), max(first, last)),
            _upright(group, last, corridor - 0.5, end_row),
        ]

    def _nearest(self, row: int, end_row: int) -> int:
        """Return a corridor on the way from one row to another, or beside them."""
        if row < end_row:
            return row + 1 if (row + end_row) % 2 else end_row
        if row > end_row:
            return row if (row + end_row) % 2 else end_row + 1
        return row or 1

    # ------------------------------------------------------------------------------------------------------- tracks

    def _assign(self) -> None:
        """Give each stretch the first track that is free on all of it, and tell the shelves how many there are."""
        stretches: dict[tuple[int, bool, int], list[tuple[float, float, int, int]]] = {}
        for number, trip in enumerate(self.trips):
            trip.tracks = [0] * len(trip.hops)
            for i, hop in enumerate(trip.hops):
                stretches.setdefault(hop[:3], []).append((hop.low, hop.high, number, i))
        for (group, upright, index), wanted in stretches.items():
            wanted.sort()
            free: list[int] = []
            busy: list[tuple[float, int]] = []
            count = 0
            for low, high, number, i in wanted:
                while busy and busy[0][0] < low:
                    heappush(free, heappop(busy)[1])
                if free:
                    track = heappop(free)
                else:
                    track, count = count, count + 1
                heappush(busy, (high, track))
                self.trips[number].tracks[i] = track
            shelf = self.shelves.shelf[group]
            (shelf.channels if upright else shelf.corridors)[index] = count if upright else PITCH * count

    # ----------------------------------------------------------------------------------------------------- geometry

    def corners(self, trip: Trip) -> list[Point]:
        """Return the corners of a line, border to border, in px."""
        line = trip.line
        if line.loop:
            return self._loop(trip)
        if trip.straight:
            return self._straight(trip)
        levels = [self._level_of(hop, track) for hop, track in zip(trip.hops, trip.tracks, strict=True)]
        start = self._level(line.source, trip.start_off, right=trip.right_start)
        stop = self._level(line.target, trip.stop_off, right=trip.right_stop)
        if line.enclosed and line.source == line.home:
            start = levels[0] if levels else stop
        elif line.enclosed:
            stop = levels[-1] if levels else start
        points = [Point(self._border(line.source, right=trip.right_start), start)]
        for hop, level in zip(trip.hops, levels, strict=True):
            last = points[-1]
            points.append(Point(level, last.y) if hop.upright else Point(last.x, level))
        points += [Point(points[-1].x, stop), Point(self._border(line.target, right=trip.right_stop), stop)]
        return _without_stops(points)

    def _level_of(self, hop: Hop, track: int) -> float:
        """Return where a stretch runs: its x if it is upright, else its y.

        What leaves a group to the right runs in even rows, what leaves it to the left in odd ones: so two lines that
        come into a channel from both sides never lie on one another.
        """
        shelves = self.shelves
        shelf = shelves.shelf[hop.group]
        if hop.upright:
            return (shelves.left[hop.group] + shelf.channel_at[hop.place] + track) * U
        row = shelves.top[hop.group] + shelf.corridor_at[hop.place] + PITCH * track
        return (row + (row + (hop.low < 0)) % 2) * U

    def _level(self, item: int, off: int, *, right: bool) -> float:
        """Return the y at which a line leaves an item by its side."""
        if item < self.plan.groups:
            row = self.shelves.top[item] + 1
            return (row + (row + (not right)) % 2 + 2 * (off % 2)) * U
        row = self.shelves.centre(item)[1]
        half = _half(self.plan.icon[item][1])
        offs = [k for k in OFFS if abs(k) <= half and (row + k + (not right)) % 2 == 0] or [0]
        return (row + offs[off % len(offs)]) * U

    def _border(self, item: int, *, right: bool) -> float:
        if item < self.plan.groups:
            return (self.shelves.left[item] + (self.shelves.width[item] if right else 0)) * U
        x = self.shelves.centre(item)[0] * U
        half = self.plan.icon[item][0]
        return x + half if right else x - half

    def _straight(self, trip: Trip) -> list[Point]:
        """Return the ends of a line between neighbours, drawn from the upper or left one."""
        ends = [trip.line.source, trip.line.target]
        if not trip.right_start:
            ends.reverse()
        first, last = ends
        axis = 1 if trip.straight == "x" else 0
        at = self.shelves.centre(first)[axis]
        half = min(_half(self.plan.icon[item][axis]) for item in ends)
        offs = [k for k in OFFS if abs(k) <= half and (axis == 0 or (at + k) % 2 == 0)] or [0]
        level = (at + offs[trip.start_off % len(offs)]) * U
        if axis == 1:
            points = [Point(self._border(first, right=True), level), Point(self._border(last, right=False), level)]
        else:
            text = self.plan.text[first][1]
            under = self.plan.icon[first][1] + (LABEL_GAP + text + 2 if text else 0)
            start, stop = self.shelves.centre(first)[1] * U + under, self.shelves.centre(last)[1] * U
            points = [Point(level, start), Point(level, stop - self.plan.icon[last][1])]
        return points if trip.right_start else points[::-1]

    def _loop(self, trip: Trip) -> list[Point]:
        """Return the corners of a line from an item to itself, round its top right corner."""
        item = trip.line.source
        turn = self._take(item, "loop")
        top, right = self._border_above(item), self._border(item, right=True)
        if item < self.plan.groups:
            shelves = self.shelves
            x = round(right / U) - _along(shelves.width[item], turn)
            y = round(top / U) + _along(shelves.height[item], turn)
            outer_x, outer_y = round(right / U) + 2 + turn, round(top / U) - 2 - turn
        else:
            (x, y), (wide, high) = self.shelves.centre(item), self.plan.icon[item]
            side = max(wide, self.plan.text[item][0] / 2)
            outer_x, outer_y = x + ceil(side / U) + 1 + turn, y - ceil(high / U) - 1 - turn
            x += max(-_half(wide), min(2, _half(wide)) - turn)
            y -= max(-_half(high), min(2, _half(high)) - turn)
        return [
            Point(x * U, top), Point(x * U, outer_y * U), Point(outer_x * U, outer_y * U),
            Point(outer_x * U, y * U), Point(right, y * U),
        ]  # fmt: skip

    def _border_above(self, item: int) -> float:
        if item < self.plan.groups:
            return self.shelves.top[item] * U
        return self.shelves.centre(item)[1] * U - self.plan.icon[item][1]


def _half(size: float) -> int:
    return max(0, int((size - 9) // U))


def _along(side: int, turn: int) -> int:
    """Return how far from its corner a loop of this number ends: between the borders, however many there are."""
    places = [*range(PITCH, side, PITCH), *range(1, side, PITCH)]
    return places[turn % len(places)]


def _upright(group: int, channel: int, a: float, b: float) -> Hop:
    return Hop(group, True, channel, min(a, b), max(a, b))


def _without_stops(points: list[Point]) -> list[Point]:
    corners = points[:1]
    for at, after in pairwise(points[1:]):
        last = corners[-1]
        if at != last and not (last.x == at.x == after.x or last.y == at.y == after.y):
            corners.append(at)
    return [*corners, points[-1]]
