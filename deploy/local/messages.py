"""What is in queues outlives the process: a message is on disk before its sending is answered.

moto keeps the queues; here is what they hold. After a restart every message that was not deleted can be received.
"""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any, Final, cast

from deploy.local.state import write_json

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Messages"]

log = logging.getLogger("deploy.local")

_PLAIN: Final = (
    "body",
    "message_attributes",
    "system_attributes",
    "sender_id",
    "sent_timestamp",
    "approximate_first_receive_timestamp",
    "approximate_receive_count",
    "deduplication_id",
    "group_id",
    "sequence_number",
)
"""The members of moto's messages that are kept."""


class Messages:
    """The messages of all queues, one file a queue that holds any."""

    def __init__(self, folder: Path, account: str) -> None:
        self._folder = folder
        self._account = account
        self._written: dict[tuple[str, str], tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def keep(self, region: str) -> None:
        """Write down what the queues of a Region hold, where that has changed."""
        with self._lock:
            queues = self._queues(region)
            for name, queue in list(queues.items()):
                messages: list[Any] = list(queue._messages)  # noqa: SLF001 - moto has no public way
                held = tuple(m.id for m in messages)
                if held != self._written.get((region, name), ()):
                    self._write(region, name, messages)
                    self._written[region, name] = held
            for known in [k for k in self._written if k[0] == region and k[1] not in queues]:
                self._path(*known).unlink(missing_ok=True)
                del self._written[known]

    def restore(self) -> None:
        """Put the messages of before into the queues, which are there again."""
        from moto.sqs.models import Message

        for path in self._folder.glob("*.json"):
            said = json.loads(path.read_text(encoding="utf-8"))
            region, name = said["region"], said["queue"]
            queue = self._queues(region).get(name)
            if queue is None:
                log.warning("the queue %s of %s is gone, and its messages with it", name, region)
                path.unlink()
                continue
            for told in said["messages"]:
                message = cast("Any", Message)(told["id"], told["body"])
                for member in _PLAIN:
                    setattr(message, member, told[member])
                queue._messages.append(message)  # noqa: SLF001 - moto has no public way
            self._written[region, name] = tuple(t["id"] for t in said["messages"])

    def _write(self, region: str, name: str, messages: list[Any]) -> None:
        if not messages:
            self._path(region, name).unlink(missing_ok=True)
            return
        told = [{"id": m.id, **{member: getattr(m, member) for member in _PLAIN}} for m in messages]
        write_json(self._path(region, name), {"region": region, "queue": name, "messages": told})

    def _queues(self, region: str) -> dict[str, Any]:
        from moto.sqs.models import sqs_backends

        return cast("Any", sqs_backends)[self._account][region].queues

    def _path(self, region: str, name: str) -> Path:
        return self._folder / f"{region}.{name}.json"
