"""Jobs side by side: each ends, is ended, or tells what happened to it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from desenho.workers import CrashError, EarlyEndError, TimedOutError, run_each

if TYPE_CHECKING:
    from collections.abc import Callable


class ExpectedError(Exception):
    """What the work may raise."""


def work(job: str, over: Callable[[], None]) -> str:
    match job:
        case "raise":
            raise ExpectedError("as may be")
        case "crash":
            raise ZeroDivisionError("nobody knows why")
        case "exit":
            os._exit(3)
        case "spin":
            while True:
                with contextlib.suppress(BaseException):
                    time.sleep(0.01)
        case "slow second part":
            over()
            time.sleep(1.3)
        case "leave a thread":
            threading.Thread(target=time.sleep, args=(60,)).start()
        case "big":
            return "x" * 3_000_000
        case _:
            pass
    return f"{job} done"


def test_results_come_in_the_order_of_the_jobs() -> None:
    jobs = ["slow second part", "a", "b", "c", "big"]
    counted: list[int] = []
    outcomes = run_each(work, jobs, expected=ExpectedError, seconds=30, done=counted.append)
    assert outcomes == ["slow second part done", "a done", "b done", "c done", "x" * 3_000_000]
    assert counted == [1, 2, 3, 4, 5]


def test_every_failure_is_told_and_stops_no_other_job() -> None:
    outcomes = run_each(work, ["raise", "crash", "exit", "a"], expected=ExpectedError, seconds=30)
    assert isinstance(outcomes[0], ExpectedError)
    assert isinstance(outcomes[1], CrashError)
    assert "ZeroDivisionError: nobody knows why" in str(outcomes[1])
    assert "test_desenho_workers.py" in str(outcomes[1])
    assert isinstance(outcomes[2], EarlyEndError)
    assert outcomes[2].args == (3,)
    assert outcomes[3] == "a done"


def test_a_job_that_swallows_everything_is_ended_in_time() -> None:
    outcomes = run_each(work, ["spin", "a"], expected=ExpectedError, seconds=1)
    assert isinstance(outcomes[0], TimedOutError)
    assert outcomes[1] == "a done"


def test_only_the_first_part_of_a_job_is_timed() -> None:
    assert run_each(work, ["slow second part"], expected=ExpectedError, seconds=1) == ["slow second part done"]


def test_a_thread_left_behind_keeps_no_process_alive() -> None:
    assert run_each(work, ["leave a thread"], expected=ExpectedError, seconds=30) == ["leave a thread done"]


def children() -> set[int]:
    """Return the processes that this one has started; a server of other tests may be among them."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
        if parent == os.getpid():
            found.add(int(stat.parent.name))
    return found


class Interrupts:
    """A result whose sending Ctrl-C falls into."""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        os.kill(os.getpid(), signal.SIGINT)
        return Interrupts, ()


def interrupted(_job: str, _over: Callable[[], None]) -> Interrupts:
    return Interrupts()


@pytest.mark.skipif(os.name == "nt", reason="a signal ends no process there")
def test_a_job_that_ctrl_c_ends_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    (outcome,) = run_each(interrupted, ["a"], expected=ExpectedError, seconds=30)
    assert isinstance(outcome, EarlyEndError)
    assert outcome.args == (-signal.SIGINT,)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_is_left_when_the_work_is_interrupted() -> None:
    def interrupt(_count: int) -> None:
        raise KeyboardInterrupt

    before = children()
    with pytest.raises(KeyboardInterrupt):
        run_each(work, ["a", "spin", "spin"], expected=ExpectedError, seconds=30, done=interrupt)
    assert children() <= before
