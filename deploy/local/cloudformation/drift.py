"""What is really there, compared with what a stack says: property by property, through describe calls alone.

The same comparison serves drift detection and the proof that nothing a template says was dropped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deploy.local.aws import ClientError
from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources import handler
from deploy.local.cloudformation.resources.base import is_missing
from deploy.local.cloudformation.schema import TAGS, Kind, Record, elements, same
from deploy.local.values import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.local.cloudformation.resources.base import Resource
    from deploy.local.cloudformation.stack import Made, Stack

__all__ = ["compare", "differences"]


def compare(stack: Stack, made: Made, resource: Resource) -> dict[str, Any]:
    """Return what the API calls a StackResourceDrift."""
    kind = handler(made.type, made.logical_id)
    from deploy.local.cloudformation.stack import now

    told: dict[str, Any] = {
        "StackId": stack.id,
        "LogicalResourceId": made.logical_id,
        "PhysicalResourceId": made.physical_id,
        "ResourceType": made.type,
        "ExpectedProperties": json.dumps(made.properties, ensure_ascii=False),
        "PropertyDifferences": [],
        "Timestamp": now(),
    }
    if not kind.PROPERTIES.members or all(m.hidden for m in kind.PROPERTIES.members.values()):
        return {**told, "StackResourceDriftStatus": "NOT_CHECKED"}
    try:
        actual = kind.read(resource)
    except (ClientError, ResourceError) as error:
        if isinstance(error, ClientError) and not is_missing(error):
            raise
        return {**told, "StackResourceDriftStatus": "DELETED"}
    found = list(differences(kind.PROPERTIES, made.properties, actual))
    told["ActualProperties"] = json.dumps(actual, ensure_ascii=False, default=str)
    told["PropertyDifferences"] = [
        {
            "PropertyPath": path,
            "ExpectedValue": json.dumps(wanted),
            "ActualValue": json.dumps(there, default=str),
            "DifferenceType": "REMOVE" if there is None else "NOT_EQUAL",
        }
        for path, wanted, there in found
    ]
    return {**told, "StackResourceDriftStatus": "MODIFIED" if found else "IN_SYNC"}


def differences(kind: Kind, wanted: Any, there: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield where what is there is not what is wanted: the path, the one and the other (None where it is not there).

    What is there and not asked for is no difference: services tell their defaults too.
    """
    if kind.hidden:
        return
    if isinstance(kind, Record) and is_map(wanted) and is_map(there):
        for name, value in wanted.items():
            yield from differences(kind.members[name], value, there.get(name), f"{path}/{name}")
        return
    if is_list(wanted) and is_list(there) and (kind is TAGS or len(wanted) == len(there)):
        element = elements(kind)
        left = list(there)
        for i, value in enumerate(wanted):
            match = next((o for o in left if not any(True for _ in differences(element, value, o))), None)
            if match is None:
                yield f"{path}/{i}", value, left[0] if len(left) == 1 else None
            else:
                left.remove(match)
        return
    if not same(kind, wanted, there):
        yield path or "/", wanted, there
