"""The ground that lines run on: a raster of U = 10 px with a price for every step.

Cells hold no line where an icon with its label stands, or a title. Elsewhere a step costs more along a border, in
groups that have nothing to do with the line, beside and over other lines, and over their labels. Prices are twentieths
of a step.
"""

from __future__ import annotations

from math import ceil, floor
from operator import add
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
EARLY_BEND = 60  # a bend right at a port costs so much more
SHARED, NEAR_LINE = 500, 7
OVER_LABEL = 600  # to step onto a label, and as much to step off it
WALL = 1 << 40
AIR = 6  # px that a line keeps from an icon and its label


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
        self.borders_x = bytearray(cells)  # 2 on a border that runs along x, 1 beside it
        self.borders_y = bytearray(cells)
        self._groups()
        self.under = [0] * plan.items  # cells from a node's centre to the first free one below
        self.above = [0] * plan.items
        self.right = [0] * plan.items
        near = bytearray(cells)
        self._nodes(near)
        self._edge()
        prices = bytes((STEP, STEP + NEAR_BORDER, STEP + BORDER)).ljust(256)
        self.step_x = list(map(add, self.borders_x.translate(prices), near))
        self.step_y = list(map(add, self.borders_y.translate(prices), near))
        self.pass_x = [0] * cells
        self.pass_y = [0] * cells
        self.turn = [0] * cells
        self._bar()
        self.early_bend = EARLY_BEND
        # What the router writes on.
        self.came = [-1] * (2 * cells)
        self.steps = 0  # that the router has looked at: what a layout costs, the same on each machine

    def _bar(self) -> None:
        """Make steps onto blocked cells too dear."""
        width, step_x, step_y = self.width, self.step_x, self.step_y
        blocked = self.blocked
        cell = blocked.find(1)
        while cell >= 0:
            step_x[cell] = step_y[cell] = WALL
            if cell:
                step_x[cell - 1] = WALL
            if cell >= width:
                step_y[cell - width] = WALL
            cell = blocked.find(1, cell + 1)

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
        for y in range(y0, y1 + 1):
            start = self.cell(x0, y)
            layer[start : start + len(run)] = run

    def _raise(self, layer: bytearray, x0: int, y0: int, x1: int, y1: int, value: int) -> None:
        for y in range(y0, y1 + 1):
            for cell in range(self.cell(x0, y), self.cell(x1, y) + 1):
                layer[cell] = max(layer[cell], value)

    def _groups(self) -> None:
        plan, width = self.plan, self.width
        for group in range(1, plan.groups):
            left, top, right, bottom = self.places.boxes[group]
            for y in range(top, bottom + 1):
                start = self.cell(left, y)
                self.region[start : start + right - left + 1] = [group] * (right - left + 1)
        for group in range(1, plan.groups):
            left, top, right, bottom = self.places.boxes[group]
            for y in (top, bottom):
                self._raise(self.borders_x, left, y, right, y, 2)
                for beside in (y - 1, y + 1):
                    self._raise(self.borders_x, left, beside, right, beside, 1)
            for x in (left, right):
                self._raise(self.borders_y, x, top, x, bottom, 2)
                for beside in (x - 1, x + 1):
                    self._raise(self.borders_y, beside, top, beside, bottom, 1)
            wide, high = plan.title[group]
            if wide:
                last = min(right, left + ceil((wide + TITLE_AIR) / U))
                self._fill(self.blocked, left, top, last, top + floor((high + TITLE_AIR - 1) / U))
        del width

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
            self._fill(near, x - side - 1, y - up - 1, x + side + 1, y + down + 1, NEAR_NODE)
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
        plan = self.plan
        own = {*plan.path[line.source], *plan.path[line.target]}
        prices: list[int] = []
        for group in range(plan.groups):
            path = plan.path[group]
            price = 0 if own.issuperset(path) else FOREIGN
            if line.home not in path:
                price += OUTSIDE
            for end in (line.source, line.target):
                if end < plan.groups and (end not in path) == (line.enclosed and end == line.home):
                    price += ENTERED
            prices.append(price)
        return prices

    def mark(self, cells: list[int], entry: int, leave: int, times: int) -> None:
        """Lay a line over cells (times 1) or lift it (-1); `entry` and `leave` are its first and last step."""
        width = self.width
        shared, near = SHARED * times, NEAR_LINE * times
        step_x, step_y = self.step_x, self.step_y
        # The last bit to the border of a group is open to other lines, too.
        for cell, step in ((min(cells[0], cells[0] - entry), entry), (min(cells[-1], cells[-1] + leave), leave)):
            (step_x if step in (1, -1) else step_y)[cell] += shared
        before = entry
        crossing, corner = CROSSING * times, CORNER * times
        for i, cell in enumerate(cells):
            after = cells[i + 1] - cell if i + 1 < len(cells) else leave
            if after == before:
                (self.pass_y if after in (1, -1) else self.pass_x)[cell] += crossing
            else:
                self.pass_x[cell] += corner
                self.pass_y[cell] += corner
            self.turn[cell] += corner
            before = after
            if i + 1 < len(cells):
                low = min(cell, cells[i + 1])
                if after in (1, -1):
                    step_x[low] += shared
                    step_x[low - width] += near
                    step_x[low + width] += near
                else:
                    step_y[low] += shared
                    step_y[low - 1] += near
                    step_y[low + 1] += near

    def mark_label(self, box: Box, times: int) -> None:
        """Make cells under a label dear (times 1) or undo it (-1)."""
        price = OVER_LABEL * times
        first_x = max(0, ceil((box.x - 2) / U) - self.left)
        last_x = min(self.width - 1, floor((box.right + 2) / U) - self.left)
        for y in range(
            max(0, ceil((box.y - 2) / U) - self.top), min(self.height - 1, floor((box.bottom + 2) / U) - self.top) + 1
        ):
            for x in range(first_x, last_x + 1):
                cell = y * self.width + x
                self.step_x[cell] += price
                self.step_y[cell] += price
                self.step_x[cell - 1] += price
                self.step_y[cell - self.width] += price
