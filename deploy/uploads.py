"""Files into a bucket as a person's browser sends them: by presigned URLs, in parts where they are large.

Whoever holds such a URL may put this one object of this size and digest, for a quarter of an hour, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import mimetypes
import re
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import urlsplit

from architecture.errors import CloudError, SourceError, StackError
from architecture.spec import Bucket
from deploy.meaning import Meaning
from deploy.workloads.shared.contract import INCOMING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from deploy.blueprint import Blueprint, Part
    from deploy.client import Clients
    from deploy.running import Running

__all__ = ["MULTIPART", "Target", "Uploaded", "checked", "key_of", "targets", "upload"]

MULTIPART: Final = 100 * 1000 * 1000
"""Bytes. A larger file goes in parts, as AWS advises. Source: S3, "Uploading and copying objects using multipart"."""

_PART: Final = 32 * 1024 * 1024
_MOST_PARTS: Final = 10_000
_LARGEST: Final = 5 * 1024**4
_LONGEST_KEY: Final = 1024
"""Bytes. Source: S3, "Object key naming guidelines"."""

_DRAW: Final = "draw a line from a person to it: user >> bucket"
_AGAIN: Final = "check the network, then upload it again"
_SECONDS: Final = 900
"""How long a URL is good for."""

_TRIES: Final = 5
_PATIENCE: Final = 60
"""Seconds that the other side may stay silent."""

_BLOCK: Final = 1024 * 1024
_ANSWER: Final = 4096
"""Bytes of an error that are read."""

_TOLD: Final = re.compile(r"<(Code|Message|ServerTime)>([^<]*)</")
_UNTIMELY: Final = frozenset({"Request has expired", "Request is not yet valid"})
_MEANINGS: Final = {
    "SignatureDoesNotMatch": (
        "S3 refuses the upload: its size, its digest or its type is not what was signed",
        "look for a proxy that changes requests on their way, then upload again",
    ),
    "BadDigest": ("the file is not what it was when its upload began", "upload it when it is complete"),
}
"""What S3's errors mean here, and what to do. Source: "Error responses" in the Amazon S3 API reference."""

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

    @property
    def id(self) -> tuple[str, str, str]:
        """The file by the names of the account: bucket, key, version."""
        return self.target.bucket, self.key, self.version


def targets(running: Running, node: str | None = None) -> list[Target]:
    """Return the buckets that people upload to; `node` chooses one.

    Raises StackError where there is none.
    """
    drawn = [b.id for b in running.blueprint.of(Bucket) if _takes(running.blueprint, b)]
    chosen = [b for b in drawn if node in {None, b}]
    if not drawn:
        raise StackError("the diagram has no bucket that a person uploads to", where=running.name, hint=_DRAW)
    if not chosen:
        hint = f"there is {', '.join(drawn)}"
        raise StackError(f"the diagram has no bucket {node} that a person uploads to", where=running.name, hint=hint)
    return [Target(node=b, bucket=running.of(b)) for b in chosen]


def key_of(name: str) -> str:
    """Return the key that an uploaded file of a name gets. Raises ValueError for a name that S3 does not take."""
    key = INCOMING + name
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        raise ValueError("its name is not Unicode") from None
    if length > _LONGEST_KEY:
        raise ValueError(f"its name takes {length - len(INCOMING)} bytes, and {_LONGEST_KEY - len(INCOMING)} fit")
    return key


def checked(files: Sequence[Path]) -> dict[str, Path]:
    """Return files by the key that each will have.

    Raises SourceError, which names all that cannot be uploaded.
    """
    keys: dict[str, Path] = {}
    faults: list[str] = []
    for path in files:
        try:
            key = key_of(path.name)
        except ValueError as error:
            faults.append(f"{path}: {error}")
            continue
        if not path.is_file():
            faults.append(f"{path}: {_no_file(path)}")
        elif path.stat().st_size > _LARGEST:
            faults.append(f"{path}: is larger than the 5 TiB that S3 takes")
        elif key in keys:
            faults.append(f"{path}: has the same name as {keys[key]}")
        else:
            keys[key] = path
    if faults:
        raise SourceError("nothing was uploaded:\n  " + "\n  ".join(faults), hint="give files, each with its own name")
    return keys


def upload(
    clients: Clients, to: Target, key: str, content: BinaryIO, size: int, progress: Callable[[int], None] | None = None
) -> Uploaded:
    """Upload what a file holds and return what it became; `progress` hears how many bytes have been sent.

    Raises CloudError where S3 refuses or does not answer; no part of the file stays then.
    """
    progress = progress or (lambda _sent: None)
    began = datetime.now(UTC)
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    if size > MULTIPART:
        version = _in_parts(clients, to.bucket, key, content, size, kind, progress)
    else:
        given = {"Bucket": to.bucket, "Key": key, "ContentLength": size, "ContentType": kind}
        headers = _put(clients, "put_object", given, _Piece(content, 0, size, progress))
        version = headers.get("x-amz-version-id", "")
    return Uploaded(target=to, key=key, version=version, size=size, began=began, arrived=datetime.now(UTC))


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
        with suppress(CloudError):  # what stopped the upload is told; the bucket's lifecycle clears away what is left
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
        while self._sent < self.size:
            digest.update(self._take(_BLOCK))
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
        if left and size and not block:
            raise SourceError("the file has become shorter while it was read", hint="upload it when it is complete")
        self._sent += len(block)
        return block


def _put(clients: Clients, operation: str, given: dict[str, Any], piece: _Piece) -> dict[str, str]:
    """Send a piece to a presigned URL and return the headers of the answer, their names in lower case."""
    digest = piece.md5
    given = {**given, "ContentMD5": digest}
    headers = {"Content-Length": str(piece.size), "Content-MD5": digest, "Content-Type": given.get("ContentType", "")}
    for attempt in range(1, _TRIES + 1):
        piece.rewind()
        url = str(clients("s3").generate_presigned_url(ClientMethod=operation, Params=given, ExpiresIn=_SECONDS))
        request = urllib.request.Request(url, data=piece, headers=headers, method="PUT")  # noqa: S310 - S3's own
        try:
            with _opener(urlsplit(url).hostname).open(request, timeout=_PATIENCE) as answer:
                return {name.lower(): value for name, value in answer.headers.items()}
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(_ANSWER).decode(errors="replace")
            if error.code not in _PASSING or attempt == _TRIES:
                raise _refused(error.code, said, given["Key"]) from None
        except OSError as error:
            if attempt == _TRIES:
                host = urlsplit(url).netloc  # the rest of the URL is a secret while it lasts
                raise CloudError(f"{host} does not answer: {error}", where=given["Key"], hint=_AGAIN) from None
        time.sleep(min(0.2 * 2**attempt, 5))
    raise AssertionError


def _opener(host: str | None) -> urllib.request.OpenerDirector:
    """Return what opens URLs of a host: a proxy of the user's has no business on loopback."""
    near = host in {"127.0.0.1", "::1", "localhost"}
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if near else []))


def _refused(status: int, answer: str, key: str) -> CloudError:
    """Return what S3's error means to who uploads, without the parts of the signed request that it repeats."""
    told = {name: html.unescape(text) for name, text in _TOLD.findall(answer)}
    code, message = told.get("Code", ""), told.get("Message", "")
    if code == "AccessDenied" and message in _UNTIMELY:
        clocks = f"S3's clock says {told.get('ServerTime', 'nothing')}, ours {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        what = f"the address of the upload was not valid when S3 got it: {clocks}"
        return CloudError(what, where=key, hint="if they differ, set this machine's; then upload again", code=code)
    if code in _MEANINGS:
        what, hint = _MEANINGS[code]
        return CloudError(what, where=key, hint=hint, code=code)
    said = " ".join(part for part in (code, message) if part) or "no reason is given"
    return CloudError(f"S3 answers {status}: {said}", where=key, code=code)


def _no_file(path: Path) -> str:
    if not path.exists():
        return "there is no such file"
    return "is a folder" if path.is_dir() else "is no regular file"
