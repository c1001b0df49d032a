"""The same work on several jobs at once, each in a process of its own that can be ended when it takes too long."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnContext
    from multiprocessing.process import BaseProcess

__all__ = ["CrashError", "EarlyEndError", "TimedOutError", "run_each"]

Job = TypeVar("Job")
Result = TypeVar("Result")


class TimedOutError(Exception):
    """A job was ended because its first part had not ended in time."""


class CrashError(Exception):
    """A job raised an error that nobody expected; the text is its traceback."""


class EarlyEndError(Exception):
    """A process ended before its job, with the exit code `args[0]` (below zero: the signal that ended it)."""


@dataclass
class _Running:
    index: int
    process: BaseProcess
    pipe: Connection
    until: float | None


def run_each(
    work: Callable[[Job, Callable[[], None]], Result],
    jobs: Sequence[Job],
    *,
    expected: type[Exception],
    seconds: float,
    done: Callable[[int], None] = lambda _count: None,
) -> list[Result | Exception]:
    """Return what came of each job, in the order of the jobs: a result or an error.

    `work` takes a job and a function to call when its first part is over: only that part is timed, `seconds` long.
    `expected` errors of `work` come back as they are, others as TimedOutError, EarlyEndError or CrashError. As many
    processes run at a time as the machine has processors. `done` is told the number of jobs done whenever one is.
    """
    # A forked process has everything imported already; elsewhere than on Linux system libraries may not bear it.
    context = cast("SpawnContext", multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn"))
    outcomes: dict[int, Result | Exception] = {}
    queue = deque(enumerate(jobs))
    running: list[_Running] = []
    try:
        while queue or running:
            while queue and len(running) < (os.cpu_count() or 1):
                index, job = queue.popleft()
                ours, theirs = cast("tuple[Connection, Connection]", context.Pipe())
                process = context.Process(target=_child, args=(work, job, theirs, expected), daemon=True)
                process.start()
                theirs.close()
                running.append(_Running(index, process, ours, monotonic() + seconds))
            nearest = min((r.until for r in running if r.until is not None), default=None)
            ready = wait([r.pipe for r in running], None if nearest is None else max(0.0, nearest - monotonic()))
            for item in list(running):
                outcome = _outcome(item, heard=item.pipe in ready)
                if outcome is not None:
                    outcomes[item.index] = outcome[0]
                    running.remove(item)
                    _end(item)
                    done(len(outcomes))
    finally:
        for item in running:
            _end(item)
    return [outcomes[index] for index in range(len(jobs))]


_FIRST_PART_IS_OVER = "first part is over"


def _child(
    work: Callable[[Job, Callable[[], None]], Result], job: Job, pipe: Connection, expected: type[Exception]
) -> None:
    # Ctrl-C comes to the parent as well, which says so and ends this process; programs started here go by it too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    outcome: Result | Exception
    try:
        outcome = work(job, lambda: pipe.send(_FIRST_PART_IS_OVER))
    except expected as error:
        outcome = error
    except BaseException:  # noqa: BLE001 - it is told to the parent
        outcome = CrashError(traceback.format_exc())
    pipe.send((outcome,))


def _outcome(item: _Running, *, heard: bool) -> tuple[Any] | None:
    """Return what came of a job as a tuple of one, None if it goes on."""
    if not heard:
        late = item.until is not None and monotonic() >= item.until
        return (TimedOutError(),) if late else None
    try:
        message = item.pipe.recv()
    except EOFError:
        item.process.join()
        return (EarlyEndError(item.process.exitcode),)
    if message == _FIRST_PART_IS_OVER:
        item.until = None
        return None
    return message


def _end(item: _Running) -> None:
    # What it was asked for is here or not wanted any more; a thread that the job left behind must not keep it alive.
    item.process.kill()
    item.process.join()
    item.process.close()
    item.pipe.close()
