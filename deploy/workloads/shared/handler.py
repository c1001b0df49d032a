"""The function's handler: takes the events of a bucket, checks each object, describes it, hands it to the app.

An object is known by bucket, key and version, and what is made of it has a key that follows from them. So an event that
comes twice makes the same thing twice, and a failure is simply raised: Lambda tries again, and then puts the event into
the queue of failed events.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from urllib.parse import unquote_plus

from . import contract
from .delivery import Source, deliver, deliver_preview
from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Made", "Transform", "Upload", "handler", "uploads"]

_BLOCK: Final = 1024 * 1024
_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of an object that stay in memory; of a larger one the rest goes to the function's disk."""

OPENED: Final = 256 * 1024 * 1024
"""Bytes. A larger object is streamed and its digest taken, but it is not opened."""

_USER_AGENT: Final = "desenho"
_ORDER: Final = "order"
"""Metadata of what is made: the sequencer of what it was made of."""

_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
_TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""There is an object of that key, or one is just being written. Source: S3, "How to prevent object overwrites"."""

_LONGEST_KEY: Final = 1024
"""Bytes of UTF-8. Source: S3, "Object key naming guidelines"."""


@dataclass(frozen=True)
class Upload:
    """An object that somebody has uploaded. `order` sorts the events of one key (S3's sequencer).

    `arrived` is when S3 took it, as ISO 8601 in UTC; an event that comes again says the same.
    """

    bucket: str
    key: str
    version: str
    size: int
    order: str
    arrived: str = ""

    @property
    def name(self) -> str:
        """The key without the prefix of uploads."""
        return self.key.removeprefix(contract.INCOMING)

    def made(self, prefix: str, ending: str = ".json") -> str:
        """Return the key of what is made of this object (its JSON document), never longer than S3 allows."""
        key = f"{prefix}{self.name}{ending}"
        if len(key.encode()) <= _LONGEST_KEY:
            return key
        digest = hashlib.sha256(self.key.encode()).hexdigest()
        return f"{prefix}{self.name.encode()[:900].decode(errors='ignore')}~{digest}{ending}"


@dataclass(frozen=True)
class Made:
    """Files that are made of an upload, by the ending of their keys, and what is known of them, as JSON-ready data.

    `delivered` is the ending of the one that the app gets instead of the upload, `preview` that of a small picture that
    it shows in its list. The handler closes the files.
    """

    told: dict[str, object]
    files: Mapping[str, BinaryIO]
    delivered: str
    preview: str = ""


Transform = Callable[[Upload, BinaryIO | None], dict[str, object] | Made]
"""Describes an upload, or makes files of it; the content is None where it is too large to be opened."""


def uploads(event: Mapping[str, Any]) -> Iterator[Upload]:
    """Yield the uploads that an event of S3 tells of, decoding each key once, as S3 encodes it.

    S3's test event and records of anything else tell of none.
    """
    for record in event.get("Records", []):
        if "s3" not in record:
            continue
        told = record["s3"]["object"]
        yield Upload(
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(told["key"]),
            version=told.get("versionId", ""),
            size=int(told.get("size", 0)),
            order=told.get("sequencer", ""),
            arrived=record.get("eventTime", ""),
        )


def handler(transform: Transform) -> Callable[[Any, Any], dict[str, Any]]:
    """Return a handler for Lambda that describes each upload with `transform`, or makes files of it.

    `transform` returns JSON-ready data, or files. It raises RefusedError for what will never be accepted.

    Of several uploads in one event all are tried; the handler raises if one has failed, and what is tried again then
    changes nothing.
    """
    clients: list[Any] = []

    def main(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if not clients:
            import boto3  # the runtime has both; they are not part of what ships
            from botocore.config import Config

            # Links name the Region's own host, the only one that the app's network leads to, and expire by its clock.
            # boto3's own user agent is put together again for every request: a tenth of what a small file takes.
            config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"}, user_agent=_USER_AGENT)
            clients.append(boto3.client("s3", config=config))
        done: list[dict[str, str]] = []
        failed: list[Exception] = []
        for upload in uploads(event):
            try:
                done.append(_handle(clients[0], upload, transform, context))
            except Exception as error:  # noqa: BLE001 - the others have their turn, then it is raised
                _log("failed", upload, reason=f"{type(error).__name__}: {error}")
                failed.append(error)
        if failed:
            raise failed[0] if len(failed) == 1 else ExceptionGroup(f"{len(failed)} uploads failed", failed)
        return {"handled": done}

    return main


def _handle(s3: Any, upload: Upload, transform: Transform, context: Any) -> dict[str, str]:
    output = os.environ.get(contract.OUTPUT_BUCKET) or upload.bucket
    _log("began", upload)
    try:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool, ExitStack() as opened:
            size, digest, whole = _read(s3, upload, cast("BinaryIO", spool))
            content = cast("BinaryIO", spool) if whole else None
            made = transform(upload, content)
            for file in made.files.values() if isinstance(made, Made) else ():
                opened.enter_context(file)
            told: dict[str, object] = {
                **(made.told if isinstance(made, Made) else made),
                "bucket": upload.bucket,
                "key": upload.key,
                "name": upload.name,
                "version": upload.version,
                "order": upload.order,
                "size": size,
                "sha256": digest,
            }
            source = Source(upload.bucket, upload.key, upload.version)
            stale = False
            if isinstance(made, Made):
                content = made.files[made.delivered]
                told |= _delivered(content, told, made.delivered)
                stale = _has_newer(s3, output, upload)
                if not stale:
                    source = _put_files(s3, output, upload, made)
            if not stale:
                _describe(s3, output, upload, told)
            # What was made of an older version has given way to the newer: there is nothing left to be fetched.
            answer = {} if stale else deliver(s3, told, content, source, context)
            unseen: dict[str, str] = {}
            if answer and isinstance(made, Made) and made.preview:
                try:
                    deliver_preview(answer["id"], made.files[made.preview], _type_of(made.preview), context)
                except RuntimeError as error:  # the file is stored all the same
                    unseen["preview"] = str(error)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        # Deleted meanwhile: there is nothing to do, and trying again would not help.
        _log("gone", upload)
        return {"key": upload.key, "result": "gone"}
    except RefusedError as reason:
        why = {"reason": str(reason), "code": reason.code, "values": reason.values}
        refused = {"bucket": upload.bucket, "key": upload.key, "version": upload.version, **why}
        _put(s3, output, upload.made(contract.REJECTED), refused)
        _log("rejected", upload, **why)
        return {"key": upload.key, "result": "rejected"}
    _report(answer)
    _log("stored" if answer else "described", upload, size=size, sha256=digest, id=answer.get("id"), **unseen)
    return {"key": upload.key, "result": "stored" if answer else "described"}


def _read(s3: Any, upload: Upload, spool: BinaryIO) -> tuple[int, str, bool]:
    """Return the size and the digest of an object, and whether its content is in the spool.

    Its size counts before a byte of it is read, and memory does not grow with it. Raises RefusedError.
    """
    limit = int(os.environ[contract.MAX_BYTES])
    version = {"VersionId": upload.version} if upload.version else {}
    answer = s3.get_object(Bucket=upload.bucket, Key=upload.key, **version)
    size = answer["ContentLength"]
    if size > limit:
        answer["Body"].close()
        raise RefusedError("size", size=size, limit=limit)
    whole, digest = size <= OPENED, hashlib.sha256()
    while block := answer["Body"].read(_BLOCK):
        digest.update(block)
        if whole:
            spool.write(block)
    spool.seek(0)
    return size, digest.hexdigest(), whole


def _describe(s3: Any, bucket: str, upload: Upload, told: Mapping[str, object]) -> None:
    """Store a description, unless that of a newer version is there. Where none is, the rule, it takes one request."""
    key = upload.made(contract.PROCESSED)
    try:
        _put(s3, bucket, key, told, IfNoneMatch="*")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in _TAKEN:
            raise
        if not _has_newer(s3, bucket, upload):
            _put(s3, bucket, key, told)


def _put(s3: Any, bucket: str, key: str, told: Mapping[str, object], **conditions: str) -> None:
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    order = {_ORDER: str(told.get("order", ""))}
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", Metadata=order, **conditions)


def _put_files(s3: Any, bucket: str, upload: Upload, made: Made) -> Source:
    """Store what was made and return where the file is that the app gets."""
    source = Source(bucket, "", "")
    for ending, file in made.files.items():
        key = upload.made(contract.PROCESSED, ending)
        file.seek(0)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        kind, order = _type_of(key), {_ORDER: upload.order}
        stored = s3.put_object(Bucket=bucket, Key=key, Body=file, ContentLength=size, ContentType=kind, Metadata=order)
        if ending == made.delivered:
            source = Source(bucket, key, stored.get("VersionId", ""))
    return source


def _type_of(name: str) -> str:
    return mimetypes.guess_type(f"x{name}")[0] or "application/octet-stream"


def _delivered(file: BinaryIO, told: Mapping[str, object], ending: str) -> dict[str, object]:
    """Return what changes in a description where the app gets another file than the upload."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType] - a file it is
    name = str(told["name"])
    return {
        "name": name if name.lower().endswith(ending) else f"{name}{ending}",
        "size": file.seek(0, os.SEEK_END),
        "sha256": digest,
        "source_size": told["size"],
        "source_sha256": told["sha256"],
    }


def _has_newer(s3: Any, bucket: str, upload: Upload) -> bool:
    """Return whether a newer version of the object has been described already: events may come out of order."""
    try:
        found = s3.head_object(Bucket=bucket, Key=upload.made(contract.PROCESSED))
    except s3.exceptions.ClientError as error:
        # S3 answers 403 for a missing object to who may not list the bucket, as this function may not.
        if error.response["Error"]["Code"] not in {"403", "404"}:
            raise
        return False
    length = max(len(found["Metadata"].get(_ORDER, "")), len(upload.order))
    return found["Metadata"].get(_ORDER, "").ljust(length, "0") > upload.order.ljust(length, "0")


def _report(answer: Mapping[str, Any]) -> None:
    """Print how full the app's volume is as a metric: CloudWatch reads it out of the log (embedded metric format)."""
    used = answer.get("disk_used_percent")
    if used is None:
        return
    import time

    metric = {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": contract.METRICS,
                    "Dimensions": [["Stack"]],
                    "Metrics": [{"Name": contract.DISK_USED, "Unit": "Percent"}],
                }
            ],
        },
        "Stack": os.environ.get(contract.STACK, ""),
        contract.DISK_USED: used,
    }
    print(json.dumps(metric))  # noqa: T201 - printing is how a function logs


def _log(what: str, upload: Upload, **more: object) -> None:
    told = {"what": what, "bucket": upload.bucket, "key": upload.key, "version": upload.version, **more}
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201 - what is printed is the log
