"""What is in buckets outlives the process: an object is on disk before its upload is answered.

moto keeps the index of every bucket; here is what it is told. An object's bytes lie in a file, which moto reads when
they are asked for, so that memory does not grow with what is stored. Versions keep their ids. What is set on a bucket
is kept as the requests that set it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import logging
import shutil
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from urllib.parse import parse_qsl

from deploy.local.state import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Objects"]

log = logging.getLogger("deploy.local")

_PLAIN: Final = (
    "_storage_class",
    "_etag",
    "_version_id",
    "_is_versioned",
    "encryption",
    "kms_key_id",
    "bucket_key_enabled",
    "website_redirect_location",
    "checksum_algorithm",
    "checksum_value",
    "checksum_type",
    "checksum_parts",
)
"""The members of moto's objects that are kept as they are."""
_SETTINGS: Final = {
    "accelerate", "acl", "cors", "encryption", "lifecycle", "logging", "notification", "object-lock",
    "ownershipControls", "policy", "publicAccessBlock", "replication", "requestPayment", "tagging", "versioning",
    "website",
}  # fmt: skip
"""What can be set on a bucket, by the query of the request. Source: the S3 API reference."""


class Objects:
    """The objects of all buckets, in a folder; `install` makes moto keep them there."""

    def __init__(self, folder: Path, account: str) -> None:
        self._folder = folder
        self._account = account
        self._touched = threading.local()
        self._restoring = False

    def install(self) -> None:
        """Have moto's buckets tell which keys change."""
        from moto.s3 import utils
        from moto.s3.models import FakeBucket, FakeKey

        touch = self._touch
        store = cast("Any", utils)._VersionedKeyStore  # noqa: SLF001 - moto has no public way

        class Keys(store):  # moto's index of a bucket
            bucket: str

            def __setitem__(self, key: str, value: Any) -> None:
                touch(self.bucket, key)
                super().__setitem__(key, value)

            def setlist(self, key: str, list_: Any) -> None:
                touch(self.bucket, key)
                super().setlist(key, list_)

            def pop(self, key: str) -> None:
                touch(self.bucket, key)
                super().pop(key)

        bucket = cast("Any", FakeBucket)
        init = bucket.__init__

        def with_keys(self: Any, *given: Any, **named: Any) -> None:
            init(self, *given, **named)
            self.keys = Keys()
            self.keys.bucket = self.name

        bucket.__init__ = with_keys

        key = cast("Any", FakeKey)
        etag: Any = key.etag.fget

        def locked_etag(self: Any) -> str:
            """Read the object for its digest while nobody else does: all move one place in one buffer."""
            with self.lock:
                return etag(self)

        key.etag = property(locked_etag)

    @contextmanager
    def request(self, environ: dict[str, Any], body: Callable[[], bytes]) -> Generator[Callable[[str], None]]:
        """Surround a request to S3: what it changed is on disk before it is answered.

        The caller reports the status line of the answer. `body` returns the body of the request.
        """
        self._touched.keys = set[tuple[str, str]]()
        answered: list[str] = []
        yield answered.append
        keys: set[tuple[str, str]] = self._touched.keys
        self._touched.keys = set[tuple[str, str]]()
        if environ["REQUEST_METHOD"] in {"GET", "HEAD"} and not keys:
            return
        path: str = environ["PATH_INFO"].encode("latin1").decode("utf-8", "replace").lstrip("/")
        bucket, _, key = path.partition("/")
        if key and environ["REQUEST_METHOD"] in {"PUT", "DELETE"}:
            keys.add((bucket, key))  # tags and the like, which touch no index
        for changed in keys:
            self._write(*changed)
        if not key and answered and answered[0].startswith("2"):
            self._note(bucket, environ, body)

    def restore(self, send: Callable[[dict[str, Any], bytes], None]) -> None:
        """Make all buckets and their objects again; `send` sends a request to moto."""
        self._restoring = True
        try:
            for folder in sorted(self._folder.glob("*/")):
                said = _read(folder / "bucket.json")
                if said is None:
                    continue
                for request in said.values():
                    send(request["environ"], base64.b64decode(request["body"]))
                self._load(folder, folder.name)
        finally:
            self._restoring = False

    # ------------------------------------------------------------- buckets

    def _note(self, bucket: str, environ: dict[str, Any], body: Callable[[], bytes]) -> None:
        """Keep a request that made, set or removed a bucket."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        names = [name for name, _ in parse_qsl(query, keep_blank_values=True) if name in _SETTINGS]
        path = self._folder / bucket / "bucket.json"
        if method == "DELETE" and not query.strip("="):
            shutil.rmtree(path.parent, ignore_errors=True)
            return
        if method not in {"PUT", "DELETE"} or (query and not names):
            return
        said: dict[str, Any] = _read(path) or {}
        name = names[0] if names else "bucket"
        said.pop(name, None)
        if method == "PUT":
            kept = {
                k: v
                for k, v in environ.items()
                if isinstance(v, str) and (k.startswith(("HTTP_X_AMZ", "HTTP_AUTHORIZATION")) or k in _REQUEST)
            }
            said[name] = {"environ": kept, "body": base64.b64encode(body()).decode()}
        write_json(path, said)

    # ------------------------------------------------------------- objects

    def _touch(self, bucket: str, key: str) -> None:
        if not self._restoring:
            touched: set[tuple[str, str]] | None = getattr(self._touched, "keys", None)
            if touched is not None:
                touched.add((bucket, key))

    def _bucket(self, name: str) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends[self._account]["aws"].buckets.get(name)

    def _tagger(self) -> Any:
        from moto.s3.models import s3_backends

        return s3_backends[self._account]["aws"].tagger

    def _write(self, bucket: str, key: str) -> None:
        """Write down the versions of a key, and the bytes of those that are new."""
        found = self._bucket(bucket)
        path = self._folder / bucket / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.json"
        versions: list[Any] = found.keys.getlist(key, []) if found else []
        known: Any = _read(path) or {"versions": []}
        told_before: list[dict[str, Any]] = known["versions"]
        before: set[str] = {v["bytes"] for v in told_before if "bytes" in v}
        if not versions:
            path.unlink(missing_ok=True)
        else:
            told = [self._told(path.parent, v) for v in versions]
            write_json(path, {"key": key, "versions": told})
            before -= {v["bytes"] for v in told if "bytes" in v}
        for gone in before:
            (path.parent / gone).unlink(missing_ok=True)

    def _told(self, folder: Path, version: Any) -> dict[str, Any]:
        when = version.last_modified.isoformat()
        if not hasattr(version, "_value_buffer"):
            return {"marker": version.version_id, "modified": when}
        # A function that the object has started may read it already: both would move one place in one buffer.
        with version.lock:
            buffer = version._value_buffer  # noqa: SLF001 - moto has no public way
            if not isinstance(buffer, _Bytes):
                folder.mkdir(parents=True, exist_ok=True)
                name = f"{uuid.uuid4().hex}.bytes"
                with (folder / name).open("wb") as out:
                    buffer.seek(0)
                    shutil.copyfileobj(buffer, out)
                version._value_buffer = _Bytes(folder / name)  # noqa: SLF001 - moto has no public way
                buffer.close()
                if version.multipart:
                    version.multipart.dispose()
                    version.multipart = None
        told = {name: getattr(version, name) for name in _PLAIN}
        told["_etag"] = version.etag.strip('"')
        return {
            **told,
            "bytes": version._value_buffer.path.name,  # noqa: SLF001 - moto has no public way
            "modified": when,
            "metadata": dict(version.metadata),
            "tags": self._tagger().get_tag_dict_for_resource(version.arn),
        }

    def _load(self, folder: Path, name: str) -> None:
        bucket = self._bucket(name)
        for path in folder.glob("*.json"):
            said = _read(path)
            if said is None or "versions" not in said:
                continue
            versions = [v for v in (self._version(folder, bucket, said["key"], t) for t in said["versions"]) if v]
            if versions:
                bucket.keys.setlist(said["key"], versions)

    def _version(self, folder: Path, bucket: Any, key: str, told: dict[str, Any]) -> Any:
        from moto.s3.models import FakeDeleteMarker, FakeKey

        made = cast("Any", FakeKey)(
            key, b"", account_id=self._account, region_name=bucket.region_name, bucket_name=bucket.name
        )
        made.last_modified = dt.datetime.fromisoformat(told["modified"])
        if "marker" in told:
            marker = cast("Any", FakeDeleteMarker)(made)
            marker.last_modified, marker._version_id = made.last_modified, told["marker"]  # noqa: SLF001 - moto has no public way
            return marker
        path = folder / told["bytes"]
        if not path.is_file():
            log.error("the bytes of %s/%s are gone: %s", bucket.name, key, path)
            return None
        made._value_buffer.close()  # noqa: SLF001 - moto has no public way
        made._value_buffer, made.contentsize = _Bytes(path), path.stat().st_size  # noqa: SLF001 - moto has no public way
        for member in _PLAIN:
            setattr(made, member, told[member])
        made.metadata.clear()
        made.metadata.update(told["metadata"])
        if told["tags"]:
            self._tagger().tag_resource(made.arn, [{"Key": k, "Value": v} for k, v in told["tags"].items()])
        return made


_REQUEST: Final = {"REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "HTTP_HOST", "RAW_URI", "REQUEST_URI"}


class _Bytes:
    """The bytes of an object where they lie, read as a file is, opened only for that."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at = 0

    def seek(self, at: int) -> None:
        """Go to a place."""
        self._at = at

    def read(self, amount: int = -1) -> bytes:
        """Read from there."""
        with self.path.open("rb") as file:
            file.seek(self._at)
            taken = cast("BinaryIO", file).read(amount)
        self._at += len(taken)
        return taken

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
