"""What functions say: the lines of their log groups, each once, in order of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.spec import Function

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.client import Clients
    from deploy.running import Running

__all__ = ["Line", "Logs"]

_LATE: Final = timedelta(seconds=30)
"""How much later than a newer line an older one may appear: each instance of a function writes a stream of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a function's log; `function` is its node, `time` is UTC."""

    function: str
    time: datetime
    text: str

    @property
    def told(self) -> Mapping[str, Any]:
        """What our own handler says with it (`what`, `bucket`, `key`, `version`), empty for lines of others."""
        if not self.text.startswith("{"):
            return {}
        try:
            found: object = json.loads(self.text)
        except ValueError:
            return {}
        told = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        return told if isinstance(told.get("what"), str) else {}


class Logs:
    """The logs of a stack's functions since a moment; `node` chooses one function."""

    def __init__(self, running: Running, since: datetime, node: str | None = None) -> None:
        self._clients: Clients = running.clients
        functions = [f.id for f in running.blueprint.of(Function) if node in {None, f.id}]
        self._groups = {f: running.of(f, "Log") for f in functions}
        self._since = since
        self._seen: dict[str, datetime] = {}

    def new(self) -> list[Line]:
        """Return the lines that have come since the last call."""
        found = [line for function, group in self._groups.items() for line in self._lines(function, group)]
        if self._seen:
            # What is older than this was seen, or never comes; so neither the question nor the memory grows.
            self._since = max(self._since, max(self._seen.values()) - _LATE)
            self._seen = {event: at for event, at in self._seen.items() if at >= self._since}
        return sorted(found, key=lambda line: line.time)

    def _lines(self, function: str, group: str) -> list[Line]:
        found: list[Line] = []
        asked: dict[str, Any] = {"logGroupName": group, "startTime": int(self._since.timestamp() * 1000)}
        while True:
            told = self._clients("logs").filter_log_events(**asked)
            for event in told.get("events", []):
                if event["eventId"] in self._seen:
                    continue
                at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                self._seen[event["eventId"]] = at
                found.append(Line(function=function, time=at, text=str(event["message"]).rstrip("\n")))
            if not told.get("nextToken"):
                return found
            asked["nextToken"] = told["nextToken"]
