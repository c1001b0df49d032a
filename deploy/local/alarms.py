"""Alarms that go off: each is judged when somebody asks for it, by what the local cloud knows of its metric.

It knows how many messages a queue shows, which it looks up at once (on AWS the figure is up to five minutes old), how
functions fare, and what they embed in their logs. Of anything else an alarm says INSUFFICIENT_DATA, never OK.

Sources: "Using Amazon CloudWatch alarms" and "Configuring how CloudWatch alarms treat missing data".
"""

from __future__ import annotations

import operator
import time
from typing import TYPE_CHECKING, Any, Final, cast

from deploy.local.metrics import MINUTE, Metrics, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = ["Alarms", "judged"]

_COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}
_MISSING: Final = {"breaching": True, "notBreaching": False}
"""What a period without data counts for; after `missing` and `ignore` nobody knows."""

_FUNCTION: Final = "FunctionName"
_COUNTED: Final = {("AWS/Lambda", "Errors"), ("AWS/Lambda", "Throttles")}
"""What is counted of every function. One that was never called has no data."""

_VISIBLE: Final = ("AWS/SQS", "ApproximateNumberOfMessagesVisible")


def judged(values: Sequence[float | None], compared: str, threshold: float, missing: str | None) -> tuple[str, str]:
    """Return the state of an alarm, and why, by the values of its periods, the newest first (None: no data).

    All of them have to breach the threshold for an alarm, and one that does not is enough for OK.
    """
    breaks = [_MISSING.get(missing or "") if v is None else _COMPARED[compared](v, threshold) for v in values]
    state = "OK" if False in breaks else "INSUFFICIENT_DATA" if None in breaks else "ALARM"
    told = ", ".join("no data" if value is None else f"{value:g}" for value in values)
    return state, f"the last {len(values)} of its periods, the newest first: {told}; {compared} {threshold:g}"


class Alarms:
    """The alarms of the account; `install` has moto tell what they are when it is asked."""

    def __init__(self, metrics: Metrics, account: str) -> None:
        self._metrics = metrics
        self._account = account

    def install(self) -> None:
        """Judge every alarm before moto describes any."""
        from moto.cloudwatch.responses import CloudWatchResponse

        response = cast("Any", CloudWatchResponse)
        for name in ("describe_alarms", "describe_alarms_for_metric"):
            setattr(response, name, self._judging(getattr(response, name)))

    def _judging(self, describe: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def judge_first(response: Any) -> Any:
            for alarm in list(response.cloudwatch_backend.alarms.values()):
                state, reason = self._judge(alarm)
                if state != alarm.state_value:
                    alarm.update_state(reason, "{}", state)
            return describe(response)

        return judge_first

    def _judge(self, alarm: Any) -> tuple[str, str]:
        values = self._values(alarm)
        if values is None or alarm.comparison_operator not in _COMPARED:
            return "INSUFFICIENT_DATA", "the local cloud knows nothing of this metric"
        return judged(values, alarm.comparison_operator, float(alarm.threshold), alarm.treat_missing_data)

    def _values(self, alarm: Any) -> Sequence[float | None] | None:
        """Return the value of each period that counts, the newest first; None where nobody knows."""
        if alarm.rule is not None or alarm.metric_data_queries or not alarm.period:
            return None
        periods, seconds = int(alarm.evaluation_periods), int(alarm.period)
        if seconds % MINUTE or alarm.datapoints_to_alarm not in {None, alarm.evaluation_periods}:
            return None
        dimensions = {d.name: d.value for d in alarm.dimensions}
        if (alarm.namespace, alarm.metric_name) == _VISIBLE:
            visible = self._visible(alarm.region_name, dimensions)
            return None if visible is None or alarm.statistic != "Maximum" else [float(visible)] * periods
        series = Series(alarm.region_name, alarm.namespace, alarm.metric_name, frozenset(dimensions.items()))
        look = {"Sum": self._metrics.total, "Maximum": self._metrics.highest}.get(alarm.statistic)
        if look is None or not (self._metrics.known(series) or self._counted(series)):
            return None
        end = time.time() // MINUTE * MINUTE + MINUTE
        return [look(series, end - (n + 1) * seconds, end - n * seconds) for n in range(periods)]

    def _counted(self, series: Series) -> bool:
        """Tell whether a metric is that of a function, which would have been heard of, had it ever been called."""
        from moto.awslambda.models import lambda_backends

        if (series.namespace, series.name) not in _COUNTED or {name for name, _ in series.dimensions} != {_FUNCTION}:
            return False
        functions: Iterable[Any] = cast("Any", lambda_backends)[self._account][series.region].list_functions()
        return dict(series.dimensions)[_FUNCTION] in {function.function_name for function in functions}

    def _visible(self, region: str, dimensions: Mapping[str, str]) -> int | None:
        from moto.sqs.models import sqs_backends

        queues: Mapping[str, Any] = cast("Any", sqs_backends)[self._account][region].queues
        queue = queues.get(dimensions.get("QueueName", ""))
        return None if queue is None or len(dimensions) != 1 else queue.approximate_number_of_messages
