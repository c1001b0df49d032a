"""Drawings that somebody has saved in draw.io since they were written here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from architecture.errors import OutputError
from desenho.files import contents

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["keep_edited", "was_edited"]

# As it stands in a .drawio, within an attribute of an SVG, and percent-encoded in a PNG.
_HEAD: Final = re.compile(
    rb"""(?:<|&lt;|%3C)mx(?:file|GraphModel)((?:\ |%20)host(?:=|%3D)(?:"|&quot;|%22)desenho(?:"|&quot;|%22))?""",
    re.VERBOSE,
)


def was_edited(data: bytes) -> bool:
    """Tell whether a .drawio, or the one within a PNG or an SVG, was saved last by draw.io and not by desenho.

    draw.io writes its own name into `host` whenever it saves, in the browser, on the desktop and in editors.
    """
    head = _HEAD.search(data)
    return head is not None and head[1] is None


def keep_edited(files: Iterable[Path]) -> None:
    """Refuse to write over what somebody drew by hand. Raises OutputError, which names all of it."""
    edited = [path.as_posix() for path in files if (data := contents(path)) is not None and was_edited(data)]
    if edited:
        raise OutputError(
            "saved in draw.io since it was written here: what was changed there would be lost",
            where=", ".join(edited),
            hint="move it away, or name another folder with -o; `desenho export --overwrite` replaces it",
        )
