"""Which demo runs: one at a time for a user, found again by `desenho demo --stop`."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.request import ProxyHandler, Request, build_opener

from architecture.errors import DesenhoError
from deploy.local.lock import hold, is_held
from deploy.local.state import State, write_json

if TYPE_CHECKING:
    from io import BufferedWriter
    from pathlib import Path

__all__ = ["Record", "running_at", "stop"]

_PATIENCE: Final = 30.0


class Record:
    """The mark of the demo that runs. `taken` is false where another one runs."""

    def __init__(self) -> None:
        self._lock: BufferedWriter | None = hold(_lock())
        self.taken = self._lock is not None

    def tell(self, url: str, token: str) -> None:
        """Note where the demo is, and the word that stops it."""
        write_json(_told(), {"pid": os.getpid(), "url": url, "token": token})

    def close(self) -> None:
        """Let others be the demo."""
        if self._lock:
            _told().unlink(missing_ok=True)
            self._lock.close()


def running_at() -> str:
    """Return the address of the demo that runs, empty while it has none yet."""
    return str(_read().get("url", ""))


def stop() -> bool:
    """Stop the demo that runs and wait until it has ended; false if none ran.

    Raises DesenhoError where it does not end.
    """
    if not is_held(_lock()):
        return False
    until = time.monotonic() + _PATIENCE
    asked = False
    while is_held(_lock()):
        told = _read()
        if told and not asked:
            request = Request(f"{told['url']}stop?token={told['token']}", data=b"", method="POST")  # noqa: S310 - our own address
            try:
                with build_opener(ProxyHandler({})).open(request, timeout=5):
                    asked = True
            except OSError:
                pass  # it is on its way up or down
        if time.monotonic() > until:
            raise DesenhoError(
                "the demo does not end", where=f"process {told.get('pid', '?')}", hint="end it by Ctrl-C"
            )
        time.sleep(0.05)
    return True


def _read() -> dict[str, Any]:
    try:
        return json.loads(_told().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _lock() -> Path:
    return State.default().folder / "demo.lock"


def _told() -> Path:
    return State.default().folder / "demo.json"
