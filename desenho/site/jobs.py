"""Scripts that become parts of the site: several are drawn side by side, and only those that have changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Protocol

from architecture.errors import DesenhoError
from desenho import sources
from desenho.batch import DEFAULT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from desenho.sources import Source

__all__ = ["Job", "draw", "drawn_with", "read_stamps"]


class Job(Protocol):
    """A script and what is made of it."""

    @property
    def name(self) -> str:
        """What the job is known by from one run to the next."""
        ...

    @property
    def source(self) -> Source:
        """Where the script is, for messages."""
        ...

    def stamp(self, code: str) -> str:
        """Return what changes whenever the script or the code that draws it changes."""
        ...

    def make(self, read: Callable[[], None]) -> dict[str, bytes]:
        """Return the files by their path below docs/; `read` is called once the script has run.

        Raises DesenhoError for a script that fails.
        """
        ...


def draw(jobs: Sequence[Job], *, done: Callable[[int], None]) -> Mapping[str, bytes]:
    """Return the files of the jobs by their path below docs/, several made side by side.

    Raises DesenhoError for the first script that fails.
    """
    from desenho.workers import TimedOutError, run_each

    files: dict[str, bytes] = {}
    results = run_each(_make, jobs, expected=DesenhoError, seconds=DEFAULT_SECONDS, done=done)
    for job, result in zip(jobs, results, strict=True):
        if isinstance(result, TimedOutError):
            raise sources.never_ends(job.source, DEFAULT_SECONDS)
        if isinstance(result, Exception):
            raise result
        files |= result
    return files


def _make(job: Job, read: Callable[[], None]) -> dict[str, bytes]:
    return job.make(read)


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


def read_stamps(path: Path) -> dict[str, str]:
    """Return the stamps kept at the last run, none if there was none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
