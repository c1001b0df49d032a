"""The way of one line: A* over cells and directions, from all ports of one end to all ports of the other at once.

A port is a place on the border of an item where a line may start, with a price: more off the middle, much more where
another line starts, more on the sides that the flow does not leave by. Under an icon with a label lines start below the
label. Sides are counted clockwise: 0 right, 1 below, 2 left, 3 above.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Point
from export.layout.boxes import LABEL_GAP, U
from export.layout.grid import BEND, STEP

if TYPE_CHECKING:
    from export.layout.boxes import Flow, Line
    from export.layout.grid import Grid

__all__ = ["Ports", "Way", "find", "points"]

RIGHT, BELOW, LEFT, ABOVE = range(4)
FURTHEST = 3  # ports each way from the middle of a side
OFF_MIDDLE, TAKEN, BESIDE_TAKEN = 24, 1200, 40
ACROSS_FLOW, AGAINST_FLOW, BELOW_LABEL = 80, 240, 30
BACK = 20  # each step against the flow
EARLY_BEND = 60  # a bend right at a port
CORNER_AIR = 2  # cells from a group's corner to its first port
FAR = 1 << 40

PortKey = tuple[int, int, int]  # item, side, cells off the middle


class Port(NamedTuple):
    """Where a line may start: the first free cell, the side, the place on the border in px, the price."""

    cell: int
    side: int
    start: Point
    price: int
    key: PortKey


class Way(NamedTuple):
    """Where a line runs: its cells, its ports and its price."""

    cells: list[int]
    start: Port
    stop: Port
    price: int


class Ports:
    """All ports, and how often each is taken."""

    def __init__(self, grid: Grid, flows: tuple[Flow, ...]) -> None:
        self.grid = grid
        self.flows = flows
        self.taken: dict[PortKey, int] = {}

    def take(self, way: Way, times: int) -> None:
        """Count the ports of a way as taken (1) or free again (-1)."""
        for port in (way.start, way.stop):
            self.taken[port.key] = self.taken.get(port.key, 0) + times

    def of(self, line: Line, item: int, *, source: bool) -> list[Port]:
        """Return the ports of an end of a line."""
        flow = self.flows[line.home]
        ahead = flow.axis if flow.forward == source else flow.axis + 2
        if item < self.grid.plan.groups:
            return self._of_group(line, item, ahead)
        return self._of_node(line, item, ahead)

    def _price(self, line: Line, key: PortKey, ahead: int) -> int:
        item, side, off = key
        price = abs(off) * OFF_MIDDLE
        taken = self.taken
        price += TAKEN * taken.get(key, 0)
        price += BESIDE_TAKEN * (taken.get((item, side, off - 1), 0) + taken.get((item, side, off + 1), 0))
        if side != ahead and not line.free:
            price += AGAINST_FLOW if (side + 2) % 4 == ahead else ACROSS_FLOW
        return price

    def _of_node(self, line: Line, node: int, ahead: int) -> list[Port]:
        grid = self.grid
        plan, width, blocked = grid.plan, grid.width, grid.blocked
        x, y = grid.places.x[node], grid.places.y[node]
        centre = grid.cell(x, y)
        half_wide, half_high = plan.icon[node]
        text_wide, text_high = plan.text[node]
        tall = min(FURTHEST, int((half_high - 9) // U))
        wide = min(FURTHEST, int((half_wide - 9) // U))
        low = min(wide, max(1, int((text_wide / 2 - 4) // U))) if text_high else wide
        bottom = half_high + (LABEL_GAP + text_high + 2 if text_high else 0)
        ports: list[Port] = []
        for side, most in ((RIGHT, tall), (BELOW, low), (LEFT, tall), (ABOVE, wide)):
            for off in range(-most, most + 1):
                if side == RIGHT:
                    cell, start = centre + off * width + grid.right[node], Point(x * U + half_wide, (y + off) * U)
                elif side == LEFT:
                    cell, start = centre + off * width - grid.right[node], Point(x * U - half_wide, (y + off) * U)
                elif side == ABOVE:
                    cell, start = centre + off - grid.above[node] * width, Point((x + off) * U, y * U - half_high)
                else:
                    cell, start = centre + off + grid.under[node] * width, Point((x + off) * U, y * U + bottom)
                if not blocked[cell]:
                    key = (node, side, off)
                    price = self._price(line, key, ahead) + (BELOW_LABEL if side == BELOW and text_high else 0)
                    ports.append(Port(cell, side, start, price, key))
        return ports

    def _of_group(self, line: Line, group: int, ahead: int) -> list[Port]:
        grid = self.grid
        left, top, right, bottom = grid.places.boxes[group]
        inside = line.enclosed and group == line.home
        out = -1 if inside else 1
        if inside:
            ahead = (ahead + 2) % 4
        ports: list[Port] = []
        for side, border, low, high in (
            (RIGHT, right, top, bottom), (BELOW, bottom, left, right), (LEFT, left, top, bottom), (ABOVE, top, left, right),
        ):  # fmt: skip
            beyond = border + (out if side in (RIGHT, BELOW) else -out)
            middle = (low + high) // 2
            for at in range(low + CORNER_AIR, high - CORNER_AIR + 1):
                if side in (RIGHT, LEFT):
                    cell, start = grid.cell(beyond, at), Point(border * U, at * U)
                else:
                    cell, start = grid.cell(at, beyond), Point(at * U, border * U)
                if (
                    not grid.blocked[cell]
                    and not grid.blocked[grid.cell(*(border, at) if side in (RIGHT, LEFT) else (at, border))]
                ):
                    key = (group, side, at - middle)
                    price = self._price(line, key, ahead) - abs(at - middle) * (OFF_MIDDLE - 2)
                    ports.append(Port(cell, (side + 2) % 4 if inside else side, start, price, key))
        return ports


def find(grid: Grid, ports: Ports, line: Line, limit: int = FAR) -> Way | None:
    """Return the cheapest way of a line, or None if there is none below `limit`."""
    starts = ports.of(line, line.source, source=True)
    stops = ports.of(line, line.target, source=False)
    if not starts or not stops:
        return None
    return _Search(grid, line).run(starts, stops, limit, _back(grid, ports, line))


def _back(grid: Grid, ports: Ports, line: Line) -> int:
    """Return the step (as a difference of cells) that goes against the flow, 0 for none."""
    if line.free or line.loop:
        return 0
    places = grid.places
    axis = ports.flows[line.home].axis
    spots = places.x if axis == 0 else places.y

    def middle(item: int) -> float:
        box = places.boxes[item] if item < grid.plan.groups else None
        return (box[axis] + box[axis + 2]) / 2 if box else spots[item]

    way = middle(line.target) - middle(line.source)
    if abs(way) <= 9:
        return 0
    ahead = 1 if axis == 0 else grid.width
    return -ahead if way > 0 else ahead


class _Search:
    """One run of A*. A state is twice a cell, plus 1 where the line runs along y."""

    def __init__(self, grid: Grid, line: Line) -> None:
        self.grid = grid
        self.line = line

    def run(self, starts: list[Port], stops: list[Port], limit: int, back: int) -> Way | None:
        grid = self.grid
        width = grid.width
        blocked, region, enter, turn = grid.blocked, grid.region, grid.enter, grid.turn
        step_x, step_y, pass_x, pass_y = grid.step_x, grid.step_y, grid.pass_x, grid.pass_y
        foreign = grid.prices_of_regions(self.line)
        ends: dict[int, list[Port]] = {}
        for port in stops:
            ends.setdefault(port.cell, []).append(port)
        far_x, far_y = self._distances(stops)
        bits = (2 * width * grid.height).bit_length()
        mask = (1 << bits) - 1
        best: dict[int, int] = {}
        came: dict[int, int] = {}
        first: dict[int, Port] = {}
        closed: set[int] = set()
        heap: list[int] = []
        for port in starts:
            state = port.cell * 2 + (port.side & 1)
            if port.price < best.get(state, FAR):
                best[state] = port.price
                first[state] = port
                came[state] = -1
                j, i = divmod(port.cell, width)
                heappush(heap, (port.price + far_x[i] + far_y[j]) << bits | state)
        found: tuple[int, Port] | None = None
        back_right, back_left, back_down, back_up = (BACK if back == step else 0 for step in (1, -1, width, -width))
        while heap:
            key = heappop(heap)
            if key >> bits >= limit:
                break
            state = key & mask
            if state in closed:
                continue
            closed.add(state)
            price = best[state]
            cell = state >> 1
            upright = state & 1
            if cell in ends:
                for port in ends[cell]:
                    total = price + port.price
                    if port.side & 1 != upright:
                        total += BEND + EARLY_BEND + turn[cell]
                    if total < limit and not (came[state] == -1 and first[state].key == port.key):
                        limit, found = total, (state, port)
            if upright:
                to_y = price + pass_y[cell]
                to_x = price + BEND + turn[cell]
                if came[state] == -1:
                    to_x += EARLY_BEND
            else:
                to_x = price + pass_x[cell]
                to_y = price + BEND + turn[cell]
                if came[state] == -1:
                    to_y += EARLY_BEND
            j, i = divmod(cell, width)
            near_x, near_y = far_x[i], far_y[j]
            for onto, now, ahead_x, ahead_y, turned in (
                (cell + 1, to_x + step_x[cell] + back_right, far_x[i + 1], near_y, 0),
                (cell - 1, to_x + step_x[cell - 1] + back_left, far_x[i - 1], near_y, 0),
                (cell + width, to_y + step_y[cell] + back_down, near_x, far_y[j + 1], 1),
                (cell - width, to_y + step_y[cell - width] + back_up, near_x, far_y[j - 1], 1),
            ):
                if blocked[onto]:
                    continue
                now += enter[onto] + foreign[region[onto]]
                z = onto * 2 + turned
                if now < best.get(z, FAR):
                    ahead = now + ahead_x + ahead_y
                    if ahead_x if turned else ahead_y:
                        ahead += BEND
                    if ahead < limit:
                        best[z] = now
                        came[z] = state
                        heappush(heap, ahead << bits | z)
        if found is None:
            return None
        state, stop = found
        cells: list[int] = []
        while True:
            cells.append(state >> 1)
            if came[state] == -1:
                break
            state = came[state]
        cells.reverse()
        return Way(cells, first[state], stop, limit)

    def _distances(self, stops: list[Port]) -> tuple[list[int], list[int]]:
        """Return for each column and row the least price of the steps to the nearest port."""
        width = self.grid.width
        columns = [port.cell % width for port in stops]
        rows = [port.cell // width for port in stops]
        left, right, top, bottom = min(columns), max(columns), min(rows), max(rows)
        far_x = [STEP * max(left - i, i - right, 0) for i in range(width)]
        far_y = [STEP * max(top - j, j - bottom, 0) for j in range(self.grid.height)]
        return far_x, far_y


def points(grid: Grid, way: Way) -> list[Point]:
    """Return the corners of a way, border to border, in px."""
    stops = [way.start.start, *(Point(*grid.point(cell)) for cell in way.cells), way.stop.start]
    corners = [stops[0]]
    for at, after in zip(stops[1:], stops[2:], strict=False):
        last = corners[-1]
        if not (last.x == at.x == after.x or last.y == at.y == after.y):
            corners.append(at)
    return [*corners, stops[-1]]
