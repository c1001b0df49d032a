"""S3's buckets and their policies."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

from deploy.local.aws import ClientError
from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exists,
    gone_is_fine,
    is_missing,
    or_removed,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.resources.bucket_settings import SETTINGS
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

__all__ = ["HANDLERS"]

_FILTER: Final = record(
    S3Key=record(
        Rules=listing(record(Name=text("prefix", "suffix", needed=True), Value=text(needed=True))), needed=True
    )
)


def _target(name: str) -> Kind:
    return listing(Record(members={"Event": text(needed=True), name: text(needed=True), "Filter": _FILTER}))


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
