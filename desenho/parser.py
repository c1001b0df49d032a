"""How options are read: argparse, with its errors in the form of ours."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from architecture.errors import UsageError

__all__ = ["Parser"]


class Parser(argparse.ArgumentParser):
    """An argument parser that raises UsageError instead of ending the process."""

    def __init__(self, **options: Any) -> None:
        options = {"formatter_class": argparse.RawDescriptionHelpFormatter, "allow_abbrev": False, **options}
        super().__init__(**options)

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        raise UsageError(message, where=self.prog, hint=f"see {self.prog} --help")
