"""`desenho deploy upload`: files go in as a user's do, and are followed on their way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from architecture.errors import StackError
from architecture.words import name_of
from desenho import stacks
from desenho.console import one_line, size
from desenho.parser import seconds
from desenho.progress import Progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from deploy.journey import Step
    from deploy.running import Running
    from deploy.uploads import Target, Uploaded
    from desenho.console import Console

__all__ = ["Outcome", "configure", "followed", "run", "show", "told"]

WAIT: Final = 60.0
DESCRIPTION: Final = """\
Send files as a user does: by presigned URLs that are good for this one file and for a quarter of an hour, in parts
above 100 MB. A file arrives as incoming/NAME.
"""
EPILOG: Final = f"""\
examples:
  desenho deploy upload diagrams/challenge.py report.csv --local --follow
  desenho deploy upload diagrams/challenge.py *.pdf --wait 120 --json

--follow shows each step of a file through the diagram, with its time; --wait only waits for its end. Without either
the command ends when the files are in the bucket. Both wait {WAIT:.0f} s if no other time is given.

Exit codes: 0 stored (or uploaded, where nobody waits), 1 rejected, failed or not stored in time, 2 error.
"""

_ENDS: Final = {
    "kept": "stored",
    "received": "stored",
    "written": "stored",
    "described": "stored",
    "arrived": "stored",
    "given up": "failed",
}
"""What has become of a file whose last hop this was; of every other word, the word itself."""


class Outcome(NamedTuple):
    """An uploaded file, its steps, and its state: uploaded, stored, rejected, gone, failed, or under way."""

    path: str
    file: Uploaded
    steps: tuple[Step, ...]
    state: str

    @property
    def reason(self) -> str:
        """Why it was not stored, where that is known."""
        said = (s.hop.detail for s in reversed(self.steps) if not s.hop.well and s.hop.what != "given up")
        return next(filter(None, said), "")

    def as_json(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "file": self.path,
            "bucket": self.file.target.bucket,
            "key": self.file.key,
            "version": self.file.version or None,
            "bytes": self.file.size,
            "seconds": round((self.file.arrived - self.file.began).total_seconds(), 3),
            "state": self.state,
            "reason": self.reason or None,
            "steps": [
                {
                    "node": s.hop.node,
                    "edges": list(s.hop.edges),
                    "what": s.hop.what,
                    "seconds": round(s.seconds, 3),
                    "detail": s.hop.detail or None,
                }
                for s in self.steps
            ],
        }


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    stacks.options(parser)
    add = parser.add_argument
    add("file", nargs="+", metavar="FILE", type=Path, help="files to send")
    stacks.places(parser)
    add("--bucket", metavar="NODE", help="the bucket, by its id in the diagram, where people upload to several")
    add("-f", "--follow", action="store_true", help="show every step of each file through the stack")
    add("--wait", type=seconds, metavar="S", help=f"seconds to wait until all files are stored (--follow: {WAIT:.0f})")
    add("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """Upload, and follow if asked to."""
    from deploy import uploads

    wanted = uploads.checked(options.file)
    running = stacks.running(options, console)
    to = uploads.targets(running, options.bucket)
    if len(to) > 1:
        choice = " or ".join(f"--bucket {t.node}" for t in to)
        raise StackError("people upload to several buckets", where=running.name, hint=f"choose one: {choice}")
    sent = _send(running, to[0], wanted, console)
    wait = options.wait or (WAIT if options.follow else None)
    outcomes = followed(running, sent, console, wait=wait, tells=options.follow and not options.json)
    if options.json:
        told = {"stack": running.name, "files": [outcome.as_json() for outcome in outcomes]}
        console.result(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for outcome in outcomes:
            show(outcome, console)
        if any(outcome.state == "under way" for outcome in outcomes):
            console.say("what is under way goes on by itself; desenho deploy logs shows what the function says")
        if any(outcome.state == "failed" for outcome in outcomes):
            console.say("failed events wait in their queue; desenho deploy redrive sends them again")
    good = {"stored"} if wait else {"stored", "uploaded"}
    return 0 if all(outcome.state in good for outcome in outcomes) else 1


def followed(
    running: Running, sent: Sequence[tuple[str, Uploaded]], console: Console, *, wait: float | None, tells: bool
) -> list[Outcome]:
    """Follow files for `wait` seconds, or not at all, and return what has become of them; `tells` prints each step."""
    if wait is None:
        return [Outcome(path, file, (), "uploaded") for path, file in sent]
    from deploy.journey import follow

    steps: dict[int, list[Step]] = {id(file): [] for _, file in sent}
    left = len(sent)
    for step in follow(running, [file for _, file in sent], seconds=wait):
        steps[id(step.file)].append(step)
        left -= step.last
        if tells:
            console.result(told(running, step, console, named=len(sent) > 1))
        if left:
            console.passing(f"following {left} of {len(sent)} files")
    return [Outcome(path, file, tuple(steps[id(file)]), _state(steps[id(file)])) for path, file in sent]


def told(running: Running, step: Step, console: Console, *, named: bool) -> str:
    """Return a step as a line: its time, the number of the line in the diagram, its place, what happened there."""
    architecture = running.blueprint.architecture
    place = name_of(architecture.items[step.hop.node], "en")
    mark = console.paint("ok", "green") if step.hop.well else console.paint("!!", "red")
    number = ",".join(str(e.step) for e in architecture.edges if e.id in step.hop.edges and e.step is not None)
    detail = f": {one_line(step.hop.detail)}" if step.hop.detail else ""
    name = f"  {one_line(step.file.key)}" if named else ""
    return f"  {mark} {step.seconds:7.3f} s  {number:>2}  {place:<14}  {step.hop.what}{detail}{name}"


def show(outcome: Outcome, console: Console) -> None:
    """Print what has become of a file."""
    good, steps = outcome.state in {"stored", "uploaded"}, outcome.steps
    state = console.paint(outcome.state, "green" if good else "red")
    last = steps[-1].seconds if steps else (outcome.file.arrived - outcome.file.began).total_seconds()
    reason = f"  {one_line(outcome.reason)}" if outcome.reason and not good else ""
    path, key = one_line(outcome.path), one_line(outcome.file.key)
    console.result(f"{path}  {size(outcome.file.size)}  {state} in {last:.2f} s  {key}{reason}")


def _send(running: Running, to: Target, wanted: dict[str, Path], console: Console) -> list[tuple[str, Uploaded]]:
    from deploy import uploads

    total, done = sum(path.stat().st_size for path in wanted.values()), 0
    progress = Progress(console, total)
    sent: list[tuple[str, Uploaded]] = []
    for number, (key, path) in enumerate(wanted.items(), 1):
        name = path.name if len(wanted) == 1 else f"{path.name} ({number} of {len(wanted)})"
        length = path.stat().st_size
        with path.open("rb") as content:
            sent.append(
                (
                    path.as_posix(),
                    uploads.upload(
                        running.clients, to, key, content, length, lambda n, d=done, w=name: progress.at(d + n, w)
                    ),
                )
            )
        done += length
    return sent


def _state(steps: Sequence[Step]) -> str:
    last = steps[-1]
    return _ENDS.get(last.hop.what, last.hop.what) if last.last else "under way"
