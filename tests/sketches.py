"""Sketches for the layout: by Hypothesis, by seed, and by a word or two."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from export.layout.sketch import Size, Sketch, SketchEdge, SketchGroup, SketchNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from architecture.model import Direction

__all__ = ["DIRECTIONS", "group", "line", "node", "random_sketch", "sketch", "sketches"]

DIRECTIONS: tuple[Direction, ...] = ("LR", "TB", "RL", "BT")
ICONS = (Size(78, 78), Size(78, 59), Size(180, 100), Size(48, 48))
NOTHING = Size(0, 0)


def node(name: str, parent: str | None = None, *, icon: Size = ICONS[0], words: str | None = None) -> SketchNode:
    """A node of that icon, its label as wide as `words` are long."""
    return SketchNode(id=name, icon=icon, label=_words(name if words is None else words), parent=parent)


def group(name: str, parent: str | None = None, direction: Direction | None = None) -> SketchGroup:
    return SketchGroup(id=name, title=Size(32 + 7 * len(name), 25), parent=parent, direction=direction)


def line(source: str, target: str, words: str = "", *, ranked: bool = True) -> SketchEdge:
    return SketchEdge(
        id=f"{source}--{target}--{words}", source=source, target=target, label=_words(words), ranked=ranked
    )


def sketch(
    nodes: Iterable[SketchNode | str],
    edges: Iterable[SketchEdge | tuple[str, str]] = (),
    groups: Iterable[SketchGroup] = (),
    direction: Direction = "LR",
) -> Sketch:
    """A sketch; nodes may be names and lines pairs of them."""
    return Sketch(
        direction=direction,
        nodes=tuple(node(n) if isinstance(n, str) else n for n in nodes),
        groups=tuple(groups),
        edges=tuple(e if isinstance(e, SketchEdge) else line(*e) for e in edges),
    )


@st.composite
def sketches(draw: st.DrawFn, most: int = 9) -> Sketch:
    """Any sketch: nested groups, empty ones too, and lines between anything, parallel, both ways and to itself."""
    groups: list[SketchGroup] = []
    for i in range(draw(st.integers(0, most // 2))):
        parent = draw(st.sampled_from([None, *(g.id for g in groups)]))
        titled = draw(st.sampled_from([Size(90, 25), Size(230, 25), NOTHING]))
        flow = draw(st.sampled_from([None, None, None, *DIRECTIONS]))
        groups.append(SketchGroup(id=f"g{i}", title=titled, parent=parent, direction=flow))
    homes = [None, *(g.id for g in groups)]
    nodes = [
        SketchNode(
            id=f"n{i}",
            icon=draw(st.sampled_from(ICONS)),
            label=draw(st.sampled_from([NOTHING, Size(38, 14), Size(111, 28), Size(164, 14)])),
            parent=draw(st.sampled_from(homes)),
        )
        for i in range(draw(st.integers(0, most)))
    ]
    names = [*(g.id for g in groups), *(n.id for n in nodes)]
    edges = [
        SketchEdge(
            id=f"e{i}",
            source=draw(st.sampled_from(names)),
            target=draw(st.sampled_from(names)),
            label=draw(st.sampled_from([NOTHING, NOTHING, Size(30, 13), Size(112, 26)])),
            ranked=draw(st.sampled_from([True, True, True, False])),
        )
        for i in range(draw(st.integers(0, most)) if names else 0)
    ]
    direction = draw(st.sampled_from(DIRECTIONS))
    return Sketch(direction=direction, nodes=tuple(nodes), groups=tuple(groups), edges=tuple(edges))


def random_sketch(seed: int, most: int = 40, direction: Direction = "LR") -> Sketch:
    """A diagram of up to `most` nodes in nested groups, more like those that people draw. One seed, one diagram."""
    random = Random(seed)
    count = random.randint(4, most)
    homes: list[str | None] = [None]
    groups: list[SketchGroup] = []
    for i in range(random.randint(0, count // 3)):
        groups.append(group(f"group {i}", random.choice(homes)))
        homes.append(groups[-1].id)
    words = ("S3", "AWS Lambda", "Orders", "Amazon API Gateway", "db", "a longer service name")
    nodes = [node(f"n{i}", random.choice(homes), words=random.choice(words)) for i in range(count)]
    edges: list[SketchEdge] = []
    for i in range(random.randint(count - 1, int(count * 1.4))):
        a = random.randrange(count)
        b = min(count - 1, a + random.randint(1, 3)) if random.random() < 0.5 else random.randrange(count)
        label = _words(random.choice(("HTTP 8080", "SQL", "1 uploads a file")) if random.random() < 0.35 else "")
        if a != b:
            edges.append(
                SketchEdge(id=f"e{i}", source=f"n{a}", target=f"n{b}", label=label, ranked=random.random() > 0.15)
            )
    return Sketch(direction=direction, nodes=tuple(nodes), groups=tuple(groups), edges=tuple(edges))


def _words(words: str) -> Size:
    return Size(6.5 * len(words), 14) if words else NOTHING
