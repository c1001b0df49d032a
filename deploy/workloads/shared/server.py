"""The app's HTTP: files come in, and people find them again.

    POST /files             a file: its description in `x-description`, its content as the body, or a link in `x-link`
    POST /files/ID/preview  a small picture of a file, JPEG or PNG, and in `x-order` the order of the file it shows
    GET  /files?q=&after=   the files as JSON, 100 at a time
    GET  /files/ID          what is known of a file and of its versions
    GET  /files/ID/content  the file itself
    GET  /files/ID/preview  its small picture
    GET  /files.csv         the catalogue as a table
    GET  /                  the page for people; /rows is its table alone
    GET  /healthz           200 if all is well, else 503 and why

How long a client may take, and how it is answered, is in `exchange`.
"""

# ruff: noqa: ARG002, N802, N815 - names and arguments are those of http.server

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import sys
import urllib.error
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit

from . import contract, page
from .delivery import INLINE
from .exchange import Exchange
from .links import open_link
from .store import FullError, MismatchError, Store

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Route", "Routes", "server"]

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


class _Handler(Exchange):
    store: Store
    links: tuple[str, ...]
    routes: Mapping[str, Route]

    # ------------------------------------------------------------ what people and programs ask for

    def do_GET(self) -> None:
        self._catalogued(self._give)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self._catalogued(self._accept)

    def _catalogued(self, answer: Callable[[], None]) -> None:
        """Answer; a catalogue that fails, before an answer has begun, is an answer too."""
        try:
            answer()
        except sqlite3.Error as error:
            self.answer(503, {"error": f"the catalogue does not answer: {error}"})

    def _give(self) -> None:
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if route := self.routes.get(asked.path):
            answer = route.answer(query, self._lang(query))
            self.send(answer.status, answer.body, answer.content_type)
            return
        match asked.path.strip("/").split("/"):
            case [""]:
                self._page(query)
            case ["rows"]:
                self.send(200, page.rows(self._found(query), self._lang(query)).encode(), "text/html; charset=utf-8")
            case ["page.css"]:
                self.send(200, page.CSS.encode(), "text/css; charset=utf-8")
            case ["page.js"]:
                self.send(200, page.JS.encode(), "text/javascript; charset=utf-8")
            case ["healthz"]:
                self._health()
            case ["files"]:
                self.answer(200, {"files": self._found(query)})
            case ["files.csv"]:
                self._table()
            case ["files", file_id] if found := self.store.get(file_id):
                self.answer(200, {"file": found, "versions": self.store.versions(file_id)})
            case ["files", file_id, "content"] if found := self.store.get(file_id):
                self._content(found)
            case ["files", file_id, "preview"] if picture := self.store.preview(file_id):
                self.send(200, picture[1], picture[0])
            case _:
                self.answer(404, {"error": "there is nothing here"})

    def _accept(self) -> None:
        match urlsplit(self.path).path.strip("/").split("/"):
            case ["files"]:
                if (body := self.body(INLINE, "send a link instead")) is not None:
                    self._take(body)
            case ["files", file_id, "preview"]:
                if (body := self.body(_PREVIEW, "a preview is small")) is not None:
                    self._take_preview(file_id, body)
            case _:
                self.refuse(404, "there is nothing here")

    # ------------------------------------------------------------ files in

    def _take(self, body: bytes) -> None:
        try:
            description = json.loads(unquote(self.headers.get(contract.DESCRIPTION, "")))
            link = self.headers.get(contract.LINK)
            if link:
                with open_link(link, self.links) as content:
                    file_id = self.store.add(description, content)
            else:
                file_id = self.store.add(description, io.BytesIO(body))
        except (KeyError, TypeError, ValueError, MismatchError) as error:
            self.answer(400, {"error": f"{type(error).__name__}: {error}"})
        except FullError as error:
            self.answer(507, {"error": str(error)})
        except urllib.error.URLError as error:
            # The link is a secret while it lasts: the answer names the cause and not the address.
            self.answer(502, {"error": f"the link does not lead to the file: {error.reason}"})
        except OSError as error:
            self.answer(502, {"error": f"the file did not arrive: {error.strerror or type(error).__name__}"})
        else:
            self.answer(201, {"id": file_id, "disk_used_percent": self.store.used_percent})

    def _take_preview(self, file_id: str, body: bytes) -> None:
        kind = self.headers.get("content-type", "")
        if kind not in _PICTURES or not body.startswith(_PICTURES[kind]):
            self.answer(415, {"error": f"a preview is a picture: {', '.join(_PICTURES)}"})
            return
        try:
            self.store.add_preview(file_id, self.headers.get(contract.ORDER, ""), kind, body)
        except KeyError:
            self.answer(404, {"error": "there is no such file"})
        except FullError as error:
            self.answer(507, {"error": str(error)})
        else:
            self.answer(201, {"id": file_id})

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
        self.send(200, body.encode(), "text/html; charset=utf-8")

    def _health(self) -> None:
        try:
            count, missing = self.store.count, self.store.missing
        except sqlite3.Error as error:
            self.answer(503, {"ok": False, "error": f"the catalogue does not answer: {error}"})
            return
        told = {"files": count, "disk_used_percent": self.store.used_percent}
        if missing:
            self.answer(503, {"ok": False, "error": f"the volume has lost {len(missing)} files", **told})
        else:
            self.answer(200, {"ok": True, **told})

    def _content(self, found: dict[str, Any]) -> None:
        path = self.store.content(found["id"])
        if path is None or not path.exists():
            self.answer(410, {"error": "the volume has lost this file"})
            return
        name = quote(found["name"].rpartition("/")[2] or "file")
        self.head(200, "application/octet-stream", found["size"], f"attachment; filename*=UTF-8''{name}")
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
        self.send(
            200, out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", 'attachment; filename="files.csv"'
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of a fault in one line; that a client has gone is none."""
        error = sys.exception()
        if not isinstance(error, (ConnectionError, TimeoutError)):
            print(f"fault: {type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - what is printed is the log


def server(
    store: Store, host: str, port: int, links: tuple[str, ...] = (), routes: Routes | None = None
) -> ThreadingHTTPServer:
    """Return the server, bound to its port and not yet serving.

    `links` are the origins that a link may lead to, such as `https://*.s3.sa-east-1.amazonaws.com`; a star stands for
    the name of a bucket. `routes` are the pages of the workload itself.
    """
    own: Mapping[str, Route] = routes(store) if routes else {}
    return _Server((host, port), type("Handler", (_Handler,), {"store": store, "links": links, "routes": own}))


def _harmless(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula. Source: OWASP, "CSV Injection"."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
