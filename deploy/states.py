"""The states in which a stack needs something else first: what each means, and the way out of it."""

from __future__ import annotations

import os
import platform
import re
from typing import TYPE_CHECKING, Final

from architecture.errors import StackError
from deploy import events, stack
from deploy.hints import hint
from deploy.telling import listen, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from architecture.errors import CloudError
    from deploy.client import Clients
    from deploy.events import Event
    from deploy.stack import Stack
    from deploy.telling import Audience

__all__ = ["STILLBORN", "busy", "half_removed", "overtaken", "resumed", "rolled_back", "stuck"]

STILLBORN: Final = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})
"""States of a stack that has never worked. Nothing runs in it, and it cannot be updated."""


def rolled_back(clients: Clients, audience: Audience, found: Stack) -> Stack:
    """End a rollback that has failed: try again, then without what fails, which the deploy after it mends."""
    failed = _failures(clients, found)
    audience.say(f"{found.name} is UPDATE_ROLLBACK_FAILED: an update failed, and so did the way back.")
    for event in failed:
        audience.say(f"  {event.logical}: {event.reason}")
    if not audience.agrees("Try the way back again, then deploy?"):
        raise stuck(found)
    for skip in ((), tuple(e.logical for e in failed)):
        after = events.newest(clients, found.id)
        stack.continue_rollback(clients, found.name, skip=skip)
        listen(clients, audience, found.id, {}, {}, after=after, calm=True)
        now = stack.find(clients, found.name)
        if now and now.sound:
            return now
        audience.say("  it failed again" + ("" if skip else "; now without the resources that fail"))
    raise stuck(found)


def resumed(clients: Clients, audience: Audience, found: Stack, where: Mapping[str, str]) -> Stack | None:
    """Follow an operation that an interrupted run of this user left behind; any other one is left alone."""
    operation = events.under_way(clients, found.id)
    if not _is_mine(operation):
        raise busy(clients, found)
    audience.say(f"{found.name} is {found.status} since an earlier run; following it.")
    known = stack.template_of(clients, found.name)
    for event in operation:
        tell(audience, event, known, where, {})
    listen(clients, audience, found.id, known, where, after=operation[-1].id, calm=True)
    return stack.find(clients, found.name)


def _is_mine(operation: Sequence[Event]) -> bool:
    """Tell whether an operation was started on this machine by a process that has ended."""
    mine = next((e.token for e in operation if e.token), "")
    who = re.fullmatch(r"desenho-.+-at-(.+)-pid-(\d+)-[0-9a-f]+", mine)
    if not who or who[1] != re.sub(r"[^A-Za-z0-9]+", "-", platform.node()).strip("-"):
        return False
    try:
        os.kill(int(who[2]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return int(who[2]) == os.getpid()


def _failures(clients: Clients, found: Stack) -> list[Event]:
    failed = [e for e in events.under_way(clients, found.id) if e.failed and not e.of_stack]
    return [*{e.logical: e for e in failed}.values()]


def busy(clients: Clients, found: Stack) -> StackError:
    """Return the error for a stack that somebody else is working on."""
    who = events.started_by(events.under_way(clients, found.id))
    return StackError(
        f"an operation is running: {found.status}, started by {who}",
        where=found.name,
        hint=f"wait for it (desenho deploy status --stack {found.name}), then run the same command again",
    )


def overtaken(clients: Clients, name: str, error: CloudError) -> CloudError:
    """Return what to say of a change set that CloudFormation does not make: who is at the stack, if that is why."""
    gone = error.code == "ChangeSetNotFound"
    if not gone and not re.search(r"already exists and cannot be created|_IN_PROGRESS state and can", error.what):
        return error
    found = stack.find(clients, name)
    return busy(clients, found) if found and found.busy else stack.overtaken(name)


def half_removed(clients: Clients, found: Stack) -> StackError:
    """Return the error for a stack whose removal has failed, with every reason."""
    failures = _failures(clients, found)
    told = "".join(f"\n  {e.logical}: {e.reason}" for e in failures) or f" {found.reason}"
    advice = next((h for e in failures if (h := hint(e.reason))), "")
    again = f"desenho deploy down --stack {found.name} tries again"
    return StackError(
        f"the stack is DELETE_FAILED: its removal stopped at{told}",
        where=found.name,
        hint=f"{advice}; {again}" if advice else again,
    )


def stuck(found: Stack) -> StackError:
    """Return the error for a stack whose way back has failed."""
    return StackError(
        "the stack is UPDATE_ROLLBACK_FAILED: an update failed, and so did the way back",
        where=found.name,
        hint="desenho deploy up finishes the way back, without what fails if need be, and deploys again",
    )
