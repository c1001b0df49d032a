"""Pictures, drawn again: upright, no larger than a screen, and without what a camera wrote beside them.

Nothing of the file itself goes on, so what hides in it stays behind: the place where a photograph was taken, too.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, BinaryIO, Final

from PIL import Image, ImageOps

from ..shared.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_PIXELS", "MAX_SIDE", "SMALL", "THUMBNAIL", "treated"]

MAX_PIXELS: Final = 40_000_000
"""Pixels that are decoded: 160 MB, of which there are three copies for a moment in a function of 1 GiB."""

MAX_SIDE: Final = 2048
"""Pixels of the longer side of a picture that is kept; a smaller one is not made larger."""

THUMBNAIL: Final = 256
"""Pixels of the longer side of the small copy."""

SMALL: Final = ".thumbnail"
"""What stands before the ending of the small copy."""

_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")


def treated(content: BinaryIO) -> tuple[dict[str, object], dict[str, BinaryIO], str]:
    """Return facts about a picture, the files that are made of it by their endings, and the ending of the main one.

    It is a JPEG, or a PNG where something shows through. Of a moving picture the first frame is kept.

    Raises RefusedError for what is too large or cannot be read.
    """
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is the lower one
            with Image.open(content, formats=_FORMATS) as source:
                width, height = source.size
                if width * height > MAX_PIXELS:
                    raise RefusedError("picture.pixels", width=width, height=height, limit=MAX_PIXELS)
                facts: dict[str, object] = {
                    "source_format": source.format,
                    "source_width": width,
                    "source_height": height,
                }
                source.load()
                picture = _plain(ImageOps.exif_transpose(source))
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise RefusedError("picture.unreadable", cause=str(error)) from None
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    ending, kind, save = (".png", "image/png", _png) if picture.mode == "RGBA" else (".jpg", "image/jpeg", _jpeg)
    facts |= {"content_type": kind, "width": picture.width, "height": picture.height}
    files: dict[str, BinaryIO] = {ending: save(picture)}
    picture.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    files[f"{SMALL}{ending}"] = save(picture)
    return facts, files, ending


def _plain(source: Image.Image) -> Image.Image:
    """Return the pixels alone, in RGB, or RGBA where the picture is not opaque."""
    seen_through = "A" in source.getbands() or "transparency" in source.info
    plain = source.convert("RGBA" if seen_through else "RGB")
    if seen_through and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def _jpeg(picture: Image.Image) -> BinaryIO:
    return _saved(lambda out: picture.save(out, "JPEG", quality=85, optimize=True, progressive=True))


def _png(picture: Image.Image) -> BinaryIO:
    return _saved(lambda out: picture.save(out, "PNG", optimize=True))


def _saved(save: Callable[[BinaryIO], None]) -> BinaryIO:
    out = io.BytesIO()
    save(out)
    return out
