"""The command `desenho`: a table of sub-commands, each loaded when it is asked for.

Exit codes: 0 fine or same, 1 findings or different, 2 error, 130 or 143 interrupted (128 and the signal). `deploy plan`
has Terraform's: 0 no changes, 1 error, 2 changes.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Protocol, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from types import FrameType

    from desenho.console import Console

__all__ = ["COMMANDS", "main"]


class Command(NamedTuple):
    """A sub-command: the module that has it, and what it does in one line."""

    module: str
    summary: str


COMMANDS: Final[dict[str, Command]] = {
    "export": Command("desenho.commands.export", "draw architectures: PNG, SVG, .drawio, dot, JSON"),
    "lint": Command("desenho.commands.lint", "say what is wrong with an architecture, why, and what to do"),
    "deploy": Command("desenho.commands.deploy", "make a running stack of an architecture, on AWS or on this machine"),
    "probe": Command("desenho.commands.probe", "send a file through a stack and light the lines that it takes"),
    "local": Command("desenho.commands.local", "start, stop and watch the local cloud, AWS on this machine"),
    "new": Command("desenho.commands.new", "make a project of your own, ready to be handed in"),
    "docs": Command("desenho.commands.docs", "write what the site shows of the project itself"),
    "demo": Command("desenho.commands.demo", "draw everything in diagrams/, and bring the challenge alive here"),
}

USAGE: Final = "usage: desenho COMMAND ..."


class _Terminated(KeyboardInterrupt):
    """SIGTERM came."""


class _Module(Protocol):
    def configure(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace, console: Console) -> int: ...


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; without `argv` it is the process's own."""
    if argv is not None:
        return _guarded(list(argv))
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name that the terminal cannot write is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    # A short life: looking every 700 objects for garbage costs a twentieth of an export and finds none.
    gc.set_threshold(50_000)
    code = _guarded(sys.argv[1:])
    # What still lives goes with the process: the interpreter's last search for garbage takes a fifteenth of an export.
    gc.freeze()
    _leave(code)
    return code


def _guarded(argv: list[str]) -> int:
    from architecture.errors import DesenhoError
    from desenho.console import Console

    console = Console()
    failed = 1 if argv[:2] == ["deploy", "plan"] else 2
    try:
        return _run(argv, console)
    except DesenhoError as error:
        console.error(error)
    except KeyboardInterrupt as interruption:
        console.say("interrupted")
        return 143 if isinstance(interruption, _Terminated) else 130
    except BrokenPipeError:  # the reader of our output has gone, as in `| head`
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for what is still to be flushed
        return failed
    except ModuleNotFoundError as error:
        from desenho import installed

        if lacking := installed.told(error):
            console.error(lacking)
        else:
            _fault(console)
    except Exception:  # noqa: BLE001 - told in full
        _fault(console)
    return failed


def _fault(console: Console) -> None:
    import traceback

    console.say(traceback.format_exc().rstrip())
    console.say("This is a fault in desenho, not in what you did. Please report it with the lines above.")


def _run(argv: list[str], console: Console) -> int:
    if argv[:1] == ["help"] and len(argv) > 1:
        argv = [argv[1], "--help"]
    if not argv or argv[0] in {"-h", "--help", "help"}:
        (console.result if argv else console.say)(_help())
        return 0 if argv else 2
    if argv[0] == "--version":
        from importlib.metadata import version

        console.result(f"desenho {version('desenho')}")
        return 0
    name, *rest = argv
    if name not in COMMANDS:
        raise _unknown(name)
    from desenho.parser import Parser

    module = cast("_Module", import_module(COMMANDS[name].module))
    parser = Parser(prog=f"desenho {name}")
    module.configure(parser)
    try:
        options = parser.parse_args(rest)
    except SystemExit as done:  # --help has printed all there is to say
        return int(done.code or 0)
    return module.run(options, console)


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    table = "\n".join(f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items())
    return f"""{USAGE}

One architecture, four faces that never disagree: a picture, a draw.io file, a site, a running AWS stack.

{table}

`desenho COMMAND --help` tells what a command takes. `desenho --version` tells the version.
Exit codes: 0 fine or same, 1 findings or different, 2 error (`deploy plan`: 2 changes, 1 error, as in Terraform)."""


def _unknown(name: str) -> Exception:
    from difflib import get_close_matches

    from architecture.errors import UsageError

    what = f"no option {name}" if name.startswith("-") else f"no command {name!r}"
    close = get_close_matches(name, COMMANDS, n=1)
    return UsageError(
        f"there is {what}",
        where="desenho",
        hint=f"did you mean {close[0]}?" if close else f"commands: {', '.join(COMMANDS)}",
    )


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Unwind on SIGTERM as on Ctrl-C, so that temporary files and child processes go."""
    raise _Terminated


def _leave(code: int) -> None:
    """End the process at once if a script has left threads running that the interpreter would wait for."""
    threading = sys.modules.get("threading")
    if threading and any(t is not threading.main_thread() and not t.daemon for t in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
