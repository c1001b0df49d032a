"""`desenho deploy tunnel`: the way to an app that has no public address."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Final

from desenho import stacks

if TYPE_CHECKING:
    import argparse

    from desenho.console import Console

__all__ = ["configure", "run"]

DESCRIPTION: Final = """\
Open the app of an instance, which has no public address. On AWS this runs the AWS CLI (version 2), which signs in
through the stack's Instance Connect Endpoint, and stays until Ctrl-C. With --local it prints where the app answers on
this machine.
"""
EPILOG: Final = """\
examples:
  desenho deploy tunnel diagrams/challenge.py
  desenho deploy tunnel diagrams/challenge.py --local
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    stacks.options(parser)
    stacks.places(parser)
    add = parser.add_argument
    add("--instance", metavar="NODE", help="the instance, by its id in the diagram, where there are several")
    add("--print", action="store_true", help="print the command of the AWS CLI instead of running it")
    add("--json", action="store_true", help="print address and command as JSON")


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the app's address, or run the tunnel."""
    from deploy.tunnel import instance, local_url, open_tunnel, tunnel

    running = stacks.running(options, console)
    part = instance(running, options.instance)
    if options.local:
        url = local_url(running, part)
        console.result(json.dumps({"instance": part.id, "url": url, "command": None}) if options.json else url)
        return 0
    way = tunnel(running, part)
    if options.json:
        console.result(json.dumps({"instance": part.id, "url": way.url, "command": [*way.command]}))
        return 0
    if options.print:
        console.result(shlex.join(way.command))
        return 0
    console.say(f"open {way.url} once the connection stands; Ctrl-C ends it")
    return open_tunnel(way)
