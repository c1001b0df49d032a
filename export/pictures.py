"""The pictures of nodes as `data:` URLs: those of the `diagrams` library, and a script's own."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path, PurePosixPath
from typing import Final

__all__ = ["picture"]

_TYPES: Final = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".svg": "svg+xml", ".webp": "webp"}


def picture(icon: str | None) -> str:
    """Return a node's icon as a `data:` URL in base64, empty where it has none or the library lacks the file."""
    if not icon:
        return ""
    if icon.startswith("data:"):
        return _base64(icon)
    scheme, _, path = icon.partition(":")
    parts = PurePosixPath(path).parts
    kind = _TYPES.get(PurePosixPath(path).suffix.lower())
    folder = _resources()
    if scheme != "lib" or ".." in parts or kind is None or folder is None:
        return ""
    return _read(folder.joinpath(*parts), kind)


@cache
def _read(file: Path, kind: str) -> str:
    return f"data:image/{kind};base64,{b64encode(file.read_bytes()).decode()}" if file.is_file() else ""


@cache
def _resources() -> Path | None:
    # The library keeps its pictures in a folder beside its package.
    spec = PathFinder.find_spec("diagrams")
    return Path(spec.origin).parent.parent / "resources" if spec is not None and spec.origin else None


def _base64(url: str) -> str:
    head, comma, data = url.partition(",")
    if not comma:
        return ""
    if head.endswith(";base64"):
        return f"{head},{''.join(data.split())}"
    from urllib.parse import unquote_to_bytes

    return f"{head.partition(';')[0]};base64,{b64encode(unquote_to_bytes(data)).decode()}"
