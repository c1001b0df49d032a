"""What the challenge makes of a file: it is checked by its bytes and described."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, BinaryIO

from ..shared.kinds import describe

if TYPE_CHECKING:
    from ..shared.upload import Upload

__all__ = ["transform"]


def transform(upload: Upload, content: BinaryIO | None) -> dict[str, object]:
    """Return the description of a file, as JSON-ready data. Raises RefusedError for one that is not safe to open."""
    if content is None:
        kind, _ = mimetypes.guess_type(upload.key)
        return {"kind": "large", "content_type": kind or "application/octet-stream"}
    return describe(upload.name, content, upload.size)
