"""The shapes of the answers. Source: the data types in the CloudFormation API reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.template import Template, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.operations.requests import Asked
    from deploy.local.cloudformation.stack import Event, Made, Stack, Target

__all__ = [
    "event_answer",
    "operation_event",
    "page",
    "parameters_answer",
    "resource_answer",
    "stack_answer",
    "stack_summary",
    "tags_answer",
]

_PAGE: Final = 100


def page(key: str, items: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    """Return the page of a list that the request asks for, under `key`, and where the next one begins.

    Raises ApiError for a token that is none of ours.
    """
    token = asked.get("NextToken") or "0"
    if not token.isdecimal():
        raise ApiError(f"NextToken {token} is none that was given")
    start = int(token)
    more = start + _PAGE < len(items)
    return {key: items[start : start + _PAGE], **({"NextToken": str(start + _PAGE)} if more else {})}


def tags_answer(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as the API tells them."""
    return [{"Key": k, "Value": v} for k, v in tags.items()]


def parameters_answer(target: Target, template: Template) -> list[dict[str, Any]]:
    """Return the values of the parameters, without those that the template hides (`NoEcho`)."""
    told: list[dict[str, Any]] = []
    for name, value in target.parameters.items():
        hidden = name in template.parameters and template.parameters[name].no_echo
        entry = {"ParameterKey": name, "ParameterValue": "****" if hidden else value.given}
        told.append({**entry, "ResolvedValue": value.resolved} if value.resolved is not None else entry)
    return told


def stack_answer(stack: Stack) -> dict[str, Any]:
    """Return a Stack."""
    told: dict[str, Any] = {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.description,
        "CreationTime": stack.created,
        "StackStatus": stack.status,
        "DisableRollback": stack.disable_rollback,
        "EnableTerminationProtection": stack.protected,
        "Capabilities": stack.capabilities,
        "NotificationARNs": stack.topics,
        "Outputs": stack.outputs,
        "Tags": tags_answer(stack.target.tags),
        "DriftInformation": _drift(stack.drift, stack.drift_time, "StackDriftStatus"),
    }
    if stack.target.body:
        told["Parameters"] = parameters_answer(stack.target, parse(stack.target.body))
    more: tuple[tuple[str, Any], ...] = (
        ("ChangeSetId", stack.change_set),
        ("StackStatusReason", stack.reason),
        ("LastUpdatedTime", stack.updated),
        ("DeletionTime", stack.deleted),
        ("RoleARN", stack.role),
        ("TimeoutInMinutes", stack.minutes),
    )
    return told | {key: value for key, value in more if value}


def stack_summary(stack: Stack) -> dict[str, Any]:
    """Return a StackSummary."""
    told = stack_answer(stack)
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "StackStatusReason",
    )
    kept = {n: told[n] for n in (*names, "DriftInformation") if n in told}
    return {**kept, "TemplateDescription": stack.description}


def resource_answer(made: Made) -> dict[str, Any]:
    """Return what a StackResource, its detail and its summary have in common."""
    told = {
        "LogicalResourceId": made.logical_id,
        "PhysicalResourceId": made.physical_id,
        "ResourceType": made.type,
        "ResourceStatus": made.status,
        "DriftInformation": _drift(made.drift, made.drift_time, "StackResourceDriftStatus"),
    }
    return {**told, "ResourceStatusReason": made.reason} if made.reason else told


def _drift(status: str, time: str, key: str) -> dict[str, str]:
    return {key: status, **({"LastCheckTimestamp": time} if time else {})}


def event_answer(stack: Stack, event: Event) -> dict[str, Any]:
    """Return a StackEvent."""
    told = {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.time,
        "ResourceStatus": event.status,
        "OperationId": event.operation,
    }
    more: tuple[tuple[str, Any], ...] = (
        ("ResourceStatusReason", event.reason),
        ("ResourceProperties", event.properties),
        ("ClientRequestToken", event.token),
    )
    return told | {key: value for key, value in more if value}


def operation_event(stack: Stack, event: Event) -> dict[str, Any]:
    """Return an OperationEvent."""
    told = event_answer(stack, event)
    told.pop("StackName")
    failed = event.status.endswith("_FAILED")
    kind = "PROVISIONING_ERROR" if failed and event.logical_id != stack.name else "STACK_EVENT"
    return {**told, "EventType": kind}
