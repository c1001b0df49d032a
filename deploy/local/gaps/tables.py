"""DynamoDB: a tag that is given again, which moto keeps beside the old one."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have a new value of a tag take the place of the old one."""
    from moto.dynamodb.models import DynamoDBBackend

    backend = cast("Any", DynamoDBBackend)
    add = backend.tag_resource

    def tag_resource(self: Any, arn: str, tags: dict[str, str]) -> None:
        self.untag_resource(arn, list(tags))
        add(self, arn, tags)

    backend.tag_resource = tag_resource
