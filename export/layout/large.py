"""The way of very large diagrams: shelves, tracks, and a label wherever there is room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.drawing import Box, Point
from export.layout.answer import answer
from export.layout.boxes import U
from export.layout.coordinates import Places
from export.layout.labels import Ground, Nearby, around, beside_loop, pieces, span_of, spot
from export.layout.shelves import Shelves
from export.layout.tracks import Tracks

if TYPE_CHECKING:
    from export.layout.boxes import Plan
    from export.layout.sketch import Placement

__all__ = ["on_shelves", "shelved"]


def shelved(plan: Plan) -> Placement:
    """Place a diagram of any size, quickly: no search, so more crossings and bends than need be."""
    shelves = Shelves(plan)
    tracks = Tracks(plan, shelves)
    corners = {trip.line.number: tracks.corners(trip) for trip in tracks.trips}
    centres, boxes = _in_px(plan, shelves)
    return answer(plan, centres, boxes, corners, _labels(plan, corners, Ground(plan, centres, boxes)))


def on_shelves(plan: Plan) -> Places:
    """Return the places alone, for what is arranged round pins: they leave the numbers in U out."""
    shelves = Shelves(plan)
    Tracks(plan, shelves)  # makes the room for the lines
    return Places((), (), (), *_in_px(plan, shelves))


def _in_px(plan: Plan, shelves: Shelves) -> tuple[list[Point], list[Box]]:
    boxes = [
        Box(x * U, y * U, wide * U, high * U)
        for x, y, wide, high in zip(shelves.left, shelves.top, shelves.width, shelves.height, strict=True)
    ]
    centres = [Point(0, 0)] * plan.groups
    for node in range(plan.groups, plan.items):
        x, y = shelves.centre(node)
        centres.append(Point(x * U, y * U))
    return centres, boxes


def _labels(plan: Plan, corners: dict[int, list[Point]], ground: Ground) -> dict[int, Box]:
    named = [line for line in plan.lines if line.label[0]]
    labels: dict[int, Box] = {}
    if not named:
        return labels
    taken, borders = Nearby(ground.solid), Nearby(ground.borders)
    for number, way in corners.items():
        for span in pieces(way):
            taken.add(span, number)
    for line in named:
        way = corners[line.number]
        place = around(line.label, way)
        others = taken.near(place, without=line.number)
        if line.loop:
            found = beside_loop(line.label, way, others)
        else:
            found = spot(line.label, way, others, borders.near(place))
        if found is not None:
            labels[line.number] = found.box
            taken.add(span_of(found.box))
    return labels
