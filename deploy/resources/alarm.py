"""An alarm. Alarms notify nobody: `desenho deploy status` reads them, and so does the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from deploy.resources.resource import Resource, Serves, Value, att

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["alarm", "waiting_alarm"]


def alarm(
    logical: str,
    owner: str,
    says: str,
    metric: str,
    of: Mapping[str, Value],
    *,
    over: int,
    at: Literal["Sum", "Maximum"] = "Sum",
    seconds: int = 300,
    times: int = 1,
    missing: Literal["missing", "notBreaching"] = "notBreaching",
) -> Resource:
    """Return an alarm that goes off when a metric (`Namespace:Name`) reaches `over`, `times` periods in a row."""
    namespace, _, name = metric.partition(":")
    return Resource(
        id=logical,
        type="AWS::CloudWatch::Alarm",
        serves=Serves(kind="part", id=owner),
        properties={
            "AlarmDescription": says,
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in of.items()],
            "Statistic": at,
            "Period": seconds,
            "EvaluationPeriods": times,
            "Threshold": over,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": missing,
        },
    )


def waiting_alarm(logical: str, owner: str, says: str, queue: str) -> Resource:
    """Return an alarm that goes off when a message waits in a queue, which is named by its logical id."""
    metric, of = "AWS/SQS:ApproximateNumberOfMessagesVisible", {"QueueName": att(queue, "QueueName")}
    return alarm(logical, owner, says, metric, of, over=1, at="Maximum")
