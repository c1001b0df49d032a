"""The way of a file through a stack: bucket, function, app, volume. It is read from the functions' own logs.

What a function logs proves what has happened before it: it says `stored` only when the app has answered that the whole
file is on the volume.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from architecture.spec import Bucket, Function, Instance, Queue, Volume
from deploy.failures import failures
from deploy.logs import Logs
from deploy.meaning import Meaning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from architecture.spec import Spec
    from deploy.blueprint import Blueprint, Part
    from deploy.logs import Line
    from deploy.running import Running
    from deploy.uploads import Uploaded

__all__ = ["Hop", "Step", "arrival", "follow", "hops", "listeners"]

_LAST: Final = frozenset({"stored", "described", "rejected", "gone"})
"""The words of the function's log after which it does no more with a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A file at a node of the diagram.

    `edges` are the lines of the diagram that it came over. `what` is one of: arrived, queued, began, described,
    written, received, kept, rejected, gone, failed, given up. `well` is false where it goes no further.
    """

    node: str
    edges: tuple[str, ...]
    what: str
    detail: str = ""
    well: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A hop of an uploaded file; `seconds` count from when its upload began. After the `last` one nothing follows."""

    file: Uploaded
    hop: Hop
    seconds: float
    last: bool = False


@dataclass
class _Waiting:
    """An uploaded file: the functions that have not finished with it, and how often each has failed."""

    file: Uploaded
    functions: set[str]
    failed: dict[str, int] = field(default_factory=dict[str, int])


def listeners(blueprint: Blueprint, bucket: Part[Bucket]) -> Mapping[str, tuple[str, ...]]:
    """Return the functions that a new object in a bucket starts, each with the lines that lead there."""
    found = {link.target.id: link.edges for link in blueprint.out(bucket, Meaning.EVENT, Function)}
    for queue in blueprint.out(bucket, Meaning.NOTIFY, Queue):
        for taken in blueprint.out(queue.target, Meaning.CONSUME, Function):
            found[taken.target.id] = (*queue.edges, *taken.edges)
    return found


def arrival(blueprint: Blueprint, bucket: str) -> Hop:
    """Return the first hop of every file: into its bucket."""
    edges = tuple(
        e for link in blueprint.links if link.target.id == bucket and link.meaning is Meaning.UPLOAD for e in link.edges
    )
    return Hop(node=bucket, edges=edges, what="arrived")


def hops(blueprint: Blueprint, bucket: str, line: Line) -> Iterator[Hop]:
    """Yield what a line of a function's log tells of a file of a bucket; nothing for lines of other things."""
    what, detail = str(line.told.get("what", "")), str(line.told.get("reason", ""))
    function = blueprint.part(line.function)
    if what == "began":
        into = listeners(blueprint, _bucket(blueprint, bucket)).get(function.id, ())
        yield Hop(node=function.id, edges=into, what=what)
    elif what in {"stored", "described"}:
        yield Hop(node=function.id, edges=(), what="described")
        for link in blueprint.out(function, Meaning.WRITE, Bucket):
            yield Hop(node=link.target.id, edges=link.edges, what="written")
        if what == "stored":
            yield from _stored(blueprint, function)
    elif what:
        yield Hop(node=function.id, edges=(), what=what, detail=detail, well=False)


def follow(running: Running, files: Sequence[Uploaded], *, seconds: float) -> Iterator[Step]:
    """Yield what happens to uploaded files, until nothing more happens to any of them or `seconds` have passed."""
    blueprint, waiting = running.blueprint, dict[tuple[str, str, str], _Waiting]()
    for file in files:
        functions = set(listeners(blueprint, _bucket(blueprint, file.target.node)))
        hop = arrival(blueprint, file.target.node)
        arrived = (file.arrived - file.began).total_seconds()
        yield Step(file=file, hop=hop, seconds=arrived, last=not functions)
        if functions:
            waiting[file.target.bucket, file.key, file.version] = _Waiting(file, functions)
    if not waiting:
        return
    logs, attempts = Logs(running, min(file.began for file in files)), dict[str, int]()
    until = time.monotonic() + seconds
    while True:
        for line in logs.new():
            told = line.told
            found = waiting.get((str(told.get("bucket")), str(told.get("key")), str(told.get("version"))))
            if found and line.function in found.functions:
                yield from _steps(running, found, line, attempts)
                if not found.functions:
                    del waiting[found.file.target.bucket, found.file.key, found.file.version]
        if not waiting or time.monotonic() > until:
            return
        time.sleep(running.clients.poll_s)


def _steps(running: Running, waiting: _Waiting, line: Line, attempts: dict[str, int]) -> Iterator[Step]:
    """Yield what a line tells of a file, and note what it ends."""
    file, function, what = waiting.file, line.function, str(line.told["what"])
    found = list(hops(running.blueprint, file.target.node, line))
    if what == "failed":
        waiting.failed[function] = waiting.failed.get(function, 0) + 1
        if function not in attempts:
            attempts[function] = failures(running.clients, running.of(function)).attempts
        if waiting.failed[function] >= attempts[function]:
            found.append(_given_up(running.blueprint, function))
            what = "given up"
    if what in _LAST or what == "given up":
        waiting.functions.discard(function)
    seconds = (line.time - file.began).total_seconds()
    for hop in found:
        yield Step(file=file, hop=hop, seconds=seconds, last=not waiting.functions and hop is found[-1])


def _stored(blueprint: Blueprint, function: Part[Spec]) -> Iterator[Hop]:
    for link in blueprint.out(function, Meaning.CALL, Instance):
        yield Hop(node=link.target.id, edges=link.edges, what="received")
        for kept in blueprint.out(link.target, Meaning.ATTACH, Volume)[:1]:
            yield Hop(node=kept.target.id, edges=kept.edges, what="kept")


def _given_up(blueprint: Blueprint, function: str) -> Hop:
    drawn = blueprint.out(blueprint.part(function), Meaning.FAILURES, Queue)
    node, edges = (drawn[0].target.id, drawn[0].edges) if drawn else (function, ())
    detail = "it waits with the failed events; desenho deploy redrive sends it again"
    return Hop(node=node, edges=edges, what="given up", detail=detail, well=False)


def _bucket(blueprint: Blueprint, bucket: str) -> Part[Bucket]:
    return next(part for part in blueprint.of(Bucket) if part.id == bucket)
