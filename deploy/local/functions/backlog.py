"""Events that wait for a function, on disk: one that was accepted is not lost if the local cloud is killed."""

from __future__ import annotations

import base64
import heapq
import json
import logging
import threading
import time
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from deploy.local.state import write_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Backlog", "Waiting"]

log = logging.getLogger("deploy.local")


@dataclass(slots=True, kw_only=True)
class Waiting:
    """An event that waits. `due` and `accepted` are seconds since 1970; `attempt` counts from 1."""

    id: str
    function_arn: str
    payload: str
    accepted: float
    due: float
    attempt: int = 1

    @property
    def content(self) -> bytes:
        """The event itself."""
        return base64.b64decode(self.payload)


class Backlog:
    """The events of all functions, each in a file until it is done."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._heap: list[tuple[float, int, Waiting]] = []
        self._count = 0
        self._arrived = threading.Condition()
        self._closed = False

    def restore(self) -> None:
        """Take up again what was not done when the process ended."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                self._push(Waiting(**json.loads(path.read_text(encoding="utf-8"))))
            except (ValueError, TypeError):
                log.error("%s is no event and is left aside", path)

    def add(self, function_arn: str, payload: bytes) -> str:
        """Accept an event and return its request id; it is on disk before this returns."""
        now = time.time()
        waiting = Waiting(
            id=str(uuid.uuid4()),
            function_arn=function_arn,
            payload=base64.b64encode(payload).decode(),
            accepted=now,
            due=now,
        )
        self._write(waiting)
        self._push(waiting)
        return waiting.id

    def again(self, waiting: Waiting, seconds: float) -> None:
        """Put an event back, to be tried again after a while."""
        waiting.attempt += 1
        waiting.due = time.time() + seconds
        self._write(waiting)
        self._push(waiting)

    def later(self, waiting: Waiting, seconds: float) -> None:
        """Put an event back that was not tried, as it lies on disk."""
        waiting.due = time.time() + seconds
        self._push(waiting)

    def done(self, waiting: Waiting) -> None:
        """Forget an event."""
        self._path(waiting).unlink(missing_ok=True)

    def take(self) -> Waiting | None:
        """Return the next event that is due, as soon as one is; None when closed."""
        with self._arrived:
            while not self._closed:
                if self._heap and self._heap[0][0] <= time.time():
                    return heapq.heappop(self._heap)[2]
                self._arrived.wait(max(0.01, self._heap[0][0] - time.time()) if self._heap else None)
        return None

    def close(self) -> None:
        """Have everybody who waits go home."""
        with self._arrived:
            self._closed = True
            self._arrived.notify_all()

    def _push(self, waiting: Waiting) -> None:
        with self._arrived:
            self._count += 1
            heapq.heappush(self._heap, (waiting.due, self._count, waiting))
            self._arrived.notify()

    def _write(self, waiting: Waiting) -> None:
        said: dict[str, Any] = asdict(waiting)
        write_json(self._path(waiting), said)

    def _path(self, waiting: Waiting) -> Path:
        return self._folder / f"{waiting.id}.json"
