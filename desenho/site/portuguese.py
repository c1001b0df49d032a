"""The help of the commands in Portuguese, for the site: the commands themselves speak English.

The English text is the key, a paragraph at a time, so that a text that has changed has no translation any more, which a
test finds.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PORTUGUESE", "in_portuguese", "paragraphs"]

_EXAMPLES: Final = "examples:\n"


def paragraphs(text: str) -> Iterator[str]:
    """Yield what of a help text has to have a translation: its paragraphs but examples, each on one line."""
    for part in text.strip().split("\n\n"):
        if not part.startswith(_EXAMPLES):
            yield _line(part)


def in_portuguese(text: str) -> str:
    """Return a help text in Portuguese; a paragraph without a translation stays as it is."""
    parts = (
        part.replace(_EXAMPLES, "exemplos:\n", 1) if part.startswith(_EXAMPLES) else PORTUGUESE.get(_line(part), part)
        for part in text.strip().split("\n\n")
    )
    return "\n\n".join(parts)


def _line(text: str) -> str:
    return " ".join(text.split())


PORTUGUESE: Final[dict[str, str]] = {
    _line(paragraph["en"]): paragraph["pt"]
    for paragraph in tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["paragraph"]
}
"""By the English paragraph on one line."""
