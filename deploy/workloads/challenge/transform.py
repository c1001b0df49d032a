"""What the challenge makes of a file: its description."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..shared.handler import Upload

__all__ = ["transform"]


def transform(upload: Upload) -> dict[str, object]:
    """Return the description of a file, as JSON-ready data."""
    kind, _ = mimetypes.guess_type(upload.key)
    return {"content_type": kind or "application/octet-stream"}
