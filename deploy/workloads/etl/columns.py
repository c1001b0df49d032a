"""The types of columns, by every value in them: a type is given only where no value would change by it.

So `007` stays text, as do dates whose order is not certain (`02/03/2026`), and money is exact.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

__all__ = ["Column", "literal", "quoted"]

_INTEGER: Final = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
_DECIMAL: Final = re.compile(r"(?!-[0.]*$)-?(0|[1-9]\d*)(?:[.](\d+))?", re.ASCII)
_DECIMAL_COMMA: Final = re.compile(r"(?!-[0,]*$)-?(0|[1-9]\d*)(?:[,](\d+))?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}", re.ASCII)
_DIGITS: Final = 38
"""Digits of the longest decimal. Source: DuckDB, "Numeric Types"."""


@dataclass(slots=True)
class Column:
    """A column of which values are seen, one after another; `comma` says that decimals may have a comma."""

    name: str
    comma: bool = False
    seen: bool = False
    integer: bool = True
    decimal: bool = True
    decimal_comma: bool = True
    date: bool = True
    time: bool = True
    boolean: bool = True
    whole: int = 1
    scale: int = 0

    def see(self, value: str) -> None:
        """Rule out the types that a value is not of. An empty one is of every type."""
        if not value:
            return
        self.seen = True
        self.integer = self.integer and bool(_INTEGER.fullmatch(value))
        self.decimal = self.decimal and self._fits(_DECIMAL, value)
        self.decimal_comma = self.comma and self.decimal_comma and self._fits(_DECIMAL_COMMA, value)
        self.date = self.date and bool(_DATE.fullmatch(value)) and _exists(value)
        self.time = self.time and bool(_TIME.fullmatch(value)) and _exists(value)
        self.boolean = self.boolean and value in {"true", "false"}

    @property
    def type(self) -> str:
        """The type of SQL."""
        if not self.seen:
            return "VARCHAR"
        if self.boolean:
            return "BOOLEAN"
        if self.integer:
            return "BIGINT"
        if (self.decimal or self.decimal_comma) and self.whole + self.scale <= _DIGITS:
            return f"DECIMAL({self.whole + self.scale},{self.scale})"
        return "DATE" if self.date else "TIMESTAMP" if self.time else "VARCHAR"

    @property
    def expression(self) -> str:
        """What SQL makes of the text in the column. Empty cells are NULL but in a column of text."""
        name, kind = quoted(self.name), self.type
        if kind == "VARCHAR":
            return name
        value = f"replace({name}, ',', '.')" if kind.startswith("DECIMAL") and not self.decimal else name
        return f"cast(nullif({value}, '') as {kind}) as {name}"

    def _fits(self, form: re.Pattern[str], value: str) -> bool:
        found = form.fullmatch(value)
        if not found:
            return False
        self.whole = max(self.whole, len(found[1]))
        self.scale = max(self.scale, len(found[2] or ""))
        return True


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Return a text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def _exists(value: str) -> bool:
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
