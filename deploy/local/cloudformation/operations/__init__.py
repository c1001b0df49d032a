"""The operations of the CloudFormation API, as its reference describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.cloudformation.operations.change_sets import ChangeSetOperations
from deploy.local.cloudformation.operations.drift import DriftOperations
from deploy.local.cloudformation.operations.resources import ResourceOperations
from deploy.local.cloudformation.operations.stacks import StackOperations
from deploy.local.cloudformation.operations.templates import TemplateOperations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.operations.requests import Operation
    from deploy.local.cloudformation.service import Service

__all__ = ["operations"]


def operations(service: Service) -> Mapping[str, Operation]:
    """Return every operation that the local cloud answers, by name."""
    return {
        **StackOperations(service).table,
        **ResourceOperations(service).table,
        **ChangeSetOperations(service).table,
        **TemplateOperations(service).table,
        **DriftOperations(service).table,
    }
