"""Queues that feed functions: messages are received in batches, and deleted where the function succeeds.

What fails, or finds no room in a reserved concurrency, stays in the queue, is seen again after its visibility timeout,
and ends in the queue's own dead letters.
Source: "Using Lambda with Amazon SQS" in the Lambda developer guide.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from deploy.local.functions.pool import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deploy.local.aws import Clients
    from deploy.local.functions.sandbox import Done

__all__ = ["Polling", "failed_items"]

log = logging.getLogger("deploy.local")

_EVERY: Final = 0.5
"""Seconds between two looks at a queue that is being read."""


def failed_items(answer: bytes) -> set[str] | None:
    """Return the ids of the messages that a function reports as failed; None where its answer cannot be read."""
    try:
        said: Any = json.loads(answer or b"null") or {}
        return {item["itemIdentifier"] for item in said.get("batchItemFailures", [])}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


class Polling:
    """One thread for every mapping from a queue to a function, as long as the mapping is there."""

    def __init__(self, clients: Callable[[str], Clients], run: Callable[[Any, str, bytes], Done], account: str) -> None:
        self._clients = clients
        self._run = run
        self._account = account
        self._read: dict[str, threading.Thread] = {}
        self._closing = threading.Event()

    def install(self) -> None:
        """Keep moto from calling a function while a message is sent, and begin to read a queue that is mapped."""
        from moto.awslambda.models import LambdaBackend
        from moto.sqs.models import sqs_backends

        backend = cast("Any", LambdaBackend)
        create = backend.create_event_source_mapping
        polling = self

        def create_event_source_mapping(self: Any, spec: dict[str, Any]) -> Any:
            mapping = create(self, spec)
            parts: list[str] = mapping.event_source_arn.split(":")
            if parts[2] == "sqs":
                queue = cast("Any", sqs_backends)[parts[4]][parts[3]].queues[parts[5]]
                queue.lambda_event_source_mappings.clear()  # moto would receive while it sends
                polling.begin(self, mapping.uuid)
            return mapping

        backend.create_event_source_mapping = create_event_source_mapping

    def begin(self, backend: Any, mapping: str) -> None:
        """Read the queue of a mapping from now on."""
        thread = threading.Thread(target=self._poll, args=(backend, mapping), name=f"mapping {mapping}", daemon=True)
        self._read[mapping] = thread
        thread.start()

    def close(self) -> None:
        """Stop reading."""
        self._closing.set()

    def _poll(self, backend: Any, identifier: str) -> None:
        while not self._closing.wait(_EVERY):
            mapping = backend._event_source_mappings.get(identifier)  # noqa: SLF001 - moto has no public way
            if mapping is None:
                return
            try:
                while mapping.enabled and not self._closing.is_set() and self._batch(backend, mapping):
                    pass
            except Exception:  # whatever it was, the next turn tries again
                log.exception("the queue %s could not be read", mapping.event_source_arn)

    def _batch(self, backend: Any, mapping: Any) -> bool:
        """Have a batch handled; false if there was none, or no room for it."""
        region: str = mapping.event_source_arn.split(":")[3]
        sqs = self._clients(region)("sqs")
        url = sqs.get_queue_url(QueueName=mapping.event_source_arn.rsplit(":", 1)[1])["QueueUrl"]
        size = min(int(mapping.batch_size or 10), 10)
        found: list[dict[str, Any]] = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=size,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not found:
            return False
        function = backend.get_function(mapping.function_arn)
        event = {"Records": [_record(m, mapping.event_source_arn, region) for m in found]}
        try:
            done = self._run(function, str(uuid.uuid4()), json.dumps(event).encode())
        except BusyError:
            return False
        if done.outcome.error:
            return True
        failed: set[str] | None = set()
        if "ReportBatchItemFailures" in (mapping.function_response_types or []):
            failed = failed_items(done.outcome.payload)
        for message in found if failed is not None else []:
            if message["MessageId"] not in cast("Iterable[str]", failed):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True


def _record(message: dict[str, Any], arn: str, region: str) -> dict[str, Any]:
    attributes: dict[str, Any] = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": a.get("StringValue"), "dataType": a["DataType"]} for name, a in attributes.items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": region,
    }
