"""Files into a bucket as a person's browser sends them: by presigned URLs, in parts where they are large.

Whoever holds such a URL may put this one object of this size and digest, for a quarter of an hour, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import urlsplit

from architecture.errors import CloudError, SourceError, StackError
from architecture.spec import Bucket
from deploy import stack
from deploy.meaning import Meaning
from deploy.workloads.shared.contract import INCOMING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deploy.blueprint import Blueprint, Part
    from deploy.client import Clients

__all__ = ["MULTIPART", "Target", "Uploaded", "checked", "target", "upload"]

MULTIPART: Final = 100 * 1000 * 1000
"""Bytes. A larger file goes in parts, as AWS advises. Source: S3, "Uploading and copying objects using multipart"."""

_PART: Final = 32 * 1024 * 1024
_MOST_PARTS: Final = 10_000
_LARGEST: Final = 5 * 1024**4
_SECONDS: Final = 900
"""How long a URL is good for."""

_TRIES: Final = 5
_PATIENCE: Final = 60
"""Seconds that the other side may stay silent."""

_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A bucket that people upload to: its node, and its name in the account."""

    node: str
    bucket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file that has arrived: its key, its version (empty in a bucket without versions), and the moment, in UTC."""

    target: Target
    key: str
    version: str
    size: int
    began: datetime
    arrived: datetime


def target(clients: Clients, blueprint: Blueprint, name: str, node: str | None = None) -> Target:
    """Return the bucket of a stack that people upload to; `node` chooses where there are several.

    Raises StackError where there is none, or no stack of this name.
    """
    drawn = [b for b in blueprint.of(Bucket) if _takes(blueprint, b)]
    chosen = [b for b in drawn if node in {None, b.id}]
    if len(chosen) != 1:
        named = ", ".join(b.id for b in drawn)
        what = f"there is no bucket {node} to upload to" if node else "the diagram has several buckets to upload to"
        if not drawn:
            what = "the diagram has no bucket that a person uploads to"
        hint = f"choose one: --bucket {' or --bucket '.join(b.id for b in drawn)}" if named else "draw user >> bucket"
        raise StackError(what, where=name, hint=hint)
    logical = blueprint.names.logical(chosen[0].id)
    found = next((r.physical for r in stack.resources(clients, name) if r.logical == logical and r.physical), None)
    if not found:
        raise StackError(f"the stack has no bucket {chosen[0].id}", where=name, hint="desenho deploy up makes it")
    return Target(node=chosen[0].id, bucket=found)


def checked(files: Sequence[Path]) -> dict[str, Path]:
    """Return files by the key that each will have.

    Raises SourceError, which names all that cannot be uploaded.
    """
    keys: dict[str, Path] = {}
    faults: list[str] = []
    for path in files:
        key = INCOMING + path.name
        if not path.is_file():
            faults.append(f"{path}: {'is a folder' if path.is_dir() else 'there is no such file'}")
        elif path.stat().st_size > _LARGEST:
            faults.append(f"{path}: is larger than the 5 TiB that S3 takes")
        elif key in keys:
            faults.append(f"{path}: has the same name as {keys[key]}")
        else:
            keys[key] = path
    if faults:
        raise SourceError("nothing was uploaded:\n  " + "\n  ".join(faults), hint="give files, each with its own name")
    return keys


def upload(clients: Clients, to: Target, key: str, path: Path, progress: Callable[[int], None]) -> Uploaded:
    """Upload a file and return what it became; `progress` hears how many bytes have been sent.

    Raises CloudError where S3 refuses or does not answer; no part of the file stays then.
    """
    began, size = datetime.now(UTC), path.stat().st_size
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with path.open("rb") as file:
        if size > MULTIPART:
            version = _in_parts(clients, to.bucket, key, file, size, kind, progress)
        else:
            given = {"Bucket": to.bucket, "Key": key, "ContentLength": size, "ContentType": kind}
            headers = _put(clients, "put_object", given, _Piece(file, 0, size, progress))
            version = headers.get("x-amz-version-id", "")
    arrived = datetime.now(UTC)
    return Uploaded(target=to, key=key, version=version, size=size, began=began, arrived=arrived)


def _takes(blueprint: Blueprint, bucket: Part[Bucket]) -> bool:
    return any(link.target.id == bucket.id and link.meaning is Meaning.UPLOAD for link in blueprint.links)


def _in_parts(
    clients: Clients, bucket: str, key: str, file: BinaryIO, size: int, kind: str, progress: Callable[[int], None]
) -> str:
    s3, length = clients("s3"), max(_PART, -(-size // _MOST_PARTS))
    begun = s3.create_multipart_upload(Bucket=bucket, Key=key, ContentType=kind)["UploadId"]
    known = {"Bucket": bucket, "Key": key, "UploadId": begun}
    try:
        parts: list[dict[str, Any]] = []
        for number, start in enumerate(range(0, size, length), 1):
            piece = _Piece(file, start, min(length, size - start), progress)
            given = {**known, "PartNumber": number, "ContentLength": piece.size}
            parts.append({"PartNumber": number, "ETag": _put(clients, "upload_part", given, piece)["etag"]})
        return s3.complete_multipart_upload(**known, MultipartUpload={"Parts": parts}).get("VersionId", "")
    except BaseException:
        s3.abort_multipart_upload(**known)
        raise


class _Piece:
    """A stretch of a file that is sent, and may be sent again; each reading of it tells how far the whole file is."""

    def __init__(self, file: BinaryIO, start: int, size: int, progress: Callable[[int], None]) -> None:
        self._file, self._start, self.size, self._progress = file, start, size, progress
        self._sent = 0

    @property
    def md5(self) -> str:
        """The digest that S3 compares. Source: S3, PutObject, Content-MD5."""
        digest = hashlib.md5(usedforsecurity=False)
        self.rewind()
        while block := self._take(1024 * 1024):
            digest.update(block)
        self.rewind()
        return base64.b64encode(digest.digest()).decode()

    def rewind(self) -> None:
        self._file.seek(self._start)
        self._sent = 0

    def read(self, size: int = -1) -> bytes:
        block = self._take(size)
        self._progress(self._start + self._sent)
        return block

    def _take(self, size: int) -> bytes:
        left = self.size - self._sent
        block = self._file.read(left if size < 0 else min(size, left))
        self._sent += len(block)
        return block


def _put(clients: Clients, operation: str, given: dict[str, Any], piece: _Piece) -> dict[str, str]:
    """Send a piece to a presigned URL and return the headers of the answer, their names in lower case."""
    digest = piece.md5
    given = {**given, "ContentMD5": digest}
    url = str(clients("s3").generate_presigned_url(ClientMethod=operation, Params=given, ExpiresIn=_SECONDS))
    headers = {"Content-Length": str(piece.size), "Content-MD5": digest}
    headers["Content-Type"] = given.get("ContentType", "")
    for attempt in range(1, _TRIES + 1):
        piece.rewind()
        request = urllib.request.Request(url, data=piece, headers=headers, method="PUT")  # noqa: S310 - S3's own
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
                return {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(2000).decode(errors="replace")
            if error.code not in _PASSING or attempt == _TRIES:
                raise CloudError(f"S3 answers {error.code}: {said}", where=given["Key"]) from None
        except OSError as error:
            if attempt == _TRIES:
                host = urlsplit(url).netloc  # the rest of the URL is a secret while it lasts
                raise CloudError(f"{host} does not answer: {error}", where=given["Key"]) from None
        time.sleep(min(0.2 * 2**attempt, 5))
    raise AssertionError
