"""The threads in which operations run, one for each stack that has one."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.local.cloudformation.stack import Stack

__all__ = ["Runner"]

log = logging.getLogger("deploy.local")


class Runner:
    """Runs operations in the background. `written` is told of a stack when one begins and when it ends."""

    def __init__(self, written: Callable[[Stack], None]) -> None:
        self._written = written
        self._cancelled: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self.is_closing = False

    @property
    def cancelled(self) -> Mapping[str, threading.Event]:
        """What tells an operation to stop, by the id of its stack."""
        return self._cancelled

    def run(self, stack: Stack, work: Callable[[], None]) -> None:
        """Run an operation of a stack. Whatever it raises makes the stack's status a failure."""
        self._cancelled[stack.id] = threading.Event()
        self._written(stack)

        def run() -> None:
            started = time.monotonic()
            try:
                work()
            except Exception as error:
                log.exception("%s: an operation broke off", stack.name)
                stack.tell(None, stack.status.replace("_IN_PROGRESS", "_FAILED"), f"an internal failure: {error}")
            if not self.is_closing:
                self._written(stack)
            log.info("%s: %s after %.2f s", stack.name, stack.status, time.monotonic() - started)

        thread = threading.Thread(target=run, name=f"stack {stack.name}", daemon=True)
        self._threads[stack.id] = thread
        thread.start()

    def is_running(self, stack: Stack) -> bool:
        """Tell whether an operation of a stack runs."""
        return stack.id in self._threads and self._threads[stack.id].is_alive()

    def cancel(self, stack: Stack) -> None:
        """Have the operation of a stack stop after the resource that it is at."""
        self._cancelled[stack.id].set()

    def resume(self, stack: Stack) -> None:
        """Let the operation of a stack go on, to roll back what was cancelled."""
        self._cancelled[stack.id].clear()

    def wait(self, stack: Stack, seconds: float) -> None:
        """Wait until no operation of a stack runs, `seconds` at the most."""
        thread = self._threads.get(stack.id)
        if thread:
            thread.join(seconds)

    def close(self) -> None:
        """Stop all that runs, and write nothing down any more."""
        self.is_closing = True
        for event in list(self._cancelled.values()):  # a request may still come in
            event.set()
        for thread in list(self._threads.values()):
            thread.join(2)
