"""What happens to a stack, as CloudFormation tells it, and who has asked for it."""

from __future__ import annotations

import getpass
import os
import platform
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from architecture.errors import ThrottledError
from deploy.client import pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from deploy.client import Clients

__all__ = ["Event", "events", "follow", "newest", "started_by", "token", "under_way"]

_SLOWEST: Final = 0.5
"""Seconds between two looks at a quick endpoint where nothing happens."""

_SETTLED: Final = re.compile(r"(COMPLETE|FAILED)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a resource of a stack, or to the stack itself (`logical` is its name then)."""

    id: str
    logical: str
    type: str
    physical: str
    status: str
    reason: str
    time: datetime
    token: str
    of_stack: bool

    @property
    def failed(self) -> bool:
        """Whether it tells of a failure that was not just the echo of another one."""
        return self.status.endswith("FAILED") and "cancelled" not in self.reason.lower()

    @property
    def last(self) -> bool:
        """Whether the operation has come to its end with it."""
        return self.of_stack and bool(_SETTLED.search(self.status))


def events(clients: Clients, stack_id: str) -> Iterator[Event]:
    """Yield what happened to a stack, newest first."""
    for page in pages(clients("cloudformation").describe_stack_events, StackName=stack_id):
        for told in page["StackEvents"]:
            physical = told.get("PhysicalResourceId", "")
            yield Event(
                id=told["EventId"],
                logical=told["LogicalResourceId"],
                type=told["ResourceType"],
                physical=physical,
                status=told["ResourceStatus"],
                reason=told.get("ResourceStatusReason", ""),
                time=told["Timestamp"],
                token=told.get("ClientRequestToken", ""),
                of_stack=physical == told["StackId"],
            )


def newest(clients: Clients, stack_id: str) -> str | None:
    """Return the id of the newest event, for `follow` to go on from."""
    return next((e.id for e in events(clients, stack_id)), None)


def under_way(clients: Clients, stack_id: str) -> tuple[Event, ...]:
    """Return the events of the operation that is under way, oldest first, or else those of the last one."""
    found: list[Event] = []
    for event in events(clients, stack_id):
        if found and event.last:
            break
        found.append(event)
    return tuple(reversed(found))


def started_by(operation: tuple[Event, ...]) -> str:
    """Say who started an operation and when, as far as its events tell."""
    if not operation:
        return "an unknown client"
    mine = next((e.token for e in operation if e.token), "")
    who = re.fullmatch(r"desenho-(.+)-at-(.+)-pid-(\d+)-[0-9a-f]+", mine)
    name = (
        f"{who[1]} on {who[2]} (process {who[3]})" if who else f"a client with the token {mine}" if mine else "a client"
    )
    return f"{name} at {operation[0].time:%Y-%m-%d %H:%M:%S %Z}".rstrip()


def follow(clients: Clients, stack_id: str, *, after: str | None) -> Iterator[Event]:
    """Yield the events that come after one, as they come, until the operation's end.

    A call that AWS turns away for haste is made again.
    """
    seen = {after} if after else set[str]()
    pause = clients.poll_s
    while True:
        fresh: list[Event] = []
        try:
            for event in events(clients, stack_id):
                if event.id in seen:
                    break
                fresh.append(event)
        except ThrottledError:
            time.sleep(4 * clients.poll_s)
            continue
        for event in reversed(fresh):
            seen.add(event.id)
            yield event
            if event.last:
                return
        pause = clients.poll_s if fresh else min(1.5 * pause, max(clients.poll_s, _SLOWEST))
        time.sleep(pause)


def token() -> str:
    """Return a token that says who asks. CloudFormation shows it in every event, so that others can read it."""
    who = re.sub(r"[^A-Za-z0-9]+", "-", f"{getpass.getuser()}-at-{platform.node()}").strip("-")
    return f"desenho-{who[:60]}-pid-{os.getpid()}-{time.time_ns() // 1000:x}"
