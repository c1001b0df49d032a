"""What functions and files are called is told in words, and commands no terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from deploy.failures import Failed
from deploy.logs import Line
from desenho.commands import redrive
from desenho.commands.logs import words
from desenho.console import Console

EVIL = "incoming/a\x1b]0;owned\x07\x1b[2J\nb\u202e.txt"


def line(text: str) -> str:
    return words(Line(time=datetime(2026, 1, 2, tzinfo=UTC), function="function", text=text), Console(), named=False)


def test_a_name_of_a_file_commands_no_terminal() -> None:
    said = line(json.dumps({"what": "failed", "key": EVIL, "reason": EVIL, "values": {"a": EVIL}}))
    assert said.isprintable()
    assert "incoming/a\\x1b]0;owned\\x07\\x1b[2J\\nb\\u202e.txt" in said
    failed = Failed(keys=(EVIL,), reason=EVIL, event=True, sent=False)
    assert redrive._line(failed, Console(), dry=True).isprintable()


def test_what_code_of_ones_own_prints_keeps_its_lines() -> None:
    assert line("Traceback:\n\tin f\x1b[2J").endswith("Traceback:\n\tin f\\x1b[2J")
