"""The app's HTTP: files come in, and people find them again.

    POST /files             a file: its description in `x-description`, its content as the body, or a link in `x-link`
    POST /files/ID/preview  a small picture of a file, JPEG or PNG
    GET  /files?q=&after=   the files as JSON, 100 at a time
    GET  /files/ID          what is known of a file and of its versions
    GET  /files/ID/content  the file itself
    GET  /files/ID/preview  its small picture
    GET  /files.csv         the catalogue as a table
    GET  /                  the page for people; /rows is its table alone
    GET  /healthz           200 if all is well, else 503 and why

A client that is slow, or sends more than is asked for, is answered and let go: 408, 413, 414, 431.
"""

# ruff: noqa: A002, ARG002, N815 - names and arguments are those of http.server

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from . import contract, page
from .delivery import INLINE
from .store import FullError, MismatchError, Store

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

__all__ = ["Answer", "Route", "Routes", "server"]

HEAD_SECONDS: Final = 10.0
"""How long a client may take for the first line and the headers of a request, all together."""

BODY_SECONDS: Final = 60.0
LINK_SECONDS: Final = 30.0
"""How long the other side of a link may stay silent."""

PAGE: Final = 100
"""Files in one answer."""

_PREVIEW: Final = 512 * 1024
"""Bytes of the largest preview."""

_PICTURES: Final = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
"""What previews may be, and how they begin."""

_BLOCK: Final = 256 * 1024


class Answer(NamedTuple):
    """What a page of a workload answers."""

    status: int
    body: bytes
    content_type: str


class Route(NamedTuple):
    """A page of a workload: answers a GET by its query and the language of who asks.

    The list of files has a link of that `title`, or none.
    """

    answer: Callable[[dict[str, str], page.Lang], Answer]
    title: str = ""


Routes = Callable[[Store], "Mapping[str, Route]"]
"""The pages that a workload has of its own, by their paths, over its files."""


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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A link leads where it says."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "files"
    sys_version = ""
    store: Store
    links: tuple[str, ...]
    routes: Mapping[str, Route]

    def setup(self) -> None:
        super().setup()
        self._timed = _Timed(self.connection)
        self.rfile = io.BufferedReader(self._timed)
        self._begun = False

    def handle_one_request(self) -> None:
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
            self._answer(408, {"error": "the request took too long"})

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of a request: its address may hold a name that is nobody's business."""

    # ------------------------------------------------------------ what people and programs ask for

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if route := self.routes.get(asked.path):
            answer = route.answer(query, self._lang(query))
            self._send(answer.status, answer.body, answer.content_type)
            return
        match asked.path.strip("/").split("/"):
            case [""]:
                self._page(query)
            case ["rows"]:
                self._send(200, page.rows(self._found(query), self._lang(query)).encode(), "text/html; charset=utf-8")
            case ["page.css"]:
                self._send(200, page.CSS.encode(), "text/css; charset=utf-8")
            case ["page.js"]:
                self._send(200, page.JS.encode(), "text/javascript; charset=utf-8")
            case ["healthz"]:
                self._health()
            case ["files"]:
                self._answer(200, {"files": self._found(query)})
            case ["files.csv"]:
                self._table()
            case ["files", file_id] if found := self.store.get(file_id):
                self._answer(200, {"file": found, "versions": self.store.versions(file_id)})
            case ["files", file_id, "content"] if found := self.store.get(file_id):
                self._content(found)
            case ["files", file_id, "preview"] if picture := self.store.preview(file_id):
                self._send(200, picture[1], picture[0])
            case _:
                self._answer(404, {"error": "there is nothing here"})

    do_HEAD = do_GET

    def do_POST(self) -> None:
        match urlsplit(self.path).path.strip("/").split("/"):
            case ["files"]:
                if (body := self._body(INLINE, "send a link instead")) is not None:
                    self._take(body)
            case ["files", file_id, "preview"]:
                if (body := self._body(_PREVIEW, "a preview is small")) is not None:
                    self._take_preview(file_id, body)
            case _:
                self._refuse(404, "there is nothing here")

    # ------------------------------------------------------------ files in

    def _body(self, most: int, hint: str) -> bytes | None:
        """Read the body of a request; None, and the request is answered, where it is too long or too slow."""
        length = self.headers.get("content-length", "")
        if not length.isdecimal():
            self._refuse(411, "the length of the file is not told")
        elif int(length) > most:
            self._refuse(413, f"{length} bytes are more than the {most} of a request; {hint}")
        else:
            self._timed.until = time.monotonic() + BODY_SECONDS
            try:
                return self.rfile.read(int(length))
            except TimeoutError:
                self._refuse(408, "the file took too long")
        return None

    def _take(self, body: bytes) -> None:
        try:
            description = json.loads(unquote(self.headers.get(contract.DESCRIPTION, "")))
            link = self.headers.get(contract.LINK)
            if link:
                with self._open(link) as content:
                    file_id = self.store.add(description, content)
            else:
                file_id = self.store.add(description, io.BytesIO(body))
        except (KeyError, TypeError, ValueError, MismatchError) as error:
            self._answer(400, {"error": f"{type(error).__name__}: {error}"})
        except FullError as error:
            self._answer(507, {"error": str(error)})
        except urllib.error.URLError as error:
            # The link is a secret while it lasts: the answer names the cause and not the address.
            self._answer(502, {"error": f"the link does not lead to the file: {error.reason}"})
        except OSError as error:
            self._answer(502, {"error": f"the file did not arrive: {error.strerror or type(error).__name__}"})
        else:
            self._answer(201, {"id": file_id, "disk_used_percent": self.store.used_percent})

    def _take_preview(self, file_id: str, body: bytes) -> None:
        kind = self.headers.get("content-type", "")
        if kind not in _PICTURES or not body.startswith(_PICTURES[kind]):
            self._answer(415, {"error": f"a preview is a picture: {', '.join(_PICTURES)}"})
            return
        try:
            self.store.add_preview(file_id, kind, body)
        except KeyError:
            self._answer(404, {"error": "there is no such file"})
        except FullError as error:
            self._answer(507, {"error": str(error)})
        else:
            self._answer(201, {"id": file_id})

    def _open(self, link: str) -> IO[bytes]:
        """Open a link. Raises ValueError for one that leads to anything but the storage of files."""
        parts = urlsplit(link)
        if not any(_leads(parts.scheme, parts.netloc, origin) for origin in self.links):
            raise ValueError("the link leads somewhere else than to the storage of files")
        return _OPENER.open(link, timeout=LINK_SECONDS)

    # ------------------------------------------------------------ files out

    def _lang(self, query: dict[str, str]) -> page.Lang:
        return page.lang_of(query.get("lang", ""), self.headers.get("accept-language", ""))

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        after = query.get("after", "0")
        return self.store.find(query.get("q", ""), limit=PAGE, after=int(after) if after.isdecimal() else 0)

    def _page(self, query: dict[str, str]) -> None:
        lang, search = self._lang(query), query.get("q", "")
        more = {path: route.title for path, route in self.routes.items() if route.title}
        body = page.page(self._found(query), lang, search, self.store.count, self.store.used_percent, more)
        self._send(200, body.encode(), "text/html; charset=utf-8")

    def _health(self) -> None:
        try:
            count, missing = self.store.count, self.store.missing
        except sqlite3.Error as error:
            self._answer(503, {"ok": False, "error": f"the catalogue does not answer: {error}"})
            return
        told = {"files": count, "disk_used_percent": self.store.used_percent}
        if missing:
            self._answer(503, {"ok": False, "error": f"the volume has lost {len(missing)} files", **told})
        else:
            self._answer(200, {"ok": True, **told})

    def _content(self, found: dict[str, Any]) -> None:
        path = self.store.content(found["id"])
        if path is None or not path.exists():
            self._answer(410, {"error": "the volume has lost this file"})
            return
        name = quote(found["name"].rpartition("/")[2] or "file")
        self._head(200, "application/octet-stream", found["size"], f"attachment; filename*=UTF-8''{name}")
        if self.command == "GET":
            with path.open("rb") as content:
                shutil.copyfileobj(content, self.wfile, _BLOCK)

    def _table(self) -> None:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        columns = ("id", "name", "version", "size", "sha256", "kind", "content_type", "stored")
        writer.writerow(columns)
        after = 0
        while found := self.store.find(limit=PAGE, after=after):
            writer.writerows([_harmless(str(each.get(c, ""))) for c in columns] for each in found)
            after += len(found)
        self._send(
            200, out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", 'attachment; filename="files.csv"'
        )

    # ------------------------------------------------------------ answers

    def _refuse(self, status: int, reason: str) -> None:
        """Answer a request whose body is not read; the connection ends with it."""
        self.close_connection = True
        self._answer(status, {"error": reason})

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what the base class refuses (a line or a head that is too long, an unknown method) in our own form."""
        self._refuse(code, message or self.responses[code][0])

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        self._send(status, json.dumps(told, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _send(self, status: int, body: bytes, content_type: str, disposition: str = "") -> None:
        self._head(status, content_type, len(body), disposition)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: int, content_type: str, length: int, disposition: str = "") -> None:
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of a fault in one line; that a client has gone is none."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError)):
            print(f"fault: {type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201


def server(
    store: Store, host: str, port: int, links: tuple[str, ...] = (), routes: Routes | None = None
) -> ThreadingHTTPServer:
    """Return the server, bound to its port and not yet serving.

    `links` are the origins that a link may lead to, such as `https://*.s3.sa-east-1.amazonaws.com`; a star stands for
    the name of a bucket. `routes` are the pages of the workload itself.
    """
    own: Mapping[str, Route] = routes(store) if routes else {}
    return _Server((host, port), type("Handler", (_Handler,), {"store": store, "links": links, "routes": own}))


def _leads(scheme: str, host: str, origin: str) -> bool:
    wanted = urlsplit(origin)
    if scheme != wanted.scheme:
        return False
    if wanted.netloc.startswith("*."):
        return host.endswith(wanted.netloc[1:]) and "@" not in host
    return host == wanted.netloc


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula. Source: OWASP, "CSV Injection"."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
