"""How options are read: argparse, with its errors in the form of ours."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any, NoReturn

from architecture.errors import UsageError

__all__ = ["Parser", "seconds"]


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of ending the process."""

    def __init__(self, **options: Any) -> None:
        # argparse makes a formatter for each option that it is told of, and to learn the terminal's width it imports
        # all that packs files.
        formatter = partial(argparse.RawDescriptionHelpFormatter, width=80)
        options = {"formatter_class": formatter, "allow_abbrev": False, **options}
        super().__init__(**options)

    def format_help(self) -> str:
        """Return the help, as wide as the terminal."""
        self.formatter_class = argparse.RawDescriptionHelpFormatter
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, where=self.prog, hint=f"see {self.prog} --help")


def seconds(text: str) -> float:
    """Read a number of seconds above 0. Raises ArgumentTypeError, or ValueError for what is no number."""
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return value
