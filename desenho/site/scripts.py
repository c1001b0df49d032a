"""Which scripts the site shows, and where the files of each go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["SHELVES", "Shelf"]


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
