"""Pins: what a person has put somewhere stays there to the px; everything else is arranged round it.

The diagram is first placed as if nothing were pinned. A group's part of that placement is then moved by what its pinned
items were moved on average, and what is not pinned goes to the free place nearest to that. Groups without a pin fit
themselves round what they hold. A pinned group does not grow: what finds no place in it stands at the nearest outside.
"""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from export.drawing import Box, Point
from export.layout.boxes import GAP_ACROSS, LABEL_GAP, U
from export.layout.coordinates import Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.layout.boxes import Plan

__all__ = ["arranged_round", "is_pinned", "off_grid"]

GAP, LEAST_GAP = GAP_ACROSS * U, U  # px between things, and where a pinned group has no more room
NEAREST = 30  # things near a wanted place, beside which free places are looked for


def is_pinned(plan: Plan) -> bool:
    """Tell whether anything is pinned."""
    return any(item.pin is not None for item in (*plan.sketch.nodes, *plan.sketch.groups))


def off_grid(plan: Plan) -> Point:
    """Return how far the grid of most pins is from that of whole tens, in px."""
    pins = [node.pin for node in plan.sketch.nodes if node.pin is not None]
    corners = [Point(group.pin.x, group.pin.y) for group in plan.sketch.groups if group.pin is not None]
    found = Counter((round(pin.x % U, 3), round(pin.y % U, 3)) for pin in pins or corners)
    return Point(*found.most_common(1)[0][0])


def arranged_round(plan: Plan, free: Places, origin: Point) -> Places:
    """Return places with all pins kept, from those without; `origin` is taken off the pins."""
    return _Pinned(plan, free, origin).places()


class _Spread(NamedTuple):
    """The room of an item, in px."""

    left: float
    top: float
    right: float
    bottom: float

    def moved(self, x: float, y: float) -> _Spread:
        return _Spread(self.left + x, self.top + y, self.right + x, self.bottom + y)

    def wider(self, x: float, y: float) -> _Spread:
        return _Spread(self.left - x, self.top - y, self.right + x, self.bottom + y)

    def meets(self, other: _Spread, gap: float) -> bool:
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )


class _Pinned:
    def __init__(self, plan: Plan, free: Places, origin: Point) -> None:
        self.plan = plan
        self.pins: dict[int, Point | Box] = {}
        for number, item in enumerate((*plan.sketch.groups, *plan.sketch.nodes), start=1):
            if item.pin is not None:
                self.pins[number] = item.pin._replace(x=item.pin.x - origin.x, y=item.pin.y - origin.y)
        self.centres = list(free.centres)
        self.frames = list(free.frames)
        self.mixed = {outer for pinned in self.pins for outer in plan.path[pinned] if outer < plan.groups}
        self.moves = self._moves()
        self.standing: list[tuple[int, _Spread]] = []
        self.unpinned = [self._room(item) for item in range(plan.items)]

    def places(self) -> Places:
        for item, pin in self.pins.items():
            if isinstance(pin, Box):
                self.frames[item] = pin
            else:
                self.centres[item] = pin
            self.standing.append((item, self._room(item)))
        self._arrange(0)
        x = tuple(round(centre.x / U) for centre in self.centres)
        y = tuple(round(centre.y / U) for centre in self.centres)
        boxes = tuple((round(f.x / U), round(f.y / U), round(f.right / U), round(f.bottom / U)) for f in self.frames)
        return Places(x, y, boxes, self.centres, self.frames)

    def _moves(self) -> list[Point]:
        """Return by how much each group is moved: on average as much as what is pinned in it, on the grid."""
        plan = self.plan
        moves: list[Point] = []
        for group in range(plan.groups):
            inside = [item for item in self.pins if group in plan.path[item]]
            if not inside:
                moves.append(moves[plan.parent[group]])
                continue
            shifts = [self._shift(item) for item in inside]
            x, y = (sum(shift[axis] for shift in shifts) / len(shifts) for axis in (0, 1))
            moves.append(Point(round(x / U) * U, round(y / U) * U))
        return moves

    def _shift(self, item: int) -> Point:
        pin = self.pins[item]
        if isinstance(pin, Box):
            return Point(pin.centre.x - self.frames[item].centre.x, pin.centre.y - self.frames[item].centre.y)
        return Point(pin.x - self.centres[item].x, pin.y - self.centres[item].y)

    def _arrange(self, group: int) -> None:
        """Place what is in a group, and fit the group round it."""
        plan = self.plan
        for child in plan.children[group]:
            if child in self.mixed:
                self._arrange(child)
        for child in plan.children[group]:
            if child not in self.mixed and child not in self.pins:
                self._put(child, group)
        if group not in self.pins:
            self.frames[group] = self._fitted(group)
            self.standing.append((group, self._room(group)))

    def _put(self, item: int, group: int) -> None:
        """Move an item, with all in it, to the free place nearest to where it is wanted."""
        wanted = self._room(item).moved(*self.moves[group])
        # The things round the item are no hindrance, nor is what stands in the same place because it holds them.
        around = set(self.plan.path[item])
        hindrances = [room for other, room in self.standing if other not in around]
        labels = self._label_rooms(item)
        apart = [room.wider(*labels.get(other, (0, 0))) for other, room in self.standing if other not in around]
        bounds = self._bounds(group)
        spots = sorted(
            {*self._spots(wanted, hindrances), *self._spots(wanted, apart)},
            key=lambda spot: (abs(spot[0]) + abs(spot[1]), spot),
        )
        room = next(
            (
                wanted.moved(*spot)
                for rooms, within, gap in (
                    (apart, bounds, GAP),
                    (hindrances, bounds, GAP),
                    (hindrances, bounds, LEAST_GAP),
                    (apart, None, GAP),
                    (hindrances, None, GAP),
                )
                for spot in spots
                if _is_free(wanted.moved(*spot), rooms, within, gap)
            ),
            wanted,
        )
        x, y = room.left - self._room(item).left, room.top - self._room(item).top
        for inner in range(1, self.plan.items):
            if item in self.plan.path[inner]:
                self.centres[inner] = Point(self.centres[inner].x + x, self.centres[inner].y + y)
                if inner < self.plan.groups:
                    frame = self.frames[inner]
                    self.frames[inner] = frame._replace(x=frame.x + x, y=frame.y + y)
        self.standing.append((item, room))

    def _label_rooms(self, item: int) -> dict[int, tuple[float, float]]:
        """Return the further room to what labelled lines join an item with: no more than there was without pins."""
        plan, mine = self.plan, self.unpinned[item]
        rooms: dict[int, tuple[float, float]] = {}
        for line in plan.lines:
            for end, other in ((line.source, line.target), (line.target, line.source)):
                if line.label[0] and item in plan.path[end] and item not in plan.path[other]:
                    theirs, (wide, high) = self.unpinned[other], line.label
                    x = max(theirs.left - mine.right, mine.left - theirs.right)
                    y = max(theirs.top - mine.bottom, mine.top - theirs.bottom)
                    was = rooms.get(other, (0, 0))
                    rooms[other] = (
                        max(was[0], min(wide + 2 * U, x) - GAP),
                        max(was[1], min(high + 2 * U, y) - GAP),
                    )
        return rooms

    def _spots(self, wanted: _Spread, hindrances: list[_Spread]) -> Iterator[tuple[float, float]]:
        """Yield moves from where an item is wanted: none, and to beside each thing that is near."""

        def far(other: _Spread) -> float:
            return max(other.left - wanted.right, wanted.left - other.right, 0) + max(
                other.top - wanted.bottom, wanted.top - other.bottom, 0
            )

        near = sorted(hindrances, key=far)[:NEAREST]
        xs, ys = {0.0}, {0.0}
        for other, gap in product(near, (GAP, LEAST_GAP)):
            xs |= {_up(other.right + gap - wanted.left), -_up(wanted.right + gap - other.left)}
            ys |= {_up(other.bottom + gap - wanted.top), -_up(wanted.bottom + gap - other.top)}
        return product(sorted(xs), sorted(ys))

    def _bounds(self, group: int) -> _Spread | None:
        """Return the room inside the innermost pinned group round a place."""
        for outer in self.plan.path[group]:
            if outer in self.pins:
                frame, (left, top, right, bottom) = self.frames[outer], self.plan.pads[outer]
                return _Spread(
                    frame.x + left * U, frame.y + top * U, frame.right - right * U, frame.bottom - bottom * U
                )
        return None

    def _room(self, item: int) -> _Spread:
        plan = self.plan
        if item < plan.groups:
            frame, reach = self.frames[item], plan.reach[item]
            return _Spread(frame.x, frame.y - reach.up * U, frame.right + reach.right * U, frame.bottom)
        (x, y), (wide, high), (text_wide, text_high) = self.centres[item], plan.icon[item], plan.text[item]
        side = max(wide, text_wide / 2)
        return _Spread(x - side, y - high, x + side, y + high + (LABEL_GAP + text_high if text_high else 0))

    def _fitted(self, group: int) -> Box:
        """Return the box round all in a group, its borders on the grid."""
        plan = self.plan
        # What stands outside its pinned group is in the diagram still.
        inner = plan.children[group] if group else range(1, plan.items)
        rooms = [self._room(item) for item in inner]
        left, top, right, bottom = plan.pads[group]
        x, y = -_up(left * U - min(r.left for r in rooms)), -_up(top * U - min(r.top for r in rooms))
        wide = max(_up(max(r.right for r in rooms) + right * U - x), plan.least[group][0] * U)
        high = max(_up(max(r.bottom for r in rooms) + bottom * U - y), plan.least[group][1] * U)
        return Box(x, y, wide, high)


def _is_free(room: _Spread, hindrances: list[_Spread], within: _Spread | None, gap: float) -> bool:
    if within is not None and not (
        room.left >= within.left
        and room.top >= within.top
        and room.right <= within.right
        and room.bottom <= within.bottom
    ):
        return False
    return not any(room.meets(other, gap - 1) for other in hindrances)


def _up(length: float) -> float:
    """Return a length up to the next whole step of the grid."""
    return -(-length // U) * U
