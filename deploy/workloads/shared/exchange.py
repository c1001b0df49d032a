"""One exchange over HTTP: how long a client may take, how much it may send, and how it is answered.

A client that is slow, or sends more than is asked for, is answered and let go: 408, 413, 414, 431.
"""

# ruff: noqa: A002, ARG002 - names and arguments are those of http.server

from __future__ import annotations

import io
import json
import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, Final

__all__ = ["Exchange"]

HEAD_SECONDS: Final = 10.0
"""How long a client may take for the first line and the headers of a request, all together."""

BODY_SECONDS: Final = 60.0
"""How long it may take for the body, and at most for each block of an answer."""

LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 16 * 1024 * 1024
"""What is still taken in of a refused body: a connection closed on unread bytes is reset, and the answer is lost."""


class _Timed(io.RawIOBase):
    """Reads from a connection until a moment, however slowly bytes trickle in."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.until = time.monotonic() + HEAD_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Exchange(BaseHTTPRequestHandler):
    """Reads requests within their time, and writes answers that no page of another origin can misuse."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body that follows its head would wait for the client's delayed ACK, 40 ms
    server_version = "files"
    sys_version = ""

    def setup(self) -> None:
        """Read the connection by the clock."""
        super().setup()
        self._timed = _Timed(self.connection)
        self.rfile = io.BufferedReader(self._timed)
        self._begun = False

    def handle_one_request(self) -> None:
        """Give a request its time, and end a connection on which none comes."""
        self._timed.until = time.monotonic() + HEAD_SECONDS
        self._begun = bool(self._first())
        if not self._begun:
            self.close_connection = True
            return
        super().handle_one_request()

    def _first(self) -> bytes:
        """Wait for a request; a connection that stays silent is closed without a word."""
        try:
            return self.rfile.peek(1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType]
        except (TimeoutError, OSError):
            return b""

    def log_error(self, format: str, *args: Any) -> None:
        """Answer a request that took too long: the base class only takes note of it."""
        if any(isinstance(arg, TimeoutError) for arg in args):
            self.close_connection = True
            self.request_version, self.requestline, self.command = "HTTP/1.1", "", ""
            self.answer(408, {"error": "the request took too long"})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of a request: its address may hold a name that is nobody's business."""

    def body(self, most: int, hint: str) -> bytes | None:
        """Read the body of a request; None, and the request is answered, where it is too long or too slow."""
        length = self.headers.get("content-length", "")
        if not length.isdecimal():
            self.refuse(411, "the length of the file is not told")
        elif int(length) > most:
            self.refuse(413, f"{length} bytes are more than the {most} of a request; {hint}")
        else:
            self._timed.until = time.monotonic() + BODY_SECONDS
            try:
                return self.rfile.read(int(length))
            except TimeoutError:
                self.refuse(408, "the file took too long")
        return None

    def refuse(self, status: int, reason: str) -> None:
        """Answer a request whose body is not read; the connection ends with it."""
        self.close_connection = True
        self.answer(status, {"error": reason})
        self._timed.until = time.monotonic() + LINGER_SECONDS
        with suppress(OSError):  # a client that has gone has heard it, or never will
            self.connection.shutdown(socket.SHUT_WR)
            left = LINGER_BYTES
            while left > 0 and (block := self.rfile.read1(65536)):  # pyright: ignore[reportAttributeAccessIssue]
                left -= len(block)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the base class refuses (a line or a head that is too long, an unknown method) in our own form."""
        self.refuse(code, message or self.responses[code][0])

    def answer(self, status: int, told: dict[str, Any]) -> None:
        """Answer with data, as JSON."""
        self.send(status, json.dumps(told, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def send(self, status: int, body: bytes, content_type: str, disposition: str = "") -> None:
        """Answer with a body; to HEAD without it."""
        self.head(status, content_type, len(body), disposition)
        if self.command != "HEAD":
            self.wfile.write(body)

    def head(self, status: int, content_type: str, length: int, disposition: str = "") -> None:
        """Begin an answer: the body, of that length, is the caller's to write."""
        self.connection.settimeout(BODY_SECONDS)  # not what was left for the request
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(length))
        self.send_header("x-content-type-options", "nosniff")
        self.send_header("cache-control", "no-store")
        self.send_header("referrer-policy", "no-referrer")
        self.send_header(
            "content-security-policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "form-action 'self'; base-uri 'none'; frame-ancestors *",
        )
        if disposition:
            self.send_header("content-disposition", disposition)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
