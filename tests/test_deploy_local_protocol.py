"""CloudFormation's wire protocol: what is asked without what it needs is refused as AWS refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from deploy.local.cloudformation.faults import Faults
from deploy.local.cloudformation.operations import operations
from deploy.local.cloudformation.protocol import answer
from deploy.local.cloudformation.service import Service
from deploy.local.state import State
from deploy.local.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deploy.local.cloudformation.operations.requests import Operation


@pytest.fixture
def table(tmp_path: Path) -> Mapping[str, Operation]:
    state = State(tmp_path)
    return operations(Service(state, lambda _region: None, Faults(), Volumes(state), "111122223333"))


def refusal(body: str, table: Mapping[str, Operation]) -> tuple[int, str, str]:
    status, xml = answer("eu-west-1", f"{body}&Version=2010-05-15", table)
    error = ET.fromstring(xml).find("{*}Error")
    assert error is not None
    return status, error.findtext("{*}Code", ""), error.findtext("{*}Message", "")


def test_nothing_is_an_internal_failure_when_its_parameters_are_missing(table: Mapping[str, Any]) -> None:
    for name in sorted(table.keys() - {"DescribeStacks", "ListStacks"}):
        status, code, message = refusal(f"Action={name}", table)
        if name != "DeleteStack":
            assert (status, code) == (400, "ValidationError"), (name, message)


def test_every_missing_parameter_is_named(table: Mapping[str, Any]) -> None:
    status, code, message = refusal("Action=DescribeStackResource", table)
    assert (status, code) == (400, "ValidationError")
    assert message == (
        "2 validation errors detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null;"
        " Value null at 'logicalResourceId' failed to satisfy constraint: Member must not be null"
    )


def test_a_token_of_nobodys_is_refused(table: Mapping[str, Any]) -> None:
    status, code, message = refusal("Action=ListStacks&NextToken=there", table)
    assert (status, code) == (400, "ValidationError")
    assert "NextToken" in message


def test_an_operation_that_is_not_answered_is_named(table: Mapping[str, Any]) -> None:
    assert refusal("Action=CreateStackSet", table) == (
        400,
        "InvalidAction",
        "the local cloud does not answer CreateStackSet",
    )
