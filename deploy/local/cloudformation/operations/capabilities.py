"""Capabilities: what a template does to the permissions of the account, and that the caller has to allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.resources import HANDLERS

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked
    from deploy.local.cloudformation.template import Template

__all__ = ["check_capabilities", "identity_types", "needed_capabilities"]

_NAMED: Final = {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile"}
_IDENTITY: Final = {*_NAMED, "AWS::IAM::Policy"}


def identity_types(template: Template) -> list[str]:
    """Return the types of a template's resources that give permissions, in order of name."""
    return sorted({r.type for r in template.resources.values()} & _IDENTITY)


def needed_capabilities(template: Template) -> list[str]:
    """Return the capability that a template needs, if it needs one.

    Source: "Acknowledging IAM resources in CloudFormation templates" in the user guide.
    """
    names = {h.TYPE: h.NAME for h in HANDLERS.values()}
    named = any(r.type in _NAMED and (names[r.type] or "") in r.properties for r in template.resources.values())
    return ["CAPABILITY_NAMED_IAM"] if named else ["CAPABILITY_IAM"] if identity_types(template) else []


def check_capabilities(template: Template, asked: Asked) -> None:
    """Check that a request gives the capability that the template needs. Raises ApiError."""
    needed, given = needed_capabilities(template), asked.get("Capabilities", [])
    if needed and not (needed[0] in given or "CAPABILITY_NAMED_IAM" in given):
        raise ApiError(f"Requires capabilities : [{needed[0]}]", "InsufficientCapabilitiesException")
