"""An architecture as files: their names by one rule, and their bytes. Nothing is written here."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.errors import OutputError
from desenho.installed import how

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from architecture.model import Architecture, Note
    from architecture.text import Lang
    from export.drawing import Drawing, Icons

__all__ = ["DEFAULT_FORMATS", "File", "Rendering", "made_with", "render"]

DEFAULT_FORMATS: Final = ("png", "svg", "drawio")
# The attribute stands in the .drawio as it is, in the SVG escaped for XML and in the PNG percent-encoded.
_MADE_WITH: Final = re.compile(rb'desenho_icons(?:=(?:"|&quot;|&#34;)|%3D%22)(native|library)')


class File(NamedTuple):
    """A file to be written: its path below the output folder with `/`, its format and its bytes."""

    path: str
    format: str
    data: bytes


class Rendering(NamedTuple):
    """The files of one architecture, and what a person should know about them."""

    files: tuple[File, ...]
    notes: tuple[Note, ...]


def render(
    architecture: Architecture,
    *,
    formats: Sequence[str] = DEFAULT_FORMATS,
    langs: Sequence[Lang] = (),
    icons: Callable[[str], Icons | None] = lambda _path: None,
    flat: bool = False,
) -> Rendering:
    """Draw an architecture once a language and write it in all formats.

    The files are `NAME.FORMAT` in the diagram's own language, which is the default, and `NAME.LANG.FORMAT` in others.
    `json` is the model with all languages, so it is written once. `icons` gives the icons for a file's path, None for
    draw.io's own or, where these are not installed, the library's. With `flat` the folders in the diagram's filename
    are left out.

    Raises OutputError if the diagram's filename leads out of the output folder, or if the icons are not installed.
    """
    from export.formats import FORMATS

    stem = _stem(architecture, flat=flat)
    drawn: dict[tuple[Lang, Icons | None], Drawing] = {}
    files: dict[str, File] = {}
    for lang in dict.fromkeys(langs or (architecture.lang,)):
        for name in formats:
            suffix, write = FORMATS[name]
            infix = "" if lang == architecture.lang or name == "json" else f".{lang}"
            path = f"{stem}{infix}{suffix}"
            if path in files:
                continue
            look = (lang, icons(path))
            if look not in drawn:
                drawn[look] = _draw(architecture, *look)
            files[path] = File(path, name, write(drawn[look]))
    notes = (*architecture.notes, *(note for drawing in drawn.values() for note in drawing.notes))
    return Rendering(tuple(files.values()), tuple(dict.fromkeys(notes)))


def made_with(data: bytes) -> Icons | None:
    """Return the icons that a file was drawn with, as any of our PNG, SVG and .drawio files tells."""
    found = _MADE_WITH.search(data)
    return None if found is None else "native" if found[1] == b"native" else "library"


def _draw(architecture: Architecture, lang: Lang, icons: Icons | None) -> Drawing:
    from export.compose import draw

    drawing = draw(architecture, lang, icons=icons or "native")
    if icons is not None and drawing.icons != icons:
        raise OutputError(
            "draw.io's icons are not installed here",
            where=architecture.name,
            hint=f"{how('icons')}; or say --icons library",
        )
    return drawing


def _stem(architecture: Architecture, *, flat: bool) -> str:
    filename = architecture.filename
    path = PurePosixPath(PureWindowsPath(filename).as_posix())
    if ".." in path.parts:
        raise OutputError(
            f"the diagram's filename {filename!r} leads out of the output folder",
            where=architecture.title or filename,
            hint="name it without ../ and choose the folder with -o",
        )
    if flat:
        return path.name
    if path.is_absolute() or PureWindowsPath(filename).drive:
        raise OutputError(
            f"the diagram's filename {filename!r} is not below the output folder",
            where=architecture.title or filename,
            hint="with -o DIR only the last part of it is used",
        )
    return str(path)
