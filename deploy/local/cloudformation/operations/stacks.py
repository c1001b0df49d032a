"""The operations on stacks: made, changed, removed, rolled back; and what they tell of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.changes import differs
from deploy.local.cloudformation.errors import ApiError, ResourceError
from deploy.local.cloudformation.operations.answers import (
    event_answer,
    operation_event,
    page,
    stack_answer,
    stack_summary,
)
from deploy.local.cloudformation.operations.capabilities import check_capabilities
from deploy.local.cloudformation.operations.requests import configure, read_change, read_target, truth

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked, Operation
    from deploy.local.cloudformation.service import Service

__all__ = ["StackOperations"]


class StackOperations:
    """The operations by name, on stacks and their events."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.table: dict[str, Operation] = {
            "CancelUpdateStack": self.cancel_update_stack,
            "ContinueUpdateRollback": self.continue_update_rollback,
            "CreateStack": self.create_stack,
            "DeleteStack": self.delete_stack,
            "DescribeEvents": self.describe_events,
            "DescribeStackEvents": self.describe_stack_events,
            "DescribeStacks": self.describe_stacks,
            "ListStacks": self.list_stacks,
            "RollbackStack": self.rollback_stack,
            "UpdateStack": self.update_stack,
            "UpdateTerminationProtection": self.update_termination_protection,
        }

    def create_stack(self, region: str, asked: Asked) -> dict[str, Any]:
        template, target = read_target(self._service, region, asked, None)
        check_capabilities(template, asked)
        stack = self._service.add(asked["StackName"], region, "CREATE_IN_PROGRESS", target)
        try:
            configure(stack, asked)
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
        template, target = read_target(self._service, region, asked, stack)
        check_capabilities(template, asked)
        change = read_change(self._service, stack, "UPDATE", target, asked)
        if not differs(stack, target, self._service.changes(stack, change)):
            raise ApiError("No updates are to be performed.")
        configure(stack, asked)
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
        stack.protected = truth(asked["EnableTerminationProtection"])
        self._service.written(stack)
        return {"StackId": stack.id}

    def describe_stacks(self, region: str, asked: Asked) -> dict[str, Any]:
        if "StackName" in asked:
            return {"Stacks": [stack_answer(self._service.find(region, asked["StackName"]))]}
        there = [stack_answer(s) for s in self._service.all(region) if not s.is_gone]
        return page("Stacks", there, asked)

    def list_stacks(self, region: str, asked: Asked) -> dict[str, Any]:
        wanted = asked.get("StackStatusFilter")
        found = [s for s in self._service.all(region) if not wanted or s.status in wanted]
        return page("StackSummaries", [stack_summary(s) for s in found], asked)

    def describe_stack_events(self, region: str, asked: Asked) -> dict[str, Any]:
        try:
            stack = self._service.find(region, asked["StackName"])
        except ApiError as error:
            # AWS has other words for it here, and cdk takes these, and no others, as the end of a removal.
            raise ApiError(f"Stack [{asked['StackName']}] does not exist") from error
        told = [event_answer(stack, e) for e in reversed(stack.events)]
        return page("StackEvents", told, asked)

    def describe_events(self, region: str, asked: Asked) -> dict[str, Any]:
        if "StackName" not in asked:
            raise ApiError("DescribeEvents needs a StackName in the local cloud")
        stack = self._service.find(region, asked["StackName"])
        wanted = asked.get("OperationId")
        only_failed = truth(asked.get("Filters", {}).get("FailedEvents", False))
        told = [
            operation_event(stack, e)
            for e in reversed(stack.events)
            if (not wanted or e.operation == wanted) and (not only_failed or e.status.endswith("_FAILED"))
        ]
        return page("OperationEvents", told, asked)
