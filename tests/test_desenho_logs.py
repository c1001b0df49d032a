"""`desenho deploy logs`: what functions say, whoever wrote them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from deploy.logs import Line
from desenho.commands.logs import words
from desenho.console import Console

CLOCK = "2026-01-02 03:04:05.678"
NOON = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
METRIC = {"_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Full"}]}]}, "Full": 12.5}


def told(text: str) -> str:
    return words(Line(function="function", time=NOON, text=text), Console(), named=False)


def test_what_our_handler_says_is_told_in_words() -> None:
    said = {"what": "stored", "bucket": "b", "key": "incoming/a", "version": "", "size": 3}
    assert told(json.dumps(said)) == f"{CLOCK}  stored    incoming/a  size 3"


def test_a_metric_is_told_in_short() -> None:
    assert told(json.dumps(METRIC)) == f"{CLOCK}  metric    Full 12.5"


@pytest.mark.parametrize(
    "text",
    [
        "START RequestId: 1",
        '{"_aws": 1',
        '{"_aws": {}}',
        '{"_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "not there"}]}]}}',
        '{"_aws": {"CloudWatchMetrics": 1}}',
        '{"what": ["a list"], "key": "k"}',
        '{"what": null}',
    ],
)
def test_what_somebody_elses_function_says_is_printed_as_it_is(text: str) -> None:
    assert told(text) == f"{CLOCK}  {text}"


def test_of_several_functions_each_is_named() -> None:
    assert words(Line(function="resize", time=NOON, text="x"), Console(), named=True) == f"{CLOCK}  resize  x"
