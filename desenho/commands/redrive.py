"""`desenho deploy redrive`: failed events are sent again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from desenho import stacks
from desenho.console import one_line

if TYPE_CHECKING:
    import argparse

    from deploy.failures import Failed
    from desenho.console import Console

__all__ = ["configure", "run"]

DESCRIPTION: Final = """\
Send the events again that a function gave up on. They wait, with the reason, in its queue of failed events. An event
leaves that queue only when Lambda has taken it again, and a file that was stored meanwhile is not stored twice.
"""
EPILOG: Final = """\
examples:
  desenho deploy redrive diagrams/challenge.py --local --dry-run
  desenho deploy redrive diagrams/challenge.py

Exit codes: 0 all were sent again, or there was none; 1 some could not be (--dry-run: some wait), 2 error.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    stacks.options(parser)
    stacks.places(parser)
    add = parser.add_argument
    add("--function", metavar="NODE", help="one function only, by its id in the diagram")
    add("--dry-run", action="store_true", help="only show what waits, and why it failed")
    add("--json", action="store_true", help="print the result as JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """Send again, or look."""
    from deploy.failures import redrive

    running = stacks.running(options, console)
    functions = stacks.functions(running, options.function)
    found: list[tuple[str, Failed]] = []
    for function in functions:
        for failed in redrive(running.clients, running.of(function), dry=options.dry_run):
            found.append((function, failed))
            if not options.json:
                console.result(_line(failed, console, dry=options.dry_run))
    if options.json:
        told = [
            {"function": f, "keys": [*e.keys], "reason": e.reason, "is_event": e.event, "sent": e.sent}
            for f, e in found
        ]
        console.result(json.dumps({"stack": running.name, "events": told}, indent=2, ensure_ascii=False))
    sent = sum(failed.sent for _, failed in found)
    if not found:
        console.say("no failed event waits")
    elif options.dry_run:
        console.say(f"{len(found)} wait; the same command without --dry-run sends them again")
    else:
        console.say(f"{sent} of {len(found)} sent again; desenho deploy logs shows what becomes of them")
    return 0 if sent == len(found) else 1


def _line(failed: Failed, console: Console, *, dry: bool) -> str:
    keys, reason = one_line(", ".join(failed.keys) or "no file"), one_line(failed.reason)
    if not failed.event:
        return f"{console.paint('stays', 'red')}  {reason}"
    word = console.paint("waits", "yellow") if dry else console.paint("sent", "green")
    return f"{word}  {keys}  (it had failed: {reason or 'no reason is told'})"
