"""A CloudFront distribution that shows a private bucket, which lets in nobody else (origin access control)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Bucket
from deploy.meaning import Meaning
from deploy.resources.resource import Resource, Serves, Value, att, serving, tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.spec import Distribution
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["resources"]

_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""The managed cache policy CachingOptimized. Source: "Use managed cache policies" in the CloudFront guide."""

_SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
"""The managed response headers policy SecurityHeadersPolicy. Source: likewise for response headers policies."""


def resources(plan: Blueprint, env: Environment, distribution: Part[Distribution]) -> Iterator[Resource]:
    """Yield a distribution and its access control. The bucket's policy names the distribution (see `bucket`)."""
    logical, serves = plan.names.logical(distribution.id), serving(distribution)
    control = plan.names.logical(distribution.id, "Access")
    name = env.named(distribution.id)
    yield Resource(
        id=control,
        type="AWS::CloudFront::OriginAccessControl",
        serves=Serves(kind="part", id=distribution.id),
        properties={
            "OriginAccessControlConfig": {
                "Name": name,
                "OriginAccessControlOriginType": "s3",
                "SigningBehavior": "always",
                "SigningProtocol": "sigv4",
            }
        },
    )
    origins: list[Value] = [
        {
            "Id": link.target.id,
            "DomainName": att(plan.names.logical(link.target.id), "RegionalDomainName"),
            "OriginAccessControlId": att(control, "Id"),
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        for link in plan.out(distribution, Meaning.ORIGIN, Bucket)
    ]
    yield Resource(
        id=logical,
        type="AWS::CloudFront::Distribution",
        serves=serves,
        skips={
            "CKV_AWS_68": "a web application firewall costs at least 5 USD a month and guards static files only here",
            "CKV_AWS_86": "access logs need a second bucket and are read by nobody here",
            "CKV_AWS_174": "CloudFront's own certificate comes with its own policy; one's own domain would set TLS 1.2",
        },
        properties={
            "DistributionConfig": {
                "Comment": name,
                "Enabled": True,
                "DefaultRootObject": distribution.spec.index,
                "HttpVersion": "http2and3",
                "IPV6Enabled": True,
                "PriceClass": "PriceClass_All",
                "Origins": origins,
                "DefaultCacheBehavior": {
                    "TargetOriginId": plan.out(distribution, Meaning.ORIGIN, Bucket)[0].target.id,
                    "ViewerProtocolPolicy": "redirect-to-https",
                    "AllowedMethods": ["GET", "HEAD"],
                    "Compress": True,
                    "CachePolicyId": _OPTIMIZED,
                    "ResponseHeadersPolicyId": _SECURITY_HEADERS,
                },
                "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
            },
            "Tags": tags(name, serves),
        },
    )
