"""faults.toml, from which the site's table is made: each fault is made by a test, and each such test has its fault."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

TESTS = Path(__file__).parent
FAULTS = tomllib.loads((TESTS / "faults.toml").read_text(encoding="utf-8"))["fault"]


def marked() -> dict[int, list[str]]:
    """Return the tests by the line of the fault that they make."""
    found: dict[int, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.loses_nothing":
                    found.setdefault(ast.literal_eval(mark.args[0]), []).append(node.name)
    return found


def test_each_fault_is_made_by_a_test_and_each_such_test_has_its_fault() -> None:
    lines = [fault["line"] for fault in FAULTS]
    assert lines == list(range(1, 20))
    assert sorted(marked()) == lines


def test_each_fault_is_told_in_both_languages() -> None:
    for fault in FAULTS:
        assert set(fault) == {"line", "fault", "outcome", "remedy"}
        for words in (fault["fault"], fault["outcome"], fault["remedy"]):
            assert set(words) == {"pt", "en"}
            assert all(text.strip() == text and text for text in words.values())
        for told in (fault["outcome"], fault["remedy"]):
            assert all(text.endswith(".") for text in told.values())
