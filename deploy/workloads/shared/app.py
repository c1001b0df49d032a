"""The app on the instance: keeps files on the volume, with a catalogue in SQLite, and says whether it is well.

`POST /files` takes a file: its description in the header `x-description` (JSON, percent-encoded), its content as the
body, or a link to it in `x-link`. `GET /files` lists, `GET /files/ID` gives back, `GET /healthz` says that all
works.

A file is written aside, checked, flushed to the disk and renamed before its row is committed: whatever stops the app,
there is a row if and only if the whole file is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote, urlsplit

__all__ = ["Store", "serve", "server"]

_BLOCK = 1024 * 1024
_LARGEST_BODY = 8 * 1024 * 1024
_SECONDS = 15
"""How long a client may take to send the next bytes."""

_TABLE = """
create table if not exists files (
    id text primary key, name text not null, version text not null, ordering text not null,
    size integer not null, sha256 text not null, description text not null,
    stored text not null default current_timestamp
)"""


class Store:
    """The files on the volume and their catalogue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(folder / "catalogue.sqlite3", check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=full")
        self._db.execute(_TABLE)
        self._db.commit()

    def add(self, description: dict[str, Any], content: IO[bytes]) -> str:
        """Store a file and return its id; storing it again changes nothing.

        Raises ValueError where the content is not what its description says, OSError where the volume is full.
        """
        identity = f"{description['bucket']}/{description['key']}/{description.get('version', '')}"
        file_id = hashlib.sha256(identity.encode()).hexdigest()[:32]
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".incoming-", delete=False) as aside:
            path = Path(aside.name)
            try:
                while block := content.read(_BLOCK):
                    digest.update(block)
                    aside.write(block)
                aside.flush()
                os.fsync(aside.fileno())
                if digest.hexdigest() != description["sha256"]:
                    raise ValueError("the content is not the one that was described")
                path.replace(self._files / file_id)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
        _sync_folder(self._files)
        row = (
            file_id,
            description["name"],
            description.get("version", ""),
            description.get("order", ""),
            description["size"],
            description["sha256"],
            json.dumps(description, ensure_ascii=False, sort_keys=True),
        )
        columns = "id, name, version, ordering, size, sha256, description"
        with self._lock, self._db:
            self._db.execute(f"insert or replace into files ({columns}) values (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        return file_id

    def all(self) -> list[dict[str, Any]]:
        """Return what is stored, the newest first."""
        with self._lock:
            rows = self._db.execute("select id, description, stored from files order by stored desc, id").fetchall()
        return [{"id": i, "stored": stored, **json.loads(told)} for i, told, stored in rows]

    def path(self, file_id: str) -> Path | None:
        """Return where a file is, None if it is not stored."""
        with self._lock:
            known = self._db.execute("select 1 from files where id = ?", (file_id,)).fetchone()
        return self._files / file_id if known else None

    @property
    def used_percent(self) -> float:
        """How full the volume is."""
        usage = shutil.disk_usage(self.folder)
        return round(100 * usage.used / usage.total, 1)

    def close(self) -> None:
        """Close the catalogue."""
        self._db.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS
    store: Store

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/healthz":
            self._answer(
                200, {"ok": True, "files": len(self.store.all()), "disk_used_percent": self.store.used_percent}
            )
        elif path in {"/", "/files"}:
            self._answer(200, {"files": self.store.all()})
        elif path.startswith("/files/") and (found := self.store.path(path.removeprefix("/files/"))):
            self.send_response(200)
            self.send_header("content-type", "application/octet-stream")
            self.send_header("content-length", str(found.stat().st_size))
            self.end_headers()
            with found.open("rb") as content:
                shutil.copyfileobj(content, self.wfile)
        else:
            self._answer(404, {"error": "there is nothing here"})

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        if urlsplit(self.path).path != "/files":
            self._answer(404, {"error": "there is nothing here"}, close=True)
        elif size > _LARGEST_BODY:
            self._answer(413, {"error": "send a link instead"}, close=True)
        else:
            self._take(size)

    def _take(self, size: int) -> None:
        body = self.rfile.read(size)
        try:
            description = json.loads(unquote(self.headers["x-description"]))
            if link := self.headers.get("x-link"):
                with urllib.request.urlopen(link, timeout=_SECONDS) as content:  # noqa: S310 - from our own function
                    file_id = self.store.add(description, content)
            else:
                import io

                file_id = self.store.add(description, io.BytesIO(body))
        except (KeyError, TypeError, ValueError) as error:
            self._answer(400, {"error": str(error)})
        except OSError as error:
            self._answer(507 if error.errno == 28 else 502, {"error": str(error)})
        else:
            self._answer(201, {"id": file_id, "disk_used_percent": self.store.used_percent})

    def _answer(self, status: int, told: dict[str, Any], *, close: bool = False) -> None:
        body = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        if close:
            self.send_header("connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)


def server(store: Store, host: str, port: int) -> ThreadingHTTPServer:
    """Return the server, bound to its port and not yet serving."""
    return ThreadingHTTPServer((host, port), type("Handler", (_Handler,), {"store": store}))


def serve() -> None:
    """Serve until the process ends: `DATA_DIR`, `PORT` and `HOST` say where."""
    store = Store(Path(os.environ["DATA_DIR"]))
    with server(store, os.environ.get("HOST", "0.0.0.0"), int(os.environ["PORT"])) as app:  # noqa: S104
        app.serve_forever()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
