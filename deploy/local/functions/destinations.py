"""Where Lambda sends what became of an event: to destinations and to dead letters, each in its own shape.

Source: "Retaining records of asynchronous invocations" in the Lambda developer guide.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

from deploy.local.values import is_map

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local.aws import Clients
    from deploy.local.functions.backlog import Waiting
    from deploy.local.functions.sandbox import Done

__all__ = ["Destinations"]

log = logging.getLogger("deploy.local")


class Destinations:
    """Sends to queues, topics and functions. `call` takes the ARN of a function and an event for it."""

    def __init__(self, clients: Callable[[str], Clients], call: Callable[[str, bytes], object]) -> None:
        self._clients = clients
        self._call = call

    def succeeded(self, waiting: Waiting, function: Any, config: dict[str, Any], done: Done) -> None:
        """Tell of an event that was handled where the configuration of the function says."""
        self._tell(waiting, function, config.get("DestinationConfig", {}).get("OnSuccess"), done, "Success")

    def failed(self, waiting: Waiting, function: Any, config: dict[str, Any], done: Done | None, why: str) -> None:
        """Send an event that failed for good where the function says: to its destination and to its dead letters."""
        self._tell(waiting, function, config.get("DestinationConfig", {}).get("OnFailure"), done, why)
        dead_letters = function.dead_letter_config.get("TargetArn")
        if dead_letters:
            said: Any = _json(done.outcome.payload) if done else None
            message = said.get("errorMessage", why) if is_map(said) else why
            attributes = {
                "RequestID": waiting.id,
                "ErrorCode": "200" if done else "429",
                "ErrorMessage": str(message)[:1024],
            }
            self._send(function.region, dead_letters, waiting.content.decode(), attributes)

    def _tell(self, waiting: Waiting, function: Any, target: Any, done: Done | None, condition: str) -> None:
        destination: str = target["Destination"] if target else ""
        if not destination:
            return
        told: dict[str, Any] = {
            "version": "1.0",
            "timestamp": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": waiting.id,
                "functionArn": f"{function.function_arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": waiting.attempt,
            },
            "requestPayload": _json(waiting.content),
        }
        if done:
            context: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
            told["responseContext"] = {**context, "functionError": "Unhandled"} if done.outcome.error else context
            told["responsePayload"] = _json(done.outcome.payload)
        self._send(function.region, destination, json.dumps(told), {})

    def _send(self, region: str, arn: str, body: str, attributes: dict[str, str]) -> None:
        service, name = arn.split(":")[2], arn.rsplit(":", 1)[1]
        given = {k: {"DataType": "String", "StringValue": v or "-"} for k, v in attributes.items()}
        if service == "sqs":
            sqs = self._clients(region)("sqs")
            url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=given)
        elif service == "sns":
            self._clients(region)("sns").publish(TopicArn=arn, Message=body, MessageAttributes=given)
        elif service == "lambda":
            self._call(arn, body.encode())
        else:
            log.error("%s is no destination that the local cloud knows", arn)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content or b"null")
    except ValueError:
        return content.decode("utf-8", "replace")
