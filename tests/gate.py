"""The gate: what a person would see wrong in a drawing, counted.

`measure` looks at a `Scene`, which `scenes.py` makes of a layout's answer, of a `Drawing` or of what draw.io's viewer
shows. Lengths are px, y grows downwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from export.drawing import Box, Point
from geometry import Segment, crosses, enters, is_inside, overlaps, overlay, segments, sides, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Faults", "Figures", "Item", "Line", "Scene", "Words", "measure"]

Pair = tuple[str, str]

SMALLEST_FONT = 10.0
APART = 5.0  # px: a line that passes a node closer than this seems to touch it
BESIDE = 5.0  # px: a line may lie on a border no longer than this
HEAD = 15.0  # px: an arrow head and the bend before it need this much


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A node, or a group. `words` is the room of its label under the icon, or of its title and badge."""

    id: str
    box: Box
    words: Box | None = None
    parent: str | None = None

    @property
    def full(self) -> Box:
        """The box round icon and words."""
        return union([self.box, *([self.words] if self.words else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edge as it is drawn; an end that is attached to nothing is None."""

    id: str
    source: str | None
    target: str | None
    points: tuple[Point, ...]

    @property
    def ends(self) -> frozenset[str]:
        """The items it is attached to."""
        return frozenset(end for end in (self.source, self.target) if end is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text that hangs on an edge, its step number too, or stands free (then `owner` is its own name)."""

    owner: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that is seen. `unresolved` have no known shape, `images` are embedded pictures, `fonts` are px by id."""

    nodes: tuple[Item, ...] = ()
    groups: tuple[Item, ...] = ()
    lines: tuple[Line, ...] = ()
    words: tuple[Words, ...] = ()
    free: tuple[Box, ...] = ()
    unresolved: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    fonts: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What must not be there, each by the ids of those concerned.

    `unresolved`: nodes and groups whose shape draw.io does not know. `images`: embedded pictures. `loose`: lines with
    an end on nothing. `outside`: items that leave their group. `overlap`: nodes on nodes, labels included. `through`:
    lines through the icon or label of another node. `grazed`: lines that seem to touch a node as they pass it, and
    lines along a group's border. `own`: lines through the label of their own end. `title`: lines over a group's title.
    `labels`: words of a line on a node, a title, other words or another line. `small`: words below 10 px. `doubled`:
    lines that run back over themselves. `shared`: lines on lines that they share no end with.
    """

    unresolved: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    outside: tuple[Pair, ...] = ()
    overlap: tuple[Pair, ...] = ()
    through: tuple[Pair, ...] = ()
    grazed: tuple[Pair, ...] = ()
    own: tuple[Pair, ...] = ()
    title: tuple[Pair, ...] = ()
    labels: tuple[Pair, ...] = ()
    small: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    shared: tuple[Pair, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def __str__(self) -> str:
        shown = ((field.name, getattr(self, field.name)) for field in fields(self))
        return "\n".join(f"{name}: {'; '.join(map(_names, who))}" for name, who in shown if who) or "no faults"

    def counts(self) -> dict[str, int]:
        """Return how many there are of each."""
        return {field.name: len(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured. `cross` counts lines that cross lines, `bends` are those of all lines together.

    `squeezed` counts ends of lines that have a bend too near for an arrow head. `overlaid` are px of lines on lines of
    other ends, `merged` on lines that they share an end with, `length` px of all lines. `width` and `height` hold boxes
    and lines, not the words under the outermost icons.
    """

    nodes: int
    groups: int
    edges: int
    faults: Faults
    cross: int
    bends: int
    squeezed: int
    overlaid: float
    merged: float
    length: float
    width: float
    height: float

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width / (self.height or 1)

    @property
    def area(self) -> float:
        """Square px."""
        return self.width * self.height


def measure(scene: Scene) -> Figures:
    """Count the faults of a scene and take its measure."""
    lines = [(line, segments(line.points)) for line in scene.lines]
    pairs = list(combinations(lines, 2))
    together = [(a, b, length) for (a, s), (b, t) in pairs if (length := overlay(s, t))]
    overlaid = [(a.id, b.id, length) for a, b, length in together if not a.ends & b.ends]
    through = [
        (line.id, node.id)
        for line, parts in lines
        for node in scene.nodes
        if node.id not in line.ends and enters(parts, node.full, 3)
    ]
    bounds = _bounds(scene)
    return Figures(
        nodes=len(scene.nodes),
        groups=len(scene.groups),
        edges=len(scene.lines),
        faults=Faults(
            unresolved=scene.unresolved,
            images=scene.images,
            loose=tuple(line.id for line in scene.lines if line.source is None or line.target is None),
            outside=tuple(_outside(scene)),
            overlap=tuple((a.id, b.id) for a, b in combinations(scene.nodes, 2) if overlaps(a.full, b.full, 1)),
            through=tuple(through),
            grazed=tuple(pair for pair in _grazed(scene, lines) if pair not in through),
            own=tuple(
                (line.id, node.id)
                for line, parts in lines
                for node in scene.nodes
                if node.id in line.ends and node.words and enters(parts, node.words, 2)
            ),
            title=tuple(
                (line.id, group.id)
                for line, parts in lines
                for group in scene.groups
                if group.words and enters(parts, group.words, 2)
            ),
            labels=tuple(_covered(scene, lines)),
            small=tuple(name for name, px in scene.fonts if px < SMALLEST_FONT),
            doubled=tuple(line.id for line in scene.lines if _turns_round(line.points)),
            shared=tuple((a, b) for a, b, _ in overlaid),
        ),
        cross=sum(crosses(p, q) for (_, s), (_, t) in pairs for p in s for q in t),
        bends=sum(max(0, len(parts) - 1) for _, parts in lines),
        squeezed=sum(math.dist(*end) < HEAD for _, parts in lines if len(parts) > 1 for end in (parts[0], parts[-1])),
        overlaid=sum(length for _, _, length in overlaid),
        merged=sum(length for a, b, length in together if a.ends & b.ends),
        length=sum(math.dist(a, b) for _, parts in lines for a, b in parts),
        width=bounds.width,
        height=bounds.height,
    )


def _turns_round(points: Sequence[Point]) -> bool:
    """Tell whether a piece of a line leads back along the one before, by more than draw.io's rounding of points."""
    ways = [(b.x - a.x, b.y - a.y) for a, b in pairwise(points)]
    return any(ax * bx + ay * by < -0.1 * math.hypot(ax, ay) for (ax, ay), (bx, by) in pairwise(ways))


def _names(who: str | Pair) -> str:
    return who if isinstance(who, str) else " / ".join(who)


def _outside(scene: Scene) -> Iterator[Pair]:
    groups = {group.id: group.box for group in scene.groups}
    for item in (*scene.groups, *scene.nodes):
        outer = groups.get(item.parent or "")
        if outer and not is_inside(item.box, outer, slack=1):
            yield item.id, item.parent or ""


def _grazed(scene: Scene, lines: Sequence[tuple[Line, Sequence[Segment]]]) -> Iterator[Pair]:
    borders = [(group.id, sides(group.box)) for group in scene.groups]
    for line, parts in lines:
        for node in scene.nodes:
            first, last = (1 if node.id == line.source else 0), (-1 if node.id == line.target else None)
            box = node.full if node.id not in line.ends else node.box
            if enters(parts[first:last], box, -APART):
                yield line.id, node.id
        yield from ((line.id, group) for group, sides in borders if overlay(parts, sides) > BESIDE)


def _covered(scene: Scene, lines: Sequence[tuple[Line, Sequence[Segment]]]) -> Iterator[Pair]:
    for i, words in enumerate(scene.words):
        yield from ((words.owner, node.id) for node in scene.nodes if overlaps(words.box, node.full, 2))
        titles = ((group.id, group.words) for group in scene.groups if group.words)
        yield from ((words.owner, group) for group, title in titles if overlaps(words.box, title, 2))
        others = (other for other in scene.words[i + 1 :] if other.owner != words.owner)
        yield from ((words.owner, other.owner) for other in others if overlaps(words.box, other.box, 1))
        foreign = ((line.id, parts) for line, parts in lines if line.id != words.owner)
        yield from ((words.owner, line) for line, parts in foreign if enters(parts, words.box, 2))


def _bounds(scene: Scene) -> Box:
    boxes = [item.box for item in (*scene.nodes, *scene.groups)]
    points = [Box(point.x, point.y, 0, 0) for line in scene.lines for point in line.points]
    return union([*boxes, *points, *scene.free] or [Box(0, 0, 0, 0)])
