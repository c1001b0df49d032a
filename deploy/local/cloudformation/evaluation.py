"""A target evaluated against what a stack has: which resources there are to be, in which order, with which values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.local.aws import ClientError, told_by
from deploy.local.cloudformation import parameters
from deploy.local.cloudformation.errors import ApiError, ResourceError, TemplateError
from deploy.local.cloudformation.functions import Scope
from deploy.local.cloudformation.graph import dependencies, ordered
from deploy.local.cloudformation.resources import handler
from deploy.local.cloudformation.schema import UNKNOWN, Props
from deploy.local.cloudformation.template import Template, parse, plain
from deploy.local.values import is_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.stack import Made, Stack, Target

__all__ = ["Evaluation", "find_ssm", "read_ssm"]


class _Known:
    """What the functions of a template may ask: the resources made so far, the account's zones, SSM."""

    def __init__(self, template: Template, known: Mapping[str, Made], clients: Clients) -> None:
        self._template = template
        self._known = known
        self._clients = clients

    def ref(self, logical_id: str) -> Any:
        made = self._known.get(logical_id)
        return UNKNOWN if made is None else made.physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        kind = self._template.resources[logical_id].type
        allowed = handler(kind, logical_id).ATTRIBUTES
        if name not in allowed:
            told = f"it has: {', '.join(allowed)}" if allowed else "it has none"
            raise TemplateError(
                f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt ({told})"
            )
        made = self._known.get(logical_id)
        return UNKNOWN if made is None else made.attributes[name]

    def zones(self, region: str) -> list[str]:
        found = self._clients("ec2").describe_availability_zones(Filters=[{"Name": "region-name", "Values": [region]}])[
            "AvailabilityZones"
        ]
        if not found:
            raise TemplateError(f"Template error: Fn::GetAZs knows no zones of {region}")
        return [z["ZoneName"] for z in found]

    def parameter(self, name: str, version: str | None) -> str:
        return read_ssm(self._clients, name if version is None else f"{name}:{version}")


class Evaluation:
    """A target read and checked. `known` are the resources that exist; it may grow while the target is applied.

    Raises TemplateError for everything that is wrong with the template, its parameters and its rules.
    """

    def __init__(self, stack: Stack, target: Target, clients: Clients, known: Mapping[str, Made]) -> None:
        self.template = parse(target.body)
        account = stack.id.split(":")[4]
        pseudo = {
            "AWS::AccountId": account,
            "AWS::NotificationARNs": stack.topics,
            "AWS::Partition": "aws",
            "AWS::Region": stack.region,
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        values = {**parameters.reading(self.template, target.parameters), **pseudo}
        self.scope = Scope(self.template, values, _Known(self.template, known, clients))
        parameters.check_rules(self.scope)
        for name, resource in self.template.resources.items():
            handler(resource.type, name)
        self.depends_on = dependencies(self.scope)
        self.order = ordered(self.depends_on, {k: self.template.resources[k].type for k in self.depends_on})

    def properties(self, logical_id: str) -> Props:
        """Return the canonical properties of a resource. Raises ResourceError where its table refuses one."""
        declared = self.template.resources[logical_id]
        where = f"Resources/{logical_id}/Properties"
        if not is_map(declared.properties):
            raise TemplateError(f"Template format error: [{where}] must be an object")
        said = self.scope.evaluate(declared.properties, where)
        return handler(declared.type, logical_id).PROPERTIES.take(said, logical_id)

    def outputs(self) -> list[dict[str, str]]:
        """Return the outputs whose condition holds, as the API tells them."""
        told: list[dict[str, str]] = []
        for name, output in self.template.outputs.items():
            if output.condition is not None and not self.scope.condition(output.condition):
                continue
            where = f"Outputs/{name}"
            entry = {"OutputKey": name, "OutputValue": plain(self.scope.evaluate(output.value, where))}
            if output.description:
                entry["Description"] = output.description
            if output.export is not None:
                entry["ExportName"] = plain(self.scope.evaluate(output.export, where))
            told.append(entry)
        return told


def read_ssm(clients: Clients, name: str) -> str:
    """Return the value of a parameter of SSM. Raises ResourceError where there is none."""
    try:
        return clients("ssm").get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        told = told_by(error)
        raise ResourceError(f"the SSM parameter {name} cannot be read: {told['Message'] or told['Code']}") from None


def find_ssm(clients: Clients, name: str) -> str:
    """Return the value of a parameter of SSM that a stack's parameter names. Raises ApiError where there is none."""
    try:
        return read_ssm(clients, name)
    except ResourceError as error:
        raise ApiError(str(error)) from None
