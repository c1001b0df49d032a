"""What a person should know about what their pins did to a drawing. Only pins can do any of it."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from architecture.model import Note
from export.drawing import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture
    from export.drawing import Drawing, Figure, Point

__all__ = ["on_pins"]


def on_pins(architecture: Architecture, drawing: Drawing, moved: Point) -> Iterator[Note]:
    """Yield the notes on the pins of a drawing that was moved as a whole to where it is in view."""
    if all(item.pin is None for item in architecture.items.values()):
        return
    if any(moved):
        yield Note(
            code="pins-moved",
            where=drawing.name,
            text=f"all of it stands {moved.x:g} px further right and {moved.y:g} px further down than its pins say, "
            "to be inside the picture and under the title",
        )
    rooms = {frame.id: frame.box for frame in drawing.frames} | {f.id: _room(f) for f in drawing.figures}
    around = {item: {group.id for group in architecture.path(item)} for item in rooms}
    for item in (*drawing.frames, *drawing.figures):
        if item.parent is not None and not _within(rooms[item.id], rooms[item.parent]):
            text = f"does not fit inside {item.parent}, to which it belongs, for pins leave no room there"
            yield Note(code="outside-group", where=item.id, text=text)
    for (one, room), (other, space) in combinations(rooms.items(), 2):
        if _meet(room, space) and one not in around[other] and other not in around[one]:
            yield Note(code="pins-overlap", where=other, text=f"is drawn over {one}, for pins leave no room beside it")


def _room(figure: Figure) -> Box:
    """Return the room of an icon and the words under it."""
    box, label = figure.box, figure.label and figure.label.box
    if label is None:
        return box
    x, y = min(box.x, label.x), min(box.y, label.y)
    return Box(x, y, max(box.right, label.right) - x, max(box.bottom, label.bottom) - y)


def _within(inner: Box, outer: Box) -> bool:
    return inner.x >= outer.x and inner.y >= outer.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _meet(one: Box, other: Box) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
