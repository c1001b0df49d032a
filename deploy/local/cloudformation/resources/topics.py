"""SNS's topics, their policies and subscriptions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    as_attribute,
    exchange_tags,
    gone_is_fine,
    or_removed,
    pick,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import TAGS, Props, boolean, document, listing, record, text

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["HANDLERS"]


class Topic(Handler):
    TYPE = "AWS::SNS::Topic"
    NAME = "TopicName"
    TAGGED = True
    PROPERTIES = record(
        TopicName=text(replace=True),
        DisplayName=text(),
        KmsMasterKeyId=text(),
        FifoTopic=boolean(replace=True),
        ContentBasedDeduplication=boolean(),
        Subscription=listing(record(Protocol=text(needed=True), Endpoint=text(needed=True))),
        Tags=TAGS,
    )
    ATTRIBUTES = ("TopicArn", "TopicName")

    def create(self, resource: Resource) -> str:
        props, sns = resource.properties, resource.aws("sns")
        name = props.get("TopicName", resource.name + (".fifo" if props.get("FifoTopic") else ""))
        if any(t["TopicArn"].endswith(f":{name}") for t in sns.list_topics()["Topics"]):
            raise ResourceError(f"{name} already exists")
        names = ("DisplayName", "KmsMasterKeyId", "FifoTopic", "ContentBasedDeduplication")
        asked = {n: as_attribute(props[n]) for n in names if n in props}
        topic = sns.create_topic(Name=name, Attributes=asked, Tags=tag_list(resource.all_tags))["TopicArn"]
        with or_removed(self, replace(resource, physical_id=topic)):
            for subscription in props.get("Subscription", []):
                sns.subscribe(TopicArn=topic, **subscription)
        return topic

    def update(self, resource: Resource, before: Props) -> str:
        sns, topic, after = resource.aws("sns"), resource.physical_id, resource.properties
        for name, default in (("DisplayName", ""), ("KmsMasterKeyId", ""), ("ContentBasedDeduplication", False)):
            if after.get(name, default) != before.get(name, default):
                value = as_attribute(after.get(name, default))
                sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
        old, new = before.get("Subscription", []), after.get("Subscription", [])
        for found in self._subscriptions(sns, topic):
            if pick(found, "Protocol", "Endpoint") in [s for s in old if s not in new]:
                sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
        for subscription in new:
            if subscription not in old:
                sns.subscribe(TopicArn=topic, **subscription)
        exchange_tags(
            tag_dict(sns.list_tags_for_resource(ResourceArn=topic)["Tags"]),
            resource.user_tags,
            lambda lost: sns.untag_resource(ResourceArn=topic, TagKeys=lost),
            lambda tags: sns.tag_resource(ResourceArn=topic, Tags=tag_list(tags)),
        )
        return topic

    def delete(self, resource: Resource) -> None:
        sns = resource.aws("sns")
        with gone_is_fine():
            for found in self._subscriptions(sns, resource.physical_id):
                sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
            sns.delete_topic(TopicArn=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        sns, topic = resource.aws("sns"), resource.physical_id
        found = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        told: Props = {"TopicName": topic.rsplit(":", 1)[1]}
        for name, kind in self.PROPERTIES.members.items():
            if found.get(name) not in {None, ""}:
                told[name] = kind.take(found[name], name)
        own = [s for s in self._subscriptions(sns, topic) if s["SubscriptionArn"] not in resource.siblings]
        told["Subscription"] = [pick(s, "Protocol", "Endpoint") for s in own]
        return {**told, "Tags": sns.list_tags_for_resource(ResourceArn=topic)["Tags"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"TopicArn": resource.physical_id, "TopicName": resource.physical_id.rsplit(":", 1)[1]}

    def _subscriptions(self, sns: Client, topic: str) -> list[dict[str, Any]]:
        return sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]


class TopicPolicy(Handler):
    TYPE = "AWS::SNS::TopicPolicy"
    PROPERTIES = record(Topics=listing(text(), needed=True, replace=True), PolicyDocument=document(needed=True))
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        with or_removed(self, resource):
            self.update(resource, {})
        return resource.name

    def update(self, resource: Resource, before: Props) -> str:
        policy = json.dumps(resource.properties["PolicyDocument"])
        for topic in resource.properties["Topics"]:
            resource.aws("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            for topic in resource.properties["Topics"]:
                account = topic.split(":")[4]
                default = {
                    "Version": "2008-10-17",
                    "Statement": [
                        {
                            "Sid": "__default_statement_ID",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Action": "SNS:Publish",
                            "Resource": topic,
                            "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
                        }
                    ],
                }
                resource.aws("sns").set_topic_attributes(
                    TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(default)
                )

    def read(self, resource: Resource) -> Props:
        topics, sns = resource.properties["Topics"], resource.aws("sns")
        found = [json.loads(sns.get_topic_attributes(TopicArn=t)["Attributes"]["Policy"]) for t in topics]
        if any(p != found[0] for p in found):
            raise ResourceError("the topics have different policies")
        return {"Topics": topics, "PolicyDocument": found[0]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}


class Subscription(Handler):
    TYPE = "AWS::SNS::Subscription"
    PROPERTIES = record(
        TopicArn=text(needed=True, replace=True),
        Protocol=text(needed=True, replace=True),
        Endpoint=text(needed=True, replace=True),
        RawMessageDelivery=boolean(),
        FilterPolicy=document(),
        FilterPolicyScope=text("MessageAttributes", "MessageBody"),
        RedrivePolicy=document(),
    )
    ATTRIBUTES = ("Arn",)

    def create(self, resource: Resource) -> str:
        props = resource.properties
        names = ("RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")
        asked = {n: as_attribute(props[n]) for n in names if n in props}
        ends = {"TopicArn": props["TopicArn"], "Protocol": props["Protocol"], "Endpoint": props["Endpoint"]}
        return resource.aws("sns").subscribe(**ends, Attributes=asked, ReturnSubscriptionArn=True)["SubscriptionArn"]

    def update(self, resource: Resource, before: Props) -> str:
        after = resource.properties
        defaults: dict[str, Any] = {
            "RawMessageDelivery": False,
            "FilterPolicy": {},
            "FilterPolicyScope": "MessageAttributes",
            "RedrivePolicy": {},
        }
        for name, default in defaults.items():
            if after.get(name, default) != before.get(name, default):
                value = as_attribute(after.get(name, default))
                resource.aws("sns").set_subscription_attributes(
                    SubscriptionArn=resource.physical_id, AttributeName=name, AttributeValue=value
                )
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("sns").unsubscribe(SubscriptionArn=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = resource.aws("sns").get_subscription_attributes(SubscriptionArn=resource.physical_id)["Attributes"]
        told: Props = {}
        for name, kind in self.PROPERTIES.members.items():
            if found.get(name) not in {None, "", "{}"}:
                told[name] = kind.take(found[name], name)
        return told

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Arn": resource.physical_id}


HANDLERS: tuple[Handler, ...] = (Topic(), TopicPolicy(), Subscription())
