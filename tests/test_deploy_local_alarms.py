"""Alarms of the local cloud: when they go off, and when nobody knows."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from deploy.local.alarms import judged
from deploy.local.metrics import Metrics, Series
from local_clients import Account
from local_templates import STORAGE, att, resource, template

if TYPE_CHECKING:
    from deploy.local import LocalCloud

ERRORS = Series("sa-east-1", "AWS/Lambda", "Errors", frozenset({("FunctionName", "f")}))
FULL = Series("sa-east-1", "Desenho", "Full", frozenset({("Stack", "demo")}))
AT_LEAST = "GreaterThanOrEqualToThreshold"


@pytest.mark.parametrize(
    ("values", "missing", "state"),
    [
        ([1], "notBreaching", "ALARM"),
        ([0], "breaching", "OK"),
        ([1, 1, 0], None, "OK"),
        ([1, 1, 1], None, "ALARM"),
        ([None], "notBreaching", "OK"),
        ([None, 1], "breaching", "ALARM"),
        ([None], "missing", "INSUFFICIENT_DATA"),
        ([None, 1], "missing", "INSUFFICIENT_DATA"),
        ([None], "ignore", "INSUFFICIENT_DATA"),
        ([None], None, "INSUFFICIENT_DATA"),
    ],
)
def test_an_alarm_is_judged_by_its_periods(values: list[float | None], missing: str | None, state: str) -> None:
    assert judged(values, AT_LEAST, 1, missing)[0] == state


def test_the_reason_tells_the_values() -> None:
    _, reason = judged([3, None], "GreaterThanThreshold", 2.5, "breaching")
    assert reason == "the last 2 of its periods, the newest first: 3, no data; GreaterThanThreshold 2.5"


def test_metrics_are_summed_and_held_by_the_minute() -> None:
    metrics = Metrics()
    for value, at in ((1, 60), (2, 119), (5, 120), (0, 60)):
        metrics.add(ERRORS, value, at)
    assert metrics.total(ERRORS, 60, 120) == 3
    assert metrics.highest(ERRORS, 60, 120) == 2
    assert metrics.total(ERRORS, 60, 180) == 8
    assert metrics.highest(ERRORS, 180, 240) is None
    assert metrics.total(FULL, 0, 999) is None
    assert metrics.known(ERRORS)
    assert not metrics.known(FULL)


def test_a_metric_in_a_log_is_heard() -> None:
    metrics, now = Metrics(), time.time()
    directive = {"Namespace": "Desenho", "Dimensions": [["Stack"]], "Metrics": [{"Name": "Full", "Unit": "Percent"}]}
    told = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]}, "Stack": "demo", "Full": [12.5, 90]}
    broken = ['"CloudWatchMetrics"', '["CloudWatchMetrics"]', json.dumps(told | {"Full": "much"})]
    metrics.embedded("sa-east-1", ["START", *broken, json.dumps(told)])
    assert metrics.highest(FULL, now - 60, now + 60) == 90


def alarm(**more: object) -> dict[str, object]:
    return resource(
        "CloudWatch::Alarm",
        {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": att("Queue", "QueueName")}],
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": AT_LEAST,
            "TreatMissingData": "notBreaching",
            **more,
        },
    )


def test_what_waits_in_a_queue_sets_its_alarm_off(local_cloud: LocalCloud) -> None:
    account = Account(local_cloud, "eu-west-3")
    unknown = {"Namespace": "Ours", "MetricName": "Heard", "Dimensions": []}
    resources = {
        "Queue": resource("SQS::Queue"),
        "Waits": alarm(),
        "Average": alarm(Statistic="Average"),
        "Elsewhere": alarm(Dimensions=[{"Name": "QueueName", "Value": "another"}]),
        "Some": alarm(EvaluationPeriods=3, DatapointsToAlarm=2),
        "Unknown": alarm(**unknown),
    }
    assert account.apply("alarmed", json.dumps({"Resources": resources})) == "CREATE_COMPLETE"
    ids = account.ids("alarmed")

    def states() -> dict[str, str]:
        told = account("cloudwatch").describe_alarms(AlarmNames=[ids[name] for name in resources if name != "Queue"])
        by_name = {a["AlarmName"]: a["StateValue"] for a in told["MetricAlarms"]}
        return {name: by_name[ids[name]] for name in resources if name != "Queue"}

    nobody_knows = dict.fromkeys(("Average", "Elsewhere", "Some", "Unknown"), "INSUFFICIENT_DATA")
    assert states() == {"Waits": "OK", **nobody_knows}
    account("sqs").send_message(QueueUrl=ids["Queue"], MessageBody="failed")
    assert states() == {"Waits": "ALARM", **nobody_knows}
    (waits,) = account("cloudwatch").describe_alarms(AlarmNames=[ids["Waits"]])["MetricAlarms"]
    assert "newest first: 1;" in waits["StateReason"]
    found = account("cloudwatch").describe_alarms(StateValue="ALARM")["MetricAlarms"]
    assert [a["AlarmName"] for a in found] == [ids["Waits"]]
    (message,) = account("sqs").receive_message(QueueUrl=ids["Queue"])["Messages"]
    account("sqs").delete_message(QueueUrl=ids["Queue"], ReceiptHandle=message["ReceiptHandle"])
    assert states() == {"Waits": "OK", **nobody_knows}
    account.clear()


def test_a_function_that_was_never_called_has_no_data(local_cloud: LocalCloud) -> None:
    account = Account(local_cloud, "us-east-1")
    of = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum"}
    called = of | {"Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "Function"}}]}
    alarms = {
        "Calm": alarm(**called),
        "Silent": alarm(**called, TreatMissingData="missing"),
        "Strict": alarm(**called, TreatMissingData="breaching"),
        "Nobody": alarm(**of, Dimensions=[{"Name": "FunctionName", "Value": "nobody"}]),
        "Uncounted": alarm(**called | {"MetricName": "Duration"}),
    }
    functions = {name: STORAGE[name] for name in ("Function", "FunctionRole")}
    made = template({**functions, **alarms})
    assert account.apply("silent", made, parameters=account.prepare()) == "CREATE_COMPLETE", account.failures("silent")
    ids = account.ids("silent")
    told = account("cloudwatch").describe_alarms(AlarmNames=[ids[name] for name in alarms])["MetricAlarms"]
    states = {a["AlarmName"]: a["StateValue"] for a in told}
    assert {name: states[ids[name]] for name in alarms} == {
        "Calm": "OK",
        "Silent": "INSUFFICIENT_DATA",
        "Strict": "ALARM",
        "Nobody": "INSUFFICIENT_DATA",
        "Uncounted": "INSUFFICIENT_DATA",
    }
    account.clear()
