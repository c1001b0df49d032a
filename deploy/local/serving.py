"""The HTTP server of the background process: a thread a connection, and a connection serves many requests.

moto's handler reads requests as AWS's clients write them. werkzeug, which it builds on, closes a connection after every
answer; the standard library's WSGI writes the answers here, so that clients can keep theirs, as AWS lets them.
"""

from __future__ import annotations

import logging
import sys
from typing import IO, TYPE_CHECKING, Any, Final, cast
from wsgiref.simple_server import ServerHandler

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.wsgi import LimitedStream

if TYPE_CHECKING:
    import socket
    from wsgiref.types import WSGIApplication

__all__ = ["make_server"]

log = logging.getLogger("deploy.local")

_BLOCK: Final = 64 * 1024
_BODILESS: Final = ("204", "304")
"""Answers that never have a body, nor tell its length. Source: RFC 9110, section 8.6."""


def make_server(listening: socket.socket, application: WSGIApplication) -> ThreadedWSGIServer:
    """Return a server on a socket that already listens; none of its threads delays the end."""
    host, port = listening.getsockname()
    server = ThreadedWSGIServer(host, port, application, handler=_Handler, fd=listening.fileno())
    server.daemon_threads = True
    server.log_startup = lambda: None
    listening.close()
    return server


class _Handler(MotoRequestHandler):
    """Answers the requests of one connection; it logs failures only: a line for every request would bury them."""

    disable_nagle_algorithm = True
    wbufsize = _BLOCK

    def run_wsgi(self) -> None:
        """Answer one request, and read what is left of it, so that the next one begins where it begins."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        source, sink = cast("IO[bytes]", self.rfile), cast("IO[bytes]", self.wfile)
        body = None
        if environ.get("wsgi.input_terminated"):
            self.close_connection = True  # nobody knows how much of a chunked body is left
        else:
            environ["wsgi.input"] = body = LimitedStream(source, int(environ.get("CONTENT_LENGTH") or 0))
        answer = _Answer(environ["wsgi.input"], sink, sys.stderr, environ)
        answer.request_handler = self
        answer.run(self.server.app)
        while body is not None and not body.is_exhausted and not self.close_connection:
            body.read(_BLOCK)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del size
        if str(code).startswith("5"):
            log.warning("%s answered %s", self.requestline, code)


class _Answer(ServerHandler):
    """Writes an answer; one whose length nobody knows ends with its connection."""

    http_version = "1.1"
    headers: Any
    status: Any
    request_handler: Any

    def cleanup_headers(self) -> None:
        super().cleanup_headers()
        headers = self.headers
        if str(self.status).startswith(_BODILESS):
            del headers["Content-Length"]
        elif "Content-Length" not in headers:
            self.request_handler.close_connection = True
        if self.request_handler.close_connection:
            headers["Connection"] = "close"
