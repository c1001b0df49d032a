"""`desenho deploy logs`: what the functions of a stack say."""

from __future__ import annotations

import argparse
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from desenho import stacks
from desenho.console import harmless, one_line

if TYPE_CHECKING:
    from deploy.logs import Line
    from desenho.console import Console

__all__ = ["configure", "run", "words"]

DESCRIPTION: Final = """\
Print what the functions of a stack say, the oldest first. What our own handler says is told in words; the rest is
printed as it is.
"""
EPILOG: Final = """\
examples:
  desenho deploy logs diagrams/challenge.py --local --follow
  desenho deploy logs diagrams/challenge.py --since 2h --json
"""
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    stacks.options(parser)
    stacks.places(parser)
    add = parser.add_argument
    add("--function", metavar="NODE", help="one function only, by its id in the diagram")
    add("--since", type=_span, default=timedelta(hours=1), metavar="T", help="30s, 10m, 2h, 1d (default: 1h)")
    add("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    add("--json", action="store_true", help="one JSON object a line, with the text as it was logged")


def run(options: argparse.Namespace, console: Console) -> int:
    """Print, and go on if asked to."""
    from deploy.logs import Logs

    running = stacks.running(options, console)
    functions = stacks.functions(running, options.function)
    logs = Logs(running, datetime.now(UTC) - options.since, options.function)
    found = logs.new()
    if not found and not options.follow:
        forgets = "; the local cloud forgets what they say when it stops" if options.local else ""
        console.say(f"the functions have said nothing in that time{forgets}")
    while True:
        for line in found:
            console.result(_json(line) if options.json else words(line, console, named=len(functions) > 1))
        if not options.follow:
            return 0
        time.sleep(max(running.clients.poll_s, 0.2))
        found = logs.new()


def _json(line: Line) -> str:
    told = {"time": line.time.isoformat(timespec="milliseconds"), "function": line.function, "text": line.text}
    return json.dumps(told, ensure_ascii=False)


def words(line: Line, console: Console, *, named: bool) -> str:
    """Return a line for people: what our handler says in words, the rest as it is; `named` says of which function."""
    clock = console.paint(f"{line.time:%Y-%m-%d %H:%M:%S}.{line.time.microsecond // 1000:03d}", "dim")
    who = f"  {line.function}" if named else ""
    told = dict(line.told)
    if not told:
        return f"{clock}{who}  {harmless(_metric(line.text) or line.text)}"
    what, key = one_line(str(told.pop("what"))), one_line(str(told.pop("key", "")))
    rest = "  ".join(one_line(f"{name} {value}") for name, value in told.items() if value and name != "bucket")
    bad = what in {"failed", "rejected"}
    return f"{clock}{who}  {console.paint(f'{what:<9}', 'red' if bad else 'green')} {key}  {rest}".rstrip()


def _metric(text: str) -> str:
    """Return a metric that a line carries in CloudWatch's embedded format, in short; nothing for other lines."""
    if not text.startswith('{"_aws"'):
        return ""
    try:
        told = json.loads(text)
        names = [m["Name"] for kind in told["_aws"]["CloudWatchMetrics"] for m in kind["Metrics"]]
        return "metric    " + "  ".join(f"{name} {told[name]}" for name in names)
    except (KeyError, TypeError, ValueError):  # CloudWatch, too, takes it for a line of the log and no more
        return ""


def _span(text: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no span of time such as 30s, 10m, 2h or 1d")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
