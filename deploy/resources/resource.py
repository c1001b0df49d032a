"""A resource of a template, and the three ways in which one refers to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.spec import Spec
    from deploy.blueprint import Part

__all__ = ["Resource", "Serves", "Value", "att", "policy", "ref", "serving", "sub", "tags"]

Value = str | int | bool | list["Value"] | dict[str, "Value"]
"""What a property may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serves:
    """What of the diagram a resource is, or, for a `part`, whose property it is."""

    kind: Literal["node", "group", "edge", "part"]
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource. `kept` says what happens to it when its stack goes; `skips` maps checkov checks to why they pass."""

    id: str
    type: str
    serves: Serves
    properties: Mapping[str, Value]
    after: tuple[str, ...] = ()
    kept: Literal["Delete", "Snapshot", "RetainExceptOnCreate"] | None = None
    skips: Mapping[str, str] = field(default_factory=dict[str, str])

    def body(self) -> dict[str, Value]:
        """Return it as CloudFormation reads it."""
        metadata: dict[str, Value] = {"desenho": {self.serves.kind: self.serves.id}}
        if self.skips:
            metadata["checkov"] = {"skip": [{"id": check, "comment": why} for check, why in self.skips.items()]}
        body: dict[str, Value] = {"Type": self.type, "Metadata": metadata}
        if self.after:
            body["DependsOn"] = list(self.after)
        if self.kept:
            body["DeletionPolicy"] = self.kept
            body["UpdateReplacePolicy"] = "Retain" if self.kept == "RetainExceptOnCreate" else self.kept
        if self.properties:
            body["Properties"] = dict(self.properties)
        return body


def ref(logical: str) -> Value:
    """Return what a resource is known by."""
    return {"Ref": logical}


def att(logical: str, attribute: str) -> Value:
    """Return an attribute of a resource."""
    return {"Fn::GetAtt": [logical, attribute]}


def sub(text: str) -> Value:
    """Return a text with `${Logical}` and `${Logical.Attribute}` filled in."""
    return {"Fn::Sub": text}


def serving(part: Part[Spec]) -> Serves:
    """Return what the main resource of a node or a group serves."""
    from architecture.model import Node

    return Serves(kind="node" if isinstance(part.item, Node) else "group", id=part.id)


def tags(name: str, serves: Serves) -> list[Value]:
    """Return the tags of a resource: its name for people, and what it serves for `verify`."""
    key = "desenho:part" if serves.kind == "part" else "desenho:id"
    return [{"Key": "Name", "Value": name}, {"Key": key, "Value": serves.id}]


def policy(*statements: Mapping[str, Value]) -> dict[str, Value]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": [dict(s) for s in statements]}
