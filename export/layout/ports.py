"""Ports: where a line may start or stop on the border of an item, and what each costs.

A port costs more off the middle, much more where another line starts, more on the sides that the flow does not leave
by. Under an icon with a label lines start below the label. Sides are counted clockwise: 0 right, 1 below, 2 left,
3 above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Point
from export.layout.boxes import LABEL_GAP, U

if TYPE_CHECKING:
    from export.layout.boxes import Flow, Line
    from export.layout.grid import Grid

__all__ = ["ABOVE", "BELOW", "CORNER_AIR", "FURTHEST", "LEFT", "RIGHT", "Offers", "Port", "Ports"]

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
CORNER_AIR = 2  # cells from a group's corner to its first port

PortKey = tuple[int, int, int]  # item, side, cells off the middle
SidePrices = tuple[int, int, int, int]


class Port(NamedTuple):
    """Where a line may start: the first free cell, the side it leaves by, the place on the border in px, the price."""

    cell: int
    side: int
    start: Point
    price: int
    key: PortKey


Offers = list[tuple[int, Port]]  # ports with what they cost a line now


class Ports:
    """All ports, and how often each is taken."""

    def __init__(self, grid: Grid, flows: tuple[Flow, ...]) -> None:
        self.grid = grid
        self.flows = flows
        self.known: dict[tuple[int, bool], list[Port]] = {}
        self.untaken: dict[tuple[int, bool, SidePrices], dict[PortKey, tuple[int, Port]]] = {}
        self.dearer: dict[int, dict[PortKey, int]] = {}  # by item, what ports cost more as others are taken

    def take(self, *ends: Port, times: int) -> None:
        """Count the ports of a line as taken (1) or free again (-1)."""
        for port in ends:
            item, side, off = port.key
            dearer = self.dearer.setdefault(item, {})
            for key, price in (
                (port.key, TAKEN), ((item, side, off - 1), BESIDE_TAKEN), ((item, side, off + 1), BESIDE_TAKEN),
            ):  # fmt: skip
                dearer[key] = dearer.get(key, 0) + price * times

    def offers(self, line: Line, *, source: bool) -> Offers:
        """Return the ports of an end of a line."""
        item = line.source if source else line.target
        inside = line.enclosed and item == line.home
        sides = self._sides(line, source=source)
        untaken = self.untaken.get((item, inside, sides))
        if untaken is None:
            untaken = {port.key: (port.price + sides[port.side], port) for port in self._of(item, inside=inside)}
            self.untaken[item, inside, sides] = untaken
        offers = untaken.copy()
        for key, more in self.dearer.get(item, {}).items():
            if more and key in offers:
                price, port = offers[key]
                offers[key] = (price + more, port)
        return list(offers.values())

    def price(self, line: Line, port: Port, *, source: bool) -> int:
        """Return what a port costs a line now."""
        more = self.dearer.get(port.key[0], {}).get(port.key, 0)
        return port.price + self._sides(line, source=source)[port.side] + more

    def _of(self, item: int, *, inside: bool) -> list[Port]:
        """Return all ports of an item, of a group those inside of its border or outside."""
        ports = self.known.get((item, inside))
        if ports is None:
            ports = self._of_group(item, inside=inside) if item < self.grid.plan.groups else self._of_node(item)
            self.known[item, inside] = ports
        return ports

    def _sides(self, line: Line, *, source: bool) -> SidePrices:
        """Return what it costs a line to leave by each side."""
        if line.free or line.enclosed:
            return (0, 0, 0, 0)
        axis, forward = self.flows[line.home]
        return SIDE_PRICES[axis if forward == source else axis + 2]

    def _of_node(self, node: int) -> list[Port]:
        grid = self.grid
        plan, width, blocked = grid.plan, grid.width, grid.blocked
        column_at, row_at = grid.column_at, grid.row_at
        column, row = grid.places.x[node] - grid.left, grid.places.y[node] - grid.top
        centre = row * width + column
        x, y = grid.places.centres[node]
        half_wide, half_high = plan.icon[node]
        text_wide, text_high = plan.text[node]
        tall = min(FURTHEST, int((half_high - 9) // U))
        wide = min(FURTHEST, int((half_wide - 9) // U))
        low = min(wide, max(1, int((text_wide / 2 - 4) // U))) if text_high else wide
        bottom = half_high + (LABEL_GAP + text_high + 2 if text_high else 0)
        under = BELOW_LABEL if text_high else 0
        ports: list[Port] = []
        for side, most, middle, border, least in (
            (RIGHT, tall, centre + grid.right[node], x + half_wide, 0),
            (BELOW, low, centre + grid.under[node] * width, y + bottom, under),
            (LEFT, tall, centre - grid.right[node], x - half_wide, 0),
            (ABOVE, wide, centre - grid.above[node] * width, y - half_high, 0),
        ):
            upright = side in (RIGHT, LEFT)
            for off in range(-most, most + 1):
                cell = middle + off * (width if upright else 1)
                if not blocked[cell]:
                    start = Point(border, row_at[row + off]) if upright else Point(column_at[column + off], border)
                    ports.append(Port(cell, side, start, least + abs(off) * OFF_MIDDLE, (node, side, off)))
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
