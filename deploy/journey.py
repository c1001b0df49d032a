"""The way of a file through a stack: bucket, function, app, volume. It is read from the functions' own logs.

What a function logs proves what has happened before it: it says `stored` only when the app has answered that the whole
file is on the volume.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from architecture.spec import Bucket, Function, Instance, Queue, Volume
from deploy.failures import failures
from deploy.logs import Logs
from deploy.meaning import Meaning
from deploy.workloads.shared.contract import Lang
from deploy.workloads.shared.refusals import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from architecture.spec import Spec
    from deploy.blueprint import Blueprint, Part
    from deploy.logs import Line
    from deploy.running import Running
    from deploy.uploads import Uploaded

__all__ = ["FileId", "Heard", "Hop", "Step", "Tracker", "follow", "listeners"]

FileId = tuple[str, str, str]
"""A file by the names of the account: its bucket, its key, its version (empty in a bucket without versions)."""

_LAST: Final = frozenset({"stored", "described", "rejected", "gone"})
"""The words of the function's log after which it does no more with a file."""


_GIVEN_UP: Final[Mapping[str, str]] = {
    "pt": "o evento espera na fila de falhas; desenho deploy redrive o reenvia",
    "en": "it waits with the failed events; desenho deploy redrive sends it again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """A file at a node of the diagram.

    `edges` are the lines of the diagram that it came over. `what` is one of: arrived, began, described, written,
    received, kept, rejected, gone, failed, given up. `well` is false where it goes no further. `details` is the detail
    by language, where it is known in both.
    """

    node: str
    edges: tuple[str, ...]
    what: str
    detail: str = ""
    well: bool = True
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A hop of an uploaded file; `seconds` count from when its upload began. After the `last` one nothing follows."""

    file: Uploaded
    hop: Hop
    seconds: float
    last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a line of a log tells of a file; `last` tells whether nothing more is to come."""

    file: FileId
    hops: tuple[Hop, ...]
    last: bool


@dataclass(slots=True)
class _Waiting:
    """The functions that have not finished with a file, and how often each has failed."""

    functions: set[str]
    failed: dict[str, int] = field(default_factory=dict[str, int])


def listeners(blueprint: Blueprint, bucket: Part[Bucket]) -> Mapping[str, tuple[str, ...]]:
    """Return the functions that a new object in a bucket starts, each with the lines that lead there."""
    found = {link.target.id: link.edges for link in blueprint.out(bucket, Meaning.EVENT, Function)}
    for queue in blueprint.out(bucket, Meaning.NOTIFY, Queue):
        for taken in blueprint.out(queue.target, Meaning.CONSUME, Function):
            found[taken.target.id] = (*queue.edges, *taken.edges)
    return found


class Tracker:
    """Follows all files of a stack: it is told what arrives and what functions log, and tells where the files are."""

    def __init__(self, running: Running) -> None:
        self._running = running
        blueprint = running.blueprint
        names = {b.id: running.physical.get(blueprint.names.logical(b.id), "") for b in blueprint.of(Bucket)}
        self._buckets = {names[b.id]: b for b in blueprint.of(Bucket)}
        self._waiting: dict[FileId, _Waiting] = {}
        self._attempts: dict[str, int] = {}

    def arrived(self, file: FileId) -> Heard:
        """Take note of a file that has arrived in its bucket."""
        functions = set(listeners(self._running.blueprint, self._buckets[file[0]]))
        if functions:
            self._waiting[file] = _Waiting(functions)
        return Heard(file=file, hops=(self.arrival(file),), last=not functions)

    def arrival(self, file: FileId) -> Hop:
        """Return the first hop of a file: into its bucket."""
        bucket, links = self._buckets[file[0]], self._running.blueprint.links
        uploads = [u for u in links if u.target.id == bucket.id and u.meaning is Meaning.UPLOAD]
        return Hop(node=bucket.id, edges=tuple(e for u in uploads for e in u.edges), what="arrived")

    def heard(self, line: Line) -> Heard | None:
        """Return what a line tells of a file of one of the stack's buckets, None for lines of anything else."""
        told = line.told
        file = (str(told.get("bucket", "")), str(told.get("key", "")), str(told.get("version", "")))
        bucket, what = self._buckets.get(file[0]), str(told.get("what", ""))
        if bucket is None:
            return None
        hops = list(_hops(self._running.blueprint, bucket, line))
        waiting = self._waiting.setdefault(file, _Waiting({line.function}))
        if what == "failed" and self._is_given_up(waiting, line.function):
            hops.append(_given_up(self._running.blueprint, line.function))
            what = "given up"
        if what in _LAST or what == "given up":
            waiting.functions.discard(line.function)
        last = not waiting.functions
        if last:
            del self._waiting[file]
        return Heard(file=file, hops=tuple(hops), last=last)

    def _is_given_up(self, waiting: _Waiting, function: str) -> bool:
        """Count a failure and tell whether Lambda tries no more."""
        waiting.failed[function] = waiting.failed.get(function, 0) + 1
        if function not in self._attempts:
            running = self._running
            self._attempts[function] = failures(running.clients, running.of(function)).attempts
        return waiting.failed[function] >= self._attempts[function]


def follow(running: Running, files: Sequence[Uploaded], *, seconds: float) -> Iterator[Step]:
    """Yield what happens to uploaded files, until nothing more happens to any of them or `seconds` have passed."""
    tracker, open_files = Tracker(running), {file.id: file for file in files}
    told: dict[FileId, float] = {}
    for file in files:
        yield from _steps(file, tracker.arrived(file.id), file.arrived, open_files, told)
    if not open_files:
        return
    logs, until = Logs(running, min(file.began for file in files)), time.monotonic() + seconds
    while True:
        for line in logs.new():
            heard = tracker.heard(line)
            if heard and heard.file in open_files:
                yield from _steps(open_files[heard.file], heard, line.time, open_files, told)
        if not open_files or time.monotonic() > until:
            return
        time.sleep(running.clients.poll_s)


def _steps(
    file: Uploaded, heard: Heard, at: datetime, open_files: dict[FileId, Uploaded], told: dict[FileId, float]
) -> Iterator[Step]:
    if heard.last:
        del open_files[file.id]
    # A function may speak before the answer to the upload is back: no step is told as earlier than the one before.
    seconds = told[file.id] = max((at - file.began).total_seconds(), told.get(file.id, 0.0))
    for hop in heard.hops:
        yield Step(file=file, hop=hop, seconds=seconds, last=heard.last and hop is heard.hops[-1])


def _hops(blueprint: Blueprint, bucket: Part[Bucket], line: Line) -> Iterator[Hop]:
    what, detail = str(line.told["what"]), str(line.told.get("reason", ""))
    function = blueprint.part(line.function)
    if what == "began":
        yield Hop(node=function.id, edges=listeners(blueprint, bucket).get(function.id, ()), what=what)
    elif what in {"stored", "described"}:
        yield Hop(node=function.id, edges=(), what="described")
        for link in blueprint.out(function, Meaning.WRITE, Bucket):
            yield Hop(node=link.target.id, edges=link.edges, what="written")
        if what == "stored":
            yield from _stored(blueprint, function)
    else:
        yield Hop(node=function.id, edges=(), what=what, detail=detail, well=False, details=_details(line))


def _details(line: Line) -> Mapping[str, str]:
    """Return why a file was refused, by language; nothing where somebody else's function says it in its own way."""
    try:
        return {lang: said(str(line.told["code"]), line.told["values"], lang) for lang in get_args(Lang)}
    except (KeyError, TypeError):
        return {}


def _stored(blueprint: Blueprint, function: Part[Spec]) -> Iterator[Hop]:
    for link in blueprint.out(function, Meaning.CALL, Instance):
        yield Hop(node=link.target.id, edges=link.edges, what="received")
        for kept in blueprint.out(link.target, Meaning.ATTACH, Volume)[:1]:
            yield Hop(node=kept.target.id, edges=kept.edges, what="kept")


def _given_up(blueprint: Blueprint, function: str) -> Hop:
    drawn = blueprint.out(blueprint.part(function), Meaning.FAILURES, Queue)
    node, edges = (drawn[0].target.id, drawn[0].edges) if drawn else (function, ())
    return Hop(node=node, edges=edges, what="given up", detail=_GIVEN_UP["en"], well=False, details=_GIVEN_UP)
