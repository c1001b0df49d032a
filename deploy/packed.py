"""Packed archives that are kept: native libraries take seconds to compress, and seldom change.

They lie in the user's cache folder, which anybody may empty. An entry tells the digest of its bytes: one that is broken
is no entry. One that nobody has asked for in two months goes when another comes.
"""

from __future__ import annotations

import os
import time
import uuid
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["kept"]

_UNUSED_SECONDS: Final = 60 * 24 * 3600
_DIGEST: Final = sha256().digest_size


def kept(name: str, pack: Callable[[], bytes]) -> bytes:
    """Return what is kept under a name, else what `pack` makes, which is kept then.

    Equal names must mean equal bytes. Where the folder cannot be read or written, everything is packed again.
    """
    path = _folder() / name
    found = _read(path)
    if found is None:
        found = pack()
        with suppress(OSError):  # a cache that cannot be written costs time and nothing else
            _write(path, found)
    return found


def _folder() -> Path:
    return platformdirs.user_cache_path("desenho", appauthor=False) / "packed"


def _read(path: Path) -> bytes | None:
    """Return the bytes of an entry, None where there is none, or none that is whole."""
    try:
        said = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    content = said[_DIGEST:]
    return content if sha256(content).digest() == said[:_DIGEST] else None


def _write(path: Path, content: bytes) -> None:
    """Write an entry whole or not at all, and remove those that nobody has used for long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        part.write_bytes(sha256(content).digest() + content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    oldest = time.time() - _UNUSED_SECONDS
    for other in path.parent.iterdir():
        if other.stat().st_mtime < oldest:
            other.unlink(missing_ok=True)
