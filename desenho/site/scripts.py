"""Which scripts the site shows, and where the files of each go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["ROOT", "SHELVES", "Shelf"]

ROOT: Final = Path(__file__).parents[2]
"""The checkout: the site is built from one."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of scripts, the folder of the site that their files go to, and the formats they are offered in."""

    scripts: str
    files: str
    formats: tuple[str, ...]


SHELVES: Final = (
    Shelf("diagrams", "diagrams", ("drawio", "svg", "png")),
    Shelf("diagrams/gallery", "diagrams/gallery", ("drawio", "svg")),
    Shelf("diagrams/design", "diagrams/design", ("drawio", "svg")),
)
