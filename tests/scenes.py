"""Scenes for the gate: from what a layout answers, from a `Drawing`, and from what draw.io's viewer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from export.drawing import Box, Point
from gate import Item, Line, Scene, Words
from geometry import union

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from export.drawing import Disc, Drawing, FrameStyle, Label, Shape
    from export.layout.sketch import Placement, Sketch, SketchEdge, SketchNode

__all__ = ["Cell", "from_cells", "from_drawing", "from_placement"]

BADGE = 25.0  # px: the side of the badge in a group's top left corner
LABEL_GAP = 7.0  # px: from the icon to the label under it


class Cell(TypedDict):
    """A cell as draw.io's viewer shows it.

    `box` and `text` are left, top, right, bottom in px; `drawn` is the box of the shape itself, which its lines' ends
    are counted from. `plain` is the label without markup, `font` its size in px. `missing` names the shapes in the
    style that draw.io does not know, `marks` counts what it paints. `attributes` are the cell's own.
    """

    id: str
    parent: str | None
    edge: bool
    children: int
    style: str
    plain: str
    attributes: dict[str, str]
    missing: list[str]
    marks: int
    image: bool
    font: float
    box: list[float]
    drawn: list[float]
    text: list[float] | None
    source: str | None
    target: str | None
    points: list[list[float]]


def from_placement(sketch: Sketch, placement: Placement) -> Scene:
    """See a diagram as a layout placed it; the rooms of words are those that the layout was asked for."""
    return Scene(
        nodes=tuple(_placed(node, placement.nodes[node.id]) for node in sketch.nodes),
        groups=tuple(
            Item(
                id=group.id,
                box=(box := placement.groups[group.id]),
                words=Box(box.x, box.y, *group.title) if all(group.title) else None,
                parent=group.parent,
            )
            for group in sketch.groups
        ),
        lines=tuple(
            Line(id=edge.id, source=edge.source, target=edge.target, points=placement.edges[edge.id].points)
            for edge in sketch.edges
        ),
        words=tuple(
            Words(owner=edge.id, box=box) for edge in sketch.edges if (box := _label_room(edge, placement)) is not None
        ),
    )


def from_drawing(drawing: Drawing, known: Callable[[Shape | FrameStyle], bool] = lambda _: True) -> Scene:
    """See a drawing; `known` tells whether draw.io has the shape of a node or the badge of a group."""
    items = {item.id for item in (*drawing.frames, *drawing.figures)}
    labels = [(item.id, item.label) for item in (*drawing.figures, *drawing.wires)]
    labels += [(frame.id, frame.title) for frame in drawing.frames] + [("heading", drawing.heading)]
    drawn = [*((f.id, f.style) for f in drawing.frames), *((f.id, f.shape) for f in drawing.figures)]
    return Scene(
        nodes=tuple(
            Item(id=figure.id, box=figure.box, words=_room(figure.label), parent=figure.parent)
            for figure in drawing.figures
        ),
        groups=tuple(
            Item(
                id=frame.id,
                box=frame.box,
                words=_title(frame.box, _room(frame.title), badge=bool(frame.style.badge)),
                parent=frame.parent,
            )
            for frame in drawing.frames
        ),
        lines=tuple(
            Line(
                id=wire.id,
                source=wire.source if wire.source in items else None,
                target=wire.target if wire.target in items else None,
                points=wire.points,
            )
            for wire in drawing.wires
        ),
        words=tuple(
            Words(owner=owner, box=room)
            for owner, words in [
                *((wire.id, words) for wire in drawing.wires for words in (wire.label, wire.disc)),
                ("heading", drawing.heading),
            ]
            if (room := _room(words)) is not None
        ),
        free=tuple(room for room in [_room(drawing.heading)] if room is not None),
        unresolved=tuple(name for name, style in drawn if not known(style)),
        images=tuple(figure.id for figure in drawing.figures if figure.shape.family == "image"),
        fonts=tuple((name, label.size) for name, label in labels if label is not None and any(label.lines)),
    )


def from_cells(cells: Sequence[Cell]) -> Scene:
    """See a page as draw.io's viewer drew it. What hangs on an edge counts as the edge's words."""
    by_id = {cell["id"]: cell for cell in cells}
    edges = [cell for cell in cells if cell["edge"]]
    tags = [cell for cell in cells if not cell["edge"] and _on_edge(cell, by_id)]
    vertices = [cell for cell in cells if not cell["edge"] and not _on_edge(cell, by_id)]
    texts = [cell for cell in vertices if cell["style"].startswith("text;") or "shape=text" in cell["style"]]
    groups = [cell for cell in vertices if cell not in texts and _is_group(cell)]
    nodes = [cell for cell in vertices if cell not in texts and not _is_group(cell)]
    return Scene(
        nodes=tuple(
            Item(id=cell["id"], box=_box(cell["box"]), words=_text(cell), parent=cell["parent"]) for cell in nodes
        ),
        groups=tuple(
            Item(
                id=cell["id"],
                box=_box(cell["box"]),
                words=_title(_box(cell["box"]), _text(cell), badge="grIcon=" in cell["style"]),
                parent=cell["parent"],
            )
            for cell in groups
        ),
        lines=tuple(
            Line(
                id=cell["id"],
                source=cell["source"],
                target=cell["target"],
                points=tuple(Point(x, y) for x, y in cell["points"]),
            )
            for cell in edges
        ),
        words=(
            *(Words(owner=cell["id"], box=room) for cell in edges if (room := _text(cell)) is not None),
            *(Words(owner=cell["parent"] or "", box=_whole(cell)) for cell in tags),
            *(Words(owner=cell["id"], box=_text(cell) or _box(cell["box"])) for cell in texts if cell["plain"]),
        ),
        free=tuple(_box(cell["box"]) for cell in texts),
        unresolved=tuple(cell["id"] for cell in cells if cell["missing"]),
        images=tuple(cell["id"] for cell in vertices if cell["image"]),
        fonts=tuple((cell["id"], cell["font"]) for cell in cells if cell["plain"]),
    )


def _placed(node: SketchNode, centre: Point) -> Item:
    icon = Box(centre.x - node.icon.width / 2, centre.y - node.icon.height / 2, *node.icon)
    label = Box(centre.x - node.label.width / 2, icon.bottom + LABEL_GAP, *node.label)
    return Item(id=node.id, box=icon, words=label if all(node.label) else None, parent=node.parent)


def _label_room(edge: SketchEdge, placement: Placement) -> Box | None:
    middle = placement.edges[edge.id].label
    if middle is None or not all(edge.label):
        return None
    return Box(middle.x - edge.label.width / 2, middle.y - edge.label.height / 2, *edge.label)


def _room(words: Label | Disc | None) -> Box | None:
    return words.box if words is not None else None


def _title(frame: Box, text: Box | None, *, badge: bool) -> Box | None:
    """Return the room of a group's badge and its title."""
    boxes = [*([Box(frame.x, frame.y, BADGE, BADGE)] if badge else []), *([text] if text else [])]
    return union(boxes) if boxes else None


def _on_edge(cell: Cell, by_id: Mapping[str, Cell]) -> bool:
    parent = by_id.get(cell["parent"] or "")
    return parent is not None and parent["edge"]


def _is_group(cell: Cell) -> bool:
    return cell["children"] > 0 or "container=1" in cell["style"] or "mxgraph.aws4.group" in cell["style"]


def _box(sides: Sequence[float]) -> Box:
    left, top, right, bottom = sides
    return Box(left, top, right - left, bottom - top)


def _text(cell: Cell) -> Box | None:
    return _box(cell["text"]) if cell["text"] and cell["plain"] else None


def _whole(cell: Cell) -> Box:
    text = _text(cell)
    return union([_box(cell["box"]), text]) if text else _box(cell["box"])
