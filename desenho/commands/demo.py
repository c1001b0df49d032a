"""`desenho demo`: the main job on everything in diagrams/."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import SourceError
from desenho import sources
from desenho.batch import DEFAULT_FOLDER, Request
from desenho.commands.export import export

if TYPE_CHECKING:
    import argparse

    from desenho.console import Console

__all__ = ["configure", "run"]

SCRIPTS: Final = Path(__file__).parents[2] / "diagrams"


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description = "Draw every architecture in diagrams/ as PNG, SVG and draw.io file, and say what to try next."
    parser.add_argument("-o", "--output", metavar="DIR", default=DEFAULT_FOLDER, type=Path, help="default: out")


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw the architectures that the project brings."""
    if not SCRIPTS.is_dir():
        raise SourceError(
            "the architectures are not here", where=str(SCRIPTS), hint="run demo in a clone of the project"
        )
    folder = _near(SCRIPTS)
    console.say(f"Drawing the architectures in {folder.as_posix()}/ ...")
    code = export(sources.find([str(folder)]), Request(folder=options.output), console)
    if code == 0:
        console.say(_next(options.output, folder / "challenge.py"))
    return code


def _near(path: Path) -> Path:
    """Return the path as seen from here, where that is shorter."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _next(folder: Path, script: Path) -> str:
    out, run = folder.as_posix(), "uv run " if "UV" in os.environ else ""
    return f"""
Look at {out}/challenge.png, then open {out}/challenge.drawio in draw.io and move the VPC: what is in it moves along.
Next: change a word in {script.as_posix()}, or add a node, and draw it again:
  {run}desenho export {script.as_posix()}"""
