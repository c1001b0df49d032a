"""The operations on change sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.changes import differs
from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.operations.answers import page, parameters_answer, tags_answer
from deploy.local.cloudformation.operations.capabilities import check_capabilities
from deploy.local.cloudformation.operations.requests import configure, find_change, read_change, read_target, truth
from deploy.local.cloudformation.stack import Target
from deploy.local.cloudformation.template import parse

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked, Operation
    from deploy.local.cloudformation.service import Service
    from deploy.local.cloudformation.stack import ChangeSet, Stack

__all__ = ["ChangeSetOperations"]

NO_CHANGES: Final = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


class ChangeSetOperations:
    """The operations by name, on change sets."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.table: dict[str, Operation] = {
            "CreateChangeSet": self.create_change_set,
            "DeleteChangeSet": self.delete_change_set,
            "DescribeChangeSet": self.describe_change_set,
            "ExecuteChangeSet": self.execute_change_set,
            "ListChangeSets": self.list_change_sets,
        }

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
            template, target = read_target(self._service, region, asked, None if kind == "CREATE" else stack)
            check_capabilities(template, asked)
            change = read_change(self._service, stack, kind, target, asked)
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
            if not differs(stack, change.target, change.changes):
                raise ApiError(NO_CHANGES)
        except (ApiError, ResourceError) as error:
            change.status, change.execution, change.reason = "FAILED", "UNAVAILABLE", str(error)

    def describe_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        stack, change = find_change(self._service, region, asked)
        values = truth(asked.get("IncludePropertyValues", False))
        told = {
            "ChangeSetName": change.name,
            "ChangeSetId": change.id,
            "StackId": stack.id,
            "StackName": stack.name,
            "CreationTime": change.created,
            "ExecutionStatus": _execution(stack, change),
            "Status": change.status,
            "Parameters": parameters_answer(change.target, parse(change.target.body)),
            "Tags": tags_answer(change.target.tags),
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
        stack, change = find_change(self._service, region, asked)
        status = _execution(stack, change)
        if change.status != "CREATE_COMPLETE" or status != "AVAILABLE":
            raise ApiError(
                f"ChangeSet [{change.id}] cannot be executed in its current execution status of [{status}]",
                "InvalidChangeSetStatus",
            )
        configure(stack, asked)
        if change.on_failure:
            stack.on_failure = change.on_failure
        stack.capabilities = change.capabilities
        verb = "CREATE" if stack.status == "REVIEW_IN_PROGRESS" else "UPDATE"
        token = asked.get("ClientRequestToken", "")
        self._service.start(stack, verb, change, change.target, token=token, why="User Initiated")
        return {}

    def delete_change_set(self, region: str, asked: Asked) -> dict[str, Any]:
        stack, change = find_change(self._service, region, asked)
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
                "ExecutionStatus": _execution(stack, c),
                "Status": c.status,
                "StatusReason": c.reason,
                "CreationTime": c.created,
                "Description": c.description,
                "ImportExistingResources": c.import_existing,
            }
            for c in stack.change_sets.values()
        ]
        return page("Summaries", told, asked)


def _execution(stack: Stack, change: ChangeSet) -> str:
    """Return the execution status of a change set; it is obsolete once another operation has run."""
    return "OBSOLETE" if change.execution == "AVAILABLE" and change.basis != stack.basis else change.execution


def _without_values(change: dict[str, Any]) -> dict[str, Any]:
    inner = {k: v for k, v in change["ResourceChange"].items() if k not in {"BeforeContext", "AfterContext"}}
    inner["Details"] = [
        {**d, "Target": {k: v for k, v in d["Target"].items() if k not in {"BeforeValue", "AfterValue"}}}
        for d in inner["Details"]
    ]
    return {**change, "ResourceChange": inner}
