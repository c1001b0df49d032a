"""Numbered flows in plain scripts: labels such as `1 upload`, `2. ObjectCreated`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from architecture.text import LANGS, langs_of, mapped, translate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["numbered", "read_steps"]

_NUMBER: Final = re.compile(r"\s*(\d{1,4})(?:[.):]*\s+|[.):]+(?!\d)|$)")


def numbered(label: str) -> int | None:
    """Return the number that a label begins with, the same in all of its languages, if it does."""
    numbers = {_leading(translate(label, lang)) for lang in langs_of(label) or LANGS[:1]}
    return numbers.pop() if len(numbers) == 1 else None


def read_steps(labels: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return the labels that are steps of a flow, each with its number and the words after it.

    They are steps only if the numbers of all the numbered labels are exactly 1 to n, with n at least 2 and one label to
    a number: `443 TLS` and `2 replicas` are words. Otherwise there are none.
    """
    steps = {label: number for label in labels if (number := numbered(label)) is not None}
    if len(steps) < 2 or sorted(steps.values()) != list(range(1, len(steps) + 1)):
        return {}
    return {label: (number, mapped(label, _after)) for label, number in steps.items()}


def _leading(words: str) -> int | None:
    found = _NUMBER.match(words)
    return int(found[1]) if found else None


def _after(words: str) -> str:
    return _NUMBER.sub("", words, count=1)
