"""The search index in one file a language: a page loads the words of its own language and no others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["split"]

INDEX: Final = "search/search_index.json"
"""Where the theme's script looks for the index, from the base that a page names."""
_FIRST: Final = "pt"
_FOLDERS: Final = {"en": "en/"}
"""The folder of each language but the first, which stands at the root of the site."""


def split(site: Path) -> None:
    """Take the index of a built site apart, so that each language finds its own below its folder.

    The addresses in an index are relative to that folder: pages of the language name it as their base.
    """
    index: dict[str, Any] = json.loads((site / INDEX).read_text(encoding="utf-8"))
    rest: list[dict[str, Any]] = index["docs"]
    for lang, folder in _FOLDERS.items():
        found = [doc for doc in rest if doc["location"].startswith(folder)]
        rest = [doc for doc in rest if not doc["location"].startswith(folder)]
        inside = [doc | {"location": doc["location"].removeprefix(folder)} for doc in found]
        _write(site / folder / INDEX, index, lang, inside)
    _write(site / INDEX, index, _FIRST, rest)


def _write(path: Path, index: dict[str, Any], lang: str, docs: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = index | {"config": index["config"] | {"lang": [lang]}, "docs": docs}
    path.write_text(json.dumps(own, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
