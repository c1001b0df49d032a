"""The warm sandboxes of a function: an event finds one that waits, or a new one, as many as may run at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Final

from deploy.local.functions.sandbox import Done, Log, Program, Sandbox

__all__ = ["AT_ONCE", "BusyError", "Pool"]

AT_ONCE: Final = min(4, (os.cpu_count() or 1) + 1)
"""How many sandboxes of a function run at once here, where it reserves no concurrency. Each takes about 50 MB."""

Start = Callable[[Program], Sandbox]


class BusyError(Exception):
    """As many sandboxes run as may."""


class Pool:
    """The sandboxes of one function."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._idle: list[Sandbox] = []
        self._running = 0
        self._free = threading.Condition()
        self._closed = False

    def use(self, start: Start) -> None:
        """Start new sandboxes in this way from now on."""
        self._start = start

    def run(
        self, program: Program, limit: int, request_id: str, payload: bytes, log_lines: Log, *, wait: bool = True
    ) -> Done:
        """Have an event handled, as soon as fewer than `limit` run; without `wait` raises BusyError until then."""
        sandbox = self._take(program, limit, wait=wait)
        try:
            if sandbox is None:
                sandbox = self._start(program)
            return sandbox.invoke(request_id, payload, log_lines)
        finally:
            self._give_back(sandbox)

    def close(self) -> None:
        """End all sandboxes."""
        with self._free:
            self._closed = True
            idle, self._idle = self._idle, []
        for sandbox in idle:
            sandbox.close()

    def _take(self, program: Program, limit: int, *, wait: bool) -> Sandbox | None:
        """Return a sandbox that waits, or None where a new one may be started."""
        with self._free:
            while True:
                outdated = [s for s in self._idle if s.program != program or s.dead]
                for sandbox in outdated:
                    self._idle.remove(sandbox)
                    sandbox.close()
                if self._running < limit:
                    self._running += 1
                    return self._idle.pop() if self._idle else None
                if not wait:
                    raise BusyError
                self._free.wait(0.5)

    def _give_back(self, sandbox: Sandbox | None) -> None:
        with self._free:
            self._running -= 1
            keep = sandbox is not None and not sandbox.dead and not self._closed
            if sandbox is not None and keep:
                self._idle.append(sandbox)
            self._free.notify()
        if sandbox is not None and not keep:
            sandbox.close()
