"""The function's handler: takes the events of a bucket, checks each object, describes it, hands it to the app.

An object is known by bucket, key and version, and what is made of it has a key that follows from them. So an event that
comes twice makes the same thing twice, and a failure is simply raised: Lambda tries again, and then puts the event into
the queue of failed events.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, cast

from . import contract, results
from .delivery import Source, deliver, deliver_preview
from .refusals import RefusedError
from .results import Made
from .upload import Upload, uploads

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Transform", "handler"]

_BLOCK: Final = 1024 * 1024
_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of an object that stay in memory; of a larger one the rest goes to the function's disk."""

OPENED: Final = 256 * 1024 * 1024
"""Bytes. A larger object is streamed and its digest taken, but it is not opened."""

_USER_AGENT: Final = "desenho"
_GONE: Final = frozenset({"NoSuchKey", "NoSuchVersion", "404"})

Transform = Callable[[Upload, BinaryIO | None], dict[str, object] | Made]
"""Describes an upload, or makes files of it; the content is None where it is too large to be opened."""


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


class _Taken(NamedTuple):
    """An upload that was accepted; `answer` is the app's, empty without one, `unseen` why it has no small picture."""

    size: int
    sha256: str
    answer: Mapping[str, Any]
    unseen: str = ""


def _handle(s3: Any, upload: Upload, transform: Transform, context: Any) -> dict[str, str]:
    output = os.environ.get(contract.OUTPUT_BUCKET) or upload.bucket
    _log("began", upload)
    try:
        taken = _take(s3, output, upload, transform, context)
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        # Deleted meanwhile: there is nothing to do, and trying again would not help.
        _log("gone", upload)
        return {"key": upload.key, "result": "gone"}
    except RefusedError as reason:
        why = {"reason": str(reason), "code": reason.code, "values": reason.values}
        results.reject(s3, output, upload, why)
        _log("rejected", upload, **why)
        return {"key": upload.key, "result": "rejected"}
    _report(taken.answer)
    result = "stored" if taken.answer else "described"
    unseen = {"preview": taken.unseen} if taken.unseen else {}
    _log(result, upload, size=taken.size, sha256=taken.sha256, id=taken.answer.get("id"), **unseen)
    return {"key": upload.key, "result": result}


def _take(s3: Any, output: str, upload: Upload, transform: Transform, context: Any) -> _Taken:
    """Read an upload, store what is made of it in the bucket `output`, and hand it to the app."""
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
        if isinstance(made, Made):
            content = made.files[made.delivered]
            told |= results.delivered(content, told, made.delivered)
            if results.has_newer(s3, output, upload):
                # What was made of an older version has given way to the newer: there is nothing left to be fetched.
                return _Taken(size, digest, {})
            source = results.store(s3, output, upload, made)
        results.describe(s3, output, upload, told)
        answer = deliver(s3, told, content, source, context)
        if answer and isinstance(made, Made) and made.preview:
            try:
                picture, kind = made.files[made.preview], results.type_of(made.preview)
                deliver_preview(answer["id"], upload.order, picture, kind, context)
            except RuntimeError as error:  # the file is stored all the same
                return _Taken(size, digest, answer, unseen=str(error))
        return _Taken(size, digest, answer)


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
