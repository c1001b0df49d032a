"""The rules that an architecture is held to, in one table.

Rules on how it is drawn are in `export.lint`; the command `desenho lint` joins both tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.rule import Finding, Rule, run
from architecture.rules import flows, labels, notes, places

if TYPE_CHECKING:
    from architecture.model import Architecture

__all__ = ["RULES", "Finding", "Rule", "check"]

RULES: Final[tuple[Rule[Architecture], ...]] = (*notes.RULES, *places.RULES, *flows.RULES, *labels.RULES)


def check(architecture: Architecture) -> list[Finding]:
    """Return what is wrong with an architecture, in the order of the rules."""
    return run(RULES, architecture)
