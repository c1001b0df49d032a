"""How far something has come, in one line of the terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from desenho.console import size

if TYPE_CHECKING:
    from desenho.console import Console

__all__ = ["Progress"]

_WIDTH: Final = 24
_PAUSE: Final = 0.1
"""Seconds between two looks of the bar."""


class Progress:
    """A bar of bytes, drawn again at most ten times a second; `total` is in bytes."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._began = self._drawn = time.monotonic()

    def at(self, count: int, what: str) -> None:
        """Show that so many bytes are done, and what is being done."""
        now = time.monotonic()
        if now - self._drawn < _PAUSE:
            return
        self._drawn = now
        self._console.passing(bar(count, self._total, now - self._began, what))


def bar(count: int, total: int, seconds: float, what: str) -> str:
    """Return the line: a bar, the share, the bytes, the rate and what is being done."""
    share = count / total if total else 1.0
    filled = round(_WIDTH * share)
    rate = f"  {size(round(count / seconds))}/s" if seconds > 0 else ""
    return f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}  {size(count)} of {size(total)}{rate}  {what}"
