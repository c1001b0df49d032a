"""The files that travel through the stack, as the page shows them: its own, and those that come any other way."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from architecture.errors import CloudError
from deploy.journey import Tracker
from deploy.logs import Logs
from deploy.workloads.shared.contract import INCOMING

if TYPE_CHECKING:
    from deploy.journey import FileId, Heard, Hop
    from deploy.running import Running
    from deploy.uploads import Uploaded

__all__ = ["Travels"]

MOST: Final = 50
"""Files that are remembered."""

_BRISK, _CALM = 0.1, 0.5
"""Seconds between two looks into the logs: while something happens, and else."""

_BUSY_FOR: Final = 10.0


@dataclass(slots=True)
class _Travel:
    number: int
    name: str
    began: datetime
    size: int | None = None
    hops: list[tuple[datetime, Hop]] = field(default_factory=list["tuple[datetime, Hop]"])
    ended: bool = False
    changed: int = 0

    def as_json(self) -> dict[str, Any]:
        # A function may speak before the answer to the upload is back: no step is told as earlier than the one before.
        times = accumulate((max((at - self.began).total_seconds(), 0.0) for at, _ in self.hops), max)
        return {
            "number": self.number,
            "name": self.name,
            "size": self.size,
            "ended": self.ended,
            "hops": [
                {
                    "node": hop.node,
                    "edges": list(hop.edges),
                    "what": hop.what,
                    "detail": hop.detail,
                    "details": dict(hop.details),
                    "well": hop.well,
                    "seconds": round(seconds, 3),
                }
                for (_, hop), seconds in zip(self.hops, times, strict=True)
            ],
        }


class Travels:
    """What is known of the last files; `alive` tells whether the local cloud answers."""

    def __init__(self, running: Running) -> None:
        self._tracker = Tracker(running)
        self._logs = Logs(running, datetime.now(UTC) - timedelta(seconds=1))
        self._files: dict[FileId, _Travel] = {}
        self._count = self._change = 0
        self._changed = threading.Condition()
        self._busy_until = 0.0
        self.alive = True

    def uploaded(self, file: Uploaded) -> int:
        """Take note of a file that was sent from here, and return its number."""
        with self._changed:
            travel = self._files.get(file.id)
            if travel is None:
                arrived = self._tracker.arrived(file.id)
                travel = self._add(file.id, file.arrived, arrived.hops[0])
                travel.ended = arrived.last
            travel.began, travel.size = file.began, file.size
            self._note(travel)
            return travel.number

    def watch(self, stopping: threading.Event) -> None:
        """Look into the logs until told to stop."""
        while not stopping.wait(_BRISK if time.monotonic() < self._busy_until else _CALM):
            try:
                lines = self._logs.new()
                alive = True
            except CloudError:
                lines, alive = [], False
            with self._changed:
                for line in lines:
                    if heard := self._tracker.heard(line):
                        self._hear(heard, line.time)
                if alive != self.alive:
                    self.alive = alive
                    self._change += 1
                    self._changed.notify_all()

    def since(self, change: int, seconds: float) -> tuple[int, list[dict[str, Any]]]:
        """Return the files that have changed since a change, the oldest first, and the number of the last change.

        It waits up to `seconds` for one.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._change > change, timeout=seconds)
            found = [travel.as_json() for travel in self._files.values() if travel.changed > change]
            return self._change, found

    def _hear(self, heard: Heard, at: datetime) -> None:
        travel = self._files.get(heard.file) or self._add(heard.file, at, self._tracker.arrival(heard.file))
        travel.hops += [(at, hop) for hop in heard.hops]
        travel.ended = heard.last
        self._note(travel)

    def _add(self, file: FileId, at: datetime, arrival: Hop) -> _Travel:
        self._count += 1
        travel = _Travel(self._count, file[1].removeprefix(INCOMING), at, hops=[(at, arrival)])
        self._files[file] = travel
        while len(self._files) > MOST:
            del self._files[next(iter(self._files))]
        return travel

    def _note(self, travel: _Travel) -> None:
        self._change += 1
        travel.changed = self._change
        self._busy_until = time.monotonic() + _BUSY_FOR
        self._changed.notify_all()
