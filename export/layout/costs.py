"""Costs: what a rough placement would cost the eye.

That is crossings, lines over icons, bends, length, size, aspect, and neighbours that stand against the script's order.

Most placements that are compared differ little. So a sheet keeps what was counted of one, and of another of the same
layering only that is counted again which has to do with a line or a node that moved. Places are multiples of half a U,
so sums of them are exact: what is counted so is the same to the last bit.
"""

from __future__ import annotations

from bisect import bisect_left
from math import inf, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from export.layout.boxes import Plan
    from export.layout.layers import Layering
    from export.layout.packing import Packing

__all__ = ["Costs", "Sheet"]

CROSSING, OVER, BEND = 100, 70, 12
NARROWEST, WIDEST, ASPECT = 1.15, 2.2, 400  # the aspects that cost nothing, and what a unit outside costs
SLANT = 3  # U that a line may be off in both directions without a bend
CLEAR = 4  # a line nearer to a node's centre runs over it
AROUND = 5  # U beyond a line, within which it is asked what it runs over

# Left and right x, upper and lower y, the y at the left and at the right, and the number of the line.
Piece = tuple[float, float, float, float, float, float, int]
Pair = tuple[int, int]


class Sheet:
    """What a placement costs, and of what.

    `pieces` are those of all lines, from left to right; `drawn` gives for each line what its length and bends cost,
    `plain` what those of all do. `crossings` are pairs of lines, `over` pairs of a line and a node that it runs over:
    one pair for each time.
    """

    __slots__ = ("area", "cost", "crossings", "drawn", "inversions", "over", "packing", "pieces", "plain", "shape")

    def __init__(self, packing: Packing, lines: int) -> None:
        self.packing = packing
        self.pieces: list[Piece] = []
        self.drawn = [0.0] * lines
        self.crossings: list[Pair] = []
        self.over: list[Pair] = []
        self.cost = 0.0
        self.plain = 0.0
        wide, high = packing.width[0], packing.height[0]
        aspect = wide / max(high, 1)
        self.shape = ASPECT * max(0, aspect / WIDEST - 1, NARROWEST / aspect - 1 if aspect else 0)
        self.area = wide * high * 0.004
        self.inversions = sum([inside.inversions for inside in packing.insides])

    def total(self) -> float:
        """Return what all that is counted so far costs."""
        packing = self.packing
        total = self.plain + OVER * len(self.over) + CROSSING * len(self.crossings)
        return total + self.shape + packing.width[0] + packing.height[0] + self.area + self.inversions


class Costs:
    """Counts what placements of one diagram cost."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.nodes = frozenset(range(plan.groups, plan.items))
        self.all = {line.number for line in plan.joining}
        self.ends = [(line.source, line.target) for line in plan.lines]
        self.touching: list[list[int]] = [[] for _ in plan.ids]  # the lines that end at an item
        for line in plan.joining:
            self.touching[line.source].append(line.number)
            self.touching[line.target].append(line.number)

    def __call__(self, layering: Layering, packing: Packing) -> Sheet:
        """Return the sheet of a placement."""
        sheet = self.below(inf, layering, packing)
        assert sheet is not None
        return sheet

    def below(self, limit: float, layering: Layering, packing: Packing, before: Sheet | None = None) -> Sheet | None:
        """Return the sheet of a placement that costs less than the limit, None for one that does not.

        `before` is the sheet of a placement of the same layering in another order.
        """
        sheet = Sheet(packing, len(self.ends))
        changed, rest = self.all, list[Piece]()
        if before is not None:
            moved = _moved(before.packing, packing)
            changed = self._changed(layering, moved)
            nodes = self.nodes.intersection(moved)
            rest = [piece for piece in before.pieces if piece[-1] not in changed]
            sheet.drawn = before.drawn.copy()
            sheet.crossings = [pair for pair in before.crossings if pair[0] not in changed and pair[1] not in changed]
            sheet.over = [pair for pair in before.over if pair[0] not in changed and pair[1] not in nodes]
            self._find_over(rest, nodes, packing, sheet.over)
        fresh = self._pieces(layering, packing, changed, sheet.drawn)
        sheet.plain = sum(sheet.drawn)
        if sheet.total() >= limit:
            return None
        self._find_over(fresh, self.nodes, packing, sheet.over)
        most = (limit - sheet.total()) / CROSSING + 1  # one more for what is lost by rounding
        _find_crossings(fresh, rest, sheet.crossings, len(sheet.crossings) + most)
        sheet.cost = sheet.total()
        if sheet.cost >= limit:
            return None
        sheet.pieces = sorted(rest + fresh) if rest else fresh
        return sheet

    def _changed(self, layering: Layering, moved: Sequence[int]) -> set[int]:
        """Return the lines that lead to or over elements that moved."""
        items, carries, touching = self.plan.items, layering.carries, self.touching
        changed: set[int] = set()
        for v in moved:
            if v < items:
                changed.update(touching[v])
            else:
                changed.add(carries[v - items])
        return changed

    def _pieces(self, layering: Layering, packing: Packing, lines: set[int], drawn: list[float]) -> list[Piece]:
        """Return the straight pieces of lines, sorted, and enter what the lines cost in length and bends."""
        x, y, ways = packing.x, packing.y, layering.ways
        pieces: list[Piece] = []
        for line in lines:
            way = ways[line]
            a = way[0]
            total = 0.0
            for b in way[1:]:
                ax, ay, bx, by = x[a], y[a], x[b], y[b]
                a = b
                if ax > bx:
                    ax, ay, bx, by = bx, by, ax, ay
                low, high = (ay, by) if ay <= by else (by, ay)
                run, rise = bx - ax, high - low
                pieces.append((ax, bx, low, high, ay, by, line))
                total += run + rise
                if run > SLANT and rise > SLANT:
                    total += BEND
            drawn[line] = total
        pieces.sort()
        return pieces

    def _find_over(self, pieces: list[Piece], nodes: Iterable[int], packing: Packing, found: list[Pair]) -> None:
        """Add which lines run over which nodes other than their ends."""
        x, y, ends = packing.x, packing.y, self.ends
        starts = [piece[0] for piece in pieces]
        for v in nodes:
            nx, ny = x[v], y[v]
            left, upper, lower = nx - AROUND, ny - AROUND, ny + AROUND
            for ax, bx, low, high, ay, by, line in pieces[: bisect_left(starts, nx + AROUND)]:
                if low < lower and high > upper and bx > left and v not in ends[line]:
                    dx, dy = bx - ax, by - ay
                    near = CLEAR * sqrt(dx * dx + dy * dy) or CLEAR
                    if -near < dx * (ay - ny) - (ax - nx) * dy < near:
                        found.append((line, v))


def _moved(before: Packing, now: Packing) -> list[int]:
    """Return the elements that do not stand where they stood."""
    return [
        v
        for v, (x, y, was_x, was_y) in enumerate(zip(now.x, now.y, before.x, before.y, strict=True))
        if x != was_x or y != was_y
    ]


def _find_crossings(fresh: list[Piece], rest: list[Piece], found: list[Pair], most: float) -> None:
    """Add the pairs of lines that cross, in which a piece is fresh, until there are more than `most`.

    The pieces of both lists are from left to right. What only touches does not cross.
    """
    fresh_starts = [piece[0] for piece in fresh]
    starts = [piece[0] for piece in rest]
    for i, (ax, bx, low, high, ay, by, line) in enumerate(fresh, 1):
        dx, dy = bx - ax, by - ay
        others = fresh[i : bisect_left(fresh_starts, bx)]
        if rest:
            others += rest[: bisect_left(starts, bx)]
        for cx, ex, upper, lower, cy, ey, other in others:
            if upper >= high or lower <= low or ex <= ax:
                continue
            if (dx * (cy - ay) - (cx - ax) * dy) * (dx * (ey - ay) - (ex - ax) * dy) >= 0:
                continue
            fx, fy = ex - cx, ey - cy
            if (fx * (ay - cy) - (ax - cx) * fy) * (fx * (by - cy) - (bx - cx) * fy) < 0:
                found.append((line, other))
        if len(found) > most:
            break
