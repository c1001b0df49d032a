"""`desenho local`: the local cloud, started, stopped, listened to."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from architecture.errors import UsageError
from desenho import installed

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from deploy.local import LocalCloud, State
    from desenho.console import Console

__all__ = ["configure", "run"]

DESCRIPTION: Final = """\
The local cloud answers as AWS does, on this machine alone: no account, no container, no network. `desenho deploy
--local` starts it by itself; these commands are for those who want to see or end it.

  start    start it, if it does not run, and say how other clients find it
  stop     stop it; what it holds stays on disk and is there again at the next start
  status   say whether it runs, and what is in it
  logs     print what it has to say; -f goes on until Ctrl-C
"""
EPILOG: Final = """\
Its state lies in one folder: the one that DESENHO_STATE names, else this system's place for a user's state.

examples:
  desenho local start
  eval "$(desenho local start --env)" && aws s3 ls
  desenho local logs -f

Exit codes: 0 done or running, 1 not running (status, stop), 2 error.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    parser.add_argument("action", choices=["start", "stop", "status", "logs"], metavar="start|stop|status|logs")
    parser.add_argument("--json", action="store_true", help="the answer as JSON (start, stop, status)")
    parser.add_argument("--env", action="store_true", help="start: shell commands that point other clients at it")
    parser.add_argument("-f", "--follow", action="store_true", help="logs: go on until Ctrl-C")
    parser.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="logs: the last N lines (default: 50)")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what is asked."""
    if options.env and options.action != "start":
        raise UsageError("--env goes with start", where="desenho local")
    if options.json and options.action == "logs":
        raise UsageError(
            "--json goes with start, stop and status", where="desenho local", hint="logs are lines of text"
        )
    if options.follow and options.action != "logs":
        raise UsageError("--follow goes with logs", where="desenho local")
    installed.require("local")
    from deploy.local import State

    state = State.default()
    actions = {"start": _start, "stop": _stop, "status": _status, "logs": _logs}
    return actions[options.action](state, options, console)


def _start(state: State, options: argparse.Namespace, console: Console) -> int:
    from deploy.local import ensure_running, find

    ran = find(state) is not None
    cloud = ensure_running(state, progress=lambda what: console.passing(f"{what} …"))
    if options.json:
        console.result(json.dumps({"started": not ran, **_told(cloud)}))
    elif options.env:
        console.result("\n".join(f"export {name}={value}" for name, value in cloud.environment.items()))
    else:
        console.result(cloud.endpoint_url)
        console.say(f"the local cloud {'runs already' if ran else 'has started'}; `desenho local stop` ends it")
    return 0


def _stop(state: State, options: argparse.Namespace, console: Console) -> int:
    from deploy.local import stop

    stopped = stop(state)
    if options.json:
        console.result(json.dumps({"stopped": stopped}))
    else:
        console.say("the local cloud has stopped" if stopped else "the local cloud does not run")
    return 0 if stopped else 1


def _status(state: State, options: argparse.Namespace, console: Console) -> int:
    from deploy.local import find

    cloud = find(state)
    told: dict[str, Any] = {"running": False, "state": str(state.folder)} if cloud is None else _told(cloud)
    if cloud is not None and cloud.status == "ready":
        told["stacks"] = cloud.ask("health")["stacks"]
    if options.json:
        console.result(json.dumps(told))
    elif cloud is None:
        console.result("the local cloud does not run")
    else:
        lines = [f"the local cloud runs at {cloud.endpoint_url} (process {cloud.pid}, {cloud.status})"]
        lines += [f"  {s['name']:<24} {s['region']:<12} {s['status']}" for s in told.get("stacks", [])]
        console.result("\n".join([*lines, f"its state is in {state.folder}"]))
    return 0 if cloud else 1


def _logs(state: State, options: argparse.Namespace, console: Console) -> int:
    if not state.log.is_file():
        console.say("the local cloud has never run")
        return 1
    lines = state.log.read_text(encoding="utf-8", errors="replace").splitlines()
    if options.lines > 0 and lines:
        console.result("\n".join(lines[-options.lines :]))
    if options.follow:
        _follow(state.log)
    return 0


def _follow(path: Path) -> None:
    """Print what is added to a file until interrupted; a file that is made anew is read from its beginning."""
    at = path.stat().st_size
    while True:
        size = path.stat().st_size
        if size != at:
            with path.open("rb") as log:
                log.seek(at if size > at else 0)
                sys.stdout.write(log.read().decode("utf-8", "replace"))
            sys.stdout.flush()
            at = size
        time.sleep(0.2)


def _told(cloud: LocalCloud) -> dict[str, Any]:
    return {
        "running": True,
        "endpoint": cloud.endpoint_url,
        "pid": cloud.pid,
        "status": cloud.status,
        "state": str(cloud.state.folder),
        "environment": cloud.environment,
    }
