"""PDF documents: whether they can be read by anybody, and how many pages they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from ..shared.refusals import RefusedError

if TYPE_CHECKING:
    from typing import Any

__all__ = ["facts"]

MAX_PAGES: Final = 20_000


def facts(content: BinaryIO) -> dict[str, object]:
    """Return the version of a document and the number of its pages.

    Raises RefusedError for one that is encrypted, or cannot be read.
    """
    content.seek(0)
    try:
        reader = PdfReader(content, strict=False)
        if reader.is_encrypted:
            raise RefusedError("document.encrypted")
        root: Any = reader.root_object["/Pages"]
        pages, version = int(root["/Count"]), reader.pdf_header.removeprefix("%PDF-")
    # A document that is broken breaks its reader in many ways.
    except (PyPdfError, KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise RefusedError("document.unreadable", cause=f"{type(error).__name__}: {error}") from None
    if not 0 < pages <= MAX_PAGES:
        raise RefusedError("document.pages", pages=pages, limit=MAX_PAGES)
    return {"pages": pages, "pdf_version": version}
