"""Where the events go that a function gives up on, and how they are sent again.

An event leaves the queue only when Lambda has taken it again, so nothing is lost if this stops in the middle; and an
event that is sent twice changes nothing, for the function knows objects by their version.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import CloudError
from deploy.workloads.shared.upload import uploads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.client import Clients

__all__ = ["Failed", "Failures", "failures", "redrive"]

_AT_ONCE: Final = 10
"""Messages in one answer. Source: SQS, ReceiveMessage."""

_HIDDEN: Final = 60
"""Seconds that a message stays hidden from others while it is looked at or sent again."""

_RETRIES: Final = 2
"""Source: Lambda, "Configuring error handling settings for asynchronous invocations"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """How a function fails: how many times an event is tried, and the address of the queue that it goes to then."""

    attempts: int
    queue: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An event that had failed: what it was about, and why it failed. `sent` tells whether it was sent again.

    `event` tells whether it can be: a message of somebody else's stays where it is.
    """

    keys: tuple[str, ...]
    reason: str
    event: bool
    sent: bool


def failures(clients: Clients, function: str) -> Failures:
    """Ask how a function, named as in the account, fails."""
    try:
        told = clients("lambda").get_function_event_invoke_config(FunctionName=function)
    except CloudError as error:
        if error.code == "ResourceNotFoundException":
            return Failures(attempts=1 + _RETRIES, queue=None)
        raise
    arn = str(told.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination", ""))
    name = arn.rpartition(":")[2] if ":sqs:" in arn else ""
    queue = clients("sqs").get_queue_url(QueueName=name)["QueueUrl"] if name else None
    return Failures(attempts=1 + int(told.get("MaximumRetryAttempts", _RETRIES)), queue=queue)


def redrive(clients: Clients, function: str, *, dry: bool = False) -> Iterator[Failed]:
    """Send the failed events of a function again and yield each; `dry` only looks at them.

    An event that fails anew meanwhile stays in the queue for the next time.
    """
    queue = failures(clients, function).queue
    if queue is None:
        return
    receipts: dict[str, str] = {}
    sent: set[str] = set()
    try:
        while messages := _receive(clients, queue, receipts):
            for message in messages:
                receipts[message["MessageId"]] = message["ReceiptHandle"]
                event, reason = _event(message["Body"])
                payload = json.dumps(event)
                if payload in sent:
                    continue
                going = event is not None and not dry
                if going:
                    clients("lambda").invoke(FunctionName=function, InvocationType="Event", Payload=payload.encode())
                    clients("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                    del receipts[message["MessageId"]]
                    sent.add(payload)
                yield Failed(keys=_keys(event), reason=reason, event=event is not None, sent=going)
    finally:
        for receipt in receipts.values():  # what stays is there for others at once
            clients("sqs").change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)


def _receive(clients: Clients, queue: str, seen: dict[str, str]) -> list[dict[str, Any]]:
    told = clients("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=_HIDDEN, WaitTimeSeconds=1
    )
    return [m for m in told.get("Messages", []) if m["MessageId"] not in seen]


def _event(body: str) -> tuple[dict[str, Any] | None, str]:
    """Return the event in a message, if there is one, and why it failed.

    Source: Lambda, "Capturing records of Lambda asynchronous invocations".
    """
    try:
        told: object = json.loads(body)
    except ValueError:
        told = None
    record = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    if "requestPayload" not in record:
        return (record, "") if "Records" in record else (None, "the message holds no event")
    said = cast("dict[str, Any]", record.get("responsePayload") or {}).get("errorMessage", "")
    condition = cast("dict[str, Any]", record.get("requestContext") or {}).get("condition", "")
    return cast("dict[str, Any]", record["requestPayload"]), str(said or condition)


def _keys(event: dict[str, Any] | None) -> tuple[str, ...]:
    return tuple(upload.key for upload in uploads(event)) if event else ()
