"""CloudWatch Logs: the class of a log group, which moto forgets, and its tags, which it remembers after its end."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's log groups remember their class, and take their tags with them."""
    from moto.logs.models import LogGroup, LogsBackend
    from moto.logs.responses import LogsResponse

    group, response, backend = cast("Any", LogGroup), cast("Any", LogsResponse), cast("Any", LogsBackend)
    describe, create, delete = group.to_describe_dict, response.create_log_group, backend.delete_log_group

    def to_describe_dict(self: Any) -> dict[str, Any]:
        return {**describe(self), "logGroupClass": getattr(self, "log_group_class", "STANDARD")}

    def create_log_group(self: Any) -> str:
        answer: str = create(self)
        name = self._get_param("logGroupName")
        self.logs_backend.groups[name].log_group_class = self._get_param("logGroupClass") or "STANDARD"
        return answer

    def delete_log_group(self: Any, log_group_name: str) -> None:
        gone = self.groups.get(log_group_name)
        delete(self, log_group_name)
        self.tagger.delete_all_tags_for_resource(gone.arn)

    group.to_describe_dict = to_describe_dict
    backend.delete_log_group = delete_log_group
    response.create_log_group = create_log_group
