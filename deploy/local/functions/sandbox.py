"""An environment: one process that runs one function, one event at a time, and nothing of the host beside it.

Its Python sees the function's code, its layers, and what AWS's runtime brings: the runtime client and boto3.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import json
import logging
import os
import queue
import selectors
import shutil
import sys
import threading
import time
import uuid
import zipfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deploy.local import children
from deploy.local.functions.runtime_api import Invocation, Outcome, RuntimeApi

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Done", "Log", "Program", "Sandbox"]

log = logging.getLogger("deploy.local")

_RUNTIME: Final = (
    "awslambdaric", "snapshot_restore_py", "simplejson", "boto3", "botocore", "s3transfer", "jmespath", "dateutil",
    "urllib3", "six",
)  # fmt: skip
"""The packages that a function finds without bringing them."""
_INIT_SECONDS: Final = 10.0
"""How long a function may take to start; its own timeout begins with the event. Source: Lambda's quotas."""
_LOOK_SECONDS: Final = 0.05
"""How often a function that runs is looked at: its memory, its time, what it has printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a sandbox runs. Equal programs can share sandboxes."""

    name: str
    arn: str
    version: str
    region: str
    handler: str
    runtime: str
    memory_mb: int
    timeout: float
    log_group: str
    digest: str
    variables: tuple[tuple[str, str], ...]
    layers: tuple[str, ...]
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of an event: the outcome, what was printed (START, END and REPORT with it), and where it was logged."""

    outcome: Outcome
    lines: tuple[str, ...]
    stream: str


Log = Callable[[str, Sequence[tuple[int, str]]], None]
"""Takes lines as they are printed: the stream, and for each line when it was printed (milliseconds since 1970)."""


class Sandbox:
    """A process that runs a program. It is started at once and takes events until it is closed or dies."""

    def __init__(
        self, program: Program, code: bytes, layers: tuple[bytes, ...], scratch: Path, endpoint_url: str
    ) -> None:
        self.program = program
        self.folder = scratch / f"function-{uuid.uuid4().hex[:12]}"
        day = dt.datetime.now(dt.UTC)
        self.stream = f"{day:%Y/%m/%d}/[{program.version}]{uuid.uuid4().hex}"
        self._api = RuntimeApi()
        self._lines = deque[tuple[int, str]]()
        self._started = time.monotonic()
        self._cold = True
        self.dead = False
        self._unpack(code, layers)
        self._child = children.start(
            [sys.executable, "-S", "-m", "awslambdaric", program.handler],
            cwd=self.folder / "task",
            env=self._env(endpoint_url),
        )
        self._status = Path(f"/proc/{self._child.pid}/status")
        assert self._child.stdout is not None
        self._pipe = os.dup(self._child.stdout.fileno())  # ours alone to close: a number is soon reused
        os.set_blocking(self._pipe, False)
        self._piped, self._partial = threading.Lock(), b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def invoke(self, request_id: str, payload: bytes, log_lines: Log = lambda _stream, _lines: None) -> Done:
        """Have an event handled. A function that takes too long, or too much memory, is ended, as on AWS."""
        program, logged = self.program, list[str]()

        def tell(lines: list[tuple[int, str]]) -> None:
            logged.extend(line for _, line in lines)
            log_lines(self.stream, lines)

        invocation = Invocation(
            request_id=request_id, payload=payload, function_arn=program.arn, timeout=program.timeout
        )
        asked = time.monotonic()
        tell([*self._printed(), (_now(), f"START RequestId: {request_id} Version: {program.version}")])
        self._api.invoke(invocation)
        outcome = self._wait(request_id, asked, tell)
        began = self._api.taken or asked
        took = (time.monotonic() - began) * 1000
        if self.dead:
            self._reader.join(1)
        else:
            self._gather()  # what it printed last is in the pipe
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {took:.2f} ms\tBilled Duration: {int(took) + 1} ms\t"
            f"Memory Size: {program.memory_mb} MB\tMax Memory Used: {self._memory_kb(b'VmHWM:') // 1024} MB"
        )
        if self._cold:
            report += f"\tInit Duration: {(began - self._started) * 1000:.2f} ms"
        self._cold = False
        tell([*self._printed(), (_now(), f"END RequestId: {request_id}"), (_now(), report)])
        return Done(outcome=outcome, lines=tuple(logged), stream=self.stream)

    def close(self) -> None:
        """End the process and remove its folder."""
        self.dead = True
        children.end(self._child, 0.5)
        self._api.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self, request_id: str, asked: float, tell: Callable[[list[tuple[int, str]]], None]) -> Outcome:
        """Wait for what comes of an event."""
        program = self.program
        while True:
            try:
                outcome = self._api.outcomes.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                now, began = time.monotonic(), self._api.taken
                if printed := self._printed():
                    tell(printed)
                late = now - began > program.timeout if began else now - asked > _INIT_SECONDS + program.timeout
                if late:
                    said = f"RequestId: {request_id} Error: Task timed out after {program.timeout:.2f} seconds"
                    self._lines.append((_now(), said))
                    return self._killed("Sandbox.Timedout", said)
                if self._memory_kb(b"VmRSS:") > program.memory_mb * 1024:
                    said = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
                    return self._killed("Runtime.OutOfMemory", said)
                continue
            if outcome.error == "Runtime.ExitError":
                self.dead = True
            return outcome

    def _killed(self, kind: str, said: str) -> Outcome:
        self.dead = True
        children.end(self._child, 0)
        return Outcome(payload=json.dumps({"errorType": kind, "errorMessage": said}).encode(), error=kind)

    def _printed(self) -> list[tuple[int, str]]:
        """Return what was printed since the last call."""
        return [self._lines.popleft() for _ in range(len(self._lines))]

    def _read(self) -> None:
        """Gather what the process prints, and notice its end."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._pipe, selectors.EVENT_READ)
            while self._gather():
                waiting.select()
        with self._piped:
            os.close(self._pipe)
            self._pipe = -1
        code = self._child.wait()
        if not self.dead:
            said = f"Runtime exited with error: exit status {code}"
            told = json.dumps({"errorType": "Runtime.ExitError", "errorMessage": said}).encode()
            self._api.outcomes.put(Outcome(payload=told, error="Runtime.ExitError"))

    def _gather(self) -> bool:
        """Take the lines that are in the pipe by now; false when there will be none any more."""
        with self._piped:
            if self._pipe < 0:
                return False
            while True:
                try:
                    block = os.read(self._pipe, 64 * 1024)
                except BlockingIOError:
                    return True
                if not block and not self._partial:
                    return False
                *lines, self._partial = (self._partial + (block or b"\n")).split(b"\n")
                now = _now()
                self._lines.extend((now, line.decode("utf-8", "replace")) for line in lines)

    def _memory_kb(self, what: bytes) -> int:
        """Return a figure of the process's memory in KiB, 0 where the system does not tell."""
        try:
            told = self._status.read_bytes().partition(what)[2]
        except OSError:
            return 0
        return int(told.split(maxsplit=1)[0]) if told else 0

    def _unpack(self, code: bytes, layers: tuple[bytes, ...]) -> None:
        for place, content in [("task", code), *(("opt", layer) for layer in layers)]:
            (self.folder / place).mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(self.folder / place)
        (self.folder / "tmp").mkdir()
        runtime = self.folder / "runtime"
        runtime.mkdir()
        for name, path in _runtime_packages().items():
            (runtime / name).symlink_to(path)

    def _env(self, endpoint_url: str) -> dict[str, str]:
        program, folder = self.program, self.folder
        paths = [folder / "task", folder / "opt" / "python", folder / "runtime"]
        env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "TMPDIR": str(folder / "tmp"),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_ENDPOINT_URL": endpoint_url,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{program.runtime}",
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_LAMBDA_FUNCTION_NAME": program.name,
            "AWS_LAMBDA_FUNCTION_VERSION": program.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(program.memory_mb),
            "AWS_LAMBDA_LOG_GROUP_NAME": program.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.stream,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REGION": program.region,
            "AWS_DEFAULT_REGION": program.region,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_SESSION_TOKEN": "local",
            "LAMBDA_TASK_ROOT": str(folder / "task"),
            "LAMBDA_RUNTIME_DIR": str(folder / "runtime"),
            "_HANDLER": program.handler,
        }
        if program.proxy:
            env |= {"http_proxy": program.proxy, "no_proxy": "127.0.0.1,localhost"}
        return {**env, **dict(program.variables)}


def _now() -> int:
    return int(time.time() * 1000)


def _runtime_packages() -> Mapping[str, Path]:
    """Return where the packages of the runtime lie, by the name they are imported by."""
    found: dict[str, Path] = {}
    for name in (*_RUNTIME, "runtime_client"):
        spec: Any = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            continue
        path = Path(spec.origin)
        found |= {path.parent.name: path.parent} if path.name == "__init__.py" else {path.name: path}
    return found
