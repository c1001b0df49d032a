"""The files on the volume and their catalogue.

A file is written aside, checked against its digest, flushed to the disk and renamed before its row is committed, and
what a crash left behind is swept up at the start: so there is a row if and only if the whole file is there.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["FullError", "MismatchError", "Store"]

_BLOCK: Final = 1024 * 1024
_ASIDE: Final = ".incoming-"
_ORDER: Final = 64
"""Hexadecimal digits. S3 sorts the sequencers of one key as if the shorter were filled up with zeros on the right."""

_RESERVE: Final = 4 * 1024 * 1024
"""Bytes of the volume that files leave to the catalogue."""

_TABLE: Final = """
create table if not exists files (
    id text primary key, bucket text not null, key text not null, name text not null, version text not null,
    ordering text not null, size integer not null, sha256 text not null, description text not null,
    stored text not null default (strftime('%Y-%m-%dT%H:%M:%fZ'))
);
create index if not exists files_by_key on files (bucket, key, ordering);
create index if not exists files_by_content on files (sha256);
create index if not exists files_by_time on files (stored desc);
create table if not exists previews (id text primary key, content_type text not null, content blob not null)"""

_COLUMNS: Final = "files.*, exists (select 1 from previews where previews.id = files.id) as preview"

_CURRENT: Final = """not exists (select 1 from files newer where newer.bucket = files.bucket and newer.key = files.key
    and newer.ordering > files.ordering)"""
"""True for the newest version of a key, in whatever order the versions arrived."""


class FullError(Exception):
    """The volume has no room for a file of so many bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes have no room on the volume")


class MismatchError(Exception):
    """A file that is not what its description says."""


class Store:
    """The files below a folder.

    `capacity` is the size of the volume in bytes, where the folder's disk is not it. `missing` are the ids of rows
    whose file was not there at the start, which only a damaged volume has.
    """

    def __init__(self, folder: Path, capacity: int | None = None) -> None:
        self.folder, self.capacity = folder, capacity
        self._files = folder / "files"
        self._files.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._aside = 0
        self._db = sqlite3.connect(folder / "catalogue.sqlite3", check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=full")
        self._db.executescript(_TABLE)
        self._used = self._sweep()
        self.missing = self._missing()

    def add(self, description: dict[str, Any], content: IO[bytes]) -> str:
        """Store a file and return its id; storing it again changes nothing.

        `description` has bucket, key, name, version, order, size (bytes) and sha256; the rest is kept beside it.

        Raises KeyError for a description that lacks one of them, MismatchError where the content is another, FullError
        where the volume has no room. Nothing is left of a file that is not stored.
        """
        told = {name: str(description[name]) for name in ("bucket", "key", "name", "version", "order", "sha256")}
        size = int(description["size"])
        identity = "\0".join((told["bucket"], told["key"], told["version"]))
        file_id = hashlib.sha256(identity.encode()).hexdigest()[:32]
        with self._lock:
            known = self._db.execute("select sha256, ordering from files where id = ?", (file_id,)).fetchone()
            if known and (known["sha256"] == told["sha256"] or known["ordering"] > _sortable(told["order"])):
                return file_id
            if size > self._free():
                raise FullError(size)
            self._aside += size
        aside: Path | None = None
        try:
            with _room(size):
                aside = self._write(told["sha256"], size, content)
                named = (told[name] for name in ("bucket", "key", "name", "version"))
                said = json.dumps(description, ensure_ascii=False, sort_keys=True)
                row = (file_id, *named, _sortable(told["order"]), size, told["sha256"], said)
                with self._lock:
                    self._settle(aside, row)
        finally:
            if aside:
                aside.unlink(missing_ok=True)
            with self._lock:
                self._aside -= size
        return file_id

    def find(self, search: str = "", *, limit: int = 100, after: int = 0) -> list[dict[str, Any]]:
        """Return the files whose name or description holds all words of `search`, the newest first.

        Only the current version of each counts; at most `limit` files, from number `after` on.
        """
        words = [f"%{_literal(word)}%" for word in search.split()]
        where = "".join(" and (name like ? escape '\\' or description like ? escape '\\')" for _ in words)
        asked = [word for word in words for _ in range(2)]
        with self._lock:
            rows = self._db.execute(
                f"select {_COLUMNS} from files where {_CURRENT}{where} order by stored desc, id limit ? offset ?",  # noqa: S608 - put together of constants
                (*asked, limit, after),
            ).fetchall()
        return [_told(row) for row in rows]

    def get(self, file_id: str) -> dict[str, Any] | None:
        """Return what is known of a file, None if it is not stored."""
        with self._lock:
            row = self._db.execute(f"select {_COLUMNS} from files where id = ?", (file_id,)).fetchone()  # noqa: S608 - put together of constants
        return _told(row) if row else None

    def versions(self, file_id: str) -> list[dict[str, Any]]:
        """Return all versions of the file that has an id, the current one first."""
        with self._lock:
            rows = self._db.execute(
                f"select {_COLUMNS} from files join files one using (bucket, key) where one.id = ?"  # noqa: S608 - put together of constants
                " order by files.ordering desc",
                (file_id,),
            ).fetchall()
        return [_told(row) for row in rows]

    def content(self, file_id: str) -> Path | None:
        """Return where the content of a file is, None if it is not stored."""
        found = self.get(file_id)
        return self._place(found["sha256"]) if found else None

    def add_preview(self, file_id: str, order: str, content_type: str, content: bytes) -> None:
        """Keep a small picture of a file beside it, in place of the one before.

        `order` is that of the content it shows; where the file has newer content by now, nothing changes.

        Raises KeyError where the file is not stored, FullError where the volume has no room.
        """
        with self._lock:
            known = self._db.execute("select ordering from files where id = ?", (file_id,)).fetchone()
            if not known:
                raise KeyError(file_id)
            if known["ordering"] > _sortable(order):
                return
            if len(content) > self._free():
                raise FullError(len(content))
            with _room(len(content)), self._db:
                self._db.execute("insert or replace into previews values (?, ?, ?)", (file_id, content_type, content))

    def preview(self, file_id: str) -> tuple[str, bytes] | None:
        """Return the content type and the content of the small picture of a file, None if it has none."""
        with self._lock:
            row = self._db.execute("select content_type, content from previews where id = ?", (file_id,)).fetchone()
        return (row["content_type"], row["content"]) if row else None

    @property
    def count(self) -> int:
        """How many files are stored, all versions counted."""
        with self._lock:
            return self._db.execute("select count(*) from files").fetchone()[0]

    @property
    def used_percent(self) -> float:
        """How full the volume is."""
        if self.capacity:
            return round(100 * self._used / self.capacity, 1)
        usage = shutil.disk_usage(self.folder)
        return round(100 * usage.used / usage.total, 1)

    def close(self) -> None:
        """Close the catalogue."""
        self._db.close()

    def _write(self, digest: str, size: int, content: IO[bytes]) -> Path:
        """Write content beside the files and return where, once it is known to be the one described."""
        found, written = hashlib.sha256(), 0
        handle, name = tempfile.mkstemp(dir=self._files, prefix=_ASIDE)
        try:
            with os.fdopen(handle, "wb") as file:
                while written <= size and (block := content.read(_BLOCK)):
                    written += len(block)
                    found.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            if written != size or found.hexdigest() != digest:
                raise MismatchError("the content is not the one that was described")
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _settle(self, aside: Path, row: tuple[object, ...]) -> None:
        """Move a file to its place and commit its row, in this order. The caller holds the lock.

        A file whose row cannot be committed is removed again.
        """
        file_id, size, digest = str(row[0]), int(str(row[6])), str(row[7])
        before = self._db.execute("select sha256 from files where id = ?", (file_id,)).fetchone()
        place = self._place(digest)
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            self._used += size
        aside.replace(place)
        try:
            _flush_folder(place.parent)
            _flush_folder(self._files)
            columns = "id, bucket, key, name, version, ordering, size, sha256, description"
            with self._db:
                self._db.execute("delete from previews where id = ?", (file_id,))
                self._db.execute(f"insert or replace into files ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 - put together of constants
        except BaseException:
            self._drop(digest)
            raise
        if before and before["sha256"] != digest:
            self._drop(before["sha256"])

    def _drop(self, digest: str) -> None:
        """Remove content that no row tells of any more."""
        place = self._place(digest)
        if not self._db.execute("select 1 from files where sha256 = ?", (digest,)).fetchone() and place.exists():
            self._used -= place.stat().st_size
            place.unlink()

    def _place(self, digest: str) -> Path:
        return self._files / digest[:2] / digest

    def _free(self) -> int:
        room = self.capacity - self._used if self.capacity else shutil.disk_usage(self.folder).free
        return room - self._aside - _RESERVE

    def _sweep(self) -> int:
        """Remove what no row tells of and return how many bytes are in use."""
        kept = {row["sha256"] for row in self._db.execute("select distinct sha256 from files")}
        used = 0
        for path in self._files.rglob("*"):
            if not path.is_file():
                continue
            if path.name in kept:
                used += path.stat().st_size
            else:
                path.unlink()
        return used

    def _missing(self) -> list[str]:
        """Return the ids of rows whose file is not there."""
        rows = self._db.execute("select id, sha256, size from files")
        return [row["id"] for row in rows if not _is_whole(self._place(row["sha256"]), row["size"])]


@contextmanager
def _room(size: int) -> Generator[None]:
    """Turn what a full disk makes of writing `size` bytes, the catalogue's own included, into FullError."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise FullError(size) from None
        raise
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise FullError(size) from None
        raise


def _told(row: sqlite3.Row) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(row["description"])
    return {**told, "id": row["id"], "stored": row["stored"], "preview": bool(row["preview"])}


def _sortable(order: str) -> str:
    return order.lower().ljust(_ORDER, "0")


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _is_whole(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
