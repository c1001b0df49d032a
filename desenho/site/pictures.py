"""The diagrams of the site: their files, and the component that a page inserts, for each language."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from architecture.text import LANGS
from desenho import sources
from desenho.site.scripts import SHELVES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from desenho.site.scripts import Shelf
    from desenho.sources import Source

__all__ = ["Script", "scripts"]

CARD: Final = "challenge"
"""The diagram on the card that other sites show."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the project and the shelf it stands on: a `Job`."""

    root: Path
    source: Source
    shelf: Shelf

    @property
    def name(self) -> str:
        """Its path from the root of the project."""
        return self.source.path.relative_to(self.root).as_posix()

    def stamp(self, code: str) -> str:
        """Return what changes whenever the script, a module that its neighbours share, or the code changes."""
        digest = hashlib.sha256(code.encode())
        for path in sorted({self.source.path, *self.source.path.parent.glob("_*.py")}):
            digest.update(path.relative_to(self.root).as_posix().encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()

    def make(self, read: Callable[[], None]) -> dict[str, bytes]:
        """Return the drawings in both languages, and the parts that pages insert."""
        from desenho.site.card import card
        from desenho.site.component import Picture, component, thumb, words
        from export.formats import FORMATS

        architectures = sources.read(self.source)
        read()
        files: dict[str, bytes] = {}
        for architecture in architectures:
            for lang in LANGS:
                picture = Picture.of(architecture, lang)
                suffix = "" if lang == architecture.lang else f".{lang}"
                for name in self.shelf.formats:
                    path = f"{self.shelf.files}/{architecture.name}{suffix}{FORMATS[name].suffix}"
                    files[path] = FORMATS[name].write(picture.wide)
                if architecture.name == CARD:
                    files[f"{self.shelf.files}/card{suffix}.png"] = card(picture.wide)
                shown = partial(component, picture, folder=self.shelf.files, formats=self.shelf.formats)
                page = f"architecture/{architecture.name.replace('_', '-')}/"
                parts = {
                    "": shown(),
                    ".bare": shown(told=False),
                    ".home": shown(told=False, explained=page),
                    ".thumb": thumb(picture.wide),
                    ".words": words(architecture, lang),
                }
                for part, text in parts.items():
                    files[f"_generated/diagrams/{architecture.name}{part}.{lang}.md"] = text.encode()
        return files


def scripts(root: Path) -> list[Script]:
    """Return the scripts of the project that the site shows."""
    return [
        Script(root, source, shelf)
        for shelf in SHELVES
        if (root / shelf.scripts).is_dir()
        for source in sources.find([str(root / shelf.scripts)])
    ]
