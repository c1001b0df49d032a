"""What is at least still to pay from a cell to a port: the bound that the search for a line's way is led by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout.grid import BEND, STEP
from export.layout.ports import ABOVE, BELOW, LEFT, RIGHT

if TYPE_CHECKING:
    from export.layout.ports import Offers

__all__ = ["FAR", "Ahead"]

FAR = 1 << 40


class Ahead:
    """The least price from a cell to a port, by steps and bends alone: what A* is led by.

    A port at the left side is entered going right, and so on. Who comes along x from before it needs no bend where he
    is in a row of it and two elsewhere, who comes along y one; who is beyond it two more. `along_x` and `along_y` are
    for those that come along x and y. The prices are sums of one part by column and one by row, which the lists hold:
    `rows` and `columns` the steps to those of ports, `level` by row and then by column (`upright` the other way round)
    what reaches ports without a turn into the row, `turned_x` and `turned_y` what reaches them by one turn into it.
    """

    def __init__(self, stops: Offers, width: int, height: int) -> None:
        sides: list[Offers] = [[], [], [], []]
        for offer in stops:
            sides[offer[1].side].append(offer)
        rows = [port.cell // width for _, port in sides[RIGHT] + sides[LEFT]]
        columns = [port.cell % width for _, port in sides[ABOVE] + sides[BELOW]]
        self.rows = _spans(rows, height)
        self.columns = _spans(columns, width)
        left_at, left, left_turned = _reaching(sides[LEFT], width, 1, width)
        right_at, right, right_turned = _reaching(sides[RIGHT], width, 1, -width)
        top_at, top, top_turned = _reaching(sides[ABOVE], width, width, height)
        bottom_at, bottom, bottom_turned = _reaching(sides[BELOW], width, width, -height)
        self.level = _straight(self.rows, left_at, left, right_at, right)
        self.upright = _straight(self.columns, top_at, top, bottom_at, bottom)
        self.turned_x = list(map(min, left_turned, right_turned))
        self.turned_y = list(map(min, top_turned, bottom_turned))

    def along_x(self, x: int, y: int) -> int:
        """Return the price from a cell for one who comes along x."""
        return min(self.turned_y[y] + self.columns[x], self.rows[y] + self.level[y][x])

    def along_y(self, x: int, y: int) -> int:
        """Return the price from a cell for one who comes along y."""
        return min(self.turned_x[x] + self.rows[y], self.columns[x] + self.upright[x][y])


def _spans(at: list[int], size: int) -> list[int]:
    """Return for each row (or column) the price of the steps to the ports' own."""
    if not at:
        return [0] * size
    low, high = min(at), max(at)
    return [*range(STEP * low, 0, -STEP), *[0] * (high - low + 1), *range(STEP, STEP * (size - high), STEP)]


def _straight(steps: list[int], low_at: int, low: list[int], high_at: int, high: list[int]) -> list[list[int]]:
    """Return for each row (or column) the prices along it to the ports at its two ends, by the place on it.

    `steps` are those to the ports' own rows: only from others who has such a port still before him needs two bends.
    """
    own = list(map(min, low, high))
    before, beyond = low_at + 1, max(high_at, 0)
    other = list(
        map(
            min,
            [*(price + 2 * BEND for price in low[:before]), *low[before:]],
            [*high[:beyond], *(price + 2 * BEND for price in high[beyond:])],
        )
    )
    return [other if price else own for price in steps]


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
