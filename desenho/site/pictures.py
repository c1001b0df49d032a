"""The diagrams of the site: their files, and the component that a page inserts, for each language."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import DesenhoError
from architecture.text import LANGS
from desenho import sources
from desenho.batch import DEFAULT_SECONDS
from desenho.site.scripts import SHELVES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from desenho.site.scripts import Shelf
    from desenho.sources import Source

__all__ = ["Job", "draw", "drawn_with", "jobs", "read_stamps"]

CARD: Final = "challenge"
"""The diagram on the card that other sites show."""
_NARROWER: Final = 0.75
"""How much narrower the upright variant must be to be worth its weight, and below which width none is made, px."""
_FITS: Final = 480


@dataclass(frozen=True, slots=True)
class Job:
    """A script of the site and the shelf it stands on."""

    source: Source
    shelf: Shelf

    def stamp(self, root: Path, code: str) -> str:
        """Return what changes whenever the script, a module that its neighbours share, or the code changes."""
        digest = hashlib.sha256(code.encode())
        for path in sorted({self.source.path, *self.source.path.parent.glob("_*.py")}):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()


def jobs(root: Path) -> list[Job]:
    """Return the scripts that the site shows."""
    return [
        Job(source, shelf)
        for shelf in SHELVES
        if (root / shelf.scripts).is_dir()
        for source in sources.find([str(root / shelf.scripts)])
    ]


def drawn_with(root: Path) -> str:
    """Return a digest of the code and the packages that decide what a diagram looks like."""
    from importlib.metadata import PackageNotFoundError, version

    digest = hashlib.sha256()
    for package in ("architecture", "export", "desenho"):
        for path in sorted((root / package).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for package in ("diagrams", "drawpyo", "fontpkg-arimo", "jupyterlab-drawio-render-extension", "resvg", "resvg-py"):
        try:
            digest.update(f"{package} {version(package)}\n".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()


def draw(all_jobs: list[Job], *, done: Callable[[int], None]) -> Mapping[str, bytes]:
    """Return the files of the scripts by their path below docs/, several scripts side by side.

    Raises DesenhoError for the first script that fails.
    """
    from desenho.workers import TimedOutError, run_each

    files: dict[str, bytes] = {}
    results = run_each(_draw, all_jobs, expected=DesenhoError, seconds=DEFAULT_SECONDS, done=done)
    for job, result in zip(all_jobs, results, strict=True):
        if isinstance(result, TimedOutError):
            raise sources.never_ends(job.source, DEFAULT_SECONDS)
        if isinstance(result, Exception):
            raise result
        files |= result
    return files


def _draw(job: Job, read: Callable[[], None]) -> dict[str, bytes]:
    from desenho.site.card import card
    from desenho.site.component import Picture, component, thumb, upright, words
    from export.compose import draw as drawn
    from export.formats import FORMATS

    architectures = sources.read(job.source)
    read()
    files: dict[str, bytes] = {}
    for architecture in architectures:
        for lang in LANGS:
            wide = drawn(architecture, lang)
            tall = drawn(upright(architecture), lang) if wide.width > _FITS else None
            if tall and tall.width > _NARROWER * wide.width:
                tall = None
            suffix = "" if lang == architecture.lang else f".{lang}"
            written = {name: FORMATS[name].write(wide) for name in job.shelf.formats}
            for name, data in written.items():
                files[f"{job.shelf.files}/{architecture.name}{suffix}{FORMATS[name].suffix}"] = data
            if architecture.name == CARD:
                files[f"{job.shelf.files}/card{suffix}.png"] = card(wide)
            picture = Picture(architecture, wide, tall, written["drawio"])
            shown = partial(component, picture, folder=job.shelf.files, formats=job.shelf.formats)
            page = f"architecture/{architecture.name.replace('_', '-')}/"
            parts = {
                "": shown(),
                ".bare": shown(told=False),
                ".home": shown(told=False, explained=page),
                ".thumb": thumb(wide),
                ".words": words(architecture, lang),
            }
            for part, text in parts.items():
                files[f"_generated/diagrams/{architecture.name}{part}.{lang}.md"] = text.encode()
    return files


def read_stamps(path: Path) -> dict[str, str]:
    """Return the stamps kept at the last run, none if there was none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
