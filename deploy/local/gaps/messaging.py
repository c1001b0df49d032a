"""SQS: RedriveAllowPolicy, which moto forgets, and policies, which it forgets when another attribute is set."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's queues remember all of their attributes."""
    from moto.sqs.models import Queue

    queue = cast("Any", Queue)
    set_attributes, attributes = queue._set_attributes, queue.attributes.fget  # noqa: SLF001 - moto has no public way

    def keeping(self: Any, said: dict[str, Any], now: float | None = None) -> None:
        if "RedriveAllowPolicy" in said:
            self.redrive_allow_policy = said["RedriveAllowPolicy"]
        kept = {"Policy": getattr(self, "policy", None), **said}
        set_attributes(self, kept, now)

    def told(self: Any) -> dict[str, Any]:
        found: dict[str, Any] = attributes(self)
        allow: str = getattr(self, "redrive_allow_policy", "")
        return {**found, "RedriveAllowPolicy": allow} if allow else found

    queue._set_attributes = keeping  # noqa: SLF001 - moto has no public way
    queue.attributes = property(told)
