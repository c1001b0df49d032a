"""`desenho docs`: what the site shows that is made from the project."""

from __future__ import annotations

from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, Final

from desenho import checkout

if TYPE_CHECKING:
    import argparse

    from desenho.console import Console

__all__ = ["configure", "run"]

DESCRIPTION: Final = """\
Write into docs/ what the site shows that is made from the project: the pictures of all diagrams in both languages, the
diagrams for the pages, the reference tables, and draw.io's viewer. Then `mkdocs build` makes the site. `mkdocs serve`
calls this by itself whenever a script changes."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description = DESCRIPTION
    parser.add_argument("--fresh", action="store_true", help="make everything again, not only what has changed")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write what has changed."""
    checkout.folder("docs", hint="run docs there")
    from desenho.site.generate import generate

    started = perf_counter()
    console.passing("looking for what has changed")
    written = generate(
        fresh=options.fresh, done=lambda count, total: console.passing(f"drawing: {count} of {total} scripts done")
    )
    folders = Counter(path.relative_to(checkout.ROOT).parent.as_posix() for path in written)
    for folder, count in sorted(folders.items()):
        console.result(f"{folder}/  {_files(count)}")
    done = _files(len(written)) if written else "nothing to write"
    console.say(f"{done} in {perf_counter() - started:.1f} s; next: mkdocs build")
    return 0


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
