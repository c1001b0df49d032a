"""Parameters: what was declared and what was given become values, or a refusal that names the parameter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.cloudformation.template import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.cloudformation.functions import Scope
    from deploy.local.cloudformation.template import Parameter, Template

__all__ = ["PREVIOUS", "Value", "check_rules", "reading", "resolve"]

PREVIOUS: Final = object()
"""Given instead of a value: keep the one that the stack has."""

_SSM: Final = re.compile(r"AWS::SSM::Parameter::Value<(?P<inner>.+)>")
_IDS: Final = re.compile(
    r"AWS::(EC2::(AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::(GroupName|Id)"
    r"|Subnet::Id|Volume::Id|VPC::Id)|Route53::HostedZone::Id|SSM::Parameter::Name)"
)


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter was given, and what an SSM parameter of that name said then."""

    given: str
    resolved: str | None = None


def resolve(
    template: Template,
    given: Mapping[str, Any],
    previous: Mapping[str, Value],
    ssm: Callable[[str], str],
) -> dict[str, Value]:
    """Return a value for every declared parameter. Raises TemplateError for a missing, surplus or wrong one."""
    surplus = [name for name in given if name not in template.parameters]
    if surplus:
        raise TemplateError(f"Parameters: [{', '.join(surplus)}] do not exist in the template")
    values: dict[str, Value] = {}
    missing: list[str] = []
    for name, parameter in template.parameters.items():
        chosen = given.get(name)
        if chosen is PREVIOUS or (chosen is None and name not in given and parameter.default is None):
            if name in previous and chosen is PREVIOUS:
                values[name] = previous[name]
                continue
            missing.append(name)
            continue
        text = parameter.default if chosen is None else plain(chosen)
        assert text is not None
        inner = _SSM.fullmatch(parameter.type)
        values[name] = Value(text, ssm(text) if inner else None)
        _check(parameter, text)
    if missing:
        raise TemplateError(f"Parameters: [{', '.join(missing)}] must have values")
    return values


def reading(template: Template, values: Mapping[str, Value]) -> dict[str, Any]:
    """Return what `Ref` gives for each parameter: a string, or a list for list types."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        text = value.given if value.resolved is None else value.resolved
        kind = template.parameters[name].type
        inner = _SSM.fullmatch(kind)
        kind = inner["inner"] if inner else kind
        is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
        made[name] = [part.strip() for part in text.split(",") if part.strip()] if is_list else text
    return made


def check_rules(scope: Scope) -> None:
    """Raise TemplateError with the description of the first assertion of a rule that does not hold."""
    for name, rule in scope.template.rules.items():
        condition = rule.get("RuleCondition")
        if condition is not None and not scope.truth(condition, f"Rules/{name}"):
            continue
        for assertion in rule.get("Assertions", []):
            if not scope.truth(assertion["Assert"], f"Rules/{name}"):
                said = assertion.get("AssertDescription", "an assertion does not hold")
                raise TemplateError(f"Template validation error: rule {name}: {said}")


def _check(parameter: Parameter, text: str) -> None:
    said = _complaint(parameter, text)
    if said:
        better = parameter.limits.get("ConstraintDescription")
        raise TemplateError(
            f"Parameter '{parameter.name}' {f'failed to satisfy constraint: {better}' if better else said}"
        )


def _complaint(parameter: Parameter, text: str) -> str:
    limits = parameter.limits
    kind = parameter.type
    inner = _SSM.fullmatch(kind)
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    items = [part.strip() for part in text.split(",")] if listed else [text]
    element = kind[5:-1] if kind.startswith("List<") else kind
    if not (inner or element in {"String", "Number", "CommaDelimitedList"} or _IDS.fullmatch(element)):
        return f"has the type {kind}, which is not supported by the local cloud"
    for item in items:
        if "AllowedValues" in limits and item not in [plain(v) for v in limits["AllowedValues"]]:
            return f"must be one of AllowedValues: {', '.join(plain(v) for v in limits['AllowedValues'])}"
        if "AllowedPattern" in limits and not re.fullmatch(limits["AllowedPattern"], item):
            return f"must match pattern {limits['AllowedPattern']}"
        if element == "Number":
            try:
                amount = float(item)
            except ValueError:
                return "must be a number"
            if "MinValue" in limits and amount < float(limits["MinValue"]):
                return f"must be a number not less than {limits['MinValue']}"
            if "MaxValue" in limits and amount > float(limits["MaxValue"]):
                return f"must be a number not greater than {limits['MaxValue']}"
        elif len(item) < int(limits.get("MinLength", 0)):
            return f"must contain at least {limits['MinLength']} characters"
        elif len(item) > int(limits.get("MaxLength", 4096)):
            return f"must contain at most {limits.get('MaxLength', 4096)} characters"
    return ""
