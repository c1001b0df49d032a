"""`desenho export`: sources become files."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from architecture.text import LANGS
from desenho import sources
from desenho.batch import DEFAULT_SECONDS, BatchError, Request, draw_all
from desenho.console import size
from desenho.edited import keep_edited, was_edited
from desenho.files import contents, write_all
from desenho.parser import seconds
from desenho.render import DEFAULT_FORMATS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from desenho.batch import Batch
    from desenho.console import Console
    from desenho.sources import Source

__all__ = ["configure", "export", "run"]

DESCRIPTION: Final = """\
Draw architectures. A source is
  web.py         a script that draws with the `diagrams` library; a script is code, and it is run
  web.py#name    one of its diagrams
  diagrams       a folder: all its scripts but those with a leading _
  web.json       a model, as -f json writes it
"""
NOTE_LENGTH: Final = 240
NAMES: Final = 3
EPILOG: Final = """\
Files are NAME.FORMAT in the diagram's own language and NAME.LANG.FORMAT in others. The PNG and the SVG carry the
draw.io file inside, so draw.io opens them too. Nothing is written unless everything could be drawn, nor over a drawing
that somebody has saved in draw.io.

examples:
  desenho export diagrams/challenge.py
  desenho export diagrams -o docs/diagrams -f svg -f drawio --lang pt --lang en
  desenho export diagrams -o docs/diagrams -f svg -f drawio --lang pt --lang en --check
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    from export.formats import FORMATS

    parser.description, parser.epilog = DESCRIPTION, EPILOG
    add = parser.add_argument
    add("source", nargs="+", metavar="SOURCE", help="script.py, script.py#name, a folder of scripts, or model.json")
    add("-o", "--output", metavar="DIR", help="folder for the files (default: out, with the folders scripts name)")
    formats = f"{', '.join(FORMATS)}; may be repeated (default: {' '.join(DEFAULT_FORMATS)})"
    add("-f", "--format", action="append", choices=list(FORMATS), metavar="FORMAT", help=formats)
    langs = f"{' or '.join(LANGS)}; may be repeated (default: the diagram's own)"
    add("--lang", action="append", choices=LANGS, metavar="LANG", help=langs)
    icons = "draw.io's flat icons or those of `diagrams` (default: native if installed; --check: those of the files)"
    add("--icons", choices=["native", "library"], help=icons)
    timeout = f"seconds a script may run (default: {DEFAULT_SECONDS:g})"
    add("--timeout", type=seconds, default=DEFAULT_SECONDS, metavar="S", help=timeout)
    add(
        "--check", action="store_true", help="write nothing; exit 1 and name the files that are not what would be drawn"
    )
    add("--overwrite", action="store_true", help="replace drawings that somebody has saved in draw.io, too")
    add("--json", action="store_true", help="print files, models and notes as JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw and write, or check."""
    request = Request(
        folder=None if options.output is None else Path(options.output),
        formats=tuple(dict.fromkeys(options.format or DEFAULT_FORMATS)),
        langs=tuple(dict.fromkeys(options.lang or ())),
        icons=options.icons,
        as_before=options.check,
        models=options.json,
        seconds=options.timeout,
    )
    wanted = sources.find(options.source)
    if options.check:
        return check(wanted, request, console, as_json=options.json)
    return export(wanted, request, console, as_json=options.json, overwrite=options.overwrite)


def export(
    wanted: Sequence[Source], request: Request, console: Console, *, as_json: bool = False, overwrite: bool = False
) -> int:
    """Draw the sources, write their files and tell which; return the exit code.

    Raises OutputError where somebody's own drawing would be written over, unless that is wanted.
    """
    started = perf_counter()
    batch = _draw(wanted, request, console)
    if not overwrite:
        keep_edited(batch.files)
    changed = write_all({path: file.data for path, file in batch.files.items()})
    if as_json:
        console.result(json.dumps(_report(batch), indent=2))
        return 0
    width = max(len(path.as_posix()) for path in batch.files)
    for path, file in batch.files.items():
        same = "" if path in changed else console.paint("  unchanged", "dim")
        name = f"{path.as_posix():<{width}}"
        console.result(f"{console.paint(name, 'green')}  {file.format:<6}  {size(len(file.data)):>7}{same}")
    console.say(f"{_count(batch.files)} in {perf_counter() - started:.1f} s")
    return 0


def check(wanted: Sequence[Source], request: Request, console: Console, *, as_json: bool = False) -> int:
    """Draw the sources and name the files that are missing or hold something else; return the exit code."""
    batch = _draw(wanted, request, console)
    found = {path: contents(path) for path in batch.files}
    stale = {path: _state(found[path]) for path, file in batch.files.items() if found[path] != file.data}
    if as_json:
        console.result(json.dumps({**_report(batch), "stale": [path.as_posix() for path in stale]}, indent=2))
    else:
        for path, state in stale.items():
            console.result(f"{console.paint(f'{state:<7}', 'red')}  {path.as_posix()}")
    if stale:
        console.say(
            f"{len(stale)} of {_count(batch.files)} to be written again: the same command without --check does it"
        )
        if "edited" in stale.values():
            console.say("what was edited in draw.io is replaced only with --overwrite")
        return 1
    console.say(f"{_count(batch.files)}: up to date")
    return 0


def _state(data: bytes | None) -> str:
    """Return in a word what is wrong with a file that does not hold what would be drawn."""
    return "missing" if data is None else "edited" if was_edited(data) else "stale"


def _draw(wanted: Sequence[Source], request: Request, console: Console) -> Batch:
    def done(count: int) -> None:
        console.passing(f"drawing: {count} of {len(wanted)} sources done")

    console.passing(f"drawing {wanted[0]}" if len(wanted) == 1 else f"drawing {len(wanted)} sources")
    try:
        batch = draw_all(wanted, request, done=done)
    except BatchError as several:
        *rest, last = several.errors
        for error in rest:
            console.error(error)
        raise last from None
    for (where, text), names in _by_what_they_say(batch).items():
        console.note(_short(": ".join(filter(None, (_few(", ".join(names)), where, text)))))
    return batch


def _by_what_they_say(batch: Batch) -> Mapping[tuple[str, str], Sequence[str]]:
    """Return the names of the diagrams that a note is about, by where it is in them and its text."""
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, note in batch.notes:
        names["" if note.where == name else _few(note.where), note.text].append(name)
    return names


def _few(names: str) -> str:
    """Return the first names of a list: the reason after them is what one reads."""
    first = names.split(", ")
    return names if len(first) <= NAMES else f"{', '.join(first[:NAMES])} and {len(first) - NAMES} more"


def _short(text: str) -> str:
    """Return a note cut to what one reads; `--json` has all of it."""
    if len(text) <= NOTE_LENGTH:
        return text
    return f"{text[:NOTE_LENGTH].rpartition(' ')[0]} ... (in full with --json)"


def _report(batch: Batch) -> dict[str, Any]:
    import hashlib

    return {
        "files": [
            {"path": path.as_posix(), "format": file.format, "sha256": hashlib.sha256(file.data).hexdigest()}
            for path, file in batch.files.items()
        ],
        "architectures": [json.loads(model) for model in batch.models],
        "notes": [
            {"architecture": name, "code": note.code, "where": note.where, "text": note.text}
            for name, note in batch.notes
        ],
    }


def _count(files: Mapping[Path, object]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"
