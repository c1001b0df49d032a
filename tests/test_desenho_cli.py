"""The command itself: its table, its help, its errors and its exit codes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desenho import cli
from desenho.console import Console, size


@pytest.mark.parametrize("argv", [["--help"], ["-h"], ["help"]])
def test_help_names_every_command(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(argv) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in cli.COMMANDS)
    assert "0 fine or same, 1 findings or different, 2 error" in said


def test_without_a_command_help_is_no_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: desenho COMMAND" in said.err


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    assert f"usage: desenho {name}" in capsys.readouterr().out


def test_help_of_a_command_can_be_asked_for_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["help", "export"]) == 0
    assert "usage: desenho export" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("desenho 0.")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["exprot"], ["no command 'exprot'", "did you mean export?"]),
        (["xyzzy"], ["no command 'xyzzy'", "commands: export"]),
        (["--colour"], ["no option --colour"]),
        (["export"], ["desenho export: ", "SOURCE", "see desenho export --help"]),
        (["export", "x.py", "-f", "gif"], ["'gif'", "'png', 'svg', 'drawio', 'dot', 'json'"]),
        (["export", "x.py", "--lang", "fr"], ["'fr'", "'pt', 'en'"]),
        (["export", "x.py", "--icons", "flat"], ["'flat'", "'native', 'library'"]),
        (["export", "x.py", "--timeout", "0"], ["--timeout", "0 is no number of seconds above 0"]),
        (["export", "x.py", "--timeout", "soon"], ["--timeout", "'soon'"]),
        (["export", "x.py", "--loud"], ["--loud"]),
    ],
)
def test_a_wrong_word_is_told_with_what_is_right(
    argv: list[str], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert all(words in told.err for words in said), told.err


def test_a_fault_of_ours_shows_its_traceback_and_asks_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_argv: list[str], _console: Console) -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(cli, "_run", broken)
    assert cli.main(["export"]) == 2
    said = capsys.readouterr().err
    assert "ZeroDivisionError: ours" in said
    assert "Please report it" in said


def test_an_interruption_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_argv: list[str], _console: Console) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)
    assert cli.main(["export"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_help_loads_nothing_that_draws_or_deploys() -> None:
    code = "import sys; from desenho.cli import main; main(['--help']); sys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "desenho.cli" in loaded
    assert not loaded & {
        "argparse",
        "architecture.model",
        "boto3",
        "dataclasses",
        "diagrams",
        "drawpyo",
        "json",
        "mkdocs",
    }
    assert not [name for name in loaded if name.startswith(("export.", "deploy.", "desenho.commands."))]


def test_every_module_is_a_command_or_an_action_of_deploy(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(cli.__file__).parent / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    commands = {command.module.rpartition(".")[2] for command in cli.COMMANDS.values()}
    assert commands <= modules
    assert cli.main(["deploy", "--help"]) == 0
    told = capsys.readouterr().out
    assert not [name for name in modules - commands if f"  {name} " not in told]


class Terminal:
    """Standard output or error as a terminal."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise io.UnsupportedOperation

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def test_a_passing_line_is_wiped_out_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    console = Console()
    console.passing("drawing a.py")
    console.passing("drawing b.py")
    console.say("done")
    wiped = "\r" + " " * len("drawing a.py") + "\r"
    assert terminal.text == f"drawing a.py{wiped}drawing b.py{wiped}done\n"


@pytest.mark.parametrize(("columns", "shown"), [(24, 23), (0, 79)])
def test_a_passing_line_stays_on_one_line_of_the_terminal(
    columns: int, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(terminal, "fileno", lambda: 2)
    monkeypatch.setattr(os, "get_terminal_size", lambda _file: os.terminal_size((columns, 24)))
    console = Console()
    console.passing("drawing\n  " + "a" * 100)
    console.say("done")
    line = ("drawing   " + "a" * 100)[:shown]
    assert terminal.text == f"{line}\r{' ' * shown}\rdone\n"


@pytest.mark.parametrize(
    ("environment", "painted"),
    [({}, "\x1b[31merror:\x1b[0m"), ({"NO_COLOR": "1"}, "error:"), ({"TERM": "dumb"}, "error:")],
)
def test_colour_on_a_terminal_that_wants_it(
    environment: dict[str, str], painted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert Console().paint("error:", "red") == painted


def test_words_of_a_script_do_not_command_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Console().note("a\x1b[2Jb\x07 ação\n\tλ 桶")
    assert capsys.readouterr().err == "note: a\\x1b[2Jb\\x07 ação\n\tλ 桶\n"


def test_no_colour_and_no_passing_line_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    console.passing("drawing")
    assert console.paint("x", "red") == "x"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (84_400, "84 kB"), (999_499, "999 kB"), (1_250_000, "1.2 MB")],
)
def test_sizes_for_people(count: int, text: str) -> None:
    assert size(count) == text
