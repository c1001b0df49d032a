"""What the resource types of EC2 have in common: tags, and how one of many is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, tag_dict, tag_list
from deploy.local.cloudformation.schema import Props

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["Ec2Handler", "one", "own_tags", "retag"]


class Ec2Handler(Handler):
    """What the resources of EC2 have in common: tags, given at creation and changed in one way."""

    TAGGED = True
    KIND: ClassVar[str] = ""

    def ec2(self, resource: Resource) -> Client:
        """Return the client."""
        return resource.aws("ec2")

    def tagging(self, resource: Resource) -> dict[str, Any]:
        """Return the argument that tags a resource while it is made."""
        tags = tag_list(resource.all_tags, reserved=True)
        return {"TagSpecifications": [{"ResourceType": self.KIND, "Tags": tags}]} if tags else {}

    def update(self, resource: Resource, before: Props) -> str:
        """Change the tags, and what else the type can change."""
        self.change(resource, before)
        retag(self.ec2(resource), resource, before)
        return resource.physical_id

    def change(self, resource: Resource, before: Props) -> None:
        """Change what is not a tag."""


def one(answer: dict[str, Any], key: str) -> dict[str, Any]:
    """Return the only element of a describe call's answer."""
    found: list[dict[str, Any]] = answer[key]
    if len(found) != 1:
        raise ResourceError(f"{len(found)} {key} instead of one")
    return found[0]


def own_tags(found: dict[str, Any]) -> list[dict[str, str]]:
    """Return the tags of a described resource without AWS's own."""
    return [t for t in found.get("Tags", []) if not t["Key"].startswith("aws:")]


def retag(client: Client, resource: Resource, before: Props) -> None:
    """Bring the tags of an EC2 resource from what they were to what they are to be."""
    old, new = {**resource.tags_before, **tag_dict(before.get("Tags", ()))}, resource.all_tags
    if lost := [k for k in old if k not in new]:
        client.delete_tags(Resources=[resource.physical_id], Tags=[{"Key": k} for k in lost])
    if new and new != old:
        client.create_tags(Resources=[resource.physical_id], Tags=tag_list(new, reserved=True))
