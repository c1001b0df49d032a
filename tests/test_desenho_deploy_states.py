"""The bad states of a stack, met and left by the command alone, as somebody at a terminal does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desenho.cli import main

if TYPE_CHECKING:
    from deploy.local import LocalCloud

pytestmark = pytest.mark.slow

CHALLENGE = Path(__file__).parents[1] / "diagrams" / "challenge.py"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["deploy", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_each_bad_state_says_what_to_do_and_that_does_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESENHO_STATE", str(local_cloud.state.folder))
    script = tmp_path / "bad.py"
    script.write_text(CHALLENGE.read_text(encoding="utf-8"), encoding="utf-8")
    bad = [str(script), "--local"]

    local_cloud.ask("faults", {"stack": "bad", "logical_id": "FunctionLog", "action": "create"})
    code, _, err = run(capsys, "up", *bad, "--yes")
    assert (code, "the cause: a fault was injected" in err, "the stack is ROLLBACK_COMPLETE" in err) == (2, True, True)
    assert "then run up again" in err
    code, out, _ = run(capsys, "status", "--stack", "bad", "--local")
    assert (code, "bad in sa-east-1: ROLLBACK_COMPLETE" in out) == (1, True)
    code, _, err = run(capsys, "up", *bad, "--yes")
    assert (code, "its creation failed. What is left of it is removed first." in err) == (0, True), err

    script.write_text(script.read_text(encoding="utf-8").replace("memory_mb=512", "memory_mb=1024"), encoding="utf-8")
    local_cloud.ask("faults", {"stack": "bad", "logical_id": "Function", "action": "update", "call": -1, "times": 2})
    code, _, err = run(capsys, "up", *bad, "--yes")
    assert (code, "the stack is UPDATE_ROLLBACK_FAILED" in err) == (2, True), err
    code, _, err = run(capsys, "plan", *bad)
    assert (code, "desenho deploy up finishes the way back" in err) == (1, True), err  # 2 would mean changes
    code, _, err = run(capsys, "up", *bad, "--yes")
    assert (code, "an update failed, and so did the way back" in err, "bad is up" in err) == (0, True, True), err

    local_cloud.ask("faults", {"stack": "bad", "logical_id": "FunctionLog", "action": "delete"})
    code, _, err = run(capsys, "down", "--stack", "bad", "--local", "--yes", "--delete-data")
    assert (code, "FunctionLog" in err, "a fault was injected" in err) == (2, True, True), err
    code, _, err = run(capsys, "up", *bad, "--yes")
    assert (code, "the stack is DELETE_FAILED" in err) == (2, True), err
    assert "desenho deploy down --stack bad tries again" in err
    code, _, err = run(capsys, "down", "--stack", "bad", "--local", "--yes", "--delete-data")
    assert code == 0, err
    code, _, err = run(capsys, "status", "--stack", "bad", "--local")
    assert (code, "there is no stack bad" in err) == (2, True), err
