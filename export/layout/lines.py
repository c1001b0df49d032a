"""All lines of a diagram laid on the grid, with their labels.

Lines whose ends stand in one row are laid first, then short ones before long ones. The moment a line is laid its label is
placed, and is in the way of all that come later. Then lines are lifted and laid again, those first whose label found no
spot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout import router
from export.layout.grid import STEP, Grid
from export.layout.labels import Ground, spot
from export.layout.router import Ports, points

if TYPE_CHECKING:
    from export.drawing import Box, Point
    from export.layout.boxes import Line, Plan
    from export.layout.coordinates import Places
    from export.layout.layers import Layering
    from export.layout.router import Way

__all__ = ["Laid", "lay"]

STRAIGHT = 70  # what a way may cost beyond its steps to count as straight and alone


class Laid:
    """Lines on their way: `ways` on the grid, their `corners` in px, `labels`; by line."""

    def __init__(self, plan: Plan, layering: Layering, places: Places) -> None:
        self.plan = plan
        self.places = places
        self.grid = Grid(plan, places)
        self.ports = Ports(self.grid, layering.flows)
        self.ground = Ground(plan, places)
        self.ways: dict[int, Way] = {}
        self.corners: dict[int, list[Point]] = {}
        self.labels: dict[int, Box] = {}

    def lift(self, line: Line) -> None:
        """Take a line and its label away."""
        way = self.ways.pop(line.number, None)
        if way is not None:
            del self.corners[line.number]
            self._mark(way, -1)
        label = self.labels.pop(line.number, None)
        if label is not None:
            self.grid.mark_label(label, -1)

    def lay(self, line: Line, way: Way) -> None:
        """Put a line on its way, and its label on it if there is a spot."""
        self.ways[line.number] = way
        self.corners[line.number] = points(self.grid, way)
        self._mark(way, 1)
        if line.label[0]:
            found = spot(line, self.corners[line.number], self.ground, self._others(line.number), self.labels)
            if found is not None:
                self.labels[line.number] = found.box
                self.grid.mark_label(found.box, 1)

    def find(self, line: Line) -> Way | None:
        """Return the cheapest way as things stand."""
        return router.find(self.grid, self.ports, line)

    def price(self, line: Line, way: Way) -> int:
        """Return what a way of a line that is lifted would cost."""
        return router.price(self.grid, self.ports, line, way)

    def place_labels(self) -> None:
        """Place all labels anew now that all lines are laid, those on the simplest lines first."""
        for label in self.labels.values():
            self.grid.mark_label(label, -1)
        self.labels.clear()
        named = [line for line in self.plan.lines if line.label[0] and line.number in self.corners]
        for line in sorted(named, key=lambda line: (len(self.corners[line.number]), line.number)):
            found = spot(line, self.corners[line.number], self.ground, self._others(line.number), self.labels)
            if found is not None:
                self.labels[line.number] = found.box
                self.grid.mark_label(found.box, 1)

    @property
    def crowded(self) -> list[Line]:
        """The lines whose label found no place."""
        return [line for line in self.plan.lines if line.label[0] and line.number not in self.labels]

    def _others(self, number: int) -> list[list[Point]]:
        return [corners for other, corners in self.corners.items() if other != number]

    def _mark(self, way: Way, times: int) -> None:
        width = self.grid.width
        steps = (1, width, -1, -width)
        self.grid.mark(way.cells, steps[way.start.side], -steps[way.stop.side], times)
        self.ports.take(way, times)


def lay(plan: Plan, layering: Layering, places: Places, rounds: int) -> Laid:
    """Lay all lines; after the first time each line is lifted and laid again `rounds` times."""
    laid = Laid(plan, layering, places)

    def spread(line: Line) -> tuple[bool, int, int]:
        ends: list[tuple[float, float]] = []
        for item in (line.source, line.target):
            box = places.boxes[item] if item < plan.groups else None
            ends.append(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else (places.x[item], places.y[item]))
        across, down = (round(abs(a - b)) for a, b in zip(*ends, strict=True))
        return (min(across, down) > 0, across + down, line.number)

    lines = sorted(plan.lines, key=spread)
    crowded: set[int] = set()
    for turn in range(rounds + 1):
        for line in lines:
            old = laid.ways.get(line.number)
            laid.lift(line)
            if old is not None and line.number not in crowded and laid.price(line, old) <= old.price:
                laid.lay(line, old)
                continue
            way = laid.find(line)
            if way is not None:
                laid.lay(line, way)
        crowded = {line.number for line in laid.crowded}
        if turn < rounds:
            lines.sort(key=lambda line: (line.number not in crowded, -_price(laid, line), line.number))
    laid.place_labels()
    return laid


def _price(laid: Laid, line: Line) -> int:
    way = laid.ways.get(line.number)
    return way.price if way is not None else 0
