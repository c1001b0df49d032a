"""A template as it is written: its sections checked, nothing in it evaluated.

Source of the grammar: "Template anatomy" in the CloudFormation user guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.cloudformation.loading import load
from deploy.local.values import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Output", "Parameter", "Resource", "Template", "parse", "plain"]

Policy = str
"""Delete, Retain, Snapshot or RetainExceptOnCreate."""

_SECTIONS: Final = {
    "AWSTemplateFormatVersion",
    "Description",
    "Metadata",
    "Parameters",
    "Mappings",
    "Conditions",
    "Rules",
    "Resources",
    "Outputs",
}
_POLICIES: Final = {
    "DeletionPolicy": ("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
_ATTRIBUTES: Final = {"Type", "Properties", "DependsOn", "Condition", "Metadata", *_POLICIES}
_PARAMETER: Final = {
    "Type",
    "Default",
    "AllowedValues",
    "AllowedPattern",
    "MinValue",
    "MaxValue",
    "MinLength",
    "MaxLength",
    "ConstraintDescription",
    "Description",
    "NoEcho",
}
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_SNAPSHOTS: Final = {"AWS::EC2::Volume"}
"""The supported types that can be kept as a snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A declared parameter; `limits` are its constraints as written."""

    name: str
    type: str
    default: str | None = None
    description: str = ""
    no_echo: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A declared resource; its properties hold intrinsic functions still."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()
    condition: str | None = None
    deletion_policy: Policy = "Delete"
    update_replace_policy: Policy = "Delete"
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A declared output."""

    name: str
    value: Any
    description: str = ""
    export: Any = None
    condition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template, its parts by name in the order in which they are written."""

    body: str
    description: str
    metadata: Mapping[str, Any]
    parameters: Mapping[str, Parameter]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    rules: Mapping[str, Any]
    resources: Mapping[str, Resource]
    outputs: Mapping[str, Output]


@lru_cache(maxsize=32)
def parse(body: str) -> Template:
    """Read a template. Raises TemplateError for what is malformed, unknown or not supported."""
    if len(body.encode()) > 1_048_576:
        raise TemplateError("1 validation error detected: the template is longer than 1 MB")
    content = load(body)
    unknown = [str(k) for k in content if k not in _SECTIONS]
    if "Transform" in unknown:
        raise TemplateError("Transform is not supported by the local cloud: give it the processed template")
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    resources = _section(content, "Resources")
    if not resources:
        raise TemplateError("Template format error: At least one Resources member must be defined.")
    template = Template(
        body=body,
        description=str(content.get("Description", "")),
        metadata=_section(content, "Metadata"),
        parameters={k: _parameter(k, v) for k, v in _section(content, "Parameters").items()},
        mappings=_section(content, "Mappings"),
        conditions=_section(content, "Conditions"),
        rules={k: _rule(k, v) for k, v in _section(content, "Rules").items()},
        resources={k: _resource(k, v) for k, v in resources.items()},
        outputs={k: _output(k, v) for k, v in _section(content, "Outputs").items()},
    )
    _check_names(template)
    return template


def _section(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    section: Any = content.get(name) or {}
    if not is_map(section):
        raise TemplateError(f"Template format error: the value of {name} must be an object")
    return section


def _parameter(name: str, said: Any) -> Parameter:
    where = f"Parameters/{name}"
    _known(said, _PARAMETER, where)
    if "Type" not in said:
        raise TemplateError(f"Template format error: every Parameters object must contain a Type member. [{where}]")
    for member in ("Type", "AllowedPattern", "ConstraintDescription"):
        _check(said, member, isinstance(said.get(member), str), "a string", where)
    _check(said, "AllowedValues", is_list(said.get("AllowedValues")), "a list", where)
    for member in ("MinValue", "MaxValue"):
        _check(said, member, bool(_NUMBER.fullmatch(plain(said.get(member)))), "a number", where)
    for member in ("MinLength", "MaxLength"):
        _check(said, member, plain(said.get(member)).isdecimal(), "a whole number", where)
    _check(said, "AllowedPattern", _is_pattern(said.get("AllowedPattern")), "a regular expression", where)
    default = said.get("Default")
    return Parameter(
        name=name,
        type=said["Type"],
        default=None if default is None else plain(default),
        description=str(said.get("Description", "")),
        no_echo=plain(said.get("NoEcho", "false")) == "true",
        limits={k: v for k, v in said.items() if k not in {"Type", "Default", "Description", "NoEcho"}},
    )


def _resource(name: str, said: Any) -> Resource:
    where = f"Resources/{name}"
    if not re.fullmatch(r"[A-Za-z0-9]{1,255}", name):
        raise TemplateError(f"Template format error: Resource name {name} is non alphanumeric.")
    _known(said, _ATTRIBUTES, where)
    if not isinstance(said.get("Type"), str):
        raise TemplateError(f"Template format error: every Resources object must contain a Type member. [{where}]")
    depends = said.get("DependsOn", [])
    named = is_list(depends) and all(isinstance(d, str) for d in depends)
    _check(said, "DependsOn", named or isinstance(depends, str), "a string or a list of strings", where)
    _check(said, "Condition", isinstance(said.get("Condition"), str), "a string", where)
    policies = {
        attribute: _policy(said, attribute, allowed, where, said["Type"]) for attribute, allowed in _POLICIES.items()
    }
    return Resource(
        logical_id=name,
        type=said["Type"],
        properties=said.get("Properties") or {},
        depends_on=(depends,) if isinstance(depends, str) else tuple(depends),
        condition=said.get("Condition"),
        deletion_policy=policies["DeletionPolicy"],
        update_replace_policy=policies["UpdateReplacePolicy"],
        metadata=said.get("Metadata") or {},
    )


def _policy(said: Mapping[str, Any], attribute: str, allowed: tuple[str, ...], where: str, kind: str) -> Policy:
    value = said.get(attribute, "Delete")
    if value not in allowed:
        raise TemplateError(
            f"Template format error: Unrecognized {attribute} {value} for [{where}]; it is one of: {', '.join(allowed)}"
        )
    if value == "Snapshot" and kind not in _SNAPSHOTS:
        raise TemplateError(f"Template error: {kind} does not support {attribute} Snapshot [{where}]")
    return value


def _output(name: str, said: Any) -> Output:
    where = f"Outputs/{name}"
    _known(said, {"Value", "Description", "Export", "Condition"}, where)
    if "Value" not in said:
        raise TemplateError(f"Template format error: every Outputs member must contain a Value object. [{where}]")
    _check(said, "Condition", isinstance(said.get("Condition"), str), "a string", where)
    export = said.get("Export")
    return Output(
        name=name,
        value=said["Value"],
        description=str(said.get("Description", "")),
        export=export.get("Name") if is_map(export) else export,
        condition=said.get("Condition"),
    )


def _rule(name: str, said: Any) -> dict[str, Any]:
    where = f"Rules/{name}"
    _known(said, {"RuleCondition", "Assertions"}, where)
    assertions = said.get("Assertions", [])
    _check(said, "Assertions", is_list(assertions), "a list", where)
    for place, assertion in enumerate(assertions):
        _known(assertion, {"Assert", "AssertDescription"}, f"{where}/Assertions/{place}")
        if "Assert" not in assertion:
            raise TemplateError(f"Template format error: every assertion must contain an Assert member. [{where}]")
    return said


def _check(said: Mapping[str, Any], member: str, holds: bool, form: str, where: str) -> None:
    """Raise TemplateError where a member that is there has not the form that it must have."""
    if member in said and not holds:
        raise TemplateError(f"Template format error: [{where}/{member}] must be {form}")


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(plain(value))
    except re.error:
        return False
    return True


def _known(said: Any, allowed: set[str], where: str) -> None:
    if not is_map(said):
        raise TemplateError(f"Template format error: [{where}] must be an object")
    unknown = [str(k) for k in cast("dict[Any, Any]", said) if k not in allowed]
    if unknown:
        raise TemplateError(f"[{where}/{unknown[0]}] is not supported by the local cloud")


def _check_names(template: Template) -> None:
    for name in template.parameters:
        if name in template.resources:
            raise TemplateError(f"Template format error: duplicate name {name} in Parameters and Resources")
    for resource in template.resources.values():
        lost = [d for d in resource.depends_on if d not in template.resources]
        if lost:
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{', '.join(lost)}] in the Resources block"
                " of the template"
            )
    conditions = [(f"Resources/{r.logical_id}", r.condition) for r in template.resources.values()]
    conditions += [(f"Outputs/{o.name}", o.condition) for o in template.outputs.values()]
    for where, condition in conditions:
        if condition is not None and condition not in template.conditions:
            raise TemplateError(f"Template format error: Unresolved condition {condition} in [{where}]")


def plain(value: Any) -> str:
    """Return a scalar as the string that CloudFormation makes of it; a list becomes comma-separated."""
    if isinstance(value, bool):
        return str(value).lower()
    if is_list(value):
        return ",".join(plain(v) for v in value)
    return str(value)
