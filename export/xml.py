"""Words for XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["attributes", "escaped", "number", "single_quoted"]

# XML 1.0 has no way to write these characters, not even escaped.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# White space is escaped because a reader turns it into spaces within an attribute. `&` goes first: it is in the others.
_NAMES: Final = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",
}  # fmt: skip
_SINGLE_NAMES: Final = {**{sign: name for sign, name in _NAMES.items() if sign != '"'}, "'": "&#39;"}


def escaped(words: str) -> str:
    """Return words as they stand in an attribute or between tags; characters that XML cannot hold are left out."""
    return _written(words, _NAMES)


def _written(words: str, names: Mapping[str, str]) -> str:
    # A whole file may be one attribute: `translate` would take 40 ns for each of its letters.
    words = _FORBIDDEN.sub("", words)
    for sign, name in names.items():
        words = words.replace(sign, name)
    return words


def attributes(given: Mapping[str, object] | None = None, /, **named: object) -> str:
    """Return attributes, each with a space before it; None leaves one out, a float is written short.

    Names in `given` are taken as they are; in keywords `_` stands for `-`.
    """
    values = {**(given or {}), **{name.replace("_", "-"): value for name, value in named.items()}}
    return "".join(
        f' {name}="{escaped(number(v) if isinstance(v, float) else str(v))}"'
        for name, v in values.items()
        if v is not None
    )


def single_quoted(words: str) -> str:
    """Return words in single quotes, for an attribute full of double ones: each of these would take six letters."""
    return f"'{_written(words, _SINGLE_NAMES)}'"


def number(value: float) -> str:
    """Return a length as short as it can be written, to a thousandth of a px."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
