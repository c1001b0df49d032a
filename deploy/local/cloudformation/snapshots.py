"""Snapshots that a stack left behind, known to EC2 again after a restart; their contents lie in the state folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.local.ids import wished

if TYPE_CHECKING:
    from deploy.local.aws import Clients
    from deploy.local.cloudformation.stack import Made

__all__ = ["restore_snapshot"]


def restore_snapshot(clients: Clients, made: Made) -> None:
    """Have a snapshot of that id again. EC2 takes snapshots of volumes only, so a volume is made for it and removed."""
    ec2, props = clients("ec2"), made.properties
    zone = props["AvailabilityZone"]
    asked = {n: props[n] for n in ("Encrypted", "VolumeType") if n in props}
    volume = ec2.create_volume(AvailabilityZone=zone, Size=props.get("Size", 1), **asked)["VolumeId"]
    with wished(made.physical_id):
        ec2.create_snapshot(VolumeId=volume, Description=f"Snapshot of {made.logical_id}")
    ec2.delete_volume(VolumeId=volume)
