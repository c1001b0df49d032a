"""A bucket: private, encrypted, versioned, over TLS only, and kept when its stack goes.

Uploads come in under `incoming/`, and only they start functions; what functions make lies elsewhere. So a function can
never wake itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Distribution, Function, Queue
from deploy.meaning import Meaning
from deploy.resources.resource import Resource, Serves, Value, att, policy, ref, serving, sub, tags
from deploy.workloads.shared.contract import INCOMING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from architecture.spec import Bucket
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["permission", "resources"]


def resources(plan: Blueprint, env: Environment, bucket: Part[Bucket]) -> Iterator[Resource]:
    """Yield a bucket with its policy, and what lets it start its functions."""
    logical, serves = plan.names.logical(bucket.id), serving(bucket)
    functions = plan.out(bucket, Meaning.EVENT, Function)
    queues = plan.out(bucket, Meaning.NOTIFY, Queue)
    for link in functions:
        yield Resource(
            id=permission(plan, link.edges[0]),
            type="AWS::Lambda::Permission",
            serves=Serves(kind="edge", id=link.edges[0]),
            properties={
                "FunctionName": att(plan.names.logical(link.target.id), "Arn"),
                "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com",
                "SourceAccount": env.account,
                "SourceArn": f"arn:{env.partition}:s3:::{env.bucket_name(bucket.id)}",
            },
        )
    properties: dict[str, Value] = {
        # A literal name is known before the bucket exists, which breaks the circle bucket - function - role - bucket,
        # and lets a later stack adopt a bucket that an earlier one has left behind.
        "BucketName": env.bucket_name(bucket.id),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
        "LifecycleConfiguration": {"Rules": _lifecycle(bucket.spec)},
        "Tags": tags(env.named(bucket.id), serves),
    }
    skips = {"CKV_AWS_18": "access logs need a second bucket and are read by nobody here; CloudTrail can record access"}
    if bucket.spec.versioned:
        properties["VersioningConfiguration"] = {"Status": "Enabled"}
    else:
        skips["CKV_AWS_21"] = "the diagram asks for a bucket without versions"
    if bucket.spec.origins:
        properties["CorsConfiguration"] = {"CorsRules": [_cors(bucket.spec.origins)]}
    if functions or queues:
        properties["NotificationConfiguration"] = _notification(
            {"LambdaConfigurations": ("Function", [att(plan.names.logical(f.target.id), "Arn") for f in functions])},
            {"QueueConfigurations": ("Queue", [att(plan.names.logical(q.target.id), "Arn") for q in queues])},
        )
    # S3 asks whether it may start the function, or send to the queue, before it accepts the notification.
    after = (
        *(permission(plan, f.edges[0]) for f in functions),
        *(plan.names.logical(q.target.id, "Policy") for q in queues),
    )
    yield Resource(
        id=logical,
        type="AWS::S3::Bucket",
        serves=serves,
        properties=properties,
        after=after,
        kept="RetainExceptOnCreate",
        skips=skips,
    )
    yield _policy(plan, env, bucket, logical)


def permission(plan: Blueprint, edge: str) -> str:
    """Return the logical id of what lets a bucket start a function, by the line that says so."""
    return plan.names.logical(edge, "Permission")


def _notification(*kinds: Mapping[str, tuple[str, list[Value]]]) -> dict[str, Value]:
    only_incoming: Value = {"S3Key": {"Rules": [{"Name": "prefix", "Value": INCOMING}]}}
    return {
        name: [{"Event": "s3:ObjectCreated:*", key: target, "Filter": only_incoming} for target in targets]
        for kind in kinds
        for name, (key, targets) in kind.items()
        if targets
    }


def _lifecycle(spec: Bucket) -> list[Value]:
    rules: list[Value] = [
        {"Id": "abandoned-uploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2}}
    ]
    if spec.versioned:
        rules.append(
            {
                "Id": "old-versions",
                "Status": "Enabled",
                "NoncurrentVersionExpiration": {"NoncurrentDays": spec.keep_versions_days},
                "ExpiredObjectDeleteMarker": True,
            }
        )
    return rules


def _cors(origins: tuple[str, ...]) -> Value:
    return {
        "AllowedOrigins": [*origins],
        "AllowedMethods": ["PUT", "POST"],
        "AllowedHeaders": ["content-type", "content-md5", "x-amz-*"],
        "ExposedHeaders": ["ETag", "x-amz-version-id"],
        "MaxAge": 3000,
    }


def _policy(plan: Blueprint, env: Environment, bucket: Part[Bucket], logical: str) -> Resource:
    everything: Value = [att(logical, "Arn"), sub(f"${{{logical}.Arn}}/*")]
    statements: list[Mapping[str, Value]] = [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            "Sid": "ModernTlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        },
    ]
    for link in plan.into(bucket, Meaning.ORIGIN, Distribution):
        distribution = plan.names.logical(link.source.id)
        statements.append(
            {
                "Sid": f"ShownBy{distribution}",
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": sub(f"${{{logical}.Arn}}/*"),
                "Condition": {
                    "StringEquals": {
                        "AWS:SourceArn": sub(
                            f"arn:{env.partition}:cloudfront::{env.account}:distribution/${{{distribution}}}"
                        )
                    }
                },
            }
        )
    return Resource(
        id=plan.names.logical(bucket.id, "Policy"),
        type="AWS::S3::BucketPolicy",
        serves=Serves(kind="part", id=bucket.id),
        properties={"Bucket": ref(logical), "PolicyDocument": policy(*statements)},
    )
