"""Words for XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["attributes", "escaped", "number", "single_quoted"]

# XML 1.0 has no way to write these characters, not even escaped.
_FORBIDDEN: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "")
# White space is escaped because a reader turns it into spaces within an attribute.
_ESCAPES: Final = _FORBIDDEN | {
    ord(sign): name
    for sign, name in {
        "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;",
    }.items()
}  # fmt: skip
_SINGLE_ESCAPES: Final = {**_ESCAPES, ord('"'): '"', ord("'"): "&#39;"}


def escaped(words: str) -> str:
    """Return words as they stand in an attribute or between tags; characters that XML cannot hold are left out."""
    return words.translate(_ESCAPES)


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
    return f"'{words.translate(_SINGLE_ESCAPES)}'"


def number(value: float) -> str:
    """Return a length as short as it can be written, to a thousandth of a px."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
