"""The name of a diagram's files, as its script gives it or as the library makes it of the title."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from architecture.errors import ScriptError
from architecture.labels import plain
from architecture.model import Note

__all__ = ["filename_of"]

_ENDINGS: Final = frozenset({".dot", ".drawio", ".jpg", ".pdf", ".png", ".svg"})
_CONTROL: Final = dict.fromkeys(range(32), "-")
_UNFIT: Final = {**_CONTROL, **str.maketrans(dict.fromkeys('/\\<>:"|?*', "-"))}
"""What no file of every system can be called."""
_LONGEST: Final = 200
"""Bytes of UTF-8 of a name made of a title: a system takes 255, and endings come after it."""


def filename_of(given: str, title: str) -> tuple[str, list[Note]]:
    """Return the path of a diagram's files below the output folder, without ending, and what was changed about it.

    `given` is the library's own filename, `title` the diagram's title. Scripts write where they please, `../assets/web`
    or `/tmp/web`; of these only the last part is kept. Raises ScriptError for a path that names no file.
    """
    if given == "_".join(title.split()).lower():
        # The library makes it of the title, where a slash is a slash and not a folder.
        name = plain(given).translate(_UNFIT).encode()[:_LONGEST].decode(errors="ignore")
        return name or "diagram", []
    given = given.translate(_CONTROL)
    path = PurePosixPath(PureWindowsPath(given).as_posix() if "\\" in given else given)
    if path.name == "..":
        raise ScriptError(f"the diagram's filename {given!r} names no file", hint="it ends in the name of a folder")
    notes: list[Note] = []
    if path.suffix.lower() in _ENDINGS:
        path = path.with_suffix("")
        notes.append(
            Note(code="filename-ending", text=f"of the filename {given!r} the ending is left out", where=str(path))
        )
    if path.is_absolute() or PureWindowsPath(given).drive or ".." in path.parts:
        path = PurePosixPath(path.name)
        text = f"the filename leads out of the output folder: only its last part, {path.name!r}, is kept"
        notes.append(Note(code="filename-outside", text=text, where=str(path)))
    return str(path), notes
