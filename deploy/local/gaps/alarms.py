"""CloudWatch: the tags of an alarm, which moto remembers after its end and gives to the next one of its name."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's alarms take their tags with them."""
    from moto.cloudwatch.models import CloudWatchBackend

    backend = cast("Any", CloudWatchBackend)
    delete = backend.delete_alarms

    def delete_alarms(self: Any, alarm_names: list[str]) -> None:
        gone = [self.alarms[name] for name in alarm_names if name in self.alarms]
        delete(self, alarm_names)
        for alarm in gone:
            self.tagger.delete_all_tags_for_resource(alarm.alarm_arn)

    backend.delete_alarms = delete_alarms
