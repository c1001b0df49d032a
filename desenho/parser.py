"""How options are read: argparse, with its errors in the form of ours."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from architecture.errors import UsageError

__all__ = ["Parser", "seconds"]


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of ending the process."""

    def __init__(self, **options: Any) -> None:
        options = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, **options}
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, where=self.prog, hint=f"see {self.prog} --help")


def seconds(text: str) -> float:
    """Read a number of seconds above 0. Raises ArgumentTypeError, or ValueError for what is no number."""
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return value
