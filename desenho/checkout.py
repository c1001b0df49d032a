"""The clone of the project: its scripts, its site and its tests are in no installed package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from architecture.errors import SourceError

__all__ = ["ROOT", "folder"]

ROOT: Final = Path(__file__).parents[1]
"""The clone. Where there is none, it is the folder of all packages, which has the library's own `diagrams/`."""


def folder(name: str, *, hint: str) -> Path:
    """Return a folder of the clone. Raises SourceError, with what to do, where the project is installed without one."""
    if not (ROOT / "pyproject.toml").is_file():
        raise SourceError(f"{name}/ is not here: it comes with a clone of the project", where=str(ROOT), hint=hint)
    return ROOT / name
