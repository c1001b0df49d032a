"""What a light installation lacks is named, with the way to get it, and is no fault of the program."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from desenho import checkout, cli, installed
from export import raster

if TYPE_CHECKING:
    from collections.abc import Mapping
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


ALL_EXTRAS: Final = sorted({name for names in installed.NEEDED.values() for name in names})
WITHOUT_EXTRAS = """
import contextlib, io, json, sys
sys.modules |= dict.fromkeys({lacking})
from desenho import cli
found = []
for words in {commands}:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        found.append((words, cli.main(words), told.getvalue()))
print(json.dumps(found))
"""
LACKING: Final = (
    (["deploy", "plan", CHALLENGE], "aws", 1),
    (["deploy", "up", CHALLENGE], "aws", 2),
    (["deploy", "cost", CHALLENGE, "--refresh"], "aws", 2),
    (["deploy", "template", CHALLENGE, "--resolve"], "aws", 2),
    (["deploy", "logs", CHALLENGE], "aws", 2),
    (["deploy", "redrive", CHALLENGE], "aws", 2),
    (["deploy", "tunnel", CHALLENGE], "aws", 2),
    (["deploy", "upload", CHALLENGE, "README.md"], "aws", 2),
    (["deploy", "plan", CHALLENGE, "--local"], "local", 1),
    (["deploy", "status", "--stack", "challenge", "--local"], "local", 2),
    (["deploy", "down", "--stack", "challenge", "--local"], "local", 2),
    (["probe", CHALLENGE, "--local"], "local", 2),
    (["local", "start"], "local", 2),
    (["local", "status"], "local", 2),
    (["docs"], "icons", 2),
)
ON_PAPER: Final = (["deploy", "template", CHALLENGE], ["deploy", "cost", CHALLENGE])


@pytest.fixture(scope="module")
def without_extras() -> Mapping[str, tuple[int, str]]:
    """The exit codes and the errors of all these commands where no extra is installed, by the words of the command."""
    commands = [*(words for words, _, _ in LACKING), *ON_PAPER]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS.format(lacking=ALL_EXTRAS, commands=commands)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return {" ".join(words): (code, told) for words, code, told in json.loads(done.stdout)}


@pytest.mark.parametrize(("command", "extra", "code"), LACKING, ids=lambda value: None)
def test_a_command_without_its_extra_names_it(
    command: list[str], extra: str, code: int, without_extras: Mapping[str, tuple[int, str]]
) -> None:
    found, told = without_extras[" ".join(command)]
    assert "error: not installed: " in told
    assert f"install the extra `{extra}`: uv sync, or pip install -e '.[{extra}]' -c constraints.txt" in told
    assert "Traceback" not in told
    assert found == code


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


@pytest.mark.parametrize("command", ON_PAPER, ids=["template", "cost"])
def test_what_needs_no_account_needs_no_extra(
    command: list[str], without_extras: Mapping[str, tuple[int, str]]
) -> None:
    assert without_extras[" ".join(command)] == (0, "")


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


@pytest.mark.parametrize("command", [["demo"], ["docs"], ["new", "project"]])
def test_an_installation_without_a_clone_does_not_take_the_library_for_our_scripts(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "site-packages" / "diagrams"
    library.mkdir(parents=True)
    for name in ("challenge.py", "cli.py"):
        (library / name).write_text("raise SystemExit('this was run')", encoding="utf-8")
    monkeypatch.setattr(checkout, "ROOT", library.parent)
    monkeypatch.chdir(tmp_path)
    assert cli.main(command) == 2
    told = capsys.readouterr()
    assert "is not here: it comes with a clone of the project" in told.err
    assert f"run {command[0]} there" in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["site-packages"]


def test_a_module_of_ours_that_is_not_there_is_a_fault() -> None:
    assert installed.told(ModuleNotFoundError("No module named 'export.nothing'", name="export.nothing")) is None
