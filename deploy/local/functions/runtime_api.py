"""The Runtime API: what a runtime asks for its next event, and tells what came of it.

Source: "Using the Lambda runtime API" in the Lambda developer guide. Answers leave in one piece and at once: with
Nagle's algorithm a warm call takes 99 ms instead of 14.
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

__all__ = ["Invocation", "Outcome", "RuntimeApi"]

_VERSION: Final = "/2018-06-01/runtime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An event for a function. `timeout` is in seconds, from the moment the runtime takes the event."""

    request_id: str
    payload: bytes
    function_arn: str
    timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an event; `error` is its type, empty where all went well."""

    payload: bytes
    error: str = ""


class RuntimeApi:
    """A Runtime API for one environment; `invoke` hands it an event, `outcomes` is where what comes of it arrives.

    `taken` is when the runtime took the event (`time.monotonic`), 0 as long as it has not.
    """

    def __init__(self) -> None:
        self.outcomes: queue.Queue[Outcome] = queue.Queue()
        self.taken = 0.0
        self._events: queue.Queue[Invocation | None] = queue.Queue()
        api = self

        class Handler(_Handler):
            runtime = api

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        """Where the runtime finds it."""
        return f"127.0.0.1:{self._server.server_port}"

    def invoke(self, invocation: Invocation) -> None:
        """Hand an event to the runtime."""
        self.taken = 0.0
        self._events.put(invocation)

    def next(self) -> Invocation | None:
        """Return the next event, as soon as there is one; None when there will be none."""
        invocation = self._events.get()
        self.taken = time.monotonic()
        return invocation

    def close(self) -> None:
        """Stop answering."""
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1024 * 1024
    runtime: RuntimeApi

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer `/invocation/next`."""
        invocation = self.runtime.next() if self.path == f"{_VERSION}/invocation/next" else None
        if invocation is None:
            self._send(410, b"{}")
            return
        deadline = int((time.time() + invocation.timeout) * 1000)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        self._send(200, invocation.payload, headers)

    def do_POST(self) -> None:
        """Take the response of an event, or its error, or the error that kept the function from starting."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(202, b"{}")
        what = self.path.removeprefix(_VERSION).rpartition("/")[2]
        error = "" if what == "response" else self.headers.get("Lambda-Runtime-Function-Error-Type") or "Unhandled"
        if error:
            body = body or json.dumps({"errorType": error}).encode()
        self.runtime.outcomes.put(Outcome(payload=body, error=error))

    def _send(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
