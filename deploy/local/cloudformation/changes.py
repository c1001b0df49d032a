"""What a change set says: for every resource what happens to it, property by property, and what is replaced.

Pure but for what the evaluation looks up. Source of the shapes: ResourceChange in the CloudFormation API reference.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.evaluation import Evaluation
from deploy.local.cloudformation.functions import references
from deploy.local.cloudformation.resources import handler
from deploy.local.cloudformation.schema import UNKNOWN, Props
from deploy.local.cloudformation.template import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.resources.base import Handler
    from deploy.local.cloudformation.stack import Made, Stack, Target
    from deploy.local.cloudformation.template import Resource

__all__ = ["compute", "differs"]

_ATTRIBUTES: Final = (
    ("Metadata", "metadata"),
    ("DeletionPolicy", "deletion_policy"),
    ("UpdateReplacePolicy", "update_replace_policy"),
)


def compute(
    stack: Stack,
    target: Target,
    clients: Clients,
    *,
    imports: Mapping[str, str],
    actual: Mapping[str, Props] | None = None,
) -> list[dict[str, Any]]:
    """Return the changes that bring a stack to a target.

    `imports` are existing things that are taken in, physical id by logical id. With `actual` (live properties by
    logical id) the changes are those from what is really there. Raises TemplateError and ResourceError.
    """
    known: dict[str, Made] = {}
    evaluation = Evaluation(stack, target, clients, known)
    found: list[dict[str, Any]] = []
    gone = [m for name, m in stack.resources.items() if name not in evaluation.depends_on]
    for name in evaluation.order:
        declared, made = evaluation.template.resources[name], stack.resources.get(name)
        properties = evaluation.properties(name)
        if made is None:
            action = "Import" if name in imports else "Add"
            found.append(_plain(action, name, declared.type, imports.get(name, ""), after=properties))
            continue
        before = made if actual is None else replace(made, properties={**made.properties, **actual.get(name, {})})
        change = _modified(evaluation, before, declared, properties, stack.target.tags != target.tags)
        if change is None:
            known[name] = made
            continue
        found.append(change)
        if change["Replacement"] == "False":
            known[name] = made
    found += [_removed(m) for m in gone]
    return [{"Type": "Resource", "ResourceChange": c} for c in found]


def differs(stack: Stack, target: Target, changes: list[dict[str, Any]]) -> bool:
    """Tell whether a target is another than what a stack is, if only in its outputs, parameters or tags.

    Another description or other metadata of the template itself are no change. Source: CloudFormation User Guide,
    "CloudFormation template Description syntax" and "... Metadata syntax".
    """
    if changes:
        return True
    if stack.status == "REVIEW_IN_PROGRESS":
        return True
    old, new = parse(stack.target.body), parse(target.body)
    same_rest = old.outputs == new.outputs and stack.target.tags == target.tags
    return not (same_rest and stack.target.parameters == target.parameters)


def _plain(action: str, name: str, kind: str, physical_id: str, *, after: Props) -> dict[str, Any]:
    context = json.dumps({"Properties": after}, ensure_ascii=False)
    said: dict[str, Any] = {
        "Action": action,
        "LogicalResourceId": name,
        "ResourceType": kind,
        "Scope": [],
        "Details": [],
    }
    return {**said, **({"PhysicalResourceId": physical_id} if physical_id else {}), "AfterContext": context}


def _removed(made: Made) -> dict[str, Any]:
    policy = {"Retain": "Retain", "RetainExceptOnCreate": "Retain", "Snapshot": "Snapshot"}
    return {
        "PolicyAction": policy.get(made.deletion_policy, "Delete"),
        "Action": "Remove",
        "LogicalResourceId": made.logical_id,
        "PhysicalResourceId": made.physical_id,
        "ResourceType": made.type,
        "Scope": [],
        "Details": [],
        "BeforeContext": json.dumps({"Properties": made.properties}, ensure_ascii=False),
    }


def _modified(
    evaluation: Evaluation,
    made: Made,
    declared: Resource,
    after: Props,
    tags_changed: bool,
) -> dict[str, Any] | None:
    kind = handler(declared.type, declared.logical_id)
    details = [
        _detail(evaluation, kind, declared, name, made.properties, after)
        for name in kind.PROPERTIES.differences(made.properties, after)
    ]
    scope = ["Tags" if name == "Tags" else "Properties" for name in kind.PROPERTIES.differences(made.properties, after)]
    if tags_changed and kind.TAGGED and "Tags" not in scope:
        scope.append("Tags")
    for attribute, member in _ATTRIBUTES:
        old, new = getattr(made, member), getattr(declared, member)
        if old != new:
            scope.append(attribute)
            target = {
                "Attribute": attribute,
                "RequiresRecreation": "Never",
                "BeforeValue": _text(old),
                "AfterValue": _text(new),
                "AttributeChangeType": "Modify",
            }
            details.append({"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"})
    if not scope:
        return None
    needs = [d["Target"]["RequiresRecreation"] for d in details]
    sure = any(d["Target"]["RequiresRecreation"] == "Always" and d["Evaluation"] == "Static" for d in details)
    replacement = "True" if sure else "Conditional" if "Always" in needs or "Conditionally" in needs else "False"
    change = {
        "Action": "Modify",
        "LogicalResourceId": made.logical_id,
        "PhysicalResourceId": made.physical_id,
        "ResourceType": made.type,
        "Replacement": replacement,
        "Scope": sorted(set(scope)),
        "Details": details,
        "BeforeContext": json.dumps({"Properties": made.properties}, ensure_ascii=False),
        "AfterContext": json.dumps({"Properties": after}, ensure_ascii=False),
    }
    if replacement != "False":
        policy = {"Retain": "ReplaceAndRetain", "Snapshot": "ReplaceAndSnapshot"}
        change["PolicyAction"] = policy.get(declared.update_replace_policy, "ReplaceAndDelete")
    return change


def _detail(
    evaluation: Evaluation, kind: Handler, declared: Resource, name: str, before: Props, after: Props
) -> dict[str, Any]:
    member = kind.PROPERTIES.members[name]
    dynamic = UNKNOWN in json.dumps(after.get(name))
    target: dict[str, Any] = {
        "Attribute": "Tags" if name == "Tags" else "Properties",
        "Name": name,
        "Path": f"/Properties/{name}",
        "RequiresRecreation": "Always" if member.replace else "Never",
        "AttributeChangeType": "Add" if name not in before else "Remove" if name not in after else "Modify",
    }
    if name in before:
        target["BeforeValue"] = _text(before[name])
    if name in after:
        target["AfterValue"] = _text(after[name])
    source, cause = _cause(evaluation, declared.properties.get(name))
    detail = {"Target": target, "Evaluation": "Dynamic" if dynamic else "Static", "ChangeSource": source}
    return {**detail, "CausingEntity": cause} if cause else detail


def _cause(evaluation: Evaluation, written: Any) -> tuple[str, str]:
    """Return what a property's value comes from, as far as one thing can be named."""
    for reference in references(written, evaluation.scope):
        if reference.name in evaluation.template.resources:
            if reference.attribute is None:
                return "ResourceReference", reference.name
            return "ResourceAttribute", f"{reference.name}.{reference.attribute}"
        if reference.name in evaluation.template.parameters:
            return "ParameterReference", reference.name
    return "DirectModification", ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
