"""CloudWatch Logs: the class of a log group, which moto forgets."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's log groups remember their class."""
    from moto.logs.models import LogGroup
    from moto.logs.responses import LogsResponse

    group, response = cast("Any", LogGroup), cast("Any", LogsResponse)
    describe, create = group.to_describe_dict, response.create_log_group

    def to_describe_dict(self: Any) -> dict[str, Any]:
        return {**describe(self), "logGroupClass": getattr(self, "log_group_class", "STANDARD")}

    def create_log_group(self: Any) -> str:
        answer: str = create(self)
        name = self._get_param("logGroupName")
        self.logs_backend.groups[name].log_group_class = self._get_param("logGroupClass") or "STANDARD"
        return answer

    group.to_describe_dict = to_describe_dict
    response.create_log_group = create_log_group
