"""EC2's launch templates."""

from __future__ import annotations

from typing import Any

from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, pick
from deploy.local.cloudformation.resources.ec2 import one, own_tags
from deploy.local.cloudformation.schema import TAGS, Props, document, listing, record, text
from deploy.local.values import is_list, is_map

__all__ = ["HANDLERS"]


class LaunchTemplate(Handler):
    TYPE = "AWS::EC2::LaunchTemplate"
    NAME = "LaunchTemplateName"
    PROPERTIES = record(
        LaunchTemplateName=text(replace=True),
        LaunchTemplateData=document(needed=True),
        VersionDescription=text(),
        TagSpecifications=listing(record(ResourceType=text(needed=True), Tags=TAGS), replace=True),
    )
    ATTRIBUTES = ("LaunchTemplateId", "DefaultVersionNumber", "LatestVersionNumber")

    def create(self, resource: Resource) -> str:
        props = resource.properties
        asked = pick(props, "LaunchTemplateData", "VersionDescription", "TagSpecifications")
        name = props.get("LaunchTemplateName", resource.name)
        made = resource.aws("ec2").create_launch_template(LaunchTemplateName=name, **asked)
        return made["LaunchTemplate"]["LaunchTemplateId"]

    def update(self, resource: Resource, before: Props) -> str:
        ec2 = resource.aws("ec2")
        asked = pick(resource.properties, "LaunchTemplateData", "VersionDescription")
        ec2.create_launch_template_version(LaunchTemplateId=resource.physical_id, **asked)
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ec2").delete_launch_template(LaunchTemplateId=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        ec2, mine = resource.aws("ec2"), {"LaunchTemplateId": resource.physical_id}
        version = one(ec2.describe_launch_template_versions(**mine, Versions=["$Latest"]), "LaunchTemplateVersions")
        data = _without_nothing(version["LaunchTemplateData"])
        if "TagSpecifications" not in resource.properties.get("LaunchTemplateData", {}):
            data.pop("TagSpecifications", None)  # moto puts the template's own tags there too
        found = one(ec2.describe_launch_templates(LaunchTemplateIds=[resource.physical_id]), "LaunchTemplates")
        told = {"LaunchTemplateName": version["LaunchTemplateName"], "LaunchTemplateData": data}
        if tags := own_tags(found):
            told["TagSpecifications"] = [{"ResourceType": "launch-template", "Tags": tags}]
        return {**told, **pick(version, "VersionDescription")}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        mine = resource.aws("ec2").describe_launch_templates(LaunchTemplateIds=[resource.physical_id])
        found = one(mine, "LaunchTemplates")
        numbers = {n: str(found[n]) for n in ("DefaultVersionNumber", "LatestVersionNumber")}
        return {"LaunchTemplateId": resource.physical_id, **numbers}


def _without_nothing(value: Any) -> Any:
    """Return a structure without its empty members, which the API tells and templates do not."""
    if is_map(value):
        cleaned = {k: _without_nothing(v) for k, v in value.items()}
        return {k: v for k, v in cleaned.items() if v not in ({}, [], "", None)}
    return [_without_nothing(v) for v in value] if is_list(value) else value


HANDLERS: tuple[Handler, ...] = (LaunchTemplate(),)
