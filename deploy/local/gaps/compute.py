"""EC2's instances: detailed monitoring, user data that is changed, volumes that are detached by their id alone."""

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
    detach = response.detach_volume
    attribute_handler = response._dot_value_instance_attribute_handler  # noqa: SLF001 - moto has no public way

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

    def detach_volume(self: Any) -> ActionResult:
        volume = self.ec2_backend.get_volume(self._get_param("VolumeId"))
        if not self._get_param("InstanceId") and volume.attachment:
            self.params["InstanceId"] = volume.attachment.instance.id
        return cast("ActionResult", detach(self))

    response.detach_volume = detach_volume
    response.monitor_instances = monitor_instances
    response.unmonitor_instances = unmonitor_instances
    response._dot_value_instance_attribute_handler = modify_attribute  # noqa: SLF001 - moto has no public way
