"""Shelves: a placement of very large diagrams in time that grows with their size only.

The children of each group stand in rows and columns, in script order, each second row backwards so that chains go on.
Between columns run upright channels, between rows level corridors, and lines run in these alone (`tracks`), each on a
track of its own: so nothing lies on an icon or on another line, however many there are. Nothing is searched for;
crossings and bends are as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from export.layout.boxes import GAP_ACROSS, GAP_ALONG

if TYPE_CHECKING:
    from export.layout.boxes import Plan

__all__ = ["Shelf", "Shelves"]

ASPECT = 1.6  # that each group is to have, nearly
MOST_COLUMNS = 60


@dataclass(slots=True)
class Shelf:
    """The cells of a group: `rows` of children; for each child its row and column are in `Shelves.cell`.

    `channels` and `corridors` count the tracks in each: before the first column or row, between them, after the last.
    The rest is geometry in U: where columns and rows and tracks begin.
    """

    rows: list[list[int]]
    columns: int
    channels: list[int]
    corridors: list[int]
    column_at: list[int]
    row_at: list[int]
    channel_at: list[int]
    corridor_at: list[int]
    across: list[_Band]
    down: list[_Band]


class Shelves:
    """The shelf of each group, the cell of each item, and their sizes and places in U once they are known."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.cell: list[tuple[int, int]] = [(0, 0)] * plan.items
        self.width = [r.left + r.right for r in plan.reach]
        self.height = [r.up + r.down for r in plan.reach]
        self.left = [0] * plan.items
        self.top = [0] * plan.items
        self.shelf = [self._filled(group) for group in reversed(range(plan.groups))][::-1]

    def _filled(self, group: int) -> Shelf:
        """Put the children of a group on a shelf of the best shape; sizes are first guesses without tracks."""
        plan = self.plan
        children = plan.children[group]
        best: tuple[float, int] = (float("inf"), 1)
        for columns in range(1, min(len(children), MOST_COLUMNS) + 1):
            wide, high = self._extent(children, columns)
            shape = wide / max(high, 1)
            best = min(best, (max(shape / ASPECT, ASPECT / max(shape, 0.01)), columns))
        columns = best[1]
        rows = [list(children[i : i + columns]) for i in range(0, len(children), columns)]
        for number, row in enumerate(rows):
            for i, child in enumerate(row):
                self.cell[child] = (number, columns - 1 - i if number % 2 else i)
        wide, high = self._extent(children, columns)
        left, top, right, bottom = plan.pads[group]
        self.width[group] = max(wide + left + right, plan.least[group][0])
        self.height[group] = max(high + top + bottom, plan.least[group][1])
        count = max(1, columns)
        return Shelf(rows, count, [0] * (count + 1), [0] * (len(rows) + 1), [], [], [], [], [], [])

    def _extent(self, children: tuple[int, ...], columns: int) -> tuple[int, int]:
        if not children:
            return 0, 0
        widths = [0] * columns
        high = 0
        for start in range(0, len(children), columns):
            row = children[start : start + columns]
            high += max(self.height[child] for child in row) + GAP_ACROSS
            for i, child in enumerate(row):
                at = columns - 1 - i if (start // columns) % 2 else i
                widths[at] = max(widths[at], self.width[child])
        return sum(widths) + GAP_ALONG * (columns - 1), high - GAP_ACROSS

    def settle(self) -> None:
        """Find sizes from the inside out and places from the outside in, now that the tracks are counted."""
        plan = self.plan
        for group in reversed(range(plan.groups)):
            self._measure(group)
        self.left[0] = self.top[0] = 0
        for group in range(plan.groups):
            self._place(group)

    def _measure(self, group: int) -> None:
        plan, shelf = self.plan, self.shelf[group]
        across = [_Band() for _ in range(shelf.columns)]
        down = [_Band() for _ in shelf.rows]
        for child in plan.children[group]:
            row, column = self.cell[child]
            reach = plan.reach[child]
            if child < plan.groups:
                across[column].hold(self.width[child] + reach.right)
                down[row].hold(self.height[child] + reach.up)
            else:
                across[column].centre(reach.left, reach.right)
                down[row].centre(reach.up, reach.down)
        left, top, right, bottom = plan.pads[group]
        shelf.across, shelf.down = across, down
        shelf.column_at, shelf.channel_at, wide = _laid_out(across, shelf.channels, left, GAP_ALONG)
        shelf.row_at, shelf.corridor_at, high = _laid_out(down, shelf.corridors, top, GAP_ACROSS)
        self.width[group] = max(wide + right, plan.least[group][0])
        self.height[group] = max(high + bottom, plan.least[group][1])

    def _place(self, group: int) -> None:
        plan, shelf = self.plan, self.shelf[group]
        for child in plan.children[group]:
            row, column = self.cell[child]
            left, top = self.left[group] + shelf.column_at[column], self.top[group] + shelf.row_at[row]
            across, down, reach = shelf.across[column], shelf.down[row], plan.reach[child]
            if child < plan.groups:
                left += (across.size - self.width[child] - reach.right) // 2
                top += reach.up
            else:
                left += across.middle - reach.left
                top += down.middle - reach.up
            self.left[child], self.top[child] = left, top

    def centre(self, node: int) -> tuple[int, int]:
        """Return where the centre of a node's icon is."""
        reach = self.plan.reach[node]
        return self.left[node] + reach.left, self.top[node] + reach.up


class _Band:
    """A row or a column: how much room its groups and its nodes need, the nodes on one line through their centres."""

    __slots__ = ("after", "before", "held")

    def __init__(self) -> None:
        self.before = self.after = self.held = 0

    def hold(self, size: int) -> None:
        self.held = max(self.held, size)

    def centre(self, before: int, after: int) -> None:
        self.before, self.after = max(self.before, before), max(self.after, after)

    @property
    def size(self) -> int:
        return max(self.held, self.before + self.after)

    @property
    def middle(self) -> int:
        """Where the centres of nodes are, from where the band begins."""
        return self.before + (self.size - self.before - self.after) // 2


def _laid_out(sizes: list[_Band], tracks: list[int], start: int, gap: int) -> tuple[list[int], list[int], int]:
    """Return where bands of these sizes begin, where the tracks before and after each do, and where all ends."""
    bands: list[int] = []
    ways: list[int] = []
    at = start
    for i, count in enumerate(tracks):
        inner = 0 < i < len(tracks) - 1
        room = max(gap if inner else 0, count + 2 if count else 0)
        ways.append(at + (room - count + 1) // 2 if count else at)
        at += room
        if i < len(sizes):
            bands.append(at)
            at += sizes[i].size
    return bands, ways, at
