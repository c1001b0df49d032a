"""DynamoDB's tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exchange_tags,
    gone_is_fine,
    or_removed,
    pick,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import TAGS, Props, boolean, integer, listing, record, text

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["HANDLERS"]

_THROUGHPUT: Final = record(ReadCapacityUnits=integer(needed=True), WriteCapacityUnits=integer(needed=True))

_KEYS: Final = listing(
    record(AttributeName=text(needed=True), KeyType=text("HASH", "RANGE", needed=True)), ordered=True
)


class Table(Handler):
    TYPE = "AWS::DynamoDB::Table"
    NAME = "TableName"
    TAGGED = True
    PROPERTIES = record(
        TableName=text(replace=True),
        AttributeDefinitions=listing(
            record(AttributeName=text(needed=True), AttributeType=text("S", "N", "B", needed=True)), replace=True
        ),
        KeySchema=listing(
            record(AttributeName=text(needed=True), KeyType=text("HASH", "RANGE", needed=True)),
            ordered=True,
            needed=True,
            replace=True,
        ),
        GlobalSecondaryIndexes=listing(
            record(
                IndexName=text(needed=True),
                KeySchema=_KEYS,
                Projection=record(ProjectionType=text(), NonKeyAttributes=listing(text())),
                ProvisionedThroughput=_THROUGHPUT,
            ),
            replace=True,
        ),
        BillingMode=text("PROVISIONED", "PAY_PER_REQUEST"),
        ProvisionedThroughput=_THROUGHPUT,
        StreamSpecification=record(StreamViewType=text(needed=True)),
        TimeToLiveSpecification=record(AttributeName=text(needed=True), Enabled=boolean(needed=True)),
        PointInTimeRecoverySpecification=record(PointInTimeRecoveryEnabled=boolean()),
        DeletionProtectionEnabled=boolean(),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Arn", "StreamArn")

    def create(self, resource: Resource) -> str:
        props, client = resource.properties, resource.aws("dynamodb")
        name: str = props.get("TableName", resource.name)
        asked = pick(
            props,
            "AttributeDefinitions",
            "KeySchema",
            "GlobalSecondaryIndexes",
            "BillingMode",
            "ProvisionedThroughput",
            "DeletionProtectionEnabled",
        )
        if "StreamSpecification" in props:
            asked["StreamSpecification"] = {"StreamEnabled": True, **props["StreamSpecification"]}
        client.create_table(TableName=name, Tags=tag_list(resource.all_tags), **asked)
        with or_removed(self, replace(resource, physical_id=name)):
            self._exchange(client, name, {}, props)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        client, name, after = resource.aws("dynamodb"), resource.physical_id, resource.properties
        defaults: Props = {
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": None,
            "DeletionProtectionEnabled": False,
        }
        asked = {n: after.get(n, d) for n, d in defaults.items() if after.get(n, d) != before.get(n, d)}
        asked = {n: v for n, v in asked.items() if v is not None}
        if after.get("StreamSpecification") != before.get("StreamSpecification"):
            if "StreamSpecification" in before:
                client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
            if "StreamSpecification" in after:
                asked["StreamSpecification"] = {"StreamEnabled": True, **after["StreamSpecification"]}
        if asked:
            client.update_table(TableName=name, **asked)
        self._exchange(client, name, before, after)
        arn = client.describe_table(TableName=name)["Table"]["TableArn"]
        exchange_tags(
            tag_dict(client.list_tags_of_resource(ResourceArn=arn)["Tags"]),
            resource.user_tags,
            lambda lost: client.untag_resource(ResourceArn=arn, TagKeys=lost),
            lambda tags: client.tag_resource(ResourceArn=arn, Tags=tag_list(tags)),
        )
        return name

    def _exchange(self, client: Client, name: str, before: Props, after: Props) -> None:
        old, new = (p.get("TimeToLiveSpecification") for p in (before, after))
        if new != old:
            if old and old["Enabled"]:
                client.update_time_to_live(TableName=name, TimeToLiveSpecification={**old, "Enabled": False})
            if new and new["Enabled"]:
                client.update_time_to_live(TableName=name, TimeToLiveSpecification=new)
        off = {"PointInTimeRecoveryEnabled": False}
        was, will = (p.get("PointInTimeRecoverySpecification", off) for p in (before, after))
        if was != will:
            client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=will)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("dynamodb").delete_table(TableName=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        client, name = resource.aws("dynamodb"), resource.physical_id
        found = client.describe_table(TableName=name)["Table"]
        told = pick(found, "TableName", "AttributeDefinitions", "KeySchema", "DeletionProtectionEnabled")
        told["BillingMode"] = found.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        if told["BillingMode"] == "PROVISIONED":
            told["ProvisionedThroughput"] = pick(found["ProvisionedThroughput"], *_THROUGHPUT.members)
        if found.get("GlobalSecondaryIndexes"):
            told["GlobalSecondaryIndexes"] = [
                {
                    **pick(i, "IndexName", "KeySchema", "Projection"),
                    **(
                        {"ProvisionedThroughput": pick(i["ProvisionedThroughput"], *_THROUGHPUT.members)}
                        if told["BillingMode"] == "PROVISIONED"
                        else {}
                    ),
                }
                for i in found["GlobalSecondaryIndexes"]
            ]
        if found.get("StreamSpecification", {}).get("StreamEnabled"):
            told["StreamSpecification"] = pick(found["StreamSpecification"], "StreamViewType")
        ttl = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if ttl["TimeToLiveStatus"] == "ENABLED":
            told["TimeToLiveSpecification"] = {"AttributeName": ttl["AttributeName"], "Enabled": True}
        backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED"
        told["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": recovery}
        return {**told, "Tags": client.list_tags_of_resource(ResourceArn=found["TableArn"])["Tags"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = resource.aws("dynamodb").describe_table(TableName=resource.physical_id)["Table"]
        return {"Arn": found["TableArn"], "StreamArn": found.get("LatestStreamArn", "")}


HANDLERS: tuple[Handler, ...] = (Table(),)
