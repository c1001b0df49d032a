"""What a light installation lacks is named, with the way to get it, and is no fault of the program."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desenho import cli, installed
from export import raster

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

ROOT = Path(__file__).parent.parent
WEB = """
from diagrams import Diagram
from diagrams.aws.compute import EC2

with Diagram("{name}"):
    server = EC2()
"""
CHALLENGE = str(ROOT / "diagrams" / "challenge.py")


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without extras."""
    real = importlib.util.find_spec
    lacking = {name for names in installed.NEEDED.values() for name in names}

    def find(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name in lacking else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(
    ("command", "extra", "code"),
    [
        (["deploy", "plan", CHALLENGE], "aws", 1),
        (["deploy", "up", CHALLENGE], "aws", 2),
        (["deploy", "cost", CHALLENGE, "--refresh"], "aws", 2),
        (["deploy", "plan", CHALLENGE, "--local"], "local", 1),
        (["deploy", "status", "--stack", "challenge", "--local"], "local", 2),
        (["probe", CHALLENGE, "--local"], "local", 2),
        (["local", "start"], "local", 2),
        (["docs"], "icons", 2),
    ],
)
def test_a_command_without_its_extra_names_it(
    command: list[str], extra: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(command) == code
    told = capsys.readouterr().err
    assert "error: not installed: " in told
    assert f"install the extra `{extra}`: uv sync, or pip install -e '.[{extra}]' -c constraints.txt" in told
    assert "Traceback" not in told


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("command", [["local", "start"], ["demo", "--once"]])
def test_where_functions_cannot_run_nobody_is_told_to_install_what_is_not_there(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cli.main(command) == 2
    told = capsys.readouterr().err
    assert "the local cloud runs on Linux" in told
    assert "install" not in told.replace("not installed", "")


WITHOUT_EXTRAS = """
import sys
sys.modules |= dict.fromkeys({lacking})
from desenho import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("action", ["template", "cost"])
def test_what_needs_no_account_needs_no_extra(action: str) -> None:
    lacking = {name for names in installed.NEEDED.values() for name in names}
    command = [sys.executable, "-c", WITHOUT_EXTRAS.format(lacking=lacking), "deploy", action, CHALLENGE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "not installed" in done.stderr) == (0, False)
    assert done.stdout


@pytest.mark.parametrize("others", [[], ["second.py"]], ids=["in this process", "side by side"])
def test_an_installation_that_is_behind_its_checkout_is_told_to_catch_up(
    others: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ["first.py", *others]:
        (tmp_path / name).write_text(WEB.format(name=name), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("resvg", "resvg_py"):
        monkeypatch.setitem(sys.modules, name, None)
    raster._resvg.cache_clear()  # an earlier test may have loaded it
    assert cli.main(["export", "first.py", *others, "-f", "png"]) == 2
    told = capsys.readouterr().err
    assert "error: not installed: resvg" in told
    assert "uv sync, or pip install -e '.[dev]' -c constraints.txt" in told
    assert "Traceback" not in told


def test_a_module_of_ours_that_is_not_there_is_a_fault() -> None:
    assert installed.told(ModuleNotFoundError("No module named 'export.nothing'", name="export.nothing")) is None
