"""Programs that the background process starts: they end with it, however it ends.

All are started by one thread that lives as long as the process: Linux ends a child with the thread that started it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Child", "end", "start"]

Child = subprocess.Popen[bytes]

_STARTER: Final = ThreadPoolExecutor(1, thread_name_prefix="starter")
_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG: Final = 1  # source: prctl(2)


def start(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], output: IO[bytes] | int | None = None) -> Child:
    """Start a program that ends with this process. `output` takes what it prints, errors too (default: a pipe)."""

    def run() -> Child:
        return subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if output is None else output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if _LIBC else None,
        )

    return _STARTER.submit(run).result()


def end(child: Child, seconds: float) -> None:
    """Ask a program and all it has started to end, and make it after so many seconds."""
    for number, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        break
    if child.stdout:
        child.stdout.close()


def _die_with_parent() -> None:
    libc: Any = _LIBC
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
