"""What `desenho docs` does: everything of the site that is made from the project itself, written into docs/.

Afterwards any builder of Markdown sites can build it; `desenho.site.hook` calls this from MkDocs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desenho import installed
from desenho.checkout import ROOT
from desenho.files import write_all
from desenho.site.jobs import draw, drawn_with, read_stamps
from desenho.site.pictures import scripts
from desenho.site.printed import printed
from desenho.site.viewer import viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from desenho.site.jobs import Job

__all__ = ["GENERATED", "generate"]

GENERATED: Final = ("_generated", "assets/drawio", "diagrams")
"""The folders of docs/ in which everything is generated, and nothing is anywhere else."""
_STAMPS: Final = "_generated/stamps.json"


def generate(root: Path = ROOT, *, fresh: bool = False, done: Callable[[int, int], None] | None = None) -> list[Path]:
    """Write what has changed since the last run, everything if `fresh`, and return the paths written.

    `done` is told how many of how many scripts are drawn. Nothing is written unless everything could be made.

    Raises DesenhoError for a script that fails, or where draw.io's icons are not installed.
    """
    installed.require("icons")  # without them the committed drawings would be drawn over with others
    from desenho.site.facts import facts
    from desenho.site.reference import reference

    docs = root / "docs"
    code = drawn_with(root)
    before = {} if fresh else read_stamps(docs / _STAMPS)
    jobs: list[Job] = [*scripts(root), *printed(docs)]
    stamps = {job.name: job.stamp(code) for job in jobs}
    stale = [job for job in jobs if before.get(job.name) != stamps[job.name]]
    files = dict(draw(stale, done=lambda count: done(count, len(stale)) if done else None)) if stale else {}
    if stale or not (docs / "assets/drawio").is_dir():
        kept = {p.relative_to(docs).as_posix(): p.read_bytes() for p in (docs / "diagrams").rglob("*.drawio")}
        drawings = {**kept, **{path: data for path, data in files.items() if path.endswith(".drawio")}}
        files |= viewer(drawings.values())
    files |= {**reference(), **facts()}
    files[_STAMPS] = json.dumps(stamps, indent=1).encode()
    return sorted(write_all({docs / path: data for path, data in files.items()}))
