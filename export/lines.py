"""Words broken into lines."""

from __future__ import annotations

import re
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["WIDTH", "broken"]

WIDTH: Final = 112
"""How wide a line of a label may become before it is broken at a space, px."""

# A word that alone is wider than a line may be broken after these signs.
_JOINTS: Final = re.compile(r"(?<=[-/_.:,;@=?&+])(?=\w)")


def broken(words: str, measure: Callable[[str], float], width: float = WIDTH) -> tuple[str, ...]:
    """Break words into as few lines as fit into a width in px, and these into lines of about one length.

    Newlines stay. Where two lines of up to a quarter more do instead of three, they are taken. Only a word that is
    wider than three lines is cut between letters, into equal parts.
    """
    lines: list[str] = []
    for paragraph in words.replace("\r\n", "\n").split("\n"):
        pieces = list(_pieces(paragraph.split(), measure, width))
        lines += _balanced(pieces, measure, width) if pieces else [""]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return tuple(lines)


def _pieces(words: Sequence[str], measure: Callable[[str], float], width: float) -> list[tuple[str, str]]:
    """Return what may stand alone on a line, each with what joins it to the piece before: a space or nothing."""
    pieces: list[tuple[str, str]] = []
    for word in words:
        joint = " "
        for part in _JOINTS.split(word) if measure(word) > width else [word]:
            for bit in _cut(part, measure, 3 * width):
                pieces.append((joint, bit))
                joint = ""
    return pieces


def _cut(word: str, measure: Callable[[str], float], width: float) -> list[str]:
    count = ceil(measure(word) / width)
    size = ceil(len(word) / count) if count else 1
    return [word[at : at + size] for at in range(0, len(word), size)]


def _balanced(pieces: list[tuple[str, str]], measure: Callable[[str], float], width: float) -> list[str]:
    lines = _filled(pieces, measure, width)
    if len(lines) == 1:
        return lines
    if len(lines) == 3:  # two lines are wanted: somewhat wider ones will do
        wide = _filled(pieces, measure, 1.25 * width)
        lines, width = (wide, 1.25 * width) if len(wide) == 2 else (lines, width)
    # The narrowest column that needs no more lines: between these bounds by halves, to a px.
    low, high = max(map(measure, lines)) / 2, width
    while high - low > 1:
        middle = (low + high) / 2
        tried = _filled(pieces, measure, middle)
        if len(tried) > len(lines):
            low = middle
        else:
            high, lines = middle, tried
    return lines


def _filled(pieces: list[tuple[str, str]], measure: Callable[[str], float], width: float) -> list[str]:
    lines = [pieces[0][1]]
    for joint, piece in pieces[1:]:
        if measure(lines[-1] + joint + piece) <= width:
            lines[-1] += joint + piece
        else:
            lines.append(piece)
    return lines
