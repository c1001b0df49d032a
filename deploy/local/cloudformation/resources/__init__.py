"""The handlers of the supported resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.cloudformation.resources import (
    buckets,
    endpoints,
    firewall,
    gateways,
    identity,
    instances,
    lambda_functions,
    lambda_invocation,
    launch_templates,
    network,
    observation,
    parameters,
    queues,
    tables,
    topics,
    volumes,
    waiting,
)

if TYPE_CHECKING:
    from deploy.local.cloudformation.resources.base import Handler

__all__ = ["HANDLERS", "handler"]

HANDLERS: Final[dict[str, Handler]] = {
    h.TYPE: h
    for module in (
        buckets,
        endpoints,
        firewall,
        gateways,
        identity,
        instances,
        lambda_functions,
        lambda_invocation,
        launch_templates,
        network,
        observation,
        parameters,
        queues,
        tables,
        topics,
        volumes,
        waiting,
    )
    for h in module.HANDLERS
}
"""Every supported type and what handles it."""


def handler(kind: str, logical_id: str) -> Handler:
    """Return the handler of a type. Raises TemplateError, which names type and resource, if there is none."""
    if kind not in HANDLERS:
        raise TemplateError(f"Template error: {kind} is not supported by the local cloud [{logical_id}]")
    return HANDLERS[kind]
