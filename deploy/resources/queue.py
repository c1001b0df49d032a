"""A queue: encrypted, over TLS only. Messages that a function failed on three times move to a dead-letter queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Bucket, Function, Queue
from deploy.meaning import Meaning
from deploy.resources.alarm import waiting_alarm
from deploy.resources.resource import Resource, Serves, Value, att, policy, ref, serving, tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["failures", "plain", "resources"]

_FORTNIGHT = 1209600
"""Seconds. The longest that SQS keeps a message."""


def resources(plan: Blueprint, env: Environment, queue: Part[Queue]) -> Iterator[Resource]:
    """Yield a queue of the diagram, its policy and, where a function consumes it, its dead-letter queue."""
    logical, serves = plan.names.logical(queue.id), serving(queue)
    consumers = plan.out(queue, Meaning.CONSUME, Function)
    more: dict[str, Value] = {}
    if consumers:
        dead = plan.names.logical(queue.id, "DeadLetters")
        yield from plain(plan, env, queue.id, "DeadLetters", "dead-letters", _FORTNIGHT)
        yield waiting_alarm(
            plan.names.logical(queue.id, "DeadLettersAlarm"),
            queue.id,
            "Messages that the function gave up on wait in the dead-letter queue",
            dead,
        )
        # Six times the function's timeout: the value that AWS asks for with an event source mapping.
        more["VisibilityTimeout"] = 6 * max(c.target.spec.timeout_s for c in consumers)
        more["RedrivePolicy"] = {"deadLetterTargetArn": att(dead, "Arn"), "maxReceiveCount": 3}
    yield _queue(logical, serves, env.named(queue.id, limit=80), queue.spec.retention_days * 86400, more)
    senders = [_may_send(env.bucket_name(b.source.id), env, logical) for b in plan.into(queue, Meaning.NOTIFY, Bucket)]
    yield _policy(plan.names.logical(queue.id, "Policy"), queue.id, logical, *senders)


def failures(plan: Blueprint, env: Environment, function: Part[Function]) -> tuple[str, list[Resource]]:
    """Return the logical id of the queue for what a function gives up on, and the resources it needs.

    It is the queue that the diagram draws for it, or one of the function's own.
    """
    drawn = plan.out(function, Meaning.FAILURES, Queue)
    if drawn:
        return plan.names.logical(drawn[0].target.id), []
    return plan.names.logical(function.id, "FailedEvents"), list(
        plain(plan, env, function.id, "FailedEvents", "failed-events", _FORTNIGHT)
    )


def plain(plan: Blueprint, env: Environment, owner: str, part: str, name: str, seconds: int) -> Iterator[Resource]:
    """Yield a queue that is a part of something, with its policy; `seconds` is how long it keeps a message."""
    logical, serves = plan.names.logical(owner, part), Serves(kind="part", id=owner)
    yield _queue(logical, serves, env.named(owner, name, limit=80), seconds, {})
    yield _policy(plan.names.logical(owner, f"{part}Policy"), owner, logical)


def _queue(logical: str, serves: Serves, name: str, seconds: int, more: Mapping[str, Value]) -> Resource:
    return Resource(
        id=logical,
        type="AWS::SQS::Queue",
        serves=serves,
        kept="Delete",
        skips={"CKV_AWS_27": "SqsManagedSseEnabled encrypts it; the check knows KMS keys only"},
        properties={
            "QueueName": name,
            "MessageRetentionPeriod": seconds,
            "SqsManagedSseEnabled": True,
            **more,
            "Tags": tags(name, serves),
        },
    )


def _may_send(bucket: str, env: Environment, logical: str) -> Mapping[str, Value]:
    return {
        "Sid": "BucketMaySend",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": att(logical, "Arn"),
        "Condition": {
            "ArnEquals": {"aws:SourceArn": f"arn:{env.partition}:s3:::{bucket}"},
            "StringEquals": {"aws:SourceAccount": env.account},
        },
    }


def _policy(logical: str, owner: str, queue: str, *statements: Mapping[str, Value]) -> Resource:
    return Resource(
        id=logical,
        type="AWS::SQS::QueuePolicy",
        serves=Serves(kind="part", id=owner),
        properties={
            "Queues": [ref(queue)],
            "PolicyDocument": policy(
                {
                    "Sid": "TlsOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "sqs:*",
                    "Resource": att(queue, "Arn"),
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
                *statements,
            ),
        },
    )
