"""Buckets: their policies, kept whole and obeyed but for the Denies that need TLS; what they tell of, and how often.

moto looks at no condition, so a Deny for requests without TLS would block every request; and there is no TLS on
loopback. What is read back is the policy as it was put. Who reports on it must call such a statement not checked.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast
from xml.etree import ElementTree as ET

from deploy.local.values import is_list

__all__ = ["enforceable", "install"]

_TRANSPORT: Final = ("aws:securetransport", "s3:tlsversion")


def enforceable(policy: dict[str, Any]) -> dict[str, Any] | None:
    """Return a policy without the Denies that ask for TLS, None if nothing is left."""
    statements: Any = policy.get("Statement", [])
    listed: list[dict[str, Any]] = statements if is_list(statements) else [statements]
    kept = [s for s in listed if not (s.get("Effect") == "Deny" and _asks_for_tls(s))]
    return {**policy, "Statement": kept} if kept else None


def _asks_for_tls(statement: dict[str, Any]) -> bool:
    conditions: dict[str, dict[str, Any]] = statement.get("Condition", {})
    return any(key.lower() in _TRANSPORT for operator in conditions.values() for key in operator)


def install() -> None:
    """Have moto's buckets obey the enforceable part of their policy, and tell of their notifications, and by them once.

    Of an upload in parts moto would tell twice: that it is complete, and that an object was put.
    """
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket, S3Backend
    from moto.s3.responses import S3Response

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = enforceable(json.loads(self.policy))
        if policy is None:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    response = cast("Any", S3Response)
    notification = response.get_bucket_notification

    def get_bucket_notification(self: Any) -> Any:
        """Tell of EventBridge too, which moto leaves out of its answer."""
        status, headers, body = notification(self)
        found = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if found is not None and found.event_bridge is not None:
            root = ET.fromstring(body)  # noqa: S314 - moto's own
            space = root.tag.removesuffix("NotificationConfiguration")
            ET.SubElement(root, f"{space}EventBridgeConfiguration")
            body = ET.tostring(root, encoding="unicode")
        return status, headers, body

    backend = cast("Any", S3Backend)
    put = backend.put_object

    def put_object(self: Any, *given: Any, multipart: Any = None, **named: Any) -> Any:
        if multipart is not None:
            named["disable_notification"] = True
        return put(self, *given, multipart=multipart, **named)

    backend.put_object = put_object
    cast("Any", FakeBucket).get_permission = get_permission
    response.get_bucket_notification = get_bucket_notification
