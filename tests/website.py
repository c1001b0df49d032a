"""The site, built once a run as CI builds it: strict, with every warning an error."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "Build", "build"]

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Build:
    """What came of building the site: the folder, what the builder said, and its exit code."""

    folder: Path
    said: str
    code: int


@cache
def build() -> Build:
    """Build the site into a temporary folder that lives as long as this process."""
    _keep.append(tempfile.TemporaryDirectory(prefix="desenho-site-"))
    folder = Path(_keep[-1].name) / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"SITE_URL": "https://example.org/desenho/", "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Build(folder, done.stdout + done.stderr, done.returncode)


_keep: list[tempfile.TemporaryDirectory[str]] = []
