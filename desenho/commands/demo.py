"""`desenho demo`: everything in diagrams/ is drawn, and the challenge comes alive on this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import DesenhoError
from desenho import checkout, installed, sources
from desenho.batch import DEFAULT_FOLDER, Request
from desenho.commands.export import export

if TYPE_CHECKING:
    import argparse

    from deploy.running import Running
    from deploy.uploads import Uploaded
    from desenho.console import Console
    from desenho.demo.record import Record

__all__ = ["configure", "run"]

SCRIPT: Final = "challenge.py"
SAMPLE_SECONDS: Final = 60.0

DESCRIPTION: Final = """\
Draw every architecture in diagrams/ as PNG, SVG and draw.io file, bring the challenge up on this machine, send its own
picture through it, and show all that on one page, where files of yours can follow. It asks nothing, needs no account,
and speaks to no other machine.
"""
EPILOG: Final = """\
It stays until Ctrl-C, or `desenho demo --stop` in another terminal, and ends what it has started. What was sent is kept
for the next time; `desenho deploy down diagrams/challenge.py --local --delete-data` removes it.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    add = parser.add_argument
    add(
        "-o", "--output", metavar="DIR", default=DEFAULT_FOLDER, type=Path, help="folder of the drawings (default: out)"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--once", action="store_true", help="follow one file, print its way, end all and exit (for CI)")
    what.add_argument("--stop", action="store_true", help="end the demo that runs")


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw, and show."""
    scripts = _near(checkout.folder("diagrams", hint="run demo there"))
    script, lacking = scripts / SCRIPT, installed.missing("local")
    if lacking or os.name != "posix":
        if options.once or options.stop:
            raise DesenhoError(f"the local cloud cannot run here: {_why(lacking)}", hint=installed.how("local"))
        code = _export(scripts, options.output, console)
        if code == 0:
            console.say(_next(options.output, script))
            console.note(f"the drawings are there, and they could come alive too: {_why(lacking)}")
            console.say(f"  {installed.how('local')}")
        return code
    from desenho.demo.record import Record, running_at, stop

    if options.stop:
        stopped = stop()
        console.say("the demo has ended" if stopped else "no demo runs")
        return 0 if stopped else 1
    mine = Record()
    if not mine.taken:
        console.say("a demo runs already; desenho demo --stop ends it")
        console.result(running_at())
        return 1 if options.once else 0  # nothing was followed
    try:
        return _demo(options, script, console, mine)
    finally:
        mine.close()


def _demo(options: argparse.Namespace, script: Path, console: Console, mine: Record) -> int:
    from desenho.demo.session import Session

    session = Session(script, console)  # the local cloud loads while the drawings are made
    running: Running | None = None
    try:
        code = _export(script.parent, options.output, console)
        if code:
            return code
        running = session.up()
        sample = options.output / f"{running.blueprint.architecture.name}.png"
        return _once(running, sample, console) if options.once else _stay(running, sample, script, console, mine)
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave half of it behind
        try:
            session.end(running, leave_data=not options.once)
        finally:
            signal.signal(signal.SIGINT, before)


def _once(running: Running, sample: Path, console: Console) -> int:
    from deploy.journey import follow
    from deploy.probe import trips
    from desenho.commands.probe import table

    console.passing(f"sending {sample.name} through the stack")
    steps = list(follow(running, [_sent(running, sample)], seconds=SAMPLE_SECONDS))
    found = list(trips(running.blueprint, steps))
    console.say(f"\nThe way of {sample.as_posix()} through the stack:")
    console.result(table(running.blueprint.architecture, found, console))
    return 0 if all(trip.travelled for trip in found if trip.expected) else 1


def _stay(running: Running, sample: Path, script: Path, console: Console, mine: Record) -> int:
    from desenho.demo.show import opened

    with opened(running, script.as_posix()) as shown:
        mine.tell(shown.url, shown.token)
        shown.travels.uploaded(_sent(running, sample))
        console.say(
            f"\nThe challenge is up on this machine, and {sample.name} is on its way through it. Ctrl-C ends it."
        )
        console.say("Open this page, and drop a file of your own on it:")
        console.result(shown.url)
        try:
            shown.stopping.wait()
        except KeyboardInterrupt as interruption:
            if type(interruption) is not KeyboardInterrupt:  # SIGTERM has an exit code of its own
                raise
        console.say("The demo has ended. Its files are kept; the same command shows them again.")
    return 0


def _sent(running: Running, sample: Path) -> Uploaded:
    from deploy import uploads

    with sample.open("rb") as content:
        size = sample.stat().st_size
        return uploads.upload(running.clients, uploads.targets(running)[0], uploads.key_of(sample.name), content, size)


def _export(scripts: Path, output: Path, console: Console) -> int:
    console.say(f"Drawing the architectures in {scripts.as_posix()}/ ...")
    return export(sources.find([str(scripts)]), Request(folder=output), console)


def _near(path: Path) -> Path:
    """Return the path as seen from here, where that is shorter."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _why(lacking: list[str]) -> str:
    return f"not installed: {', '.join(lacking)}" if lacking else "this system is none that it is written for"


def _next(folder: Path, script: Path) -> str:
    out, run = folder.as_posix(), "uv run " if "UV" in os.environ else ""
    return f"""
Look at {out}/challenge.png, then open {out}/challenge.drawio in draw.io and move the VPC: what is in it moves along.
Next: change a word in {script.as_posix()}, or add a node, and draw it again:
  {run}desenho export {script.as_posix()}"""
