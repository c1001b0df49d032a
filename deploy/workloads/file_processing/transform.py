"""What file processing makes of a file: a picture is drawn again, a document is looked into, text is packed."""

from __future__ import annotations

import gzip
import tempfile
from shutil import copyfileobj
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from ..shared.kinds import describe
from ..shared.refusals import RefusedError
from ..shared.results import Made
from . import documents, pictures

if TYPE_CHECKING:
    from ..shared.upload import Upload

__all__ = ["transform"]

_TEXT: Final = frozenset({"text", "table", "json"})
_BLOCK: Final = 1024 * 1024
_IN_MEMORY: Final = 8 * 1024 * 1024


def transform(upload: Upload, content: BinaryIO | None) -> dict[str, object] | Made:
    """Return what becomes of a file, by its bytes whatever its name says.

    Raises RefusedError for what is no picture, document or text, and for what is not safe or not whole.
    """
    if content is None:
        raise RefusedError("unopened")
    told = describe(upload.name, content, upload.size)
    if told["kind"] == "picture":
        facts, files, ending = pictures.treated(content)
        return Made({**told, **facts}, files, delivered=ending, preview=f"{pictures.SMALL}{ending}")
    if told["kind"] == "document":
        return {**told, **documents.facts(content)}
    if told["kind"] in _TEXT:
        return Made({**told, "content_encoding": "gzip"}, {".gz": _packed(content)}, delivered=".gz")
    raise RefusedError("kind", content_type=str(told["content_type"]))


def _packed(content: BinaryIO) -> BinaryIO:
    """Return text, packed: the same bytes for the same text."""
    content.seek(0)
    out = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the handler closes it
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, filename="") as packed:
        copyfileobj(content, packed, _BLOCK)
    return out
