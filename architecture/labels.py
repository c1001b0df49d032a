"""Labels as a reader sees them: plain lines, out of what Graphviz takes for words."""

from __future__ import annotations

import re
from typing import Final

from architecture.text import mapped

__all__ = ["plain"]

_HTML: Final = re.compile(r"\s*<(.*)>\s*", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\([nlr\\])")
_ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
_TAG: Final = re.compile(r"</?([A-Za-z][\w-]*)[^<>]*>")
_BETWEEN: Final = {"br": "\n", "tr": "\n", "hr": "\n", "table": "\n", "td": " ", "vr": " "}


def plain(label: str) -> str:
    r"""Return the words of a Graphviz label, in every language that it has.

    An HTML-like label (`<...>`) becomes its text, a line for each of its lines. In others `\n`, `\l` and `\r` written
    with a backslash end a line, and entities (`&amp;`) are the characters they name.
    Source: graphviz.org/docs/attr-types/escString and graphviz.org/doc/info/shapes.html#html.
    """
    return mapped(label, _plain)


def _plain(label: str) -> str:
    html = _HTML.fullmatch(label)
    if html is not None and _balanced(html[1]):
        return _text(html[1])
    return _named(_ESCAPE.sub(_character, label)).strip()


def _character(escape: re.Match[str]) -> str:
    return "\\" if escape[1] == "\\" else "\n"


def _balanced(markup: str) -> bool:
    """Tell whether what stands between the outer signs is markup: `<<b>x</b>>` is, `<a> or <b>` is not."""
    rest = _TAG.sub("", markup)
    return "<" not in rest and ">" not in rest


def _text(markup: str) -> str:
    broken = _TAG.sub(lambda tag: _BETWEEN.get(tag[1].lower(), ""), " ".join(markup.split()))
    lines = (" ".join(line.split()) for line in broken.split("\n"))
    return "\n".join(_named(line) for line in lines if line)


def _named(words: str) -> str:
    if "&" not in words or not _ENTITY.search(words):
        return words
    from html import unescape  # its table of names costs 2 ms, and few labels need it

    return _ENTITY.sub(lambda entity: unescape(entity[0]), words)
