"""The operations that detect drift, and tell what was found."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.errors import ApiError
from deploy.local.cloudformation.operations.answers import page
from deploy.local.cloudformation.stack import now

if TYPE_CHECKING:
    from deploy.local.cloudformation.operations.requests import Asked, Operation
    from deploy.local.cloudformation.service import Service

__all__ = ["DriftOperations"]


class DriftOperations:
    """The operations by name, on drift; what was found is remembered while the local cloud runs."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._drifts: dict[str, dict[str, Any]] = {}
        self._resource_drifts: dict[str, list[dict[str, Any]]] = {}
        self.table: dict[str, Operation] = {
            "DescribeStackDriftDetectionStatus": self.describe_stack_drift_detection_status,
            "DescribeStackResourceDrifts": self.describe_stack_resource_drifts,
            "DetectStackDrift": self.detect_stack_drift,
            "DetectStackResourceDrift": self.detect_stack_resource_drift,
        }

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
        return page("StackResourceDrifts", told, asked)

    def detect_stack_resource_drift(self, region: str, asked: Asked) -> dict[str, Any]:
        stack = self._service.find(region, asked["StackName"])
        if asked["LogicalResourceId"] not in stack.resources:
            raise ApiError(f"Resource {asked['LogicalResourceId']} does not exist for stack {stack.name}")
        return {"StackResourceDrift": self._service.drift(stack, [asked["LogicalResourceId"]])[0]}
