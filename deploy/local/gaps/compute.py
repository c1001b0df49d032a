"""EC2's instances: detailed monitoring, and user data that is changed, which moto takes for text."""

from __future__ import annotations

import base64
from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Add what is missing to moto's EC2."""
    from moto.core.responses import ActionResult
    from moto.core.types import Base64EncodedString
    from moto.ec2.responses import EC2Response

    response = cast("Any", EC2Response)
    attribute_handler = response._dot_value_instance_attribute_handler  # noqa: SLF001

    def monitor(self: Any, state: str) -> ActionResult:
        told: list[dict[str, Any]] = []
        for identifier in self._get_param("InstanceIds", []):
            instance = self.ec2_backend.get_instance(identifier)
            instance.monitoring_state = state
            told.append({"InstanceId": identifier, "Monitoring": {"State": state}})
        return ActionResult({"InstanceMonitorings": told})

    def monitor_instances(self: Any) -> ActionResult:
        return monitor(self, "enabled")

    def unmonitor_instances(self: Any) -> ActionResult:
        return monitor(self, "disabled")

    def modify_attribute(self: Any) -> bool:
        data = self._get_param("UserData.Value")
        if data is None:
            return cast("bool", attribute_handler(self))
        raw: bytes = data.encode() if isinstance(data, str) else data
        encoded = Base64EncodedString(base64.b64encode(raw).decode()) if raw else None
        self.ec2_backend.modify_instance_attribute(self._get_param("InstanceId"), "user_data", encoded)
        return True

    response.monitor_instances = monitor_instances
    response.unmonitor_instances = unmonitor_instances
    response._dot_value_instance_attribute_handler = modify_attribute  # noqa: SLF001
