"""S3: buckets with all that is set on them, and bucket policies."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.aws import ClientError
from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exists,
    gone_is_fine,
    is_missing,
    or_removed,
    pick,
    renamed,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import (
    TAGS,
    Kind,
    Props,
    Record,
    boolean,
    document,
    integer,
    listing,
    record,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.aws import Client

__all__ = ["HANDLERS"]

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
_FILTER: Final = record(
    S3Key=record(
        Rules=listing(record(Name=text("prefix", "suffix", needed=True), Value=text(needed=True))), needed=True
    )
)


def _target(name: str) -> Kind:
    return listing(Record(members={"Event": text(needed=True), name: text(needed=True), "Filter": _FILTER}))


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
    if "EventBridgeConfiguration" in value:
        asked["EventBridgeConfiguration"] = {}
    client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=asked)


def _event(said: Props, target: str, arn: str) -> dict[str, Any]:
    made = {arn: said[target], "Events": [said["Event"]]}
    return {**made, "Filter": {"Key": {"FilterRules": said["Filter"]["S3Key"]["Rules"]}}} if "Filter" in said else made


def _read_notification(client: Client, bucket: str) -> Props | None:
    found = client.get_bucket_notification_configuration(Bucket=bucket)
    told: Props = {}
    for ours, target, theirs, arn in _TARGETS:
        if found.get(theirs):
            told[ours] = [_told_event(c, event, target, arn) for c in found[theirs] for event in c["Events"]]
    if "EventBridgeConfiguration" in found:
        told["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return told or None


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


class Bucket(Handler):
    TYPE = "AWS::S3::Bucket"
    NAME = "BucketName"
    TAGGED = True
    PROPERTIES = record(
        BucketName=text(replace=True),
        OwnershipControls=record(
            Rules=listing(
                record(ObjectOwnership=text("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter")),
                needed=True,
            )
        ),
        PublicAccessBlockConfiguration=record(
            BlockPublicAcls=boolean(),
            BlockPublicPolicy=boolean(),
            IgnorePublicAcls=boolean(),
            RestrictPublicBuckets=boolean(),
        ),
        BucketEncryption=record(
            ServerSideEncryptionConfiguration=listing(
                record(
                    BucketKeyEnabled=boolean(),
                    ServerSideEncryptionByDefault=record(
                        SSEAlgorithm=text("AES256", "aws:kms", "aws:kms:dsse", needed=True), KMSMasterKeyID=text()
                    ),
                ),
                needed=True,
            )
        ),
        VersioningConfiguration=record(Status=text("Enabled", "Suspended", needed=True)),
        LifecycleConfiguration=record(
            Rules=listing(
                record(
                    Id=text(),
                    Status=text("Enabled", "Disabled", needed=True),
                    Prefix=text(),
                    AbortIncompleteMultipartUpload=record(DaysAfterInitiation=integer(needed=True)),
                    NoncurrentVersionExpiration=record(NoncurrentDays=integer(needed=True)),
                    ExpirationInDays=integer(),
                    ExpiredObjectDeleteMarker=boolean(),
                    Transitions=listing(record(StorageClass=text(needed=True), TransitionInDays=integer(needed=True))),
                ),
                needed=True,
            )
        ),
        CorsConfiguration=record(
            CorsRules=listing(
                record(
                    Id=text(),
                    AllowedOrigins=listing(text(), needed=True),
                    AllowedMethods=listing(text("GET", "PUT", "HEAD", "POST", "DELETE"), needed=True),
                    AllowedHeaders=listing(text()),
                    ExposedHeaders=listing(text()),
                    MaxAge=integer(),
                ),
                needed=True,
            )
        ),
        WebsiteConfiguration=record(
            IndexDocument=text(),
            ErrorDocument=text(),
            RedirectAllRequestsTo=record(HostName=text(needed=True), Protocol=text("http", "https")),
        ),
        Tags=TAGS,
        NotificationConfiguration=record(
            LambdaConfigurations=_target("Function"),
            QueueConfigurations=_target("Queue"),
            TopicConfigurations=_target("Topic"),
            EventBridgeConfiguration=record(EventBridgeEnabled=boolean()),
        ),
    )
    ATTRIBUTES = ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL")

    def create(self, resource: Resource) -> str:
        s3 = resource.aws("s3")
        bucket: str = resource.properties.get("BucketName", resource.name.lower())
        elsewhere = resource.aws.region != "us-east-1"
        if exists(lambda: s3.head_bucket(Bucket=bucket)):
            raise ResourceError(f"{bucket} already exists")
        region = {"CreateBucketConfiguration": {"LocationConstraint": resource.aws.region}} if elsewhere else {}
        s3.create_bucket(Bucket=bucket, **region)
        resource = replace(resource, physical_id=bucket, tags_before={})
        with or_removed(self, resource):
            self.update(resource, {})
        return bucket

    def restore(self, resource: Resource) -> str:
        if exists(lambda: resource.aws("s3").head_bucket(Bucket=resource.physical_id)):
            return resource.physical_id  # buckets come back by themselves, with all that is set on them
        return self.create(resource)

    def update(self, resource: Resource, before: Props) -> str:
        s3, bucket = resource.aws("s3"), resource.physical_id
        after = {**resource.properties, "Tags": tag_list(resource.all_tags)}
        before = {**before, "Tags": tag_list({**resource.tags_before, **tag_dict(before.get("Tags", ()))})}
        for name, setting in SETTINGS.items():
            old, new = before.get(name) or None, after.get(name) or None
            if old == new:
                continue
            if new is None:
                setting.clear(s3, bucket)
            else:
                setting.put(s3, bucket, new)
        return bucket

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("s3").delete_bucket(Bucket=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        s3 = resource.aws("s3")
        s3.head_bucket(Bucket=resource.physical_id)
        told: Props = {"BucketName": resource.physical_id}
        for name, setting in SETTINGS.items():
            try:
                value = setting.read(s3, resource.physical_id)
            except ClientError as error:
                if is_missing(error) or error.response["Error"]["Code"].endswith("NotFoundError"):
                    continue
                raise
            told |= {} if value is None else {name: value}
        return told

    def attributes(self, resource: Resource) -> dict[str, Any]:
        bucket, region = resource.physical_id, resource.aws.region
        return {
            "Arn": f"arn:aws:s3:::{bucket}",
            "DomainName": f"{bucket}.s3.amazonaws.com",
            "DualStackDomainName": f"{bucket}.s3.dualstack.{region}.amazonaws.com",
            "RegionalDomainName": f"{bucket}.s3.{region}.amazonaws.com",
            "WebsiteURL": f"http://{bucket}.s3-website-{region}.amazonaws.com",
        }


class BucketPolicy(Handler):
    TYPE = "AWS::S3::BucketPolicy"
    PROPERTIES = record(Bucket=text(needed=True, replace=True), PolicyDocument=document(needed=True))

    def create(self, resource: Resource) -> str:
        bucket = resource.properties["Bucket"]
        try:
            resource.aws("s3").get_bucket_policy(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
        else:
            raise ResourceError(f"The bucket policy already exists on bucket {bucket}.")
        self.update(resource, {})
        return bucket

    def restore(self, resource: Resource) -> str:
        return self.update(resource, {})

    def update(self, resource: Resource, before: Props) -> str:
        bucket = resource.properties["Bucket"]
        resource.aws("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(resource.properties["PolicyDocument"]))
        return bucket

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("s3").delete_bucket_policy(Bucket=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = resource.aws("s3").get_bucket_policy(Bucket=resource.physical_id)
        return {"Bucket": resource.physical_id, "PolicyDocument": json.loads(found["Policy"])}


HANDLERS: tuple[Handler, ...] = (Bucket(), BucketPolicy())
