"""Snapshots of volumes: taken when a stack leaves one behind, and known to EC2 again after a restart.

Their contents lie in the state folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.aws import ClientError
from deploy.local.cloudformation.resources.base import is_missing, tag_list
from deploy.local.ids import wished

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Clients
    from deploy.local.cloudformation.stack import Made

__all__ = ["restore_snapshot", "take_snapshot"]


def take_snapshot(clients: Clients, volume: str, note: str, tags: Mapping[str, str]) -> str | None:
    """Take a snapshot of a volume and return its id, None if there is no such volume (any more)."""
    tagged = {"ResourceType": "snapshot", "Tags": tag_list(tags, reserved=True)}
    try:
        made = clients("ec2").create_snapshot(VolumeId=volume, Description=note, TagSpecifications=[tagged])
    except ClientError as error:
        if is_missing(error):
            return None
        raise
    return made["SnapshotId"]


def restore_snapshot(clients: Clients, made: Made) -> None:
    """Have a snapshot of that id again. EC2 takes snapshots of volumes only, so a volume is made for it and removed."""
    ec2, props = clients("ec2"), made.properties
    zone = props["AvailabilityZone"]
    asked = {n: props[n] for n in ("Encrypted", "VolumeType") if n in props}
    volume = ec2.create_volume(AvailabilityZone=zone, Size=props.get("Size", 1), **asked)["VolumeId"]
    with wished(made.physical_id):
        ec2.create_snapshot(VolumeId=volume, Description=f"Snapshot of {made.logical_id}")
    ec2.delete_volume(VolumeId=volume)
