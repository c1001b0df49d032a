"""The objects that somebody has uploaded, as the events of a bucket tell of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus

from . import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Upload", "uploads"]

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
