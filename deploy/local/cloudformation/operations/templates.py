"""The operations on templates: given back, summed up, validated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.operations.capabilities import identity_types, needed_capabilities
from deploy.local.cloudformation.operations.requests import find_change, read_body
from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.template import Template, parse

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked, Operation
    from deploy.local.cloudformation.service import Service

__all__ = ["TemplateOperations"]


class TemplateOperations:
    """The operations by name, on templates."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.table: dict[str, Operation] = {
            "GetTemplate": self.get_template,
            "GetTemplateSummary": self.get_template_summary,
            "ValidateTemplate": self.validate_template,
        }

    def get_template(self, region: str, asked: Asked) -> dict[str, Any]:
        if "ChangeSetName" in asked:
            body = find_change(self._service, region, asked)[1].target.body
        elif "StackName" in asked:
            body = self._service.find(region, asked["StackName"]).target.body
        else:
            raise ApiError("GetTemplate needs a StackName or a ChangeSetName")
        return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}

    def get_template_summary(self, region: str, asked: Asked) -> dict[str, Any]:
        if "StackName" in asked:
            template = parse(self._service.find(region, asked["StackName"]).target.body)
        else:
            template = parse(read_body(self._service, region, asked))
        told = _declared(template)
        told["ResourceTypes"] = sorted({r.type for r in template.resources.values()})
        told["Metadata"] = json.dumps(template.metadata, ensure_ascii=False)
        told["Version"] = "2010-09-09"
        unknown = [t for t in told["ResourceTypes"] if t not in HANDLERS]
        return {**told, "Warnings": {"UnrecognizedResourceTypes": unknown}} if unknown else told

    def validate_template(self, region: str, asked: Asked) -> dict[str, Any]:
        told = _declared(parse(read_body(self._service, region, asked)))
        for parameter in told["Parameters"]:
            parameter.pop("ParameterType"), parameter.pop("ParameterConstraints", None)
        return told


def _declared(template: Template) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Description": template.description,
        "Parameters": [
            {
                "ParameterKey": p.name,
                "ParameterType": p.type,
                "NoEcho": p.no_echo,
                "Description": p.description,
                "ParameterConstraints": {"AllowedValues": [str(v) for v in p.limits.get("AllowedValues", [])]},
                **({} if p.default is None else {"DefaultValue": p.default}),
            }
            for p in template.parameters.values()
        ],
    }
    needed = needed_capabilities(template)
    if needed:
        told["Capabilities"] = needed
        told["CapabilitiesReason"] = (
            f"The following resource(s) require capabilities: [{', '.join(identity_types(template))}]"
        )
    return told
