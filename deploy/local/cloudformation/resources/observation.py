"""CloudWatch and its logs; the parameters of SSM; tables of DynamoDB."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exchange_tags,
    exists,
    gone_is_fine,
    or_removed,
    pick,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import (
    TAGS,
    Props,
    Record,
    boolean,
    integer,
    listing,
    mapping,
    number,
    record,
    text,
)

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["HANDLERS"]


class LogGroup(Handler):
    TYPE = "AWS::Logs::LogGroup"
    NAME = "LogGroupName"
    TAGGED = True
    PROPERTIES = record(
        LogGroupName=text(replace=True),
        RetentionInDays=integer(),
        KmsKeyId=text(),
        LogGroupClass=text("STANDARD", "INFREQUENT_ACCESS", replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Arn",)

    def create(self, resource: Resource) -> str:
        props, logs = resource.properties, resource.aws("logs")
        name: str = props.get("LogGroupName", resource.name)
        asked = {"logGroupName": name, "tags": resource.user_tags}
        if "KmsKeyId" in props:
            asked["kmsKeyId"] = props["KmsKeyId"]
        if "LogGroupClass" in props:
            asked["logGroupClass"] = props["LogGroupClass"]
        logs.create_log_group(**{k: v for k, v in asked.items() if v})
        with or_removed(self, replace(resource, physical_id=name)):
            self._retain(logs, name, {}, props)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        logs, name, after = resource.aws("logs"), resource.physical_id, resource.properties
        self._retain(logs, name, before, after)
        if after.get("KmsKeyId") != before.get("KmsKeyId"):
            if "KmsKeyId" in after:
                logs.associate_kms_key(logGroupName=name, kmsKeyId=after["KmsKeyId"])
            else:
                logs.disassociate_kms_key(logGroupName=name)
        exchange_tags(
            logs.list_tags_log_group(logGroupName=name).get("tags", {}),
            resource.user_tags,
            lambda lost: logs.untag_log_group(logGroupName=name, tags=lost),
            lambda tags: logs.tag_log_group(logGroupName=name, tags=tags),
        )
        return name

    def _retain(self, logs: Client, name: str, before: Props, after: Props) -> None:
        if "RetentionInDays" in after:
            logs.put_retention_policy(logGroupName=name, retentionInDays=after["RetentionInDays"])
        elif "RetentionInDays" in before:
            logs.delete_retention_policy(logGroupName=name)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("logs").delete_log_group(logGroupName=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = self._find(resource)
        told = {"LogGroupName": found["logGroupName"]}
        for name, key in (
            ("RetentionInDays", "retentionInDays"),
            ("KmsKeyId", "kmsKeyId"),
            ("LogGroupClass", "logGroupClass"),
        ):
            told |= {name: found[key]} if found.get(key) else {}
        tags = resource.aws("logs").list_tags_log_group(logGroupName=resource.physical_id).get("tags", {})
        return {**told, "Tags": tag_list(tags)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Arn": self._find(resource)["arn"]}

    def _find(self, resource: Resource) -> dict[str, Any]:
        groups = resource.aws("logs").describe_log_groups(logGroupNamePrefix=resource.physical_id)["logGroups"]
        for group in groups:
            if group["logGroupName"] == resource.physical_id:
                return group
        raise ResourceError(f"{resource.physical_id} does not exist")


_ALARM: Final = {
    "AlarmDescription": text(),
    "ActionsEnabled": boolean(),
    "OKActions": listing(text()),
    "AlarmActions": listing(text()),
    "InsufficientDataActions": listing(text()),
    "MetricName": text(),
    "Namespace": text(),
    "Statistic": text("SampleCount", "Average", "Sum", "Minimum", "Maximum"),
    "ExtendedStatistic": text(),
    "Dimensions": listing(record(Name=text(needed=True), Value=text(needed=True))),
    "Period": integer(),
    "Unit": text(),
    "EvaluationPeriods": integer(needed=True),
    "DatapointsToAlarm": integer(),
    "Threshold": number(),
    "ComparisonOperator": text(needed=True),
    "TreatMissingData": text("breaching", "notBreaching", "ignore", "missing"),
    "EvaluateLowSampleCountPercentile": text(),
}


class Alarm(Handler):
    TYPE = "AWS::CloudWatch::Alarm"
    NAME = "AlarmName"
    TAGGED = True
    PROPERTIES = Record(members={"AlarmName": text(replace=True), **_ALARM, "Tags": TAGS})
    ATTRIBUTES = ("Arn",)

    def create(self, resource: Resource) -> str:
        name: str = resource.properties.get("AlarmName", resource.name)
        self._put(resource, name, Tags=tag_list(resource.all_tags))
        return name

    def update(self, resource: Resource, before: Props) -> str:
        client, name = resource.aws("cloudwatch"), resource.physical_id
        self._put(resource, name)
        arn = self._find(resource)["AlarmArn"]
        exchange_tags(
            tag_dict(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
            resource.user_tags,
            lambda lost: client.untag_resource(ResourceARN=arn, TagKeys=lost),
            lambda tags: client.tag_resource(ResourceARN=arn, Tags=tag_list(tags)),
        )
        return name

    def _put(self, resource: Resource, name: str, **more: Any) -> None:
        said = pick(resource.properties, *_ALARM)
        resource.aws("cloudwatch").put_metric_alarm(AlarmName=name, **said, **more)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("cloudwatch").delete_alarms(AlarmNames=[resource.physical_id])

    def read(self, resource: Resource) -> Props:
        found = self._find(resource)
        told = {n: v for n, v in pick(found, "AlarmName", *_ALARM).items() if v not in ("", None, [])}
        arn = found["AlarmArn"]
        return {**told, "Tags": resource.aws("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Arn": self._find(resource)["AlarmArn"]}

    def _find(self, resource: Resource) -> dict[str, Any]:
        alarms = resource.aws("cloudwatch").describe_alarms(AlarmNames=[resource.physical_id])["MetricAlarms"]
        if not alarms:
            raise ResourceError(f"{resource.physical_id} does not exist")
        return alarms[0]


class Parameter(Handler):
    TYPE = "AWS::SSM::Parameter"
    NAME = "Name"
    PROPERTIES = record(
        Name=text(replace=True),
        Type=text("String", "StringList", needed=True, replace=True),
        Value=text(needed=True),
        Description=text(),
        AllowedPattern=text(),
        DataType=text(),
        Tier=text("Standard", "Advanced", "Intelligent-Tiering"),
        Tags=mapping(text()),
    )
    ATTRIBUTES = ("Type", "Value")

    def create(self, resource: Resource) -> str:
        name: str = resource.properties.get("Name", resource.name)
        ssm = resource.aws("ssm")
        if exists(lambda: ssm.get_parameter(Name=name)):
            raise ResourceError(f"{name} already exists")
        said = {k: v for k, v in resource.properties.items() if k not in {"Name", "Tags"}}
        ssm.put_parameter(Name=name, Tags=tag_list(self._tags(resource)), **said)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        ssm, name = resource.aws("ssm"), resource.physical_id
        said = {k: v for k, v in resource.properties.items() if k not in {"Name", "Tags"}}
        lost = [k for k in before if k not in said and k in {"Description", "AllowedPattern"}]
        ssm.put_parameter(Name=name, Overwrite=True, **said, **dict.fromkeys(lost, ""))
        mine = {"ResourceType": "Parameter", "ResourceId": name}
        exchange_tags(
            tag_dict(ssm.list_tags_for_resource(**mine)["TagList"]),
            self._tags(resource),
            lambda gone: ssm.remove_tags_from_resource(**mine, TagKeys=gone),
            lambda tags: ssm.add_tags_to_resource(**mine, Tags=tag_list(tags)),
        )
        return name

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ssm").delete_parameter(Name=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        ssm, name = resource.aws("ssm"), resource.physical_id
        told = pick(ssm.get_parameter(Name=name)["Parameter"], "Name", "Type", "Value", "DataType")
        mine = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        found = ssm.describe_parameters(ParameterFilters=mine)["Parameters"][0]
        told |= {n: v for n, v in pick(found, "Description", "AllowedPattern", "Tier").items() if v}
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        return {**told, "Tags": tag_dict(tags)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return pick(resource.properties, "Type", "Value")

    def _tags(self, resource: Resource) -> dict[str, str]:
        return {**resource.tags, **resource.properties.get("Tags", {})}


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


HANDLERS: tuple[Handler, ...] = (LogGroup(), Alarm(), Parameter(), Table())
