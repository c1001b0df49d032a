"""A lock on a folder that its holder cannot forget: the system lets it go when the process ends, however it ends."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from architecture.errors import DesenhoError
from deploy.local.state import usable

if TYPE_CHECKING:
    from io import BufferedWriter
    from pathlib import Path

__all__ = ["hold", "is_held"]


def hold(path: Path, *, patience: float = 1.0) -> BufferedWriter | None:
    """Take a lock and return the file that is it, to be kept open; None if another process keeps it.

    `patience` is in seconds: one that only looks lets the lock go at once. Raises DesenhoError where there cannot be
    one.
    """
    with usable(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = path.open("wb")
    until = time.monotonic() + patience
    while not _flock(lock.fileno(), shared=False):
        if time.monotonic() > until:
            lock.close()
            return None
        time.sleep(0.01)
    return lock


def is_held(path: Path) -> bool:
    """Tell whether a process holds a lock. Raises DesenhoError where there cannot be one."""
    with usable(path.parent):
        try:
            lock = path.open("rb")
        except FileNotFoundError:
            return False
    with lock:
        return not _flock(lock.fileno(), shared=True)


def _flock(descriptor: int, *, shared: bool) -> bool:
    if os.name != "posix":
        raise DesenhoError("the local cloud runs on Linux", hint="deploy to AWS, or use WSL")
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
