"""The operations that tell of the resources of stacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.operations.answers import page, resource_answer

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked, Operation
    from deploy.local.cloudformation.service import Service
    from deploy.local.cloudformation.stack import Stack

__all__ = ["ResourceOperations"]


class ResourceOperations:
    """The operations by name, on resources."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.table: dict[str, Operation] = {
            "DescribeStackResource": self.describe_stack_resource,
            "DescribeStackResources": self.describe_stack_resources,
            "ListStackResources": self.list_stack_resources,
        }

    def describe_stack_resources(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"]) if "StackName" in asked else self._owner(region, asked)
        wanted = asked.get("LogicalResourceId")
        found = [m for m in list(stack.resources.values()) if not wanted or m.logical_id == wanted]
        if wanted and not found:
            raise ApiError(f"Resource {wanted} does not exist for stack {stack.name}")
        ends = {"StackName": stack.name, "StackId": stack.id}
        return {"StackResources": [{**ends, **resource_answer(m), "Timestamp": m.time} for m in found]}

    def describe_stack_resource(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        made = stack.resources.get(asked["LogicalResourceId"])
        if made is None:
            raise ApiError(f"Resource {asked['LogicalResourceId']} does not exist for stack {stack.name}")
        detail = {
            "StackName": stack.name,
            "StackId": stack.id,
            **resource_answer(made),
            "LastUpdatedTimestamp": made.time,
        }
        return {"StackResourceDetail": {**detail, "Metadata": json.dumps(made.metadata, ensure_ascii=False)}}

    def list_stack_resources(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        told = [{**resource_answer(m), "LastUpdatedTimestamp": m.time} for m in list(stack.resources.values())]
        return page("StackResourceSummaries", told, asked)

    def _owner(self, region: str, asked: Asked) -> Stack:
        wanted = asked.get("PhysicalResourceId")
        for stack in self._service.all(region):
            if any(m.physical_id == wanted for m in stack.resources.values()):
                return stack
        raise ApiError(f"Stack for {wanted} does not exist")
