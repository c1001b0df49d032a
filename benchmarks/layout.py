"""Our layout beside other engines, on every diagram of tests/cases in every direction.

    uv run python benchmarks/layout.py                        # ours, ELK and dot; needs npm and Node
    uv run python benchmarks/layout.py --write                # and write benchmarks/layout.md
    uv run python benchmarks/layout.py --case two_regions --direction TB
    uv run python benchmarks/layout.py --engine "mine=./mine" # one more: a sketch as JSON in, a placement as JSON out

All engines are given the same sketch (sizes of icons, labels and titles, who is in what, who is joined to whom) and all
answers are measured by the same functions, those of tests/gate.py. CPU time is that of the call: ours and dot's in this
process, ELK's in a Node process that has laid out a diagram before.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, get_args

ROOT: Final = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # before this folder, whose export.py would hide the package

from architecture.model import Direction  # noqa: E402 - after the path is set
from benchmarks.cases import sketches  # noqa: E402 - after the path is set
from benchmarks.peer_dot import dot  # noqa: E402 - after the path is set
from benchmarks.peer_elk import ELKJS, elk  # noqa: E402 - after the path is set
from benchmarks.peers import Timed, ours, program  # noqa: E402 - after the path is set
from gate import Figures, measure  # noqa: E402 - after the path is set
from scenes import from_placement  # noqa: E402 - after the path is set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from export.layout.sketch import Sketch

    Engine = Callable[[Sketch], Timed]

TABLE: Final = Path(__file__).with_suffix(".md")
DIRECTIONS: Final = cast("tuple[Direction, ...]", get_args(Direction))
PAGE: Final = (1.0, 2.6)
"""What aspect a page can hold."""


@dataclass(frozen=True, slots=True)
class Run:
    """One engine's answer to one sketch; `figures` is None where it cannot lay it out."""

    case: str
    direction: Direction
    engine: str
    figures: Figures | None = None
    ms: float = 0


def main() -> int:
    """Measure and print, or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--case", action="append", help="a script of tests/cases by its stem; all by default")
    parser.add_argument("--direction", action="append", choices=DIRECTIONS, help="all by default")
    parser.add_argument("--engine", action="append", default=[], metavar="NAME=COMMAND", help="a program as one more")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    args = parser.parse_args()
    with ExitStack() as stack:
        engines: dict[str, Engine] = {"ours": ours, "ELK": stack.enter_context(elk()), "dot": dot}
        for pair in args.engine:
            name, _, command = pair.partition("=")
            engines[name] = program(command)
        for _, sketch in sketches(["beginner"]):
            engines["ELK"](sketch)  # Node compiles what it runs often
        runs = [
            _run(case, direction, name, engine, sketch._replace(direction=direction))
            for case, sketch in sketches(args.case or ())
            for direction in args.direction or DIRECTIONS
            for name, engine in engines.items()
        ]
    text = "\n".join(_page(runs, list(engines)))
    if args.write:
        TABLE.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _run(case: str, direction: Direction, name: str, engine: Engine, sketch: Sketch) -> Run:
    print(f"{case} {direction} {name}", end="\x1b[K\r", file=sys.stderr)
    try:
        placement, ms = engine(sketch)
    except Exception as error:
        if name == "ours":
            raise
        print(f"{case} {direction} {name}: {error}", file=sys.stderr)
        return Run(case, direction, name)
    return Run(case, direction, name, measure(from_placement(sketch, placement)), ms)


# ---------------------------------------------------------------------------------------------------------- the page


def _page(runs: Sequence[Run], engines: Sequence[str]) -> Iterator[str]:
    python = f"Python {platform.python_version()}"
    used = f"{python}, {ELKJS}, pygraphviz {version('pygraphviz')}"
    yield "# The layout beside others"
    yield ""
    yield f"Made by `benchmarks/layout.py`, which says what is compared and how ({used})."
    yield ""
    yield (
        "Faults are those of tests/gate.py. Crossings and bends are of all lines together. *Squeezed*: ends of lines "
        "with a bend too near for the arrow head."
        f" *Fits*: diagrams whose width by height is {PAGE[0]:g} to {PAGE[1]:g}."
    )
    if others := [name for name in engines if name not in ("ours", "ELK", "dot")]:
        yield ""
        yield f"Programs from outside this project, by `--engine`: {', '.join(others)}."
    for direction in DIRECTIONS:
        here = [run for run in runs if run.direction == direction]
        able = [name for name in engines if any(run.figures for run in here if run.engine == name)]
        if able:
            yield from _sums([run for run in here if run.engine in able], direction, able)
    yield from _each(runs)


def _sums(runs: Sequence[Run], direction: Direction, engines: Sequence[str]) -> Iterator[str]:
    """Sum up what all engines could lay out, so that the sums compare."""
    failed = {run.case for run in runs if run.figures is None}
    common = [run for run in runs if run.case not in failed]
    cases = len({run.case for run in common})
    yield ""
    yield f"## {direction}: {cases} diagrams in sum"
    if failed:
        yield ""
        yield f"Left out, because not every engine lays them out: {', '.join(sorted(failed))}."
    yield ""
    yield "| engine | faults | crossings | bends | squeezed | area, Mpx | fits | CPU, s |"
    yield "|---|---|---|---|---|---|---|---|"
    for engine in engines:
        mine = [(run.figures, run.ms) for run in common if run.engine == engine and run.figures]
        faults: Counter[str] = Counter()
        for figures, _ in mine:
            faults.update(figures.faults.counts())
        yield _row(
            engine,
            _faults(faults),
            sum(figures.cross for figures, _ in mine),
            sum(figures.bends for figures, _ in mine),
            sum(figures.squeezed for figures, _ in mine),
            f"{sum(figures.area for figures, _ in mine) / 1e6:.1f}",
            f"{sum(PAGE[0] <= figures.aspect <= PAGE[1] for figures, _ in mine)} of {cases}",
            f"{sum(ms for _, ms in mine) / 1000:.1f}",
        )


def _each(runs: Sequence[Run]) -> Iterator[str]:
    yield ""
    yield "## Each diagram"
    yield ""
    yield "| diagram | flow | engine | faults | crossings | bends | squeezed | size, px | aspect | CPU, ms |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for run in runs:
        if run.figures is None:
            yield _row(run.case, run.direction, run.engine, "cannot", *[""] * 6)
            continue
        figures = run.figures
        yield _row(
            run.case,
            run.direction,
            run.engine,
            _faults(figures.faults.counts()),
            figures.cross,
            figures.bends,
            figures.squeezed,
            f"{figures.width:.0f}x{figures.height:.0f}",
            f"{figures.aspect:.2f}",
            f"{run.ms:.0f}",
        )
    yield ""


def _faults(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "0"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
