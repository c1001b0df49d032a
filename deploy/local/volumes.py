"""The contents of volumes and snapshots: folders that outlive the ids that EC2 gives.

A volume of a stack is found by `<stack>/<logical id>` whatever its id is; one that a client made, by its id.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.local.cloudformation.stack import Made
    from deploy.local.state import State

__all__ = ["Volumes"]

_TYPE = "AWS::EC2::Volume"


class Volumes:
    """Which folder holds which volume."""

    def __init__(self, state: State) -> None:
        self._volumes = state.volumes
        self._snapshots = state.snapshots
        self._by_id: dict[str, Path] = {}
        self._lock = threading.Lock()

    def folder(self, volume: str) -> Path:
        """Return the folder of a volume by its id, made if need be."""
        with self._lock:
            folder = self._by_id.setdefault(volume, self._volumes / "-" / volume)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def made(self, stack: str, made: Made) -> None:
        """Give a volume of a stack its folder: empty, or with what its snapshot holds."""
        if made.type != _TYPE:
            return
        folder = self._folder(stack, made)
        self.remember(stack, made)
        shutil.rmtree(folder, ignore_errors=True)
        source = self._snapshots / str(made.properties.get("SnapshotId"))
        if source.is_dir():
            shutil.copytree(source, folder, symlinks=True)
        folder.mkdir(parents=True, exist_ok=True)

    def remember(self, stack: str, made: Made) -> None:
        """Note the id that a volume of a stack has now."""
        if made.type == _TYPE:
            with self._lock:
                self._by_id[made.physical_id] = self._folder(stack, made)

    def removed(self, stack: str, made: Made) -> None:
        """Remove the contents of a volume that was deleted."""
        if made.type == _TYPE:
            with self._lock:
                self._by_id.pop(made.physical_id, None)
            folder = self._folder(stack, made)
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # others of the stack are in it
                folder.parent.rmdir()

    def snapshot(self, stack: str, made: Made, snapshot: str) -> None:
        """Keep a copy of a volume's contents under a snapshot's id, in place of one that was begun before."""
        folder = self._folder(stack, made)
        if folder.is_dir():
            self.forget_snapshot(snapshot)
            shutil.copytree(folder, self._snapshots / snapshot, symlinks=True)

    def forget_snapshot(self, snapshot: str) -> None:
        """Remove the copy that is kept under a snapshot's id, if there is one."""
        shutil.rmtree(self._snapshots / snapshot, ignore_errors=True)

    def _folder(self, stack: str, made: Made) -> Path:
        replaced = f".{made.generation}" if made.generation else ""
        return self._volumes / stack / f"{made.logical_id}{replaced}"
