"""The ground that lines run on: a raster of U = 10 px with a price for every step.

Cells hold no line where an icon with its label stands, or a title. Elsewhere a step costs more along a border, in
groups that have nothing to do with the line, beside and over other lines, and over their labels. Prices are twentieths
of a step.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from export.drawing import Point
from export.layout.boxes import LABEL_GAP, TITLE_AIR, U

if TYPE_CHECKING:
    from export.drawing import Box
    from export.layout.boxes import Line, Plan
    from export.layout.coordinates import Places

__all__ = ["Grid"]

MARGIN = 6  # cells round everything

STEP = 20
BORDER, NEAR_BORDER = 200, 6
NEAR_NODE = 8
FOREIGN, OUTSIDE, ENTERED = 40, 14, 1200  # in a group of no concern, out of the common group, in a group that is an end
BEND, CROSSING, CORNER = 180, 280, 240
ROUGH, EXACT = 700, 5000  # states that a search looks at before it is led: for candidates, and for the best of them
EARLY_BEND = 60  # a bend right at a port costs so much more
SHARED, NEAR_LINE = 500, 7
OVER_LABEL = 600  # to step onto a label, and as much to step off it
WALL = 1 << 40
AIR = 6  # px that a line keeps from an icon and its label

# What a cell is while the grid is made: beside a border or on one (the last two bits), beside a node; and its price.
BESIDE_BORDER, ON_BORDER, BESIDE_NODE = 1, 2, 4
PRICES = bytes(STEP + node + border for node in (0, NEAR_NODE) for border in (0, NEAR_BORDER, BORDER, 0)).ljust(256)
AT_LEAST = [bytes(code & BESIDE_NODE | max(code & 3, least) for code in range(256)) for least in range(3)]


class Grid:
    """Prices by cell, row after row.

    `step_x` is the price from a cell to the next on its right, `step_y` to the next below; `pass_x` and `pass_y` are
    what it costs to go straight through a cell along x or y, `turn` to turn there. Steps onto blocked cells cost
    `WALL`.
    """

    def __init__(self, plan: Plan, places: Places) -> None:
        left, top, right, bottom = places.boxes[0]
        self.plan = plan
        self.places = places
        self.left, self.top = left - MARGIN, top - MARGIN
        self.width, self.height = right - left + 2 * MARGIN + 1, bottom - top + 2 * MARGIN + 1
        self.column_at = [float((self.left + i) * U) for i in range(self.width)]
        self.row_at = [float((self.top + i) * U) for i in range(self.height)]
        cells = self.width * self.height
        self.blocked = bytearray(cells)
        self.region = [0] * cells
        self.under = [0] * plan.items  # cells from a node's centre to the first free one below
        self.above = [0] * plan.items
        self.right = [0] * plan.items
        along_x = bytearray(cells)
        self._nodes(along_x)
        along_y = along_x.copy()
        self._groups(along_x, along_y)
        self._edge()
        self.step_x = list(along_x.translate(PRICES))
        self.step_y = list(along_y.translate(PRICES))
        self.pass_x = [0] * cells
        self.pass_y = [0] * cells
        self.turn = [0] * cells
        self._bar()
        self.foreign: dict[int, list[int]] = {}  # by line
        self.early_bend = EARLY_BEND
        self.exact = ROUGH  # states that a search looks at before it is led
        # What the router writes on.
        self.came = [-1] * (2 * cells)
        self.steps = 0  # that the router has looked at: what a layout costs, the same on each machine

    def _bar(self) -> None:
        """Make steps onto blocked cells too dear, run by run; the first row is one."""
        width, step_x, step_y, blocked = self.width, self.step_x, self.step_y, self.blocked
        start = blocked.find(1)
        while start >= 0:
            stop = blocked.find(0, start)
            if stop < 0:
                stop = len(blocked)
            walls = [WALL] * (stop - start)
            step_x[start:stop] = step_y[start:stop] = walls
            if start >= width:
                step_x[start - 1] = WALL
                step_y[start - width : stop - width] = walls
            start = blocked.find(1, stop)

    def cell(self, x: int, y: int) -> int:
        """Return the cell at a place in U."""
        return (y - self.top) * self.width + x - self.left

    def point(self, cell: int) -> Point:
        """Return the place of a cell in px."""
        y, x = divmod(cell, self.width)
        return Point(self.column_at[x], self.row_at[y])

    def _fill(self, layer: bytearray, x0: int, y0: int, x1: int, y1: int, value: int = 1) -> None:
        """Set a rectangle of cells, last ones included."""
        run = bytes([value]) * (x1 - x0 + 1)
        for start in range(self.cell(x0, y0), self.cell(x0, y1) + 1, self.width):
            layer[start : start + len(run)] = run

    def _groups(self, along_x: bytearray, along_y: bytearray) -> None:
        plan, width = self.plan, self.width
        for group in range(1, plan.groups):
            left, top, right, bottom = self.places.boxes[group]
            inside = [group] * (right - left + 1)
            first, last = self.cell(left, top), self.cell(left, bottom)
            for start in range(first, last + 1, width):
                self.region[start : start + len(inside)] = inside
            for code, offs in ((BESIDE_BORDER, (-1, 1)), (ON_BORDER, (0,))):
                for off in offs:
                    for start in (first + off * width, last + off * width):
                        row = slice(start, start + len(inside))
                        along_x[row] = along_x[row].translate(AT_LEAST[code])
                    for start in (first + off, first + off + right - left):
                        column = slice(start, start + last - first + 1, width)
                        along_y[column] = along_y[column].translate(AT_LEAST[code])
            wide, high = plan.title[group]
            if wide:
                end = min(right, left + ceil((wide + TITLE_AIR) / U))
                self._fill(self.blocked, left, top, end, top + floor((high + TITLE_AIR - 1) / U))

    def _nodes(self, near: bytearray) -> None:
        plan, places = self.plan, self.places
        for node in range(plan.groups, plan.items):
            x, y = places.x[node], places.y[node]
            half_wide, half_high = plan.icon[node]
            wide, high = plan.text[node]
            off = self._follow(node)
            side = floor((max(half_wide, wide / 2 if high else 0) + AIR + off) / U)
            up = floor((half_high + AIR + off) / U)
            down = floor((half_high + (LABEL_GAP + high if high else 0) + AIR + off) / U)
            self._fill(self.blocked, x - side, y - up, x + side, y + down)
            self._fill(near, x - side - 1, y - up - 1, x + side + 1, y + down + 1, BESIDE_NODE)
            self.right[node], self.above[node], self.under[node] = side + 1, up + 1, down + 1

    def _follow(self, node: int) -> int:
        """Move the column and the row of a node that is pinned beside the grid to its centre, if they still are on it.

        Return how far in px the node may be from its cell, so that as much more is kept free round it.
        """
        centre = self.places.centres[node]
        x, y = self.places.x[node], self.places.y[node]
        if centre == (x * U, y * U):
            return 0
        if self.column_at[x - self.left] == x * U:
            self.column_at[x - self.left] = centre.x
        if self.row_at[y - self.top] == y * U:
            self.row_at[y - self.top] = centre.y
        return U // 2

    def _edge(self) -> None:
        last = self.height - 1
        for row in (0, last):
            self.blocked[row * self.width : (row + 1) * self.width] = b"\1" * self.width
        for y in range(self.height):
            self.blocked[y * self.width] = self.blocked[(y + 1) * self.width - 1] = 1

    def prices_of_regions(self, line: Line) -> list[int]:
        """Return what each step of a line costs more in each group."""
        prices = self.foreign.get(line.number)
        if prices is None:
            prices = self.foreign[line.number] = self._prices_of_regions(line)
        return prices

    def _prices_of_regions(self, line: Line) -> list[int]:
        plan = self.plan
        own = {*plan.path[line.source], *plan.path[line.target]}
        # Only where an end is a group is there anything to enter.
        ends = [(end, line.enclosed and end == line.home) for end in (line.source, line.target) if end < plan.groups]
        prices: list[int] = []
        for group in range(plan.groups):
            path = plan.path[group]
            price = 0 if group in own else FOREIGN
            if line.home not in path:
                price += OUTSIDE
            for end, outside in ends:
                if (end not in path) == outside:
                    price += ENTERED
            prices.append(price)
        return prices

    def mark(self, cells: list[int], entry: int, leave: int, times: int) -> None:
        """Lay a line over cells (times 1) or lift it (-1); `entry` and `leave` are its first and last step."""
        width, turn = self.width, self.turn
        step_x, step_y, pass_x, pass_y = self.step_x, self.step_y, self.pass_x, self.pass_y
        shared, near = SHARED * times, NEAR_LINE * times
        crossing, corner = CROSSING * times, CORNER * times
        # The last bit to the border of a group is open to other lines, too.
        for cell, step in ((min(cells[0], cells[0] - entry), entry), (min(cells[-1], cells[-1] + leave), leave)):
            (step_x if step in (1, -1) else step_y)[cell] += shared
        for cell in cells:
            turn[cell] += corner
        before = entry
        prices, through, beside = (step_x, pass_y, width) if entry in (1, -1) else (step_y, pass_x, 1)
        for cell, onto in pairwise(cells):
            after = onto - cell
            if after == before:
                through[cell] += crossing
            else:
                pass_x[cell] += corner
                pass_y[cell] += corner
                before = after
                prices, through, beside = (step_x, pass_y, width) if after in (1, -1) else (step_y, pass_x, 1)
            low = cell if after > 0 else onto
            prices[low] += shared
            prices[low - beside] += near
            prices[low + beside] += near
        if leave == before:
            through[cells[-1]] += crossing
        else:
            pass_x[cells[-1]] += corner
            pass_y[cells[-1]] += corner

    def mark_label(self, box: Box, times: int) -> None:
        """Make cells under a label dear (times 1) or undo it (-1)."""
        price = OVER_LABEL * times
        width, step_x, step_y = self.width, self.step_x, self.step_y
        first_x, first_y = max(0, ceil((box.x - 2) / U) - self.left), max(0, ceil((box.y - 2) / U) - self.top)
        last_x = min(width - 1, floor((box.right + 2) / U) - self.left)
        last_y = min(self.height - 1, floor((box.bottom + 2) / U) - self.top)
        for row in range(first_y * width, last_y * width + 1, width):
            for cell in range(row + first_x, row + last_x + 1):
                step_x[cell] += price
                step_y[cell] += price
                step_x[cell - 1] += price
                step_y[cell - width] += price
