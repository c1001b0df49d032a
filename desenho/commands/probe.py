"""`desenho probe`: a marked file shows which lines of the diagram are really there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import UsageError
from architecture.text import LANGS, translate
from architecture.words import name_of
from desenho import stacks
from desenho.commands.upload import told
from desenho.console import one_line
from desenho.parser import seconds

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from architecture.model import Architecture
    from architecture.text import Lang
    from deploy.probe import Probed, Trip
    from desenho.console import Console

__all__ = ["configure", "run", "table"]

DESCRIPTION: Final = """\
Send a small marked file through a running stack, follow it, and light every line of the diagram that it takes. The
bucket is cleared of it afterwards; what cannot be removed is told.
"""
EPILOG: Final = """\
examples:
  desenho probe diagrams/challenge.py --local
  desenho probe diagrams/challenge.py -o probe.svg --lang en

Exit codes: 0 every line was taken that a file has to take, 1 one was not, 2 error.
"""
_ENDINGS: Final = {".svg": "svg", ".png": "png", ".drawio": "drawio"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    stacks.options(parser)
    stacks.places(parser)
    add = parser.add_argument
    add("-o", "--output", metavar="FILE", type=Path, help="draw what was found: a .svg, .png or .drawio file")
    add("--lang", choices=LANGS, help="language of that file (default: the diagram's own)")
    add("--wait", type=seconds, default=60.0, metavar="S", help="seconds that the file may take (default: 60)")
    add("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """Send the file, tell and draw where it went."""
    stacks.require(options)
    from deploy.probe import probe

    if options.output and options.output.suffix not in _ENDINGS:
        endings = ", ".join(_ENDINGS)
        raise UsageError("this kind of file is not drawn", where=str(options.output), hint=f"name it with {endings}")
    running = stacks.running(options, console)
    console.passing("sending a marked file")
    found = probe(
        running, seconds=options.wait, hear=lambda step: console.passing(told(running, step, console, named=False))
    )
    architecture = running.blueprint.architecture
    if options.output:
        _draw(architecture, found, options.output, options.lang or architecture.lang)
    if options.json:
        console.result(json.dumps({"stack": running.name, **_report(found)}, indent=2, ensure_ascii=False))
    else:
        console.result(table(architecture, found.trips, console))
        for line in found.stays:
            console.note(f"stays: {line}")
        if options.output:
            console.say(f"drawn in {options.output.as_posix()}")
    return 0 if found.well else 1


def table(architecture: Architecture, trips: Sequence[Trip], console: Console) -> str:
    """Return the lines of the diagram, and which of them were taken and when, in English as all that is printed."""
    edges = {edge.id: edge for edge in architecture.edges}
    rows: list[tuple[str, str, str, str]] = []
    for trip in trips:
        edge = edges[trip.edge]
        ends = [name_of(architecture.items[end], "en") for end in (edge.source, edge.target)]
        number = "" if edge.step is None else str(edge.step)
        label = " ".join(translate(edge.label, "en").split())
        rows.append((number, " - ".join(ends), label, f"{trip.seconds:.3f} s" if trip.seconds is not None else ""))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines: list[str] = []
    for trip, (number, ends, label, when) in zip(trips, rows, strict=True):
        mark = (
            console.paint("ok", "green")
            if trip.travelled
            else console.paint("!!", "red")
            if trip.expected
            else console.paint("--", "dim")
        )
        words = f"{number:>{widths[0]}}  {ends:<{widths[1]}}  {label:<{widths[2]}}"
        lines.append(f"  {mark} {words}  {when or one_line(trip.why)}".rstrip())
    expected = [trip for trip in trips if trip.expected]
    taken = sum(trip.travelled for trip in expected)
    return "\n".join([*lines, f"{taken} of {len(expected)} lines were taken that a file has to take"])


def _draw(architecture: Architecture, found: Probed, path: Path, lang: Lang) -> None:
    from desenho.files import write_all
    from desenho.lights import lit
    from export.compose import draw
    from export.formats import FORMATS

    drawing = lit(draw(architecture, lang), [trip.edge for trip in found.trips if trip.travelled])
    write_all({path: FORMATS[_ENDINGS[path.suffix]].write(drawing)})


def _report(found: Probed) -> dict[str, object]:
    return {
        "well": found.well,
        "lines": [
            {
                "edge": trip.edge,
                "expected": trip.expected,
                "travelled": trip.travelled,
                "seconds": None if trip.seconds is None else round(trip.seconds, 3),
                "why_not": trip.why or None,
            }
            for trip in found.trips
        ],
        "stays": [*found.stays],
    }
