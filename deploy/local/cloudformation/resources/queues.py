"""SQS's queues and their policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    as_attribute,
    exchange_tags,
    exists,
    gone_is_fine,
    or_removed,
    tag_list,
)
from deploy.local.cloudformation.schema import TAGS, Props, boolean, document, integer, listing, record, text

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["HANDLERS"]

_DEFAULTS: Final[Mapping[str, Any]] = {
    "DelaySeconds": 0,
    "MaximumMessageSize": 1048576,
    "MessageRetentionPeriod": 345600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "VisibilityTimeout": 30,
    "KmsMasterKeyId": "",
    "KmsDataKeyReusePeriodSeconds": 300,
    "SqsManagedSseEnabled": True,
    "RedrivePolicy": "",
    "RedriveAllowPolicy": "",
    "ContentBasedDeduplication": False,
}
"""What the attributes of a queue are if nothing is said. Source: SetQueueAttributes in the SQS API reference."""


class Queue(Handler):
    TYPE = "AWS::SQS::Queue"
    NAME = "QueueName"
    TAGGED = True
    PROPERTIES = record(
        QueueName=text(replace=True),
        FifoQueue=boolean(replace=True),
        ContentBasedDeduplication=boolean(),
        DelaySeconds=integer(),
        MaximumMessageSize=integer(),
        MessageRetentionPeriod=integer(),
        ReceiveMessageWaitTimeSeconds=integer(),
        VisibilityTimeout=integer(),
        KmsMasterKeyId=text(),
        KmsDataKeyReusePeriodSeconds=integer(),
        SqsManagedSseEnabled=boolean(),
        RedrivePolicy=document(),
        RedriveAllowPolicy=document(),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Arn", "QueueName", "QueueUrl")

    def create(self, resource: Resource) -> str:
        props, sqs = resource.properties, resource.aws("sqs")
        name = props.get("QueueName", resource.name + (".fifo" if props.get("FifoQueue") else ""))
        if exists(lambda: sqs.get_queue_url(QueueName=name)):
            raise ResourceError(f"{name} already exists")
        asked = {n: as_attribute(v) for n, v in props.items() if n not in {"QueueName", "Tags"} and v is not False}
        asked |= {n: as_attribute(v) for n, v in props.items() if n == "SqsManagedSseEnabled"}
        made = sqs.create_queue(QueueName=name, Attributes=asked, tags=resource.user_tags)
        return made["QueueUrl"]

    def update(self, resource: Resource, before: Props) -> str:
        sqs, queue, after = resource.aws("sqs"), resource.physical_id, resource.properties
        asked = {
            name: as_attribute(after.get(name, default))
            for name, default in _DEFAULTS.items()
            if after.get(name, default) != before.get(name, default)
        }
        if asked:
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=asked)
        exchange_tags(
            sqs.list_queue_tags(QueueUrl=queue).get("Tags", {}),
            resource.user_tags,
            lambda lost: sqs.untag_queue(QueueUrl=queue, TagKeys=lost),
            lambda tags: sqs.tag_queue(QueueUrl=queue, Tags=tags),
        )
        return queue

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("sqs").delete_queue(QueueUrl=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        sqs, queue = resource.aws("sqs"), resource.physical_id
        found = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        told: Props = {"QueueName": found["QueueArn"].rsplit(":", 1)[1]}
        for name, kind in self.PROPERTIES.members.items():
            if found.get(name) not in {None, ""}:
                told[name] = kind.take(found[name], name)
        tags = sqs.list_queue_tags(QueueUrl=queue).get("Tags", {})
        return {**told, "Tags": tag_list(tags)} if tags else told

    def attributes(self, resource: Resource) -> dict[str, Any]:
        queue = resource.physical_id
        asked = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
        arn: str = resource.aws("sqs").get_queue_attributes(**asked)["Attributes"]["QueueArn"]
        return {"Arn": arn, "QueueName": arn.rsplit(":", 1)[1], "QueueUrl": queue}


class QueuePolicy(Handler):
    TYPE = "AWS::SQS::QueuePolicy"
    PROPERTIES = record(Queues=listing(text(), needed=True), PolicyDocument=document(needed=True))
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        with or_removed(self, resource):
            self._put(resource, resource.properties["Queues"], json.dumps(resource.properties["PolicyDocument"]))
        return resource.name

    def update(self, resource: Resource, before: Props) -> str:
        queues = resource.properties["Queues"]
        self._put(resource, [q for q in before["Queues"] if q not in queues], "")
        self._put(resource, queues, json.dumps(resource.properties["PolicyDocument"]))
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self._put(resource, resource.properties["Queues"], "")

    def read(self, resource: Resource) -> Props:
        sqs, queues = resource.aws("sqs"), resource.properties["Queues"]
        found = [sqs.get_queue_attributes(QueueUrl=q, AttributeNames=["Policy"])["Attributes"] for q in queues]
        kept = [q for q, attributes in zip(queues, found, strict=True) if attributes.get("Policy")]
        policies = [json.loads(a["Policy"]) for a in found if a.get("Policy")]
        if any(p != policies[0] for p in policies):
            raise ResourceError("the queues have different policies")
        return {"Queues": kept, **({"PolicyDocument": policies[0]} if policies else {})}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}

    def _put(self, resource: Resource, queues: list[str], policy: str) -> None:
        for queue in queues:
            resource.aws("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})


HANDLERS: tuple[Handler, ...] = (Queue(), QueuePolicy())
