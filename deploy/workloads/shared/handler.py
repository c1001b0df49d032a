"""The function's handler: takes the events of a bucket, checks each object, describes it, hands it to the app.

An object is known by bucket, key and version, and what is made of it has a key that follows from them. So an event that
comes twice makes the same thing twice, and a failure is simply raised: Lambda tries again, and then puts the event into
the queue of failed events.
"""

from __future__ import annotations

import hashlib
import json
import os
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from . import contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["RejectedError", "Upload", "handler", "uploads"]

INLINE = 1024 * 1024
"""Bytes. A larger object reaches the app as a link."""

LINK_SECONDS = 900
_BLOCK = 1024 * 1024
_ANSWER_SECONDS = 20


class RejectedError(Exception):
    """An object that will never be accepted; its words say why."""


@dataclass(frozen=True)
class Upload:
    """An object that somebody has uploaded. `order` sorts the events of one key (S3's sequencer)."""

    bucket: str
    key: str
    version: str
    size: int
    order: str

    @property
    def name(self) -> str:
        """The key without the prefix of uploads."""
        return self.key.removeprefix(contract.INCOMING)


def uploads(event: Mapping[str, Any]) -> Iterator[Upload]:
    """Yield the uploads that an event of S3 tells of, decoding each key once, as S3 encodes it."""
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
        )


def handler(transform: Callable[[Upload], dict[str, object]]) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """Return a handler for Lambda that describes each upload with `transform`."""
    clients: list[Any] = []

    def main(event: dict[str, Any], _context: Any) -> dict[str, Any]:
        if not clients:
            import boto3  # the runtime has it; it is not part of what ships

            clients.append(boto3.client("s3"))
        done = [_handle(clients[0], upload, transform) for upload in uploads(event)]
        return {"handled": done}

    return main


def _handle(s3: Any, upload: Upload, transform: Callable[[Upload], dict[str, object]]) -> dict[str, Any]:
    output = os.environ.get(contract.OUTPUT_BUCKET) or upload.bucket
    try:
        if upload.size > int(os.environ[contract.MAX_BYTES]):
            raise RejectedError(f"{upload.size} bytes are more than the limit of {os.environ[contract.MAX_BYTES]}")
        told = {
            "bucket": upload.bucket,
            "key": upload.key,
            "name": upload.name,
            "version": upload.version,
            "order": upload.order,
            "size": upload.size,
        }
        digest, content = _read(s3, upload)
        told |= {"sha256": digest, **transform(upload)}
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchVersion", "404"}:
            _log("gone", upload)  # deleted meanwhile: nothing to do, and trying again would not help
            return {"key": upload.key, "result": "gone"}
        raise
    except RejectedError as reason:
        _put(s3, output, f"{contract.REJECTED}{upload.name}.json", {"key": upload.key, "reason": str(reason)})
        _log("rejected", upload, reason=str(reason))
        return {"key": upload.key, "result": "rejected"}
    _put(s3, output, f"{contract.PROCESSED}{upload.name}.json", told)
    answer = _deliver(s3, upload, told, content)
    _report(answer)
    _log("stored", upload, sha256=digest)
    return {"key": upload.key, "result": "stored"}


def _version(upload: Upload) -> dict[str, str]:
    return {"VersionId": upload.version} if upload.version else {}


def _read(s3: Any, upload: Upload) -> tuple[str, bytes | None]:
    """Return the digest of an object and, if it is small, its content. Memory does not grow with its size."""
    body = s3.get_object(Bucket=upload.bucket, Key=upload.key, **_version(upload))["Body"]
    digest = hashlib.sha256()
    kept: list[bytes] | None = []
    size = 0
    while block := body.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if kept is not None:
            kept.append(block)
            kept = kept if size <= INLINE else None
    return digest.hexdigest(), b"".join(kept) if kept is not None else None


def _put(s3: Any, bucket: str, key: str, told: Mapping[str, object]) -> None:
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def _deliver(s3: Any, upload: Upload, told: Mapping[str, object], content: bytes | None) -> dict[str, Any]:
    """Hand an object to the app: its content, or a link where the app gets it."""
    url = os.environ.get(contract.APP_URL)
    if not url:
        return {}
    headers = {"content-type": "application/octet-stream", "x-description": quote(json.dumps(told))}
    if content is None:
        headers["x-link"] = s3.generate_presigned_url(
            "get_object",
            Params={"Bucket": upload.bucket, "Key": upload.key, **_version(upload)},
            ExpiresIn=LINK_SECONDS,
        )
    request = urllib.request.Request(f"{url}/files", data=content or b"", headers=headers, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - the app's own address
        return json.load(answer)


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
    print(json.dumps({"what": what, "key": upload.key, "version": upload.version, **more}))  # noqa: T201
