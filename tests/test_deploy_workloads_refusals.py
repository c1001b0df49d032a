"""The words for what is refused: the same in both languages, and none that nobody says."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from deploy.workloads.shared import refusals
from deploy.workloads.shared.refusals import RefusedError, said

WORKLOADS = Path(refusals.__file__).parents[1]
WORDS = refusals._WORDS


def raised() -> set[tuple[str, tuple[str, ...]]]:
    """Every code that the workloads raise, with the names of its values."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for path in WORKLOADS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RefusedError":
                (code,) = node.args
                assert isinstance(code, ast.Constant)
                found.add((str(code.value), tuple(sorted(str(word.arg) for word in node.keywords))))
    return found


def names(text: str) -> tuple[str, ...]:
    return tuple(sorted(name for _, name, _, _ in string.Formatter().parse(text) if name))


def test_what_is_raised_has_words_and_no_word_is_left_over() -> None:
    assert raised() == {(code, names(text["en"])) for code, text in WORDS.items()}


@pytest.mark.parametrize("code", WORDS)
def test_both_languages_say_the_same_values(code: str) -> None:
    assert set(names(WORDS[code]["pt"])) == set(names(WORDS[code]["en"])) - {"cause"}
    assert WORDS[code]["pt"] != WORDS[code]["en"]


def test_a_refusal_is_data_and_words() -> None:
    error = RefusedError("archive.entries", entries=9, limit=8)
    assert (error.code, error.values) == ("archive.entries", {"entries": 9, "limit": 8})
    assert str(error) == "the archive has 9 entries, and 8 are the limit"
    assert said(error.code, error.values, "pt") == "o arquivo compactado tem 9 entradas, e o limite é 8"
