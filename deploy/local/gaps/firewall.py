"""Security groups: the descriptions of rules that name a group or a prefix list, which moto forgets."""

from __future__ import annotations

from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's rules remember their descriptions, and not mind them when it compares rules."""
    from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule

    rule, backend = cast("Any", SecurityGroupRule), cast("Any", SecurityGroupBackend)
    init = rule.__init__

    def remembering(
        self: Any,
        ec2_backend: Any,
        ip_protocol: str,
        group_id: str,
        from_port: str | None,
        to_port: str | None,
        ip_range: dict[str, str] | None,
        source_group: dict[str, str] | None = None,
        prefix_list_id: dict[str, str] | None = None,
        is_egress: bool = True,
        tags: dict[str, str] | None = None,
    ) -> None:
        said = next((end.get("Description") for end in (ip_range, source_group, prefix_list_id) if end), None)
        group = {k: v for k, v in source_group.items() if k != "Description"} if source_group else source_group
        init(
            self,
            ec2_backend,
            ip_protocol,
            group_id,
            from_port,
            to_port,
            ip_range,
            group,
            prefix_list_id,
            is_egress=is_egress,
            tags=tags,
        )
        self.said = said

    def update_description(_self: Any, wanted: Any, found: Any) -> None:
        found.said = wanted.said

    rule.__init__ = remembering
    rule.description = property(lambda self: self.said)
    backend._sg_update_description = update_description  # noqa: SLF001 - moto has no public way
