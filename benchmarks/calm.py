"""How much of a picture stays where it was when the diagram changes a little.

    uv run python benchmarks/calm.py            # measure and print; needs npm and Node for ELK
    uv run python benchmarks/calm.py --write    # and write benchmarks/calm.md

On every diagram of tests/cases, at up to five nodes spread over the script, one change at a time: the node's label gets
20 px wider; a node is added beside it, with a line to it; the node is taken away with its lines. Both pictures are laid
so upon each other that most nodes agree; what is then more than 10 px off has moved.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]  # before this folder, whose export.py would hide the package

from benchmarks.cases import sketches  # noqa: E402 - after the path is set
from benchmarks.peer_dot import dot  # noqa: E402 - after the path is set
from benchmarks.peer_elk import elk  # noqa: E402 - after the path is set
from benchmarks.peers import Timed, ours  # noqa: E402 - after the path is set
from export.layout.sketch import Size, SketchEdge  # noqa: E402 - after the path is set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from export.layout.sketch import Placement, Sketch

    Engine = Callable[[Sketch], Timed]

TABLE: Final = Path(__file__).with_suffix(".md")
NODES: Final = 5
WIDER: Final = 20
MOVED: Final = 10
"""How far off a node has moved, px: less is one step of the grid."""


class Kept(NamedTuple):
    """What stayed, of 1: nodes in their place, pairs of nodes in their order to the right and down, lines as laid."""

    nodes: float
    order: float
    lines: float


def main() -> int:
    """Measure and print, or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--case", action="append", default=[], help="a script of tests/cases by its stem")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    args = parser.parse_args()
    kept: dict[tuple[str, str], list[Kept]] = {}
    with ExitStack() as stack:
        engines: dict[str, Engine] = {"ours": ours, "ELK": stack.enter_context(elk()), "dot": dot}
        for case, sketch in sketches(args.case):
            for name, engine in engines.items():
                print(f"{case} {name}", end="\x1b[K\r", file=sys.stderr)
                before = engine(sketch).placement
                for change, changed in _changes(sketch):
                    kept.setdefault((change, name), []).append(compare(before, engine(changed).placement))
    text = "\n".join(_page(kept))
    if args.write:
        TABLE.write_text(text, encoding="utf-8")
    print(text)
    return 0


def compare(before: Placement, after: Placement) -> Kept:
    """Compare two pictures by what is in both."""
    names = [name for name in before.nodes if name in after.nodes]
    if not names:
        return Kept(1, 1, 1)
    dx = statistics.mode(round(after.nodes[name].x - before.nodes[name].x) for name in names)
    dy = statistics.mode(round(after.nodes[name].y - before.nodes[name].y) for name in names)
    still = [
        abs(after.nodes[name].x - before.nodes[name].x - dx) <= MOVED
        and abs(after.nodes[name].y - before.nodes[name].y - dy) <= MOVED
        for name in names
    ]
    ways = [(way.points, after.edges[name].points) for name, way in before.edges.items() if name in after.edges]
    same = [
        len(old) == len(new)
        and all(abs(b.x - a.x - dx) <= MOVED and abs(b.y - a.y - dy) <= MOVED for a, b in zip(old, new, strict=True))
        for old, new in ways
    ]
    return Kept(statistics.mean(still), _order(before, after, names), statistics.mean(same) if same else 1)


def _order(before: Placement, after: Placement, names: Sequence[str]) -> float:
    """Return how many pairs that stand clearly apart in a direction still do so in the same order, of 1."""
    agree = [
        (b - a) * (d - c) > 0
        for axis in (0, 1)
        for i, one in enumerate(names)
        for other in names[i + 1 :]
        for a, b in [(before.nodes[one][axis], before.nodes[other][axis])]
        for c, d in [(after.nodes[one][axis], after.nodes[other][axis])]
        if abs(b - a) > MOVED
    ]
    return statistics.mean(agree) if agree else 1


def _changes(sketch: Sketch) -> Iterator[tuple[str, Sketch]]:
    step = max(1, len(sketch.nodes) // NODES)
    for node in sketch.nodes[::step][:NODES]:
        wider = node._replace(label=Size(node.label.width + WIDER, node.label.height))
        yield "rename a node", sketch._replace(nodes=tuple(wider if n is node else n for n in sketch.nodes))
        added = node._replace(id="added", label=Size(60, 15))
        line = SketchEdge(id="added-line", source=node.id, target=added.id, label=Size(0, 0))
        yield "add a node", sketch._replace(nodes=(*sketch.nodes, added), edges=(*sketch.edges, line))
        yield (
            "take a node away",
            sketch._replace(
                nodes=tuple(n for n in sketch.nodes if n is not node),
                edges=tuple(e for e in sketch.edges if node.id not in (e.source, e.target)),
            ),
        )


def _page(kept: dict[tuple[str, str], list[Kept]]) -> Iterator[str]:
    yield "# How calm the layout is"
    yield ""
    yield "Made by `benchmarks/calm.py`, which says what is done. Of what is in both pictures, the share that stayed: "
    yield "mean over all changes, and for nodes the worst tenth of them."
    yield ""
    yield "| change | engine | changes | nodes in place | worst tenth | pairs in order | lines as laid |"
    yield "|---|---|---|---|---|---|---|"
    for (change, engine), results in sorted(kept.items(), key=lambda item: item[0][0]):
        nodes = sorted(result.nodes for result in results)
        yield (
            f"| {change} | {engine} | {len(results)} | {statistics.mean(nodes):.0%} "
            f"| {nodes[len(nodes) // 10]:.0%} | {statistics.mean(result.order for result in results):.1%} "
            f"| {statistics.mean(result.lines for result in results):.0%} |"
        )
    yield ""


if __name__ == "__main__":
    sys.exit(main())
