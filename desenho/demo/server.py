"""The demo's page over HTTP, on loopback and for its own pages only.

    GET  /               the page; ?lang=pt|en
    GET  /events         files as they travel, as server-sent events
    POST /files?name=    a file to upload; its content is the body
    GET  /app            leads to the app's own page, wherever it listens now
    GET  /challenge.*    the diagram as .drawio, .svg and .png
    POST /stop?token=    ends the demo

Another page in the same browser may neither read nor send anything here: its name is not ours (`Host`), and its
requests say where they come from (`Origin`).
"""

# ruff: noqa: A002 - the names of arguments are those of http.server

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from urllib.parse import parse_qs, urlsplit

from architecture.errors import DesenhoError
from architecture.text import LANGS
from deploy import uploads
from deploy.tunnel import instance, local_url

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping

    from architecture.text import Lang
    from deploy.running import Running
    from desenho.demo.travels import Travels

__all__ = ["Shown", "server"]

PORT: Final = 4578
"""The port that is tried first, so that the address stays the same."""

LARGEST: Final = 1024**3
"""Bytes of a file that the page takes."""

_IN_MEMORY: Final = 4 * 1024 * 1024
_BLOCK: Final = 256 * 1024
_SILENCE: Final = 60.0
"""Seconds that a browser may stay silent in the middle of a request."""

_ALIVE_EVERY: Final = 10.0
"""Seconds after which an event stream says something in any case, so that a browser that has gone is noticed."""

_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "drawio": "application/vnd.jgraph.mxfile",
}
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the page shows: the stack, its files, the page in each language, and the files of the diagram by name."""

    running: Running
    travels: Travels
    pages: Mapping[Lang, bytes]
    downloads: Mapping[str, bytes]
    token: str
    stopping: threading.Event


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an event that follows another would wait for the page's delayed ACK
    server_version = "demo"
    sys_version = ""
    timeout = _SILENCE
    shown: Shown

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is the user's."""

    def do_GET(self) -> None:
        """Answer with the page and what belongs to it."""
        asked = urlsplit(self.path)
        name = asked.path.strip("/")
        if not self._is_ours():
            self._refuse(403, "this demo answers to its own page only")
        elif name == "":
            self._send(200, self.shown.pages[self._lang(asked.query)], "text/html; charset=utf-8")
        elif name in {"page.css", "page.js"}:
            content = files("desenho.demo").joinpath(name).read_bytes()
            self._send(200, content, _TYPES[name.rpartition(".")[2]])
        elif name == "events":
            self._events()
        elif name == "app":
            self._app(asked.query)
        elif name in self.shown.downloads:
            kind = _TYPES[name.rpartition(".")[2]]
            self._send(200, self.shown.downloads[name], kind, {"content-disposition": f'attachment; filename="{name}"'})
        else:
            self._refuse(404, "there is nothing here")

    def do_POST(self) -> None:
        """Take a file, or the word to stop."""
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if not self._is_ours():
            self._refuse(403, "this demo answers to its own page only")
        elif asked.path == "/files":
            self._take(query.get("name", ""))
        elif asked.path == "/stop" and query.get("token") == self.shown.token:
            self._json(200, {"stopping": True})
            self.shown.stopping.set()
        else:
            self._refuse(404, "there is nothing here")

    # ------------------------------------------------------------ files

    def _take(self, name: str) -> None:
        length = self.headers.get("content-length", "")
        try:
            key = uploads.key_of(name)
        except ValueError as error:
            self._refuse(400, str(error))
            return
        if not name or not length.isdecimal():
            self._refuse(400, "a file has a name and a length")
            return
        if int(length) > LARGEST:
            self._refuse(413, f"{length} bytes are more than the {LARGEST} that this page takes")
            return
        # The file has no name, so nothing of it stays however this ends.
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            content = cast("BinaryIO", spool)
            left = int(length)
            while left and (block := self.rfile.read(min(left, _BLOCK))):
                content.write(block)
                left -= len(block)
            if left:
                self.close_connection = True
                return
            running = self.shown.running
            try:
                sent = uploads.upload(running.clients, uploads.targets(running)[0], key, content, int(length))
            except DesenhoError as error:
                self._json(502, {"error": error.what})
                return
        self._json(201, {"number": self.shown.travels.uploaded(sent)})

    def _events(self) -> None:
        """Send the files that are known, then each that changes."""
        self.close_connection = True
        self._head(200, "text/event-stream", {"x-accel-buffering": "no"})
        change, alive = 0, True
        while not self.shown.stopping.is_set():
            change, found = self.shown.travels.since(change, _ALIVE_EVERY)
            lines = [f"data: {json.dumps(file, ensure_ascii=False)}\n\n" for file in found]
            if alive != self.shown.travels.alive:
                alive = self.shown.travels.alive
                lines.append(f"event: cloud\ndata: {json.dumps(alive)}\n\n")
            self.wfile.write("".join(lines or [": still here\n\n"]).encode())
            self.wfile.flush()

    def _app(self, query: str) -> None:
        try:
            url = local_url(self.shown.running, instance(self.shown.running, None))
        except (DesenhoError, OSError) as error:
            self._refuse(503, str(error))
            return
        self._send(302, b"", "text/plain", {"location": f"{url}/?lang={self._lang(query)}"})

    # ------------------------------------------------------------ requests and answers

    def _is_ours(self) -> bool:
        port = cast("ThreadingHTTPServer", self.server).server_port
        names = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = self.headers.get("origin")
        return self.headers.get("host") in names and (origin is None or origin in {f"http://{name}" for name in names})

    def _lang(self, query: str) -> Lang:
        asked = parse_qs(query).get("lang", [""])[0]
        for lang in LANGS:
            if asked == lang:
                return lang
        likes = [part.split(";")[0].strip()[:2].lower() for part in self.headers.get("accept-language", "").split(",")]
        return "en" if "en" in likes and "pt" not in likes[: likes.index("en")] else "pt"

    def _refuse(self, code: int, reason: str) -> None:
        """Answer a request whose body is not read; the connection ends with it."""
        self.close_connection = True
        self._json(code, {"error": reason})

    def _json(self, code: int, told: dict[str, object]) -> None:
        self._send(code, json.dumps(told, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _send(self, code: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> None:
        self._head(code, kind, {"content-length": str(len(body)), **(more or {})})
        self.wfile.write(body)

    def _head(self, code: int, kind: str, more: Mapping[str, str]) -> None:
        self.send_response(code)
        headers = {
            "content-type": kind,
            "cache-control": "no-store",
            "content-security-policy": _POLICY,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "same-origin",
            **more,
        }
        if self.close_connection:
            headers["connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has gone; tell any other fault in one line."""
        del request, client_address
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            sys.stderr.write(f"demo: {type(error).__name__}: {error}\n")


def server(shown: Shown) -> ThreadingHTTPServer:
    """Return the server, bound to loopback and not yet serving; its port is the usual one if that is free."""
    handler = type("Handler", (_Handler,), {"shown": shown})
    try:
        return _Server(("127.0.0.1", PORT), handler)
    except OSError:
        return _Server(("127.0.0.1", 0), handler)
