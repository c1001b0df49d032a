"""Bucket policies: kept whole, and obeyed but for the Denies that need TLS.

moto looks at no condition, so a Deny for requests without TLS would block every request; and there is no TLS on
loopback. What is read back is the policy as it was put. Who reports on it must call such a statement not checked.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

__all__ = ["enforceable", "install"]

_TRANSPORT: Final = ("aws:securetransport", "s3:tlsversion")


def enforceable(policy: dict[str, Any]) -> dict[str, Any] | None:
    """Return a policy without the Denies that ask for TLS, None if nothing is left."""
    statements: Any = policy.get("Statement", [])
    listed: list[dict[str, Any]] = statements if isinstance(statements, list) else [statements]
    kept = [s for s in listed if not (s.get("Effect") == "Deny" and _asks_for_tls(s))]
    return {**policy, "Statement": kept} if kept else None


def _asks_for_tls(statement: dict[str, Any]) -> bool:
    conditions: dict[str, dict[str, Any]] = statement.get("Condition", {})
    return any(key.lower() in _TRANSPORT for operator in conditions.values() for key in operator)


def install() -> None:
    """Have moto's buckets obey the enforceable part of their policy."""
    from moto.iam.access_control import IAMPolicy, PermissionResult
    from moto.s3.models import FakeBucket

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        policy = enforceable(json.loads(self.policy))
        if policy is None:
            return PermissionResult.NEUTRAL
        return IAMPolicy(json.dumps(policy)).is_action_permitted(action, resource)

    cast("Any", FakeBucket).get_permission = get_permission
