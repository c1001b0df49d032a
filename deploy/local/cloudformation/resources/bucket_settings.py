"""What is set on an S3 bucket, setting by setting: how it is put, taken away and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.resources.base import pick, renamed
from deploy.local.cloudformation.schema import Props

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.aws import Client

__all__ = ["SETTINGS"]

_CORS: Final = {
    "AllowedOrigins": "AllowedOrigins",
    "AllowedMethods": "AllowedMethods",
    "AllowedHeaders": "AllowedHeaders",
    "ExposedHeaders": "ExposeHeaders",
    "MaxAge": "MaxAgeSeconds",
    "Id": "ID",
}

_TARGETS: Final = (
    ("LambdaConfigurations", "Function", "LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("QueueConfigurations", "Queue", "QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "Topic", "TopicConfigurations", "TopicArn"),
)
"""Where events go: the list and its member in a template, the same in the API."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that is set on a bucket: how it is put, taken away and read (None where it is not set)."""

    put: Callable[[Client, str, Any], object]
    clear: Callable[[Client, str], object]
    read: Callable[[Client, str], Any]


def _lifecycle_rule(rule: Props) -> dict[str, Any]:
    made = renamed(rule, {"Id": "ID", "Status": "Status", "Transitions": "Transitions"})
    made |= pick(rule, "AbortIncompleteMultipartUpload")
    if "NoncurrentVersionExpiration" in rule:
        made["NoncurrentVersionExpiration"] = pick(
            rule["NoncurrentVersionExpiration"], "NoncurrentDays", "NewerNoncurrentVersions"
        )
    expiration = renamed(rule, {"ExpirationInDays": "Days", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"})
    if expiration:
        made["Expiration"] = expiration
    if "Transitions" in rule:
        made["Transitions"] = [renamed(t, _TRANSITION) for t in rule["Transitions"]]
    return {**made, "Filter": {"Prefix": rule.get("Prefix", "")}}


_TRANSITION: Final = {"TransitionInDays": "Days", "StorageClass": "StorageClass"}


def _told_lifecycle_rule(rule: dict[str, Any]) -> Props:
    told = renamed(rule, {"ID": "Id", "Status": "Status"})
    told |= pick(rule, "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")
    told |= renamed(
        rule.get("Expiration", {}),
        {"Days": "ExpirationInDays", "ExpiredObjectDeleteMarker": "ExpiredObjectDeleteMarker"},
    )
    if rule.get("Transitions"):
        told["Transitions"] = [renamed(t, {v: k for k, v in _TRANSITION.items()}) for t in rule["Transitions"]]
    prefix = rule.get("Filter", {}).get("Prefix") or rule.get("Prefix")
    return {**told, "Prefix": prefix} if prefix else told


def _put_notification(client: Client, bucket: str, value: Props) -> None:
    asked: dict[str, Any] = {}
    for ours, target, theirs, arn in _TARGETS:
        if ours in value:
            asked[theirs] = [_event(c, target, arn) for c in value[ours]]
    if "EventBridgeConfiguration" in value and value["EventBridgeConfiguration"].get("EventBridgeEnabled", True):
        asked["EventBridgeConfiguration"] = {}
    client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=asked)


def _event(said: Props, target: str, arn: str) -> dict[str, Any]:
    made = {arn: said[target], "Events": [said["Event"]]}
    return {**made, "Filter": {"Key": {"FilterRules": said["Filter"]["S3Key"]["Rules"]}}} if "Filter" in said else made


def _read_notification(client: Client, bucket: str) -> Props:
    found = client.get_bucket_notification_configuration(Bucket=bucket)
    told: Props = {}
    for ours, target, theirs, arn in _TARGETS:
        if found.get(theirs):
            told[ours] = [_told_event(c, event, target, arn) for c in found[theirs] for event in c["Events"]]
    told["EventBridgeConfiguration"] = {"EventBridgeEnabled": "EventBridgeConfiguration" in found}
    return told


def _told_event(found: dict[str, Any], event: str, target: str, arn: str) -> Props:
    told = {"Event": event, target: found[arn]}
    rules = found.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    return (
        {**told, "Filter": {"S3Key": {"Rules": [{**r, "Name": r["Name"].lower()} for r in rules]}}} if rules else told
    )


def _put_website(client: Client, bucket: str, value: Props) -> None:
    asked: dict[str, Any] = {}
    if "IndexDocument" in value:
        asked["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        asked["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    asked |= pick(value, "RedirectAllRequestsTo")
    client.put_bucket_website(Bucket=bucket, WebsiteConfiguration=asked)


def _read_website(client: Client, bucket: str) -> Props | None:
    found = client.get_bucket_website(Bucket=bucket)
    told = pick(found, "RedirectAllRequestsTo")
    if "IndexDocument" in found:
        told["IndexDocument"] = found["IndexDocument"]["Suffix"]
    if "ErrorDocument" in found:
        told["ErrorDocument"] = found["ErrorDocument"]["Key"]
    return told or None


def _put_encryption(client: Client, bucket: str, value: Props) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            **pick(rule, "BucketKeyEnabled"),
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _read_encryption(client: Client, bucket: str) -> Props | None:
    rules = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    names = {
        "ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault",
        "BucketKeyEnabled": "BucketKeyEnabled",
    }
    return {"ServerSideEncryptionConfiguration": [renamed(r, names) for r in rules]}


SETTINGS: Final[Mapping[str, Setting]] = {
    "VersioningConfiguration": Setting(
        lambda s3, b, v: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration=v),
        lambda s3, b: s3.put_bucket_versioning(Bucket=b, VersioningConfiguration={"Status": "Suspended"}),
        lambda s3, b: pick(s3.get_bucket_versioning(Bucket=b), "Status") or None,
    ),
    "OwnershipControls": Setting(
        lambda s3, b, v: s3.put_bucket_ownership_controls(Bucket=b, OwnershipControls=v),
        lambda s3, b: s3.delete_bucket_ownership_controls(Bucket=b),
        lambda s3, b: pick(s3.get_bucket_ownership_controls(Bucket=b)["OwnershipControls"], "Rules"),
    ),
    "PublicAccessBlockConfiguration": Setting(
        lambda s3, b, v: s3.put_public_access_block(Bucket=b, PublicAccessBlockConfiguration=v),
        lambda s3, b: s3.delete_public_access_block(Bucket=b),
        lambda s3, b: s3.get_public_access_block(Bucket=b)["PublicAccessBlockConfiguration"],
    ),
    "BucketEncryption": Setting(_put_encryption, lambda s3, b: s3.delete_bucket_encryption(Bucket=b), _read_encryption),
    "LifecycleConfiguration": Setting(
        lambda s3, b, v: s3.put_bucket_lifecycle_configuration(
            Bucket=b, LifecycleConfiguration={"Rules": [_lifecycle_rule(r) for r in v["Rules"]]}
        ),
        lambda s3, b: s3.delete_bucket_lifecycle(Bucket=b),
        lambda s3, b: {
            "Rules": [_told_lifecycle_rule(r) for r in s3.get_bucket_lifecycle_configuration(Bucket=b).get("Rules", [])]
        },
    ),
    "CorsConfiguration": Setting(
        lambda s3, b, v: s3.put_bucket_cors(
            Bucket=b, CORSConfiguration={"CORSRules": [renamed(r, _CORS) for r in v["CorsRules"]]}
        ),
        lambda s3, b: s3.delete_bucket_cors(Bucket=b),
        lambda s3, b: {
            "CorsRules": [
                renamed(r, {v: k for k, v in _CORS.items()}) for r in s3.get_bucket_cors(Bucket=b)["CORSRules"]
            ]
        },
    ),
    "WebsiteConfiguration": Setting(_put_website, lambda s3, b: s3.delete_bucket_website(Bucket=b), _read_website),
    "Tags": Setting(
        lambda s3, b, v: s3.put_bucket_tagging(Bucket=b, Tagging={"TagSet": v}),
        lambda s3, b: s3.delete_bucket_tagging(Bucket=b),
        lambda s3, b: s3.get_bucket_tagging(Bucket=b)["TagSet"],
    ),
    "NotificationConfiguration": Setting(
        _put_notification, lambda s3, b: _put_notification(s3, b, {}), _read_notification
    ),
}
