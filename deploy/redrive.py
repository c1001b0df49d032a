"""Failed events sent again: out of the queue of a function's failures, back to the function.

An event leaves the queue only when Lambda has taken it again, so nothing is lost if this stops in the middle; and an
event that is sent twice changes nothing, for the function knows objects by their version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from deploy.journey import failed_queue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.client import Clients

__all__ = ["Failed", "redrive"]

_AT_ONCE = 10
"""Messages in one answer. Source: SQS, ReceiveMessage."""

_HIDDEN = 60
"""Seconds that a message stays hidden from others while it is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An event that had failed: what it was about, and why it failed. `sent` tells whether it was sent again."""

    function: str
    keys: tuple[str, ...]
    reason: str
    sent: bool


def redrive(clients: Clients, function: str, *, dry: bool = False) -> Iterator[Failed]:
    """Send the failed events of a function again and yield each; `dry` only looks at them.

    A message that holds no event stays where it is and is yielded with `sent` false.
    """
    queue = failed_queue(clients, function)
    if queue is None:
        return
    seen: set[str] = set()
    while True:
        told = clients("sqs").receive_message(
            QueueUrl=queue, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=1 if dry else _HIDDEN, WaitTimeSeconds=1
        )
        messages = [m for m in told.get("Messages", []) if m["MessageId"] not in seen]
        if not messages:
            return
        for message in messages:
            seen.add(message["MessageId"])
            yield _again(clients, function, queue, message, dry=dry)


def _again(clients: Clients, function: str, queue: str, message: dict[str, Any], *, dry: bool) -> Failed:
    event, reason = _event(message["Body"])
    if event is None or dry:
        return Failed(function=function, keys=_keys(event), reason=reason, sent=False)
    clients("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event).encode())
    clients("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return Failed(function=function, keys=_keys(event), reason=reason, sent=True)


def _event(body: str) -> tuple[dict[str, Any] | None, str]:
    """Return the event in a message and why it failed.

    Source: Lambda, "Capturing records of asynchronous invocations".
    """
    try:
        told: Any = json.loads(body)
    except ValueError:
        return None, "the message is no JSON"
    if not isinstance(told, dict):
        return None, "the message is no event"
    record = cast("dict[str, Any]", told)
    if "requestPayload" not in record:
        return (record, "") if "Records" in record else (None, "the message is no event")
    said = cast("dict[str, Any]", record.get("responsePayload") or {}).get("errorMessage", "")
    condition = cast("dict[str, Any]", record.get("requestContext") or {}).get("condition", "")
    return record["requestPayload"], str(said or condition)


def _keys(event: dict[str, Any] | None) -> tuple[str, ...]:
    from deploy.workloads.shared.handler import uploads

    return tuple(upload.key for upload in uploads(event)) if event else ()
