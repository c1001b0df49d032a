"""The pictures that a script's nodes show: the library's own by name, a script's own as a `data:` URL."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["picture"]

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)


def picture(path: str, folders: Callable[[], Sequence[Path]]) -> tuple[str | None, str | None]:
    """Return a picture as the model holds it, and what is wrong with it.

    A relative path is looked for in the folders in order. Graphviz looks in the first one only, so one found later is
    said as well.
    """
    return _of_library(path) or _of_script(path, folders())


@cache
def _of_library(path: str) -> tuple[str | None, str | None] | None:
    library, plain = _resources(), path.replace("\\", "/")
    if not plain.startswith(library):
        return None
    inside = plain.removeprefix(library)
    return (f"lib:{inside}", None) if Path(path).is_file() else (None, f"the library has no icon {inside}")


def _of_script(path: str, folders: Sequence[Path]) -> tuple[str | None, str | None]:
    places = [folder / path for folder in folders]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        return None, f"there is no icon {path}"
    data = found.read_bytes()
    kind = _kind(data)
    if kind is None:
        return None, f"the icon {path} is no PNG, JPEG, GIF, WebP or SVG picture"
    from base64 import b64encode

    elsewhere = f"the library itself does not find the icon {path}: it looks beside the output"
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}", None if found == places[0] else elsewhere


@cache
def _resources() -> str:
    import diagrams

    # As the library does it: the folder beside its package, links not followed.
    return f"{Path(diagrams.__file__).absolute().parents[1].as_posix()}/resources/"


def _kind(data: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    return "image/svg+xml" if b"<svg" in data[:2048] else None
