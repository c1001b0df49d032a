"""CloudFormation's own resources: wait conditions and their handles; and the metadata that cdk writes."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from deploy.local.cloudformation.resources.base import Handler, Resource
from deploy.local.cloudformation.schema import Props, integer, record, text
from deploy.local.cloudformation.signals import BUCKET

__all__ = ["HANDLERS", "key_of"]

_YEAR: Final = 365 * 24 * 3600 - 1


def key_of(handle: str) -> str:
    """Return the key of a handle, which is its URL."""
    return unquote(urlsplit(handle).path).split("/", 2)[2]


class WaitConditionHandle(Handler):
    TYPE = "AWS::CloudFormation::WaitConditionHandle"

    def create(self, resource: Resource) -> str:
        aws = resource.aws
        return aws.presigned_put(f"{BUCKET}{aws.region}", f"{resource.stack_id}/{resource.name}", seconds=_YEAR)

    def restore(self, resource: Resource) -> str:
        """Keep the address while it leads here: a newly signed one would be a change of who carries it."""
        fresh = self.create(resource)
        return resource.physical_id if urlsplit(resource.physical_id).netloc == urlsplit(fresh).netloc else fresh

    def update(self, resource: Resource, before: Props) -> str:
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        pass  # an address that nobody waits at is no thing

    def read(self, resource: Resource) -> Props:
        return {}


class WaitCondition(Handler):
    TYPE = "AWS::CloudFormation::WaitCondition"
    PROPERTIES = record(
        Handle=text(replace=True, hidden=True),
        Timeout=integer(replace=True, hidden=True),
        Count=integer(replace=True, hidden=True),
    )
    ATTRIBUTES = ("Data",)
    FORGETS = False

    def create(self, resource: Resource) -> str:
        self._wait(resource)
        return f"{resource.stack_id}/{resource.name}"

    def restore(self, resource: Resource) -> str:
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        pass  # it has happened

    def read(self, resource: Resource) -> Props:
        return {}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Data": json.dumps(self._wait(resource))}

    def _wait(self, resource: Resource) -> dict[str, str]:
        props = resource.properties
        assert resource.waiting is not None
        return resource.waiting(key_of(props["Handle"]), props.get("Count", 1), props.get("Timeout", 0))


class CdkMetadata(Handler):
    TYPE = "AWS::CDK::Metadata"
    PROPERTIES = record(Analytics=text(hidden=True))

    def create(self, resource: Resource) -> str:
        return resource.name

    def update(self, resource: Resource, before: Props) -> str:
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        pass  # it was never more than a note

    def read(self, resource: Resource) -> Props:
        return {}


HANDLERS: tuple[Handler, ...] = (WaitConditionHandle(), WaitCondition(), CdkMetadata())
