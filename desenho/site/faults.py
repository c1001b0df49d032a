"""What can go wrong with a file: the faults that the tests make for real, as a table of the site."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from architecture.text import Text, translate
from desenho.checkout import ROOT
from desenho.site.markdown import cell, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.text import Lang

__all__ = ["faults"]

_FAULTS: Final = ROOT / "tests/faults.toml"
_HEAD: Final = (
    Text("O que acontece", en="What goes wrong"),
    Text("O que vem disso", en="What comes of it"),
    Text("O que fazer", en="What to do"),
)


def faults(lang: Lang) -> Iterator[str]:
    """Yield the lines of the table in a language."""
    listed = tomllib.loads(_FAULTS.read_text(encoding="utf-8"))["fault"]
    rows = ([cell(fault[part][lang]) for part in ("fault", "outcome", "remedy")] for fault in listed)
    head = [translate(words, lang) for words in _HEAD]
    # On a narrow screen the rows become cards, in which the columns have no head.
    yield f'<div class="stacked" style="--second: \'{head[1]}\'; --third: \'{head[2]}\'" markdown="1">\n'
    yield from table(head, rows)
    yield "</div>"
