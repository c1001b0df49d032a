"""The way of one line: A* over cells and directions, from all ports of one end to all ports of the other at once.

A port is a place on the border of an item where a line may start, with a price: more off the middle, much more where
another line starts, more on the sides that the flow does not leave by. Under an icon with a label lines start below the
label. Sides are counted clockwise: 0 right, 1 below, 2 left, 3 above.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Point
from export.layout.boxes import LABEL_GAP, U
from export.layout.grid import BEND, STEP

if TYPE_CHECKING:
    from export.layout.boxes import Flow, Line
    from export.layout.grid import Grid

__all__ = ["Ports", "Way", "find", "loop", "points", "price"]

RIGHT, BELOW, LEFT, ABOVE = range(4)
FURTHEST = 3  # ports each way from the middle of a side
OFF_MIDDLE, OFF_CENTRE = 24, 2  # of a node, of a group
TAKEN, BESIDE_TAKEN = 1200, 40
ACROSS_FLOW, AGAINST_FLOW, BELOW_LABEL = 80, 240, 30
SIDE_PRICES = (  # by the side that the flow leaves by
    (0, ACROSS_FLOW, AGAINST_FLOW, ACROSS_FLOW),
    (ACROSS_FLOW, 0, ACROSS_FLOW, AGAINST_FLOW),
    (AGAINST_FLOW, ACROSS_FLOW, 0, ACROSS_FLOW),
    (ACROSS_FLOW, AGAINST_FLOW, ACROSS_FLOW, 0),
)
BACK = 20  # each step against the flow
EARLY_BEND = 60  # a bend right at a port
CORNER_AIR = 2  # cells from a group's corner to its first port
FAR = 1 << 40
# A long search is led more and more by the price ahead: quarters of it on top, the difference to before, states.
STAGES = ((0, 0, 5000), (2, 2, 8000), (8, 6, FAR))
AHEAD_BITS = 19  # for the price ahead in a key of the heap: cheaper ones first among equals
AHEAD_MASK = (1 << AHEAD_BITS) - 1

PortKey = tuple[int, int, int]  # item, side, cells off the middle


class Port(NamedTuple):
    """Where a line may start: the first free cell, the side it leaves by, the place on the border in px, the price."""

    cell: int
    side: int
    start: Point
    price: int
    key: PortKey


Offers = list[tuple[int, Port]]  # ports with what they cost a line now


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
        self.known: dict[tuple[int, bool], list[Port]] = {}

    def take(self, way: Way, times: int) -> None:
        """Count the ports of a way as taken (1) or free again (-1)."""
        for port in (way.start, way.stop):
            self.taken[port.key] = self.taken.get(port.key, 0) + times

    def offers(self, line: Line, *, source: bool) -> Offers:
        """Return the ports of an end of a line."""
        item = line.source if source else line.target
        inside = line.enclosed and item == line.home
        ports = self.known.get((item, inside))
        if ports is None:
            ports = self._of_group(item, inside=inside) if item < self.grid.plan.groups else self._of_node(item)
            self.known[item, inside] = ports
        sides, taken = self._sides(line, source=source), self.taken
        offers: Offers = []
        for port in ports:
            _, side, off = port.key
            price = port.price + sides[port.side]
            if taken:
                price += TAKEN * taken.get(port.key, 0)
                price += BESIDE_TAKEN * (taken.get((item, side, off - 1), 0) + taken.get((item, side, off + 1), 0))
            offers.append((price, port))
        return offers

    def price(self, line: Line, port: Port, *, source: bool) -> int:
        """Return what a port costs a line now."""
        item, side, off = port.key
        taken = self.taken
        beside = taken.get((item, side, off - 1), 0) + taken.get((item, side, off + 1), 0)
        return (
            port.price
            + self._sides(line, source=source)[port.side]
            + TAKEN * taken.get(port.key, 0)
            + BESIDE_TAKEN * beside
        )

    def _sides(self, line: Line, *, source: bool) -> tuple[int, int, int, int]:
        """Return what it costs a line to leave by each side."""
        if line.free or line.enclosed:
            return (0, 0, 0, 0)
        axis, forward = self.flows[line.home]
        return SIDE_PRICES[axis if forward == source else axis + 2]

    def _of_node(self, node: int) -> list[Port]:
        grid = self.grid
        plan, width, blocked = grid.plan, grid.width, grid.blocked
        column, row = grid.places.x[node], grid.places.y[node]
        centre = grid.cell(column, row)
        x, y = grid.places.centres[node]
        half_wide, half_high = plan.icon[node]
        text_wide, text_high = plan.text[node]
        tall = min(FURTHEST, int((half_high - 9) // U))
        wide = min(FURTHEST, int((half_wide - 9) // U))
        low = min(wide, max(1, int((text_wide / 2 - 4) // U))) if text_high else wide
        bottom = half_high + (LABEL_GAP + text_high + 2 if text_high else 0)
        ports: list[Port] = []
        for side, most in ((RIGHT, tall), (BELOW, low), (LEFT, tall), (ABOVE, wide)):
            for off in range(-most, most + 1):
                price = abs(off) * OFF_MIDDLE
                if side == RIGHT:
                    cell = centre + off * width + grid.right[node]
                    start = Point(x + half_wide, grid.point(cell).y)
                elif side == LEFT:
                    cell = centre + off * width - grid.right[node]
                    start = Point(x - half_wide, grid.point(cell).y)
                elif side == ABOVE:
                    cell = centre + off - grid.above[node] * width
                    start = Point(grid.point(cell).x, y - half_high)
                else:
                    cell = centre + off + grid.under[node] * width
                    start = Point(grid.point(cell).x, y + bottom)
                    price += BELOW_LABEL if text_high else 0
                if not blocked[cell]:
                    ports.append(Port(cell, side, start, price, (node, side, off)))
        return ports

    def _of_group(self, group: int, *, inside: bool) -> list[Port]:
        grid = self.grid
        left, top, right, bottom = grid.places.boxes[group]
        frame = grid.places.frames[group]
        out = -1 if inside else 1
        ports: list[Port] = []
        for side, border, low, high in (
            (RIGHT, right, top, bottom), (BELOW, bottom, left, right),
            (LEFT, left, top, bottom), (ABOVE, top, left, right),
        ):  # fmt: skip
            beyond = border + (out if side in (RIGHT, BELOW) else -out)
            middle = (low + high) // 2
            for at in range(low + CORNER_AIR, high - CORNER_AIR + 1):
                if side in (RIGHT, LEFT):
                    cell, edge = grid.cell(beyond, at), grid.cell(border, at)
                    start = Point(frame.right if side == RIGHT else frame.x, grid.point(cell).y)
                else:
                    cell, edge = grid.cell(at, beyond), grid.cell(at, border)
                    start = Point(grid.point(cell).x, frame.bottom if side == BELOW else frame.y)
                if not grid.blocked[cell] and not grid.blocked[edge]:
                    leaving = (side + 2) % 4 if inside else side
                    ports.append(Port(cell, leaving, start, abs(at - middle) * OFF_CENTRE, (group, side, at - middle)))
        return ports


def find(grid: Grid, ports: Ports, line: Line, limit: int = FAR) -> Way | None:
    """Return the cheapest way of a line, or None if there is none cheaper than `limit`."""
    starts = ports.offers(line, source=True)
    stops = ports.offers(line, source=False)
    if not starts or not stops:
        return None
    return _search(grid, starts, stops, grid.prices_of_regions(line), _back(grid, ports, line), limit)


def loop(grid: Grid, ports: Ports, line: Line, turn: int) -> Way | None:
    """Return the way of an item's line to itself, the `turn`-th of them.

    It runs round the top right corner, of a node by turns round the top left one; each next pair further out.
    """
    starts, stops = ({port.key[1:]: port for _, port in ports.offers(line, source=source)} for source in (True, False))
    if line.source < grid.plan.groups:
        left, top, right, bottom = grid.places.boxes[line.source]
        above = (ABOVE, right - (left + right) // 2 - CORNER_AIR - turn * 2)
        beside = (RIGHT, top - (top + bottom) // 2 + CORNER_AIR + turn * 2)
        ahead = 1
    else:
        turn, to_left = divmod(turn, 2)
        ahead = -1 if to_left else 1
        off = min(2, FURTHEST - 1)
        above, beside = (ABOVE, ahead * (off - turn)), (LEFT if to_left else RIGHT, turn - off)
    start, stop = starts.get(above), stops.get(beside)
    if start is None or stop is None:
        return None
    width = grid.width
    (row, column), (end_row, end_column) = divmod(start.cell, width), divmod(stop.cell, width)
    top_row, far_column = row - 1 - turn, end_column + ahead * (1 + turn)
    cells = [j * width + column for j in range(row, top_row, -1)]
    cells += [top_row * width + i for i in range(column, far_column, ahead)]
    cells += [j * width + far_column for j in range(top_row, end_row)]
    cells += [end_row * width + i for i in range(far_column, end_column - ahead, -ahead)]
    return Way(cells, start, stop, 0)


def _back(grid: Grid, ports: Ports, line: Line) -> int:
    """Return the step (as a difference of cells) that goes against the flow, 0 for none."""
    if line.free or line.loop or line.enclosed:
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
    total = ports.price(line, way.start, source=True) + ports.price(line, way.stop, source=False)
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
            total += foreign[grid.region[onto]] + (BACK if after == back else 0)
        before = after
    return total


class _Ahead:
    """The least price from a cell to a port, by steps and bends alone: what A* is led by.

    A port at the left side is entered going right, and so on. Who comes along x from before it needs no bend where he
    is in a row of it and two elsewhere, who comes along y one; who is beyond it two more. The prices are sums of one
    part by column and one by row, which the lists hold. `along_x` and `along_y` are for those that come along x and y.
    """

    def __init__(self, stops: Offers, width: int, height: int) -> None:
        sides: list[Offers] = [[], [], [], []]
        for offer in stops:
            sides[offer[1].side].append(offer)
        rows = [port.cell // width for _, port in sides[RIGHT] + sides[LEFT]]
        columns = [port.cell % width for _, port in sides[ABOVE] + sides[BELOW]]
        self.rows, self.rows_bent = _spans(rows, height)
        self.columns, self.columns_bent = _spans(columns, width)
        self.left_at, left, left_turned = _reaching(sides[LEFT], width, 1, width)
        self.right_at, right, right_turned = _reaching(sides[RIGHT], width, 1, -width)
        self.top_at, top, top_turned = _reaching(sides[ABOVE], width, width, height)
        self.bottom_at, bottom, bottom_turned = _reaching(sides[BELOW], width, width, -height)
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


def _reaching(stops: Offers, width: int, pitch: int, size: int) -> tuple[int, list[int], list[int]]:
    """Return where ports that are entered along an axis are, and the prices to reach them from each place on it.

    `pitch` is 1 for columns, the width for rows; `size` is their number, negative where ports are entered backwards.
    The first list is for those that come along the axis, the second for those that come across it.
    """
    forward, size = size > 0, abs(size)
    if not stops:
        return (-1 if forward else size), [FAR] * size, [FAR] * size
    at = stops[0][1].cell % width if pitch == 1 else stops[0][1].cell // width
    price = min(price for price, _ in stops)

    def prices(before: int, beyond: int) -> list[int]:
        low, high = (before, beyond) if forward else (beyond, before)
        falling = range(price + low * BEND + STEP * at, price + low * BEND, -STEP)
        first = price + high * BEND + STEP
        return [*falling, price + before * BEND, *range(first, first + STEP * (size - at - 1), STEP)]

    return at, prices(0, 2), prices(1, 3)


def _search(grid: Grid, starts: Offers, stops: Offers, foreign: list[int], back: int, limit: int) -> Way | None:
    """Run A*. A state is twice a cell, plus 1 where the line comes along y."""
    width = grid.width
    region, turn = grid.region, grid.turn
    step_x, step_y, pass_x, pass_y = grid.step_x, grid.step_y, grid.pass_x, grid.pass_y
    best, came = grid.best, grid.came
    ahead = _Ahead(stops, width, grid.height)
    rows, rows_bent, columns, columns_bent = ahead.rows, ahead.rows_bent, ahead.columns, ahead.columns_bent
    left, right, top, bottom = ahead.left, ahead.right, ahead.top, ahead.bottom
    left_at, right_at, top_at, bottom_at = ahead.left_at, ahead.right_at, ahead.top_at, ahead.bottom_at
    turned_x, turned_y = ahead.turned_x, ahead.turned_y
    bits = len(best).bit_length()
    mask = (1 << bits) - 1
    shift = bits + AHEAD_BITS
    ends: dict[int, Offers] = {}
    for offer in stops:
        ends.setdefault(offer[1].cell, []).append(offer)
    first: dict[int, Port] = {}
    touched: list[int] = []
    heap: list[int] = []
    for price, port in starts:
        state = port.cell * 2 + (port.side & 1)
        if price < best[state]:
            j, i = divmod(port.cell, width)
            rest = ahead.along_y(i, j) if state & 1 else ahead.along_x(i, j)
            if price + rest < limit:
                best[state] = price
                touched.append(state)
                first[state] = port
                came[state] = -1
                heappush(heap, (price + rest) << shift | rest << bits | state)
    found: tuple[int, Port] | None = None
    back_right, back_left, back_down, back_up = (BACK if back == step else 0 for step in (1, -1, width, -width))
    for lead, more, states in STAGES:
        if more and heap:
            heap = [key + (((key >> bits & AHEAD_MASK) * more >> 2) << shift) for key in heap]
            heapify(heap)
        for _ in range(states):
            if not heap:
                break
            key = heappop(heap)
            if key >> shift >= limit:
                heap.clear()
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
                for toll, port in ends[cell]:
                    total = price + toll
                    if (port.side ^ state) & 1:
                        total += BEND + EARLY_BEND + turn[cell]
                    if total < limit and not (came[state] < 0 and first[state].key == port.key):
                        limit, found = total, (state, port)
            y, x = divmod(cell, width)
            row, row_bent, across = rows[y], rows_bent[y], turned_y[y]
            onto = cell + 1
            now = to_x + step_x[cell] + back_right + foreign[region[onto]]
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
                    heappush(heap, (now + rest + (rest * lead >> 2)) << shift | rest << bits | z)
            onto = cell - 1
            now = to_x + step_x[onto] + back_left + foreign[region[onto]]
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
                    heappush(heap, (now + rest + (rest * lead >> 2)) << shift | rest << bits | z)
            column, column_bent, across = columns[x], columns_bent[x], turned_x[x]
            onto = cell + width
            now = to_y + step_y[cell] + back_down + foreign[region[onto]]
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
                    heappush(heap, (now + rest + (rest * lead >> 2)) << shift | rest << bits | z)
            onto = cell - width
            now = to_y + step_y[onto] + back_up + foreign[region[onto]]
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
                    heappush(heap, (now + rest + (rest * lead >> 2)) << shift | rest << bits | z)
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
    grid.steps += len(touched)
    return way


def points(grid: Grid, way: Way) -> list[Point]:
    """Return the corners of a way, border to border, in px."""
    cells = way.cells
    steps = (1, grid.width, -1, -grid.width)
    before = steps[way.start.side]
    corners = [way.start.start]
    for cell, onto in pairwise(cells):
        if onto - cell != before:
            corners.append(grid.point(cell))
            before = onto - cell
    if before != -steps[way.stop.side]:
        corners.append(grid.point(cells[-1]))
    return [*corners, way.stop.start]
