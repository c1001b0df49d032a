"""CloudWatch's alarms and log groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
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
from deploy.local.cloudformation.schema import TAGS, Props, Record, boolean, integer, listing, number, record, text

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


HANDLERS: tuple[Handler, ...] = (LogGroup(), Alarm())
