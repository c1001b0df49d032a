"""What requests say, read: templates and their parameters, changes, settings."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from deploy.local.aws import ClientError
from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.evaluation import find_ssm
from deploy.local.cloudformation.parameters import PREVIOUS, resolve
from deploy.local.cloudformation.stack import ChangeSet, Stack, Target, now
from deploy.local.cloudformation.template import Template, parse

if TYPE_CHECKING:
    from deploy.local.cloudformation.service import Service

__all__ = ["Asked", "Operation", "configure", "find_change", "read_body", "read_change", "read_target", "truth"]

Asked = dict[str, Any]
"""A request, as the service model parses it."""

Operation = Callable[[str, Asked], dict[str, Any]]
"""An operation: takes the Region and the request, returns the answer. Raises ApiError and ResourceError."""


def read_target(service: Service, region: str, asked: Asked, stack: Stack | None) -> tuple[Template, Target]:
    """Return the template that a request names, and the target that it asks for.

    `stack` is what there is already, None before a creation. Raises ApiError, and TemplateError for the template.
    """
    if truth(asked.get("UsePreviousTemplate", False)) or (
        asked.get("DeploymentMode") and not ("TemplateBody" in asked or "TemplateURL" in asked)
    ):
        if stack is None:
            raise ApiError("UsePreviousTemplate needs a stack that has one")
        body = stack.target.body
    else:
        body = read_body(service, region, asked)
    template = parse(body)
    given: dict[str, Any] = {
        p["ParameterKey"]: PREVIOUS if truth(p.get("UsePreviousValue", False)) else p.get("ParameterValue", "")
        for p in asked.get("Parameters", [])
    }
    previous = stack.target.parameters if stack else {}
    clients = service.clients(region)
    parameters = resolve(template, given, previous, lambda name: find_ssm(clients, name))
    if "Tags" in asked:
        tags = {t["Key"]: t["Value"] for t in asked["Tags"]}
    else:
        tags = dict(stack.target.tags) if stack else {}
    return template, Target(body=body, parameters=parameters, tags=tags)


def read_body(service: Service, region: str, asked: Asked) -> str:
    """Return the template that a request carries or points to. Raises ApiError."""
    if "TemplateBody" in asked:
        return asked["TemplateBody"]
    if "TemplateURL" not in asked:
        raise ApiError("Either Template URL or Template Body must be specified.")
    bucket, key, version = _place(asked["TemplateURL"])
    try:
        found = service.clients(region)("s3").get_object(
            Bucket=bucket, Key=key, **({"VersionId": version} if version else {})
        )
    except ClientError as error:
        raise ApiError(f"S3 error: {error.response['Error']['Message']} ({asked['TemplateURL']})") from None
    return found["Body"].read().decode()


def read_change(service: Service, stack: Stack, kind: str, target: Target, asked: Asked) -> ChangeSet:
    """Return the change that a request asks for, not computed yet; `kind` is CREATE, UPDATE or IMPORT."""
    name = asked.get("ChangeSetName", "-")
    change = ChangeSet(
        id=f"arn:aws:cloudformation:{stack.region}:{service.account}:changeSet/{name}/{uuid.uuid4()}",
        name=name,
        kind=kind,
        created=now(),
        target=target,
        description=asked.get("Description", ""),
        capabilities=list(asked.get("Capabilities", [])),
        import_existing=truth(asked.get("ImportExistingResources", False)),
        on_failure=asked.get("OnStackFailure", ""),
        mode=asked.get("DeploymentMode", ""),
        basis=stack.basis,
    )
    if kind == "IMPORT":
        change.imports = {
            r["LogicalResourceId"]: next(iter(r["ResourceIdentifier"].values()))
            for r in asked.get("ResourcesToImport", [])
        }
    return change


def configure(stack: Stack, asked: Asked) -> None:
    """Set on a stack what a request says of rollback, capabilities, role, topics, timeout and protection.

    Raises ApiError for what contradicts itself.
    """
    config = asked.get("DeploymentConfig", {})
    stack.disable_rollback = truth(asked.get("DisableRollback", config.get("DisableRollback", False)))
    if stack.disable_rollback and "OnFailure" in asked:
        raise ApiError("You can specify either DisableRollback or OnFailure, but not both.")
    stack.on_failure = asked.get("OnFailure", "ROLLBACK")
    stack.capabilities = list(asked.get("Capabilities", stack.capabilities))
    stack.role = asked.get("RoleARN", stack.role)
    stack.topics = list(asked.get("NotificationARNs", stack.topics))
    stack.minutes = int(asked.get("TimeoutInMinutes", stack.minutes))
    if "EnableTerminationProtection" in asked:
        stack.protected = truth(asked["EnableTerminationProtection"])


def find_change(service: Service, region: str, asked: Asked) -> tuple[Stack, ChangeSet]:
    """Return a change set, by id or by name within a stack, and its stack. Raises ApiError."""
    wanted = asked["ChangeSetName"]
    stacks = [service.find(region, asked["StackName"])] if "StackName" in asked else service.all(region)
    for stack in stacks:
        for change in stack.change_sets.values():
            if wanted == change.id or (wanted == change.name and "StackName" in asked):
                return stack, change
    raise ApiError(f"ChangeSet [{wanted}] does not exist", "ChangeSetNotFound", 404)


def truth(value: object) -> bool:
    """Tell whether a value of a request says true."""
    return str(value).lower() == "true"


def _place(url: str) -> tuple[str, str, str]:
    """Return bucket, key and version of a template's address, written in either of S3's two styles."""
    parts = urlsplit(url)
    version = parse_qs(parts.query).get("versionId", [""])[0]
    host, path = parts.hostname or "", unquote(parts.path).lstrip("/")
    head = host.split(".s3", 1)
    if len(head) == 2 and head[0] and not host.startswith("s3"):
        return head[0], path, version
    if host.endswith(".localhost"):
        return host.removesuffix(".localhost").removesuffix(".s3"), path, version
    bucket, _, key = path.partition("/")
    if parts.scheme not in {"http", "https"} or not key:
        raise ApiError(f"TemplateURL must reference a valid S3 object to which you have access: {url}")
    return bucket, key, version
