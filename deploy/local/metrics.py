"""What CloudWatch is told here: how functions fare, and the metrics that they embed in their logs.

Kept a minute at a time, as CloudWatch keeps them, and no longer than an alarm can look back. They end with the process.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from deploy.local.values import is_list

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MINUTE", "Metrics", "Series"]

MINUTE: Final = 60
"""Seconds."""

_KEPT: Final = 24 * 60
"""Minutes. An alarm looks back a day at most where its periods are shorter than an hour. Source: PutMetricAlarm."""

_EMBEDDED: Final = '"CloudWatchMetrics"'


class Series(NamedTuple):
    """A metric of a Region with its dimensions."""

    region: str
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


@dataclass(slots=True)
class _Minute:
    start: int
    total: float = 0.0
    highest: float = float("-inf")


class Metrics:
    """The metrics that have been heard of since the process began."""

    def __init__(self) -> None:
        self._kept: dict[Series, deque[_Minute]] = {}
        self._lock = threading.Lock()

    def add(self, series: Series, value: float, at: float | None = None) -> None:
        """Hear a value; `at` is in seconds since 1970. One that comes after a later minute's counts for that minute."""
        start = int((time.time() if at is None else at) // MINUTE) * MINUTE
        with self._lock:
            minutes = self._kept.setdefault(series, deque(maxlen=_KEPT))
            if not minutes or minutes[-1].start < start:
                minutes.append(_Minute(start))
            minutes[-1].total += value
            minutes[-1].highest = max(minutes[-1].highest, value)

    def embedded(self, region: str, lines: Iterable[str]) -> None:
        """Hear what the lines of a function's log embed. Source: "Embedded metric format specification"."""
        for line in lines:
            if _EMBEDDED not in line:
                continue
            try:
                told: dict[str, Any] = json.loads(line)
                for series, value in _told(region, told):
                    self.add(series, value)
            except (AttributeError, KeyError, TypeError, ValueError):
                continue  # CloudWatch, too, takes what is malformed for a line of the log and no more

    def known(self, series: Series) -> bool:
        """Tell whether a metric has ever been heard of."""
        return series in self._kept

    def total(self, series: Series, begin: float, end: float) -> float | None:
        """Return the sum of a metric from one time to another (seconds since 1970), None where nothing was heard."""
        found = self._between(series, begin, end)
        return sum(minute.total for minute in found) if found else None

    def highest(self, series: Series, begin: float, end: float) -> float | None:
        """Return the largest value between two times, None where nothing was heard."""
        found = self._between(series, begin, end)
        return max(minute.highest for minute in found) if found else None

    def _between(self, series: Series, begin: float, end: float) -> list[_Minute]:
        with self._lock:
            return [m for m in self._kept.get(series, ()) if begin <= m.start < end]


def _told(region: str, told: dict[str, Any]) -> Iterable[tuple[Series, float]]:
    for directive in told["_aws"]["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = frozenset((name, str(told[name])) for name in names)
            for metric in directive["Metrics"]:
                given: Any = told[metric["Name"]]
                for value in given if is_list(given) else [given]:
                    yield Series(region, directive["Namespace"], metric["Name"], dimensions), float(value)
