"""SSM's parameters."""

from __future__ import annotations

from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exchange_tags,
    exists,
    gone_is_fine,
    pick,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import Props, mapping, record, text

__all__ = ["HANDLERS"]


class Parameter(Handler):
    TYPE = "AWS::SSM::Parameter"
    NAME = "Name"
    PROPERTIES = record(
        Name=text(replace=True),
        Type=text("String", "StringList", needed=True, replace=True),
        Value=text(needed=True),
        Description=text(),
        AllowedPattern=text(),
        DataType=text(),
        Tier=text("Standard", "Advanced", "Intelligent-Tiering"),
        Tags=mapping(text()),
    )
    ATTRIBUTES = ("Type", "Value")

    def create(self, resource: Resource) -> str:
        name: str = resource.properties.get("Name", resource.name)
        ssm = resource.aws("ssm")
        if exists(lambda: ssm.get_parameter(Name=name)):
            raise ResourceError(f"{name} already exists")
        said = {k: v for k, v in resource.properties.items() if k not in {"Name", "Tags"}}
        ssm.put_parameter(Name=name, Tags=tag_list(self._tags(resource)), **said)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        ssm, name = resource.aws("ssm"), resource.physical_id
        said = {k: v for k, v in resource.properties.items() if k not in {"Name", "Tags"}}
        lost = [k for k in before if k not in said and k in {"Description", "AllowedPattern"}]
        ssm.put_parameter(Name=name, Overwrite=True, **said, **dict.fromkeys(lost, ""))
        mine = {"ResourceType": "Parameter", "ResourceId": name}
        exchange_tags(
            tag_dict(ssm.list_tags_for_resource(**mine)["TagList"]),
            self._tags(resource),
            lambda gone: ssm.remove_tags_from_resource(**mine, TagKeys=gone),
            lambda tags: ssm.add_tags_to_resource(**mine, Tags=tag_list(tags)),
        )
        return name

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("ssm").delete_parameter(Name=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        ssm, name = resource.aws("ssm"), resource.physical_id
        told = pick(ssm.get_parameter(Name=name)["Parameter"], "Name", "Type", "Value", "DataType")
        mine = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        found = ssm.describe_parameters(ParameterFilters=mine)["Parameters"][0]
        told |= {n: v for n, v in pick(found, "Description", "AllowedPattern", "Tier").items() if v}
        tags = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        return {**told, "Tags": tag_dict(tags)}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return pick(resource.properties, "Type", "Value")

    def _tags(self, resource: Resource) -> dict[str, str]:
        return {**resource.tags, **resource.properties.get("Tags", {})}


HANDLERS: tuple[Handler, ...] = (Parameter(),)
