"""How a file gets from the function to the app: its content in a request, or a link where the app gets it."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple
from urllib.parse import quote

from . import contract
from .connection import post

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INLINE", "Source", "deliver", "deliver_preview"]

INLINE: Final = 1024 * 1024
"""Bytes. A larger file reaches the app as a link."""

_LINK_SECONDS: Final = 900
_MARGIN: Final = 2.0
"""Seconds that are left to say that the app was too slow, before Lambda ends the function."""

_LONGEST: Final = 600.0


class Source(NamedTuple):
    """The object that holds the content of a file; `version` is empty in a bucket without versions."""

    bucket: str
    key: str
    version: str


def deliver(
    s3: Any, told: Mapping[str, object], content: BinaryIO | None, source: Source, context: Any
) -> dict[str, Any]:
    """Hand a file to the app and return its answer, which is empty where there is no app.

    A large file, and one that was not opened, goes as a link to its source.

    Raises RuntimeError with the app's own reason where it refuses, TimeoutError where it does not answer in the time
    that the function has left.
    """
    if not os.environ.get(contract.APP_URL):
        return {}
    headers = {"content-type": "application/octet-stream", contract.DESCRIPTION: quote(json.dumps(told))}
    body = b""
    if content is not None and int(str(told["size"])) <= INLINE:
        content.seek(0)
        body = content.read()
    else:
        version = {"VersionId": source.version} if source.version else {}
        headers[contract.LINK] = s3.generate_presigned_url(
            "get_object", Params={"Bucket": source.bucket, "Key": source.key, **version}, ExpiresIn=_LINK_SECONDS
        )
    return _post("/files", body, headers, context)


def deliver_preview(file_id: str, order: str, picture: BinaryIO, content_type: str, context: Any) -> None:
    """Hand the small picture of a file to the app that has the file; `order` is its event's. Raises as `deliver`."""
    picture.seek(0)
    headers = {"content-type": content_type, contract.ORDER: order}
    _post(f"/files/{file_id}/preview", picture.read(), headers, context)


def _post(path: str, body: bytes, headers: dict[str, str], context: Any) -> dict[str, Any]:
    status, said = post(f"{os.environ[contract.APP_URL]}{path}", body, headers, _patience(context))
    if not 200 <= status < 300:
        raise RuntimeError(f"the app answers {status}: {said.decode(errors='replace')}")
    return json.loads(said)


def _patience(context: Any) -> float:
    """Return how many seconds the app may take: what the function has left, and some to spare."""
    left = _LONGEST if context is None else context.get_remaining_time_in_millis() / 1000 - _MARGIN
    if left <= 0:
        raise TimeoutError("the function has no time left for the app")
    return min(left, _LONGEST)
