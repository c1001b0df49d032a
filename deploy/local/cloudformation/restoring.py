"""Making a stack's resources again after the memory of the local cloud was lost.

Each gets the id that it had, as far as one can be wished for; what names an id that is another one now is told the new
one.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deploy.local.aws import BotoCoreError, ClientError
from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.graph import in_order
from deploy.local.cloudformation.resources import handler
from deploy.local.cloudformation.steps import said_by
from deploy.local.ids import wished
from deploy.local.values import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.stack import Made, Stack
    from deploy.local.cloudformation.steps import Steps

__all__ = ["restore_resource", "restore_stack"]

log = logging.getLogger("deploy.local")


def restore_stack(steps: Steps, stack: Stack, exchanged: dict[str, str]) -> None:
    """Make a stack's resources again. `exchanged` gathers the ids that are other ones now."""
    steps.clients("ec2").describe_vpcs()  # has moto make the default VPC now, which else would take a wished id
    for name in in_order(stack.resources.values()):
        restore_resource(steps, stack, stack.resources[name], exchanged)
    stack.outputs = _exchange(stack.outputs, exchanged)


def restore_resource(steps: Steps, stack: Stack, made: Made, exchanged: dict[str, str]) -> None:
    """Make one resource again from what is remembered of it."""
    kind = handler(made.type, made.logical_id)
    made.properties = _exchange(made.properties, exchanged)
    resource = steps.resource(stack, made)
    try:
        with wished(made.physical_id):
            physical_id = kind.restore(resource)
        attributes = kind.attributes(replace(resource, physical_id=physical_id)) if kind.FORGETS else {}
    except (ResourceError, ClientError, BotoCoreError) as error:
        log.error("%s/%s could not be made again: %s", stack.name, made.logical_id, said_by(error))
        stack.tell(made, "UPDATE_FAILED", f"could not be made again when the local cloud started: {said_by(error)}")
        return
    if physical_id != made.physical_id:
        exchanged[made.physical_id] = physical_id
        made.physical_id = physical_id
    for attribute, value in attributes.items():
        old = made.attributes.get(attribute)
        if isinstance(old, str) and isinstance(value, str) and old and old != value:
            exchanged[old] = value
    made.attributes |= attributes


def _exchange(value: Any, exchanged: Mapping[str, str]) -> Any:
    """Return a value in which the ids of before are those of now, wherever they stand."""
    if isinstance(value, str):
        for old, new in exchanged.items():
            value = value.replace(old, new)
        return value
    if is_list(value):
        return [_exchange(v, exchanged) for v in value]
    if is_map(value):
        return {k: _exchange(v, exchanged) for k, v in value.items()}
    return value
