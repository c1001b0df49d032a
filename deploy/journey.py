"""The way of a file through a stack: bucket, function, app, volume. It is read from the function's own log."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import CloudError, StackError
from architecture.spec import Bucket, Function, Instance, Volume
from deploy.meaning import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.blueprint import Blueprint, Part
    from deploy.client import Clients
    from deploy.uploads import Uploaded

__all__ = ["END", "Line", "Step", "follow", "lines", "log_groups"]

END: Final = frozenset({"stored", "described", "rejected", "gone"})
"""The words of the function's log after which nothing more happens to a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to a file.

    `node` is where, `edges` are the lines of the diagram that it came over, `seconds` counts since the upload began.
    `what` is `arrived`, `written`, `received`, `kept`, or a word of the function's log; `well` is false where it went
    wrong.
    """

    node: str
    edges: tuple[str, ...]
    what: str
    seconds: float
    detail: str = ""
    well: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a function's log."""

    function: str
    time: datetime
    text: str

    @property
    def told(self) -> dict[str, Any]:
        """What our own handler says with it, empty for lines of others."""
        try:
            found: object = json.loads(self.text)
        except ValueError:
            return {}
        return cast("dict[str, Any]", found) if isinstance(found, dict) and "what" in found else {}


def log_groups(blueprint: Blueprint, physical: dict[str, str]) -> dict[str, str]:
    """Return the log group of each function, by node; `physical` are the names of the stack's resources."""
    found = {f.id: physical.get(blueprint.names.logical(f.id, "Log"), "") for f in blueprint.of(Function)}
    return {node: group for node, group in found.items() if group}


def lines(clients: Clients, groups: dict[str, str], since: datetime, seen: set[str]) -> list[Line]:
    """Return what functions have logged since a moment and what is not in `seen`, to which it is added."""
    found: list[Line] = []
    for node, group in groups.items():
        given: dict[str, Any] = {"logGroupName": group, "startTime": int(since.timestamp() * 1000)}
        while True:
            told = clients("logs").filter_log_events(**given)
            for event in told.get("events", []):
                if event["eventId"] not in seen:
                    seen.add(event["eventId"])
                    at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                    found.append(Line(function=node, time=at, text=str(event["message"]).rstrip("\n")))
            if not told.get("nextToken"):
                break
            given["nextToken"] = told["nextToken"]
    return sorted(found, key=lambda line: line.time)


def follow(
    clients: Clients, blueprint: Blueprint, groups: dict[str, str], file: Uploaded, *, seconds: float
) -> Iterator[Step]:
    """Yield what happens to an uploaded file until it is stored or refused.

    Raises StackError where that takes longer than `seconds`.
    """
    bucket = blueprint.part(file.target.node)
    arrived = (file.arrived - file.began).total_seconds()
    yield Step(node=bucket.id, edges=_edges(blueprint, bucket.id, Meaning.UPLOAD), what="arrived", seconds=arrived)
    waiting = {link.target.id for link in blueprint.out(bucket, Meaning.EVENT, Function)}
    if not waiting:
        return
    seen, until = set[str](), time.monotonic() + seconds
    while waiting:
        for line in lines(clients, groups, file.began, seen):
            told = line.told
            if told.get("key") != file.key or told.get("version", "") != file.version:
                continue
            yield from _steps(blueprint, bucket, file, line, told)
            if told["what"] in END:
                waiting.discard(line.function)
        if waiting and time.monotonic() > until:
            raise StackError(
                f"{file.key} has arrived in the bucket, and after {seconds:.0f} s {', '.join(sorted(waiting))} has not "
                "said what became of it",
                hint="desenho deploy logs shows what the function says; redrive sends failed events again",
            )
        if waiting:
            time.sleep(clients.poll_s)


def _steps(blueprint: Blueprint, bucket: Part[Any], file: Uploaded, line: Line, told: dict[str, Any]) -> Iterator[Step]:
    seconds = (line.time - file.began).total_seconds()
    function = cast("Part[Function]", blueprint.part(line.function))
    into = tuple(
        e
        for link in blueprint.out(bucket, Meaning.EVENT, Function)
        if link.target.id == function.id
        for e in link.edges
    )
    what, detail = str(told["what"]), str(told.get("reason", ""))
    yield Step(
        node=function.id,
        edges=into,
        what=what,
        seconds=seconds,
        detail=detail,
        well=what not in {"failed", "rejected", "gone"},
    )
    for link in blueprint.out(function, Meaning.WRITE, Bucket) if what in {"stored", "described"} else ():
        yield Step(node=link.target.id, edges=link.edges, what="written", seconds=seconds)
    if what != "stored":
        return
    for link in blueprint.out(function, Meaning.CALL, Instance):
        yield Step(node=link.target.id, edges=link.edges, what="received", seconds=seconds)
        for kept in blueprint.out(link.target, Meaning.ATTACH, Volume):
            yield Step(node=kept.target.id, edges=kept.edges, what="kept", seconds=seconds)


def _edges(blueprint: Blueprint, node: str, meaning: Meaning) -> tuple[str, ...]:
    return tuple(
        e for link in blueprint.links if link.target.id == node and link.meaning is meaning for e in link.edges
    )


def failed_queue(clients: Clients, function: str) -> str | None:
    """Return the address of the queue that a function's failed events go to, None if it has none."""
    try:
        told = clients("lambda").get_function_event_invoke_config(FunctionName=function)
    except CloudError as error:
        if error.code == "ResourceNotFoundException":
            return None
        raise
    arn = str(told.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))
    if ":sqs:" not in arn:
        return None
    return str(clients("sqs").get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])
