"""The way of one line: A* over cells and directions, from all ports of one end to all ports of the other at once."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from export.layout.ahead import FAR, Ahead
from export.layout.grid import BEND
from export.layout.ports import ABOVE, CORNER_AIR, FURTHEST, LEFT, RIGHT

if TYPE_CHECKING:
    from export.drawing import Point
    from export.layout.boxes import Line
    from export.layout.grid import Grid
    from export.layout.ports import Offers, Port, Ports

__all__ = ["FAR", "Way", "find", "loop", "points", "price"]

BACK = 20  # each step against the flow
# A search that is longer than exact is led more and more by the price ahead: sixteenths of it on top, the difference to
# before, states.
STAGES = ((2, 2, 4000), (8, 6, 8000), (32, 24, FAR))
AHEAD_BITS = 19  # for the price ahead in a key of the heap: cheaper ones first among equals
AHEAD_MASK = (1 << AHEAD_BITS) - 1


class Way(NamedTuple):
    """Where a line runs: its cells, its ports and its price; `led` if the search was, so that a cheaper one may be."""

    cells: list[int]
    start: Port
    stop: Port
    price: int
    led: bool = False


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
            total += BEND + grid.turn[cell] + (grid.early_bend if i in (0, last) else 0)
        else:
            total += (grid.pass_x if flat else grid.pass_y)[cell] if i < last else 0
        if i < last:
            onto = cells[i + 1]
            total += (grid.step_x if flat else grid.step_y)[min(cell, onto)]
            total += foreign[grid.region[onto]] + (BACK if after == back else 0)
        before = after
    return total


def _search(grid: Grid, starts: Offers, stops: Offers, foreign: list[int], back: int, limit: int) -> Way | None:
    """Run A*. A state is twice a cell, plus 1 where the line comes along y.

    The four ways on are written out, for no loop runs more often: a call for each would cost more than what it does.
    """
    width = grid.width
    region, turn, early_bend = grid.region, grid.turn, grid.early_bend
    step_x, step_y, pass_x, pass_y = grid.step_x, grid.step_y, grid.pass_x, grid.pass_y
    best, came = [FAR] * (2 * width * grid.height), grid.came
    ahead = Ahead(stops, width, grid.height)
    rows, columns, level, upright = ahead.rows, ahead.columns, ahead.level, ahead.upright
    turned_x, turned_y = ahead.turned_x, ahead.turned_y
    bits = len(best).bit_length()
    mask = (1 << bits) - 1
    shift = bits + AHEAD_BITS
    ends: dict[int, Offers] = {}
    for offer in stops:
        ends.setdefault(offer[1].cell, []).append(offer)
    first: dict[int, Port] = {}
    heap: list[int] = []
    for price, port in starts:
        state = port.cell * 2 + (port.side & 1)
        if price < best[state]:
            j, i = divmod(port.cell, width)
            rest = ahead.along_y(i, j) if state & 1 else ahead.along_x(i, j)
            if price + rest < limit:
                best[state] = price
                first[state] = port
                came[state] = -1
                heappush(heap, (price + rest) << shift | rest << bits | state)
    found: tuple[int, Port] | None = None
    back_right, back_left, back_down, back_up = (BACK if back == step else 0 for step in (1, -1, width, -width))
    too_much = limit << shift
    popped = 0
    for lead, more, states in ((0, 0, grid.exact), *STAGES):
        if more and heap:
            heap = [key + (((key >> bits & AHEAD_MASK) * more >> 4) << shift) for key in heap]
            heapify(heap)
        for _ in range(states):
            if not heap:
                break
            key = heappop(heap)
            popped += 1
            if key >= too_much:
                grid.steps += len(heap)
                heap.clear()
                break
            state = key & mask
            price = best[state]
            if price < 0:
                continue
            best[state] = ~price
            cell = state >> 1
            behind = came[state] >> 1
            if state & 1:
                to_y = price + pass_y[cell]
                to_x = price + BEND + turn[cell]
                if behind < 0:
                    to_x += early_bend
            else:
                to_x = price + pass_x[cell]
                to_y = price + BEND + turn[cell]
                if behind < 0:
                    to_y += early_bend
            if cell in ends:
                for toll, port in ends[cell]:
                    total = price + toll
                    if (port.side ^ state) & 1:
                        total += BEND + early_bend + turn[cell]
                    if total < limit and not (behind < 0 and first[state].key == port.key):
                        limit, found = total, (state, port)
                        too_much = limit << shift
            y = cell // width
            x = cell - y * width
            row, across, straight = rows[y], turned_y[y], level[y]
            onto = cell + 1
            if onto != behind:
                now = to_x + step_x[cell] + back_right + foreign[region[onto]]
                z = onto * 2
                if now < best[z]:
                    i = x + 1
                    rest = across + columns[i]
                    other = row + straight[i]
                    if other < rest:
                        rest = other
                    total = now + rest
                    if total < limit:
                        best[z] = now
                        came[z] = state
                        if lead:
                            total += rest * lead >> 4
                        heappush(heap, total << shift | rest << bits | z)
            onto = cell - 1
            if onto != behind:
                now = to_x + step_x[onto] + back_left + foreign[region[onto]]
                z = onto * 2
                if now < best[z]:
                    i = x - 1
                    rest = across + columns[i]
                    other = row + straight[i]
                    if other < rest:
                        rest = other
                    total = now + rest
                    if total < limit:
                        best[z] = now
                        came[z] = state
                        if lead:
                            total += rest * lead >> 4
                        heappush(heap, total << shift | rest << bits | z)
            column, across, straight = columns[x], turned_x[x], upright[x]
            onto = cell + width
            if onto != behind:
                now = to_y + step_y[cell] + back_down + foreign[region[onto]]
                z = onto * 2 + 1
                if now < best[z]:
                    i = y + 1
                    rest = across + rows[i]
                    other = column + straight[i]
                    if other < rest:
                        rest = other
                    total = now + rest
                    if total < limit:
                        best[z] = now
                        came[z] = state
                        if lead:
                            total += rest * lead >> 4
                        heappush(heap, total << shift | rest << bits | z)
            onto = cell - width
            if onto != behind:
                now = to_y + step_y[onto] + back_up + foreign[region[onto]]
                z = onto * 2 + 1
                if now < best[z]:
                    i = y - 1
                    rest = across + rows[i]
                    other = column + straight[i]
                    if other < rest:
                        rest = other
                    total = now + rest
                    if total < limit:
                        best[z] = now
                        came[z] = state
                        if lead:
                            total += rest * lead >> 4
                        heappush(heap, total << shift | rest << bits | z)
    grid.steps += popped + len(heap)
    way = None
    if found is not None:
        state, stop = found
        cells = [state >> 1]
        while came[state] >= 0:
            state = came[state]
            cells.append(state >> 1)
        cells.reverse()
        way = Way(cells, first[state], stop, limit, popped > grid.exact)
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
