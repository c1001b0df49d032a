"""What is made of an upload, stored under keys that follow from it: what comes twice is stored once.

Events may come out of order, so what was made of a newer version stays.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from . import contract
from .delivery import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .upload import Upload

__all__ = ["Made", "delivered", "describe", "has_newer", "reject", "store", "type_of"]

_ORDER: Final = "order"
"""Metadata of what is made: the sequencer of what it was made of."""

_TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""There is an object of that key, or one is just being written. Source: S3, "How to prevent object overwrites"."""


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


def reject(s3: Any, bucket: str, upload: Upload, why: Mapping[str, object]) -> None:
    """Store why an upload is not accepted."""
    refused = {"bucket": upload.bucket, "key": upload.key, "version": upload.version, **why}
    _put(s3, bucket, upload.made(contract.REJECTED), refused)


def describe(s3: Any, bucket: str, upload: Upload, told: Mapping[str, object]) -> None:
    """Store a description, unless that of a newer version is there. Where none is, the rule, it takes one request."""
    key = upload.made(contract.PROCESSED)
    try:
        _put(s3, bucket, key, told, IfNoneMatch="*")
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in _TAKEN:
            raise
        if not has_newer(s3, bucket, upload):
            _put(s3, bucket, key, told)


def store(s3: Any, bucket: str, upload: Upload, made: Made) -> Source:
    """Store what was made and return where the file is that the app gets."""
    source = Source(bucket, "", "")
    for ending, file in made.files.items():
        key = upload.made(contract.PROCESSED, ending)
        file.seek(0)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        kind, order = type_of(key), {_ORDER: upload.order}
        stored = s3.put_object(Bucket=bucket, Key=key, Body=file, ContentLength=size, ContentType=kind, Metadata=order)
        if ending == made.delivered:
            source = Source(bucket, key, stored.get("VersionId", ""))
    return source


def has_newer(s3: Any, bucket: str, upload: Upload) -> bool:
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


def delivered(file: BinaryIO, told: Mapping[str, object], ending: str) -> dict[str, object]:
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


def type_of(name: str) -> str:
    """Return the content type of what has a name, or an ending alone."""
    return mimetypes.guess_type(f"x{name}")[0] or "application/octet-stream"


def _put(s3: Any, bucket: str, key: str, told: Mapping[str, object], **conditions: str) -> None:
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    order = {_ORDER: str(told.get("order", ""))}
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", Metadata=order, **conditions)
