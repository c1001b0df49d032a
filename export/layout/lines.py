"""All lines of a diagram laid on the grid, with their labels.

Lines whose ends stand in one row are laid first, then short ones before long ones. The moment a line is laid its label
is placed, and is in the way of all that come later. Then lines are lifted and laid again where later ones made them
dearer, those first whose label found no spot.
"""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.layout import router
from export.layout.boxes import U
from export.layout.grid import EXACT, Grid
from export.layout.labels import Ground, beside_loop, is_free, pieces, span_of, spot
from export.layout.ports import FURTHEST, Ports
from export.layout.router import FAR, points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from export.drawing import Box, Point
    from export.layout.boxes import Flow, Line, Plan
    from export.layout.coordinates import Places
    from export.layout.labels import Span, Spot
    from export.layout.router import Way

__all__ = ["Laid", "Quality", "lay"]

TANGLE = 1_000_000  # steps that the router may look at to lay all lines once: a few seconds


class Quality(NamedTuple):
    """What a reader minds: labels and lines without a place, crossings, bends, px of line."""

    lost: int
    crossings: int
    bends: int
    length: float


class Laid:
    """Lines on their way: `ways` on the grid, their `corners` in px, `labels`; all by the line's number."""

    def __init__(self, plan: Plan, flows: tuple[Flow, ...], places: Places) -> None:
        self.plan = plan
        self.places = places
        self.grid = Grid(plan, places)
        self.ports = Ports(self.grid, flows)
        self.ground = Ground(plan, places.centres, places.frames)
        self.ways: dict[int, Way] = {}
        self.corners: dict[int, list[Point]] = {}
        self.spans: dict[int, list[Span]] = {}
        self.labels: dict[int, Box] = {}
        self.until = FAR

    def allow(self, steps: int) -> None:
        """Let lines be laid again until the router has looked at so many more steps."""
        self.until = self.grid.steps + steps

    @property
    def is_spent(self) -> bool:
        """Whether as many steps were looked at as are allowed."""
        return self.grid.steps >= self.until

    def lift(self, line: Line) -> Way | None:
        """Take a line and its label away, and return the way it had."""
        way = self.ways.pop(line.number, None)
        if way is not None:
            del self.corners[line.number], self.spans[line.number]
            self._mark(way, -1)
        self.drop_label(line)
        return way

    def lay(self, line: Line, way: Way) -> None:
        """Put a line on a way, and its label on it if there is a spot."""
        self.ways[line.number] = way
        self.corners[line.number] = points(self.grid, way)
        self.spans[line.number] = pieces(self.corners[line.number])
        self._mark(way, 1)
        self._label(line)

    def find(self, line: Line, limit: int = FAR) -> Way | None:
        """Return the cheapest way of a line that is lifted, or None if there is none cheaper than `limit`."""
        return router.find(self.grid, self.ports, line, limit)

    def lay_all(self, too_bad: Callable[[Quality], bool] = lambda _: False) -> bool:
        """Lay all lines, or give up, and return False, where they would be too bad or take too long.

        `too_bad` is asked after each line about those that are laid and what the others come to at least.
        """
        self._lay_loops()
        lines = [line for line in sorted(self.plan.lines, key=self._spread) if line.number not in self.ways]
        lost = sum(1 for line in self.crowded if line.number in self.ways)
        sofar = _sum([self.quality()._replace(lost=lost), *map(self._least, lines)])
        if too_bad(sofar):
            return False
        for line in lines:
            way = self.find(line)
            if way is not None:
                self.lay(line, way)
            sofar = self._known(sofar, line)
            if too_bad(sofar) or self.grid.steps > TANGLE:
                return False
        return True

    def _least(self, line: Line) -> Quality:
        """Return about what a line between nodes comes to at least; it may leave them off the middle of a side."""
        if min(line.source, line.target) < self.plan.groups:
            return Quality(0, 0, 0, 0)
        (ax, ay), (bx, by) = self._middle(line.source), self._middle(line.target)
        across, down = abs(ax - bx), abs(ay - by)
        return Quality(0, 0, 1 if min(across, down) > 2 * FURTHEST * U else 0, across + down)

    def _known(self, sofar: Quality, line: Line) -> Quality:
        """Return the quality with what a line comes to that was just laid, in place of the least."""
        if line.number not in self.ways:
            return sofar._replace(lost=sofar.lost + 1)
        spans, least = self.spans[line.number], self._least(line)
        return Quality(
            sofar.lost + (1 if line.label[0] and line.number not in self.labels else 0),
            sofar.crossings + self._crossings_of(line),
            sofar.bends - least.bends + len(spans) - 1,
            sofar.length - least.length + _length(spans),
        )

    def _crossings_of(self, line: Line) -> int:
        """Return how often a line crosses others."""
        upright, flat = _split(self.spans[line.number])
        other_upright, other_flat = _split(
            s for number, spans in self.spans.items() if number != line.number for s in spans
        )
        return _crossings(upright, other_flat) + _crossings(other_upright, flat)

    def _lay_loops(self) -> None:
        """Lay the lines from items to themselves; they stay."""
        turns: dict[int, int] = {}
        for line in self.plan.lines:
            if line.loop:
                turn = turns.get(line.source, 0)
                turns[line.source] = turn + 1
                way = router.loop(self.grid, self.ports, line, turn)
                if way is not None:
                    self.lay(line, way)
        for line in self.plan.lines:
            if line.loop and line.number in self.ways:
                self.drop_label(line)
                self._label(line)

    def _spread(self, line: Line) -> tuple[bool, float, int]:
        """Return what lines are laid by: in one row or column first, then the short ones."""
        (ax, ay), (bx, by) = self._middle(line.source), self._middle(line.target)
        across, down = abs(ax - bx), abs(ay - by)
        return (min(across, down) > 0, across + down, line.number)

    def _middle(self, item: int) -> Point:
        return self.places.centres[item] if item >= self.plan.groups else self.places.frames[item].centre

    def price(self, line: Line, way: Way) -> int:
        """Return what a way of a line that is lifted would cost."""
        return router.price(self.grid, self.ports, line, way)

    @property
    def paid(self) -> int:
        """What all ways cost when they were laid."""
        return sum(way.price for way in self.ways.values())

    def improve(self, rounds: int) -> None:
        """Lift lines that others made dearer, or that have no spot for their label, and lay them again."""
        for _ in range(rounds):
            lost = {line.number for line in self.crowded}
            paid = {number: way.price for number, way in self.ways.items()}
            for line in sorted(self.plan.lines, key=lambda n: (n.number not in lost, -paid.get(n.number, 0), n.number)):
                if line.loop and line.number in self.ways:
                    continue
                if self.is_spent:
                    return
                old = self.lift(line)
                now = FAR if old is None else self.price(line, old)
                if old is not None and line.number not in lost and now <= old.price and not self._may_be_cheaper(old):
                    self.lay(line, old)
                    continue
                way = self.find(line, now) or (old and old._replace(led=False))
                if way is not None:
                    self.lay(line, way)

    def _may_be_cheaper(self, way: Way) -> bool:
        return way.led and self.grid.exact == EXACT

    def place_labels(self) -> None:
        """Place all labels anew now that all lines are laid, those on the simplest lines first."""
        named = [line for line in self.plan.lines if line.label[0] and line.number in self.ways]
        kept = dict(self.labels)
        for line in named:
            self.drop_label(line)
        for line in sorted(named, key=lambda line: (len(self.corners[line.number]), line.number)):
            self._label(line)
        if len(self.labels) < len(kept):
            for line in named:
                self.drop_label(line)
            for line in named:
                if line.number in kept and self._is_free(line, kept[line.number]):
                    self.put_label(line, kept[line.number])

    def drop_label(self, line: Line) -> None:
        """Take the label of a line away, if it has one."""
        label = self.labels.pop(line.number, None)
        if label is not None:
            self.grid.mark_label(label, -1)

    def put_label(self, line: Line, box: Box) -> None:
        """Put the label of a line at a place."""
        self.drop_label(line)
        self.labels[line.number] = box
        self.grid.mark_label(box, 1)

    def spot(self, line: Line, *without: int) -> Spot | None:
        """Return the best spot for a line's label as things stand, or as they would `without` some other lines."""
        gone = (line.number, *without)
        labels = [span_of(box) for number, box in self.labels.items() if number != line.number]
        lines = (spans for number, spans in self.spans.items() if number not in gone)
        taken = chain(self.ground.solid, labels, *lines)
        if line.number not in self.corners:
            return None  # there was no way for it
        if line.loop:
            return beside_loop(line.label, self.corners[line.number], taken)
        return spot(line.label, self.corners[line.number], taken, self.ground.borders)

    @property
    def on_others(self) -> set[int]:
        """The numbers of lines that lie on one with which they share no end."""
        on: dict[tuple[int, int], list[Line]] = {}
        found: set[int] = set()
        steps = (1, self.grid.width, -1, -self.grid.width)
        for number, way in self.ways.items():
            line = self.plan.lines[number]
            borders = [port.cell - steps[port.side] for port in (way.start, way.stop)]
            for step in pairwise([borders[0], *way.cells, borders[1]]):
                others = on.setdefault((min(step), max(step)), [])
                for other in others:
                    if not {line.source, line.target} & {other.source, other.target}:
                        found |= {number, other.number}
                others.append(line)
        return found

    @property
    def crowded(self) -> list[Line]:
        """The lines whose label found no place."""
        return [line for line in self.plan.lines if line.label[0] and line.number not in self.labels]

    def quality(self) -> Quality:
        """Measure what a reader minds."""
        bends = sum(len(spans) - 1 for spans in self.spans.values())
        length = sum(map(_length, self.spans.values()))
        crossings = _crossings(*_split(chain.from_iterable(self.spans.values())))
        lost = len(self.crowded) + len(self.plan.lines) - len(self.ways)
        return Quality(lost, crossings, bends, length)

    def _is_free(self, line: Line, box: Box) -> bool:
        spans = (s for number, spans in self.spans.items() if number != line.number for s in spans)
        labels = (span_of(other) for other in self.labels.values())
        return is_free(box, chain(self.ground.solid, labels, spans))

    def _label(self, line: Line) -> None:
        found = self.spot(line) if line.label[0] else None
        if found is not None:
            self.put_label(line, found.box)

    def _mark(self, way: Way, times: int) -> None:
        width = self.grid.width
        steps = (1, width, -1, -width)
        self.grid.mark(way.cells, steps[way.start.side], -steps[way.stop.side], times)
        self.ports.take(way.start, way.stop, times=times)


def _split(spans: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """Return the upright pieces of lines and the flat ones."""
    upright: list[Span] = []
    flat: list[Span] = []
    for s in spans:
        (upright if s[0] == s[2] else flat).append(s)
    return upright, flat


def _crossings(upright: list[Span], flat: list[Span]) -> int:
    return sum(
        1 for x, top, _, bottom in upright for left, y, right, _ in flat if left < x < right and top < y < bottom
    )


def _length(spans: list[Span]) -> float:
    return sum(s[2] - s[0] + s[3] - s[1] for s in spans)


def _sum(qualities: Iterable[Quality]) -> Quality:
    return Quality(*map(sum, zip(*qualities, strict=True)))


def lay(plan: Plan, flows: tuple[Flow, ...], places: Places) -> Laid:
    """Return all lines laid once."""
    laid = Laid(plan, flows, places)
    laid.lay_all()
    return laid
