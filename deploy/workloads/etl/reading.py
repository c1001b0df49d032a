"""Reads a report: text in any of our encodings becomes rows, and the rows that do not fit are set aside."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

from ..shared.kinds import MAX_COLUMNS, MAX_FIELD
from ..shared.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_REJECTS", "MAX_ROW", "Rejected", "Report", "columns", "encoding_of"]

MAX_REJECTS: Final = 10_000
"""Rows that do not fit. With more of them the file is no table, and is refused."""

MAX_ROW: Final = 4 * MAX_FIELD
"""Characters in one row."""

RESERVED: Final = frozenset({"_date", "_file"})
"""Columns that every table has besides its own."""

_BLOCK: Final = 1024 * 1024
_HEAD: Final = 64 * 1024
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not fit: the line that it starts in (from 1), why, and its cells as they were."""

    line: int
    reason: str
    cells: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """A table in text. `rows` may be gone through once; after that `rejected` is complete.

    Raises RefusedError, also while rows are read, for what is no table.
    """

    content: BinaryIO
    encoding: str = ""
    delimiter: str = ""
    header: tuple[str, ...] = ()
    rejected: list[Rejected] = field(default_factory=list[Rejected])

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Read the header, then yield each row that has as many cells as it."""
        self.encoding = encoding_of(self.content)
        self.content.seek(0)
        text = io.TextIOWrapper(self.content, self.encoding, newline="")
        try:
            first = text.read(_HEAD).partition("\n")[0]
            text.seek(0)
            self.delimiter = max(",;\t|", key=first.count)  # the first of them where there is none
            yield from self._rows(text)
        finally:
            text.detach()

    def _rows(self, text: io.TextIOWrapper) -> Iterator[tuple[str, ...]]:
        csv.field_size_limit(MAX_FIELD)
        reader, line = csv.reader(text, delimiter=self.delimiter), 1
        try:
            for cells in reader:
                if not self.header:
                    if any(cell.strip() for cell in cells):
                        self.header = columns(cells)
                elif cells:
                    fault = self._fault(cells)
                    if not fault:
                        yield tuple(cells)
                    else:
                        self._reject(Rejected(line, fault, tuple(cells)))
                line = reader.line_num + 1
        except csv.Error as error:
            raise RefusedError("table.line", line=line, cause=str(error)) from None
        if not self.header:
            raise RefusedError("table.empty")

    def _fault(self, cells: list[str]) -> str:
        if len(cells) != len(self.header):
            return f"it has {len(cells)} cells, and the header has {len(self.header)}"
        if sum(map(len, cells)) > MAX_ROW:
            return f"it has more than {MAX_ROW} characters"
        return "it holds the character NUL" if any("\0" in cell for cell in cells) else ""

    def _reject(self, row: Rejected) -> None:
        self.rejected.append(row)
        if len(self.rejected) > MAX_REJECTS:
            first = self.rejected[0]
            raise RefusedError("table.rejects", limit=MAX_REJECTS, line=first.line, cause=first.reason)


def encoding_of(content: BinaryIO) -> str:
    """Return the encoding of text: by its byte order mark, else UTF-8 if all of it is, else Windows-1252.

    Raises RefusedError where it is none of them.
    """
    content.seek(0)
    head = content.read(4)
    marked = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        if _is_in(content, encoding, nul=marked == "utf-16"):
            return encoding
    raise RefusedError("encoding")


def columns(cells: list[str]) -> tuple[str, ...]:
    """Return the names of columns: trimmed, none empty or reserved, no two alike but for their case, as SQL sees them.

    Raises RefusedError where there are too many.
    """
    if len(cells) > MAX_COLUMNS:
        raise RefusedError("table.header", columns=len(cells), limit=MAX_COLUMNS)
    taken = set(RESERVED)
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        plain = " ".join(cell.replace("\0", "").split())[:200] or f"column_{number}"
        name, copy = plain, 1
        while name.casefold() in taken:
            copy += 1
            name = f"{plain}_{copy}"
        taken.add(name.casefold())
        found.append(name)
    return tuple(found)


def _is_in(content: BinaryIO, encoding: str, *, nul: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    try:
        while block := content.read(_BLOCK):
            if not nul and b"\0" in block:
                return False
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
