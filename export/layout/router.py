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

__all__ = ["Ports", "Way", "find", "points", "price"]

RIGHT, BELOW, LEFT, ABOVE = range(4)
FURTHEST = 3  # ports each way from the middle of a side
OFF_MIDDLE, TAKEN, BESIDE_TAKEN = 24, 1200, 40
ACROSS_FLOW, AGAINST_FLOW, BELOW_LABEL = 80, 240, 30
BACK = 20  # each step against the flow
EARLY_BEND = 60  # a bend right at a port
CORNER_AIR = 2  # cells from a group's corner to its first port
FAR = 1 << 40
AHEAD_BITS = 19  # for the price ahead in a key of the heap: cheaper ones first among equals

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
    """Return the cheapest way of a line, or None if there is none cheaper than `limit`."""
    starts = ports.of(line, line.source, source=True)
    stops = ports.of(line, line.target, source=False)
    if not starts or not stops:
        return None
    return _search(grid, starts, stops, grid.prices_of_regions(line), _back(grid, ports, line), limit)


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


def price(grid: Grid, ports: Ports, line: Line, way: Way) -> int:
    """Return what a way costs as things stand; it must not be marked itself."""
    width, foreign, back = grid.width, grid.prices_of_regions(line), _back(grid, ports, line)
    steps = (1, width, -1, -width)
    before = steps[way.start.side]
    total = 0
    for item, port in ((line.source, way.start), (line.target, way.stop)):
        total += next(p.price for p in ports.of(line, item, source=item == line.source) if p.key == port.key)
    cells = way.cells
    last = len(cells) - 1
    for i, cell in enumerate(cells):
        after = cells[i + 1] - cell if i < last else -steps[way.stop.side]
        flat = after in (1, -1)
        if after != before and after != -before:
            total += BEND + grid.turn[cell] + (EARLY_BEND if i in (0, last) else 0)
        else:
            total += (grid.pass_x if flat else grid.pass_y)[cell] if i < last else 0
        if i < last:
            onto = cells[i + 1]
            total += (grid.step_x if flat else grid.step_y)[min(cell, onto)]
            total += grid.enter[onto] + foreign[grid.region[onto]] + (BACK if after == back else 0)
        before = after
    return total


class _Ahead:
    """The least price from a cell to a port, by steps and bends alone: what A* is led by.

    A port at the left side is entered going right, and so on. Who comes along x from before it needs no bend where he is
    in a row of it and two elsewhere, who comes along y one; who is beyond it two more. The prices are sums of one part
    by column and one by row, which the lists hold. `along_x` and `along_y` are for those that come along x and y.
    """

    def __init__(self, stops: list[Port], width: int, height: int) -> None:
        sides: list[list[Port]] = [[], [], [], []]
        for port in stops:
            sides[port.side].append(port)
        rows = [port.cell // width for port in sides[RIGHT] + sides[LEFT]]
        columns = [port.cell % width for port in sides[ABOVE] + sides[BELOW]]
        self.rows, self.rows_bent = _spans(rows, height)
        self.columns, self.columns_bent = _spans(columns, width)
        self.left_at, left, left_turned = _reaching(
            [(p.cell % width, p.price) for p in sides[LEFT]], width, forward=True
        )
        self.right_at, right, right_turned = _reaching(
            [(p.cell % width, p.price) for p in sides[RIGHT]], width, forward=False
        )
        self.top_at, top, top_turned = _reaching(
            [(p.cell // width, p.price) for p in sides[ABOVE]], height, forward=True
        )
        self.bottom_at, bottom, bottom_turned = _reaching(
            [(p.cell // width, p.price) for p in sides[BELOW]], height, forward=False
        )
        self.left, self.right, self.top, self.bottom = left, right, top, bottom
        self.turned_x = list(map(min, left_turned, right_turned))
        self.turned_y = list(map(min, top_turned, bottom_turned))

    def along_x(self, x: int, y: int) -> int:
        """Return the price from a cell for one who comes along x."""
        row, bent = self.rows[y], self.rows_bent[y]
        return min(
            self.turned_y[y] + self.columns[x],
            (bent if x <= self.left_at else row) + self.left[x],
            (bent if x >= self.right_at else row) + self.right[x],
        )

    def along_y(self, x: int, y: int) -> int:
        """Return the price from a cell for one who comes along y."""
        column, bent = self.columns[x], self.columns_bent[x]
        return min(
            self.turned_x[x] + self.rows[y],
            (bent if y <= self.top_at else column) + self.top[y],
            (bent if y >= self.bottom_at else column) + self.bottom[y],
        )


def _spans(at: list[int], size: int) -> tuple[list[int], list[int]]:
    """Return for each row (or column) the price of the steps to the ports' own, and the same with two bends if any."""
    if not at:
        return [0] * size, [0] * size
    low, high = min(at), max(at)
    steps = [*range(STEP * low, 0, -STEP), *[0] * (high - low + 1), *range(STEP, STEP * (size - high), STEP)]
    return steps, [step + 2 * BEND if step else 0 for step in steps]


def _reaching(ports: list[tuple[int, int]], size: int, *, forward: bool) -> tuple[int, list[int], list[int]]:
    """Return where ports that are entered forwards (or backwards) along an axis are, and the prices to reach them.

    The first list is for those that come along that axis, the second for those that come across it.
    """
    if not ports:
        return (-1 if forward else size), [FAR] * size, [FAR] * size
    at = ports[0][0]
    price = min(price for _, price in ports)

    def prices(before: int, beyond: int) -> list[int]:
        low, high = (before, beyond) if forward else (beyond, before)
        middle = price + before * BEND
        falling = range(price + low * BEND + STEP * at, price + low * BEND, -STEP)
        first = price + high * BEND + STEP
        return [*falling, middle, *range(first, first + STEP * (size - at - 1), STEP)]

    return at, prices(0, 2), prices(1, 3)


def _search(grid: Grid, starts: list[Port], stops: list[Port], foreign: list[int], back: int, limit: int) -> Way | None:
    """Run A*. A state is twice a cell, plus 1 where the line comes along y."""
    width = grid.width
    blocked, region, enter, turn = grid.blocked, grid.region, grid.enter, grid.turn
    step_x, step_y, pass_x, pass_y = grid.step_x, grid.step_y, grid.pass_x, grid.pass_y
    best, came = grid.best, grid.came
    ahead = _Ahead(stops, width, grid.height)
    rows, rows_bent, columns, columns_bent = ahead.rows, ahead.rows_bent, ahead.columns, ahead.columns_bent
    left, right, top, bottom = ahead.left, ahead.right, ahead.top, ahead.bottom
    left_at, right_at, top_at, bottom_at = ahead.left_at, ahead.right_at, ahead.top_at, ahead.bottom_at
    turned_x, turned_y = ahead.turned_x, ahead.turned_y
    bits = (2 * len(blocked)).bit_length()
    mask = (1 << bits) - 1
    shift = bits + AHEAD_BITS
    ends: dict[int, list[Port]] = {}
    for port in stops:
        ends.setdefault(port.cell, []).append(port)
    first: dict[int, Port] = {}
    touched: list[int] = []
    heap: list[int] = []
    for port in starts:
        state = port.cell * 2 + (port.side & 1)
        if port.price < best[state]:
            j, i = divmod(port.cell, width)
            rest = ahead.along_y(i, j) if state & 1 else ahead.along_x(i, j)
            if port.price + rest < limit:
                best[state] = port.price
                touched.append(state)
                first[state] = port
                came[state] = -1
                heappush(heap, (port.price + rest) << shift | rest << bits | state)
    found: tuple[int, Port] | None = None
    back_right, back_left, back_down, back_up = (BACK if back == step else 0 for step in (1, -1, width, -width))
    while heap:
        key = heappop(heap)
        if key >> shift >= limit:
            break
        state = key & mask
        price = best[state]
        if price < 0:
            continue
        best[state] = ~price
        cell = state >> 1
        if state & 1:
            to_y = price + pass_y[cell]
            to_x = price + BEND + turn[cell]
            if came[state] < 0:
                to_x += EARLY_BEND
        else:
            to_x = price + pass_x[cell]
            to_y = price + BEND + turn[cell]
            if came[state] < 0:
                to_y += EARLY_BEND
        if cell in ends:
            for port in ends[cell]:
                total = price + port.price
                if (port.side ^ state) & 1:
                    total += BEND + EARLY_BEND + turn[cell]
                if total < limit and not (came[state] < 0 and first[state].key == port.key):
                    limit, found = total, (state, port)
        y, x = divmod(cell, width)
        row, row_bent, across = rows[y], rows_bent[y], turned_y[y]
        onto = cell + 1
        if not blocked[onto]:
            now = to_x + step_x[cell] + back_right + enter[onto] + foreign[region[onto]]
            z = onto * 2
            if now < best[z]:
                i = x + 1
                rest = across + columns[i]
                other = (row_bent if i <= left_at else row) + left[i]
                if other < rest:
                    rest = other
                other = (row_bent if i >= right_at else row) + right[i]
                if other < rest:
                    rest = other
                if now + rest < limit:
                    best[z] = now
                    came[z] = state
                    touched.append(z)
                    heappush(heap, (now + rest) << shift | rest << bits | z)
        onto = cell - 1
        if not blocked[onto]:
            now = to_x + step_x[onto] + back_left + enter[onto] + foreign[region[onto]]
            z = onto * 2
            if now < best[z]:
                i = x - 1
                rest = across + columns[i]
                other = (row_bent if i <= left_at else row) + left[i]
                if other < rest:
                    rest = other
                other = (row_bent if i >= right_at else row) + right[i]
                if other < rest:
                    rest = other
                if now + rest < limit:
                    best[z] = now
                    came[z] = state
                    touched.append(z)
                    heappush(heap, (now + rest) << shift | rest << bits | z)
        column, column_bent, across = columns[x], columns_bent[x], turned_x[x]
        onto = cell + width
        if not blocked[onto]:
            now = to_y + step_y[cell] + back_down + enter[onto] + foreign[region[onto]]
            z = onto * 2 + 1
            if now < best[z]:
                i = y + 1
                rest = across + rows[i]
                other = (column_bent if i <= top_at else column) + top[i]
                if other < rest:
                    rest = other
                other = (column_bent if i >= bottom_at else column) + bottom[i]
                if other < rest:
                    rest = other
                if now + rest < limit:
                    best[z] = now
                    came[z] = state
                    touched.append(z)
                    heappush(heap, (now + rest) << shift | rest << bits | z)
        onto = cell - width
        if not blocked[onto]:
            now = to_y + step_y[onto] + back_up + enter[onto] + foreign[region[onto]]
            z = onto * 2 + 1
            if now < best[z]:
                i = y - 1
                rest = across + rows[i]
                other = (column_bent if i <= top_at else column) + top[i]
                if other < rest:
                    rest = other
                other = (column_bent if i >= bottom_at else column) + bottom[i]
                if other < rest:
                    rest = other
                if now + rest < limit:
                    best[z] = now
                    came[z] = state
                    touched.append(z)
                    heappush(heap, (now + rest) << shift | rest << bits | z)
    way = None
    if found is not None:
        state, stop = found
        cells = [state >> 1]
        while came[state] >= 0:
            state = came[state]
            cells.append(state >> 1)
        cells.reverse()
        way = Way(cells, first[state], stop, limit)
    for state in touched:
        best[state] = FAR
    return way


def points(grid: Grid, way: Way) -> list[Point]:
    """Return the corners of a way, border to border, in px."""
    stops = [way.start.start, *(Point(*grid.point(cell)) for cell in way.cells), way.stop.start]
    corners = [stops[0]]
    for at, after in zip(stops[1:], stops[2:], strict=False):
        last = corners[-1]
        if not (last.x == at.x == after.x or last.y == at.y == after.y):
            corners.append(at)
    return [*corners, stops[-1]]
