"""How an instance or a volume is replaced without losing its data: in two steps, the first of which takes it away.

CloudFormation makes the new one before it removes the old, and a volume can be attached to one instance only. So the
first step deploys what runs now without the instance; the second deploys what is wanted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from deploy.plan import serves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.resources.resource import Value
    from deploy.template import Template

__all__ = ["paused", "stands_on"]

_ALWAYS_LEAVE: Final = frozenset({"AWS::EC2::VolumeAttachment", "AWS::CloudFormation::WaitCondition"})
"""What cannot be without what it refers to."""


def stands_on(template: Template, items: frozenset[str]) -> frozenset[str]:
    """Return the resources to take away so that some nodes can be replaced: those themselves and what holds them."""
    bodies = cast("dict[str, dict[str, Value]]", template["Resources"])
    gone = {logical for logical in bodies if serves(template, logical) in {(i, True) for i in items}}
    holds = {
        logical
        for logical, body in bodies.items()
        if body["Type"] in _ALWAYS_LEAVE and gone & (_refers(body) | set(cast("list[str]", body.get("DependsOn", []))))
    }
    # An instance whose volume goes has to go as well: its user data name the volume.
    users = {logical for logical, b in bodies.items() if b["Type"] == "AWS::EC2::Instance" and gone & _refers(b)}
    more = {serves(template, logical)[0] for logical in users} - items
    if more:
        return stands_on(template, items | more)
    # A handle remembers the signals it has had; the new instance is to give one of its own.
    handles = {logical for logical, b in bodies.items() if b["Type"] == "AWS::CloudFormation::WaitConditionHandle"}
    heard = handles & frozenset[str]().union(*(_refers(bodies[logical]) for logical in gone))
    return frozenset(gone | holds | heard)


def paused(template: Template, gone: frozenset[str], known: Mapping[str, str]) -> Template:
    """Return a template without some resources.

    What refers to them keeps the values that they have now: `known` has them by logical id, and by logical id, dot and
    attribute. Raises KeyError for a value that is not known.
    """
    bodies = cast("dict[str, dict[str, Value]]", template["Resources"])
    left: dict[str, Value] = {}
    for logical, body in bodies.items():
        if logical in gone:
            continue
        kept = cast("dict[str, Value]", _filled(body, gone, known))
        after: list[Value] = [d for d in cast("list[str]", kept.pop("DependsOn", [])) if d not in gone]
        if after:
            kept["DependsOn"] = after
        left[logical] = kept
    outputs = cast("dict[str, Value]", template.get("Outputs", {}))
    rest: dict[str, Value] = {name: body for name, body in outputs.items() if not gone & _refers(body)}
    changed: Template = {"Resources": left, "Outputs": rest}
    return template | changed


def _refers(value: Value) -> frozenset[str]:
    """Return the logical ids that a value refers to."""
    if isinstance(value, list):
        return frozenset[str]().union(*map(_refers, value))
    if not isinstance(value, dict):
        return frozenset()
    if "Ref" in value:
        return frozenset({str(value["Ref"])})
    if "Fn::GetAtt" in value:
        return frozenset({str(cast("list[str]", value["Fn::GetAtt"])[0])})
    if isinstance(value.get("Fn::Sub"), str):
        return frozenset(re.findall(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}", str(value["Fn::Sub"])))
    return frozenset[str]().union(*map(_refers, value.values()))


def _filled(value: Value, gone: frozenset[str], known: Mapping[str, str]) -> Value:
    if isinstance(value, list):
        return [_filled(v, gone, known) for v in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value and value["Ref"] in gone:
        return known[str(value["Ref"])]
    if "Fn::GetAtt" in value and cast("list[str]", value["Fn::GetAtt"])[0] in gone:
        return known[".".join(cast("list[str]", value["Fn::GetAtt"]))]
    if isinstance(value.get("Fn::Sub"), str):

        def replace(match: re.Match[str]) -> str:
            return known[match[1]] if match[1].partition(".")[0] in gone else match[0]

        return {"Fn::Sub": re.sub(r"\$\{([A-Za-z0-9.]+)\}", replace, str(value["Fn::Sub"]))}
    return {k: _filled(v, gone, known) for k, v in value.items()}
