"""What a person sees: results on standard output, everything said about them on standard error.

Colour and the passing line of progress appear on a terminal only; NO_COLOR (no-color.org) and TERM=dumb are honoured.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final, Literal, TextIO

if TYPE_CHECKING:
    from architecture.errors import DesenhoError

__all__ = ["Colour", "Console", "harmless", "one_line", "size"]

Colour = Literal["red", "yellow", "green", "dim", "bold"]
_USUAL_COLUMNS: Final = 80
_CODES: Final[dict[Colour, int]] = {"red": 31, "yellow": 33, "green": 32, "dim": 2, "bold": 1}


class Console:
    """Standard output and standard error, asked for at every use, so that they may be exchanged meanwhile."""

    def __init__(self) -> None:
        self._passing = 0

    def result(self, text: str) -> None:
        """Print what was asked for."""
        self._clear()
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """Print what accompanies the result."""
        self._clear()
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def note(self, text: str) -> None:
        """Print something worth knowing that stops nothing."""
        self.say(f"{self.paint('note:', 'yellow', sys.stderr)} {harmless(text)}")

    def error(self, error: DesenhoError) -> None:
        """Print an error: where, what, and what to do."""
        self.say(f"{self.paint('error:', 'red', sys.stderr)} {harmless(str(error))}")

    def passing(self, text: str) -> None:
        """Show what goes on, on a terminal, until the next line is printed; one that does not fit is cut."""
        if not _is_terminal(sys.stderr):
            return
        self._clear()
        # What the terminal has broken into lines cannot be wiped out.
        line = harmless(text).replace("\n", " ")[: _columns(sys.stderr) - 1]
        sys.stderr.write(line)
        sys.stderr.flush()
        self._passing = len(line)

    def paint(self, text: str, colour: Colour, stream: TextIO | None = None) -> str:
        """Return the text in a colour if the stream (standard output by default) is a terminal that wants it."""
        if not _is_terminal(stream or sys.stdout) or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            return text
        return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"

    def _clear(self) -> None:
        if self._passing:
            sys.stderr.write("\r" + " " * self._passing + "\r")
            sys.stderr.flush()
            self._passing = 0


def size(count: int) -> str:
    """Return a number of bytes for people: `84 kB` (1 kB is 1000 bytes)."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 999_500 else f"{count / 1_000_000:.1f} MB"


def one_line(text: str) -> str:
    """Return text as part of a line, its line breaks written out too: anybody may have named a file."""
    return harmless(text).replace("\n", "\\n")


def harmless(text: str) -> str:
    """Return text with control characters written out: words from elsewhere must not command the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL_COLUMNS
    except OSError:  # it does not tell
        return _USUAL_COLUMNS
