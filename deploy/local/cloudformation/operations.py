"""The operations of the CloudFormation API, as its reference describes them."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from deploy.local.aws import ClientError
from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.evaluation import find_ssm
from deploy.local.cloudformation.parameters import PREVIOUS, resolve
from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.stack import ChangeSet, Stack, Target, now
from deploy.local.cloudformation.template import Template, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.cloudformation.service import Service
    from deploy.local.cloudformation.stack import Made

__all__ = ["Operations"]

Asked = dict[str, Any]

_NAMED: Final = {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile"}
_IDENTITY: Final = {*_NAMED, "AWS::IAM::Policy"}
_PAGE: Final = 100
NO_CHANGES: Final = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


class Operations:
    """The operations by name; each takes the Region and the parsed request, and returns the answer."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._drifts: dict[str, dict[str, Any]] = {}
        self._resource_drifts: dict[str, list[dict[str, Any]]] = {}
        self._detected: dict[str, str] = {}
        self.table: dict[str, Callable[[str, Asked], dict[str, Any]]] = {
            "CancelUpdateStack": self.cancel_update_stack,
            "ContinueUpdateRollback": self.continue_update_rollback,
            "CreateChangeSet": self.create_change_set,
            "CreateStack": self.create_stack,
            "DeleteChangeSet": self.delete_change_set,
            "DeleteStack": self.delete_stack,
            "DescribeChangeSet": self.describe_change_set,
            "DescribeEvents": self.describe_events,
            "DescribeStackDriftDetectionStatus": self.describe_stack_drift_detection_status,
            "DescribeStackEvents": self.describe_stack_events,
            "DescribeStackResource": self.describe_stack_resource,
            "DescribeStackResourceDrifts": self.describe_stack_resource_drifts,
            "DescribeStackResources": self.describe_stack_resources,
            "DescribeStacks": self.describe_stacks,
            "DetectStackDrift": self.detect_stack_drift,
            "DetectStackResourceDrift": self.detect_stack_resource_drift,
            "ExecuteChangeSet": self.execute_change_set,
            "GetTemplate": self.get_template,
            "GetTemplateSummary": self.get_template_summary,
            "ListChangeSets": self.list_change_sets,
            "ListStackResources": self.list_stack_resources,
            "ListStacks": self.list_stacks,
            "RollbackStack": self.rollback_stack,
            "UpdateStack": self.update_stack,
            "UpdateTerminationProtection": self.update_termination_protection,
            "ValidateTemplate": self.validate_template,
        }

    # ---------------------------------------------------------------- stacks

    def create_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        template, target = self._target(region, asked, None)
        _check_capabilities(template, asked)
        stack = self._service.add(asked["StackName"], region, "CREATE_IN_PROGRESS", target)
        try:
            self._configure(stack, asked)
            self._service.check(stack, target)
            self._service.start(
                stack, "CREATE", None, target, token=asked.get("ClientRequestToken", ""), why="User Initiated"
            )
        except (ApiError, ResourceError):
            self._service.forget(stack)
            raise
        return {"StackId": stack.id, "OperationId": stack.operation}

    def update_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        template, target = self._target(region, asked, stack)
        _check_capabilities(template, asked)
        change = self._change(stack, "UPDATE", target, asked)
        if not _differs(stack, target, self._service.changes(stack, change)):
            raise ApiError("No updates are to be performed.")
        self._configure(stack, asked)
        token = asked.get("ClientRequestToken", "")
        self._service.start(stack, "UPDATE", None, target, token=token, why="User Initiated")
        return {"StackId": stack.id, "OperationId": stack.operation}

    def delete_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        try:
            stack = self._service.find(region, asked["StackName"])
        except ApiError:
            return {}  # a stack that does not exist is as good as deleted
        token = asked.get("ClientRequestToken", "")
        self._service.remove(stack, frozenset(asked.get("RetainResources", [])), token=token)
        return {}

    def cancel_update_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        self._service.cancel(self._service.find(region, asked["StackName"]))
        return {}

    def continue_update_rollback(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise ApiError(f"Stack:{stack.id} is in {stack.status} state and can not continue a rollback.")
        skipped = frozenset(s.rsplit(".", 1)[-1] for s in asked.get("ResourcesToSkip", []))
        self._service.roll_back(stack, token=asked.get("ClientRequestToken", ""), skipped=skipped)
        return {}

    def rollback_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        self._service.roll_back(stack, token=asked.get("ClientRequestToken", ""))
        return {"StackId": stack.id, "OperationId": stack.operation}

    def update_termination_protection(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        stack.protected = _truth(asked["EnableTerminationProtection"])
        self._service.written(stack)
        return {"StackId": stack.id}

    def describe_stacks(self, region: str, asked: Asked) -> dict[str, Any]:
        if "StackName" in asked:
            return {"Stacks": [_stack(self._service.find(region, asked["StackName"]))]}
        there = [_stack(s) for s in self._service.all(region) if not s.is_gone]
        return _page("Stacks", there, asked)

    def list_stacks(self, region: str, asked: Asked) -> dict[str, Any]:
        wanted = asked.get("StackStatusFilter")
        found = [s for s in self._service.all(region) if not wanted or s.status in wanted]
        return _page("StackSummaries", [_summary(s) for s in found], asked)

    def describe_stack_events(self, region: str, asked: Asked) -> dict[str, Any]:
        try:
            stack = self._service.find(region, asked["StackName"])
        except ApiError as error:
            # AWS has other words for it here, and cdk takes these, and no others, as the end of a removal.
            raise ApiError(f"Stack [{asked['StackName']}] does not exist") from error
        told = [_event(stack, e) for e in reversed(stack.events)]
        return _page("StackEvents", told, asked)

    def describe_events(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        wanted = asked.get("OperationId")
        only_failed = _truth(asked.get("Filters", {}).get("FailedEvents", False))
        told = [
            _operation_event(stack, e)
            for e in reversed(stack.events)
            if (not wanted or e.operation == wanted) and (not only_failed or e.status.endswith("_FAILED"))
        ]
        return _page("OperationEvents", told, asked)

    # ------------------------------------------------------------- resources

    def describe_stack_resources(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"]) if "StackName" in asked else self._owner(region, asked)
        wanted = asked.get("LogicalResourceId")
        found = [m for m in list(stack.resources.values()) if not wanted or m.logical_id == wanted]
        if wanted and not found:
            raise ApiError(f"Resource {wanted} does not exist for stack {stack.name}")
        ends = {"StackName": stack.name, "StackId": stack.id}
        return {"StackResources": [{**ends, **_resource(m), "Timestamp": m.time} for m in found]}

    def describe_stack_resource(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        made = stack.resources.get(asked["LogicalResourceId"])
        if made is None:
            raise ApiError(f"Resource {asked['LogicalResourceId']} does not exist for stack {stack.name}")
        detail = {"StackName": stack.name, "StackId": stack.id, **_resource(made), "LastUpdatedTimestamp": made.time}
        return {"StackResourceDetail": {**detail, "Metadata": json.dumps(made.metadata, ensure_ascii=False)}}

    def list_stack_resources(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        told = [{**_resource(m), "LastUpdatedTimestamp": m.time} for m in list(stack.resources.values())]
        return _page("StackResourceSummaries", told, asked)

    # ----------------------------------------------------------- change sets

    def create_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        kind = asked.get("ChangeSetType", "UPDATE")
        if kind == "CREATE":
            stack, fresh = self._reviewed(region, asked)
        else:
            stack, fresh = self._service.find(region, asked["StackName"]), False
            if kind == "UPDATE" and stack.status == "REVIEW_IN_PROGRESS":
                raise ApiError(f"Stack:{stack.id} is in REVIEW_IN_PROGRESS state and can not be updated.")
        if any(c.name == asked["ChangeSetName"] for c in stack.change_sets.values()):
            raise ApiError(f"ChangeSet {asked['ChangeSetName']} already exists", "AlreadyExistsException")
        try:
            template, target = self._target(region, asked, None if kind == "CREATE" else stack)
            _check_capabilities(template, asked)
            change = self._change(stack, kind, target, asked)
        except (ApiError, ResourceError):
            if fresh:
                self._service.forget(stack)
            raise
        stack.change_sets[change.id] = change
        self._compute(stack, change)
        self._service.written(stack)
        return {"Id": change.id, "StackId": stack.id}

    def _reviewed(self, region: str, asked: Asked) -> tuple[Stack, bool]:
        """Return the stack under review for a change set that creates it, and whether it is new."""
        try:
            stack = self._service.find(region, asked["StackName"])
        except ApiError:
            target = Target(body="", parameters={}, tags={})
            made = self._service.add(asked["StackName"], region, "REVIEW_IN_PROGRESS", target)
            made.begin(asked.get("ClientToken", ""))
            made.tell(None, "REVIEW_IN_PROGRESS", "User Initiated")
            return made, True
        if stack.status != "REVIEW_IN_PROGRESS":
            raise ApiError(f"Stack [{stack.name}] already exists and cannot be created again with the changeSet")
        return stack, False

    def _compute(self, stack: Stack, change: ChangeSet) -> None:
        try:
            if change.import_existing:
                change.imports = {**self._service.importable(stack, change.target), **change.imports}
            change.changes = self._service.changes(stack, change)
            if not _differs(stack, change.target, change.changes):
                raise ApiError(NO_CHANGES)
        except (ApiError, ResourceError) as error:
            change.status, change.execution, change.reason = "FAILED", "UNAVAILABLE", str(error)

    def describe_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        stack, change = self._find_change(region, asked)
        values = _truth(asked.get("IncludePropertyValues", False))
        told = {
            "ChangeSetName": change.name,
            "ChangeSetId": change.id,
            "StackId": stack.id,
            "StackName": stack.name,
            "CreationTime": change.created,
            "ExecutionStatus": "OBSOLETE" if self._is_obsolete(stack, change) else change.execution,
            "Status": change.status,
            "Parameters": _parameters(change.target, parse(change.target.body)),
            "Tags": _tags(change.target.tags),
            "Capabilities": change.capabilities,
            "IncludeNestedStacks": False,
            "ImportExistingResources": change.import_existing,
            "Changes": [c if values else _without_values(c) for c in change.changes],
        }
        told |= {"StatusReason": change.reason} if change.reason else {}
        told |= {"Description": change.description} if change.description else {}
        told |= {"OnStackFailure": change.on_failure} if change.on_failure else {}
        told |= {"DeploymentMode": change.mode, "StackDriftStatus": stack.drift} if change.mode else {}
        return told

    def execute_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        stack, change = self._find_change(region, asked)
        obsolete = self._is_obsolete(stack, change)
        if change.status != "CREATE_COMPLETE" or change.execution != "AVAILABLE" or obsolete:
            status = "OBSOLETE" if obsolete else change.execution
            raise ApiError(
                f"ChangeSet [{change.id}] cannot be executed in its current execution status of [{status}]",
                "InvalidChangeSetStatus",
            )
        self._configure(stack, asked)
        if change.on_failure:
            stack.on_failure = change.on_failure
        stack.capabilities = change.capabilities
        verb = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        token = asked.get("ClientRequestToken", "")
        self._service.start(stack, verb, change, change.target, token=token, why="User Initiated")
        return {}

    def delete_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        stack, change = self._find_change(region, asked)
        if change.execution == "EXECUTE_IN_PROGRESS":
            raise ApiError(f"ChangeSet [{change.id}] is being executed", "InvalidChangeSetStatus")
        del stack.change_sets[change.id]
        self._service.written(stack)
        return {}

    def list_change_sets(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        told = [
            {
                "StackId": stack.id,
                "StackName": stack.name,
                "ChangeSetId": c.id,
                "ChangeSetName": c.name,
                "ExecutionStatus": "OBSOLETE" if self._is_obsolete(stack, c) else c.execution,
                "Status": c.status,
                "StatusReason": c.reason,
                "CreationTime": c.created,
                "Description": c.description,
                "ImportExistingResources": c.import_existing,
            }
            for c in stack.change_sets.values()
        ]
        return _page("Summaries", told, asked)

    # -------------------------------------------------------------- template

    def get_template(self, region: str, asked: Asked) -> dict[str, Any]:
        if "ChangeSetName" in asked:
            body = self._find_change(region, asked)[1].target.body
        else:
            body = self._service.find(region, asked["StackName"]).target.body
        return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}

    def get_template_summary(self, region: str, asked: Asked) -> dict[str, Any]:
        if "StackName" in asked:
            template = parse(self._service.find(region, asked["StackName"]).target.body)
        else:
            template = parse(self._body(region, asked))
        told = self._declared(template)
        told["ResourceTypes"] = sorted({r.type for r in template.resources.values()})
        told["Metadata"] = json.dumps(template.metadata, ensure_ascii=False)
        told["Version"] = "2010-09-09"
        unknown = [t for t in told["ResourceTypes"] if t not in HANDLERS]
        return {**told, "Warnings": {"UnrecognizedResourceTypes": unknown}} if unknown else told

    def validate_template(self, region: str, asked: Asked) -> dict[str, Any]:
        told = self._declared(parse(self._body(region, asked)))
        for parameter in told["Parameters"]:
            parameter.pop("ParameterType"), parameter.pop("ParameterConstraints", None)
        return told

    # ----------------------------------------------------------------- drift

    def detect_stack_drift(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        detection = str(uuid.uuid4())
        found = self._service.drift(stack, asked.get("LogicalResourceIds", []))
        self._resource_drifts[stack.id] = found
        drifted = [f for f in found if f["StackResourceDriftStatus"] in {"MODIFIED", "DELETED"}]
        self._drifts[detection] = {
            "StackId": stack.id,
            "StackDriftDetectionId": detection,
            "StackDriftStatus": stack.drift,
            "DetectionStatus": "DETECTION_COMPLETE",
            "DriftedStackResourceCount": len(drifted),
            "Timestamp": now(),
        }
        return {"StackDriftDetectionId": detection}

    def describe_stack_drift_detection_status(self, _region: str, asked: Asked) -> dict[str, Any]:
        found = self._drifts.get(asked["StackDriftDetectionId"])
        if found is None:
            raise ApiError(f"StackDriftDetectionId {asked['StackDriftDetectionId']} does not exist")
        return found

    def describe_stack_resource_drifts(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        wanted = asked.get("StackResourceDriftStatusFilters")
        found = self._resource_drifts.get(stack.id, [])
        told = [f for f in found if not wanted or f["StackResourceDriftStatus"] in wanted]
        return _page("StackResourceDrifts", told, asked)

    def detect_stack_resource_drift(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        if asked["LogicalResourceId"] not in stack.resources:
            raise ApiError(f"Resource {asked['LogicalResourceId']} does not exist for stack {stack.name}")
        return {"StackResourceDrift": self._service.drift(stack, [asked["LogicalResourceId"]])[0]}

    # --------------------------------------------------------------- helpers

    def _target(self, region: str, asked: Asked, stack: Stack | None) -> tuple[Template, Target]:
        if _truth(asked.get("UsePreviousTemplate", False)) or (
            asked.get("DeploymentMode") and not ("TemplateBody" in asked or "TemplateURL" in asked)
        ):
            if stack is None:
                raise ApiError("UsePreviousTemplate needs a stack that has one")
            body = stack.target.body
        else:
            body = self._body(region, asked)
        template = parse(body)
        given: dict[str, Any] = {
            p["ParameterKey"]: PREVIOUS if _truth(p.get("UsePreviousValue", False)) else p.get("ParameterValue", "")
            for p in asked.get("Parameters", [])
        }
        previous = stack.target.parameters if stack else {}
        clients = self._service.clients(region)
        parameters = resolve(template, given, previous, lambda name: find_ssm(clients, name))
        if "Tags" in asked:
            tags = {t["Key"]: t["Value"] for t in asked["Tags"]}
        else:
            tags = dict(stack.target.tags) if stack else {}
        return template, Target(body=body, parameters=parameters, tags=tags)

    def _body(self, region: str, asked: Asked) -> str:
        if "TemplateBody" in asked:
            return asked["TemplateBody"]
        if "TemplateURL" not in asked:
            raise ApiError("Either Template URL or Template Body must be specified.")
        bucket, key, version = _place(asked["TemplateURL"])
        try:
            found = self._service.clients(region)("s3").get_object(
                Bucket=bucket, Key=key, **({"VersionId": version} if version else {})
            )
        except ClientError as error:
            raise ApiError(f"S3 error: {error.response['Error']['Message']} ({asked['TemplateURL']})") from None
        return found["Body"].read().decode()

    def _change(self, stack: Stack, kind: str, target: Target, asked: Asked) -> ChangeSet:
        name = asked.get("ChangeSetName", "-")
        change = ChangeSet(
            id=f"arn:aws:cloudformation:{stack.region}:{self._service.account}:changeSet/{name}/{uuid.uuid4()}",
            name=name,
            kind=kind,
            created=now(),
            target=target,
            description=asked.get("Description", ""),
            capabilities=list(asked.get("Capabilities", [])),
            import_existing=_truth(asked.get("ImportExistingResources", False)),
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

    def _configure(self, stack: Stack, asked: Asked) -> None:
        config = asked.get("DeploymentConfig", {})
        stack.disable_rollback = _truth(asked.get("DisableRollback", config.get("DisableRollback", False)))
        if stack.disable_rollback and "OnFailure" in asked:
            raise ApiError("You can specify either DisableRollback or OnFailure, but not both.")
        stack.on_failure = asked.get("OnFailure", "ROLLBACK")
        stack.capabilities = list(asked.get("Capabilities", stack.capabilities))
        stack.role = asked.get("RoleARN", stack.role)
        stack.topics = list(asked.get("NotificationARNs", stack.topics))
        stack.minutes = int(asked.get("TimeoutInMinutes", stack.minutes))
        if "EnableTerminationProtection" in asked:
            stack.protected = _truth(asked["EnableTerminationProtection"])

    def _find_change(self, region: str, asked: Asked) -> tuple[Stack, ChangeSet]:
        wanted = asked["ChangeSetName"]
        stacks = [self._service.find(region, asked["StackName"])] if "StackName" in asked else self._service.all(region)
        for stack in stacks:
            for change in stack.change_sets.values():
                if wanted == change.id or (wanted == change.name and "StackName" in asked):
                    return stack, change
        raise ApiError(f"ChangeSet [{wanted}] does not exist", "ChangeSetNotFound", 404)

    def _is_obsolete(self, stack: Stack, change: ChangeSet) -> bool:
        return change.execution == "AVAILABLE" and change.basis != stack.basis

    def _owner(self, region: str, asked: Asked) -> Stack:
        wanted = asked.get("PhysicalResourceId")
        for stack in self._service.all(region):
            if any(m.physical_id == wanted for m in stack.resources.values()):
                return stack
        raise ApiError(f"Stack for {wanted} does not exist")

    def _declared(self, template: Template) -> dict[str, Any]:
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
        needed = _capabilities(template)
        if needed:
            told["Capabilities"] = needed
            told["CapabilitiesReason"] = f"The following resource(s) require capabilities: [{', '.join(_IDENTITY)}]"
        return told


def _differs(stack: Stack, target: Target, changes: list[dict[str, Any]]) -> bool:
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


def _capabilities(template: Template) -> list[str]:
    names = {h.TYPE: h.NAME for h in HANDLERS.values()}
    identity = [r for r in template.resources.values() if r.type in _IDENTITY]
    named = any(r.type in _NAMED and (names[r.type] or "") in r.properties for r in identity)
    return ["CAPABILITY_NAMED_IAM"] if named else ["CAPABILITY_IAM"] if identity else []


def _check_capabilities(template: Template, asked: Asked) -> None:
    needed, given = _capabilities(template), asked.get("Capabilities", [])
    if needed and not (needed[0] in given or "CAPABILITY_NAMED_IAM" in given):
        raise ApiError(f"Requires capabilities : [{needed[0]}]", "InsufficientCapabilitiesException")


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


def _page(key: str, items: list[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    start = int(asked.get("NextToken") or 0)
    more = start + _PAGE < len(items)
    return {key: items[start : start + _PAGE], **({"NextToken": str(start + _PAGE)} if more else {})}


def _truth(value: object) -> bool:
    return str(value).lower() == "true"


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": k, "Value": v} for k, v in tags.items()]


def _parameters(target: Target, template: Template) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for name, value in target.parameters.items():
        hidden = name in template.parameters and template.parameters[name].no_echo
        entry = {"ParameterKey": name, "ParameterValue": "****" if hidden else value.given}
        told.append({**entry, "ResolvedValue": value.resolved} if value.resolved is not None else entry)
    return told


def _stack(stack: Stack) -> dict[str, Any]:
    told: dict[str, Any] = {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": stack.description,
        "CreationTime": stack.created,
        "StackStatus": stack.status,
        "DisableRollback": stack.disable_rollback,
        "EnableTerminationProtection": stack.protected,
        "Capabilities": stack.capabilities,
        "NotificationARNs": stack.topics,
        "Outputs": stack.outputs,
        "Tags": _tags(stack.target.tags),
        "DriftInformation": _drift(stack.drift, stack.drift_time, "StackDriftStatus"),
    }
    if stack.target.body:
        told["Parameters"] = _parameters(stack.target, parse(stack.target.body))
    more: tuple[tuple[str, Any], ...] = (
        ("ChangeSetId", stack.change_set),
        ("StackStatusReason", stack.reason),
        ("LastUpdatedTime", stack.updated),
        ("DeletionTime", stack.deleted),
        ("RoleARN", stack.role),
        ("TimeoutInMinutes", stack.minutes),
    )
    return told | {key: value for key, value in more if value}


def _summary(stack: Stack) -> dict[str, Any]:
    told = _stack(stack)
    names = (
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "DeletionTime",
        "StackStatus",
        "StackStatusReason",
    )
    kept = {n: told[n] for n in (*names, "DriftInformation") if n in told}
    return {**kept, "TemplateDescription": stack.description}


def _resource(made: Made) -> dict[str, Any]:
    told = {
        "LogicalResourceId": made.logical_id,
        "PhysicalResourceId": made.physical_id,
        "ResourceType": made.type,
        "ResourceStatus": made.status,
        "DriftInformation": _drift(made.drift, made.drift_time, "StackResourceDriftStatus"),
    }
    return {**told, "ResourceStatusReason": made.reason} if made.reason else told


def _drift(status: str, time: str, key: str) -> dict[str, str]:
    return {key: status, **({"LastCheckTimestamp": time} if time else {})}


def _event(stack: Stack, event: Any) -> dict[str, Any]:
    told = {
        "StackId": stack.id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.time,
        "ResourceStatus": event.status,
        "OperationId": event.operation,
    }
    more: tuple[tuple[str, Any], ...] = (
        ("ResourceStatusReason", event.reason),
        ("ResourceProperties", event.properties),
        ("ClientRequestToken", event.token),
    )
    return told | {key: value for key, value in more if value}


def _operation_event(stack: Stack, event: Any) -> dict[str, Any]:
    told = _event(stack, event)
    told.pop("StackName")
    failed = event.status.endswith("_FAILED")
    kind = "PROVISIONING_ERROR" if failed and event.logical_id != stack.name else "STACK_EVENT"
    return {**told, "EventType": kind}


def _without_values(change: dict[str, Any]) -> dict[str, Any]:
    inner = {k: v for k, v in change["ResourceChange"].items() if k not in {"BeforeContext", "AfterContext"}}
    inner["Details"] = [
        {**d, "Target": {k: v for k, v in d["Target"].items() if k not in {"BeforeValue", "AfterValue"}}}
        for d in inner["Details"]
    ]
    return {**change, "ResourceChange": inner}
