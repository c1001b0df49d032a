"""Markdown in small pieces: cells, rows, tables."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["cell", "code", "plain", "row", "table"]


def plain(words: str) -> str:
    """Return words as one line in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(words.split()))


def cell(markdown: str) -> str:
    """Return Markdown as a cell of a table: on one line, with no bar of its own."""
    return " ".join(markdown.replace("|", "\\|").split())


def code(text: str) -> str:
    """Return text as code that may stand in a cell: builders differ in what a bar within backticks means."""
    flat = " ".join(text.split())
    return f"<code>{escape(flat, quote=False).replace('|', '&#124;')}</code>" if "|" in flat else f"`{flat}`"


def row(cells: Iterable[str]) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Iterable[Iterable[str]], *, right: Sequence[int] = ()) -> Iterator[str]:
    """Yield the lines of a table, a blank one after it; the columns `right` stand on the right, as figures do."""
    yield row(head)
    yield f"|{''.join('---:|' if n in right else '---|' for n in range(len(head)))}"
    yield from map(row, rows)
    yield ""
