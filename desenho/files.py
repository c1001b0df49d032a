"""Files: what one holds; and writing all or, where the disk allows it, none, never half of one."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import ENAMETOOLONG
from pathlib import Path
from typing import TYPE_CHECKING

from architecture.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["contents", "write_all"]


def write_all(files: Mapping[Path, bytes]) -> frozenset[Path]:
    """Write the files and return those that changed; a file that holds the same bytes already is left untouched.

    Each goes to a temporary file beside its place. Only when all are there, each takes its place in one step of the
    file system, so that a reader sees the old file or the new one. Missing folders are made. A symbolic link stays a
    link: the file behind it is written.

    Raises OutputError. Nothing is replaced then, unless the very last step fails, which the error says.
    """
    changed = {path: data for path, data in files.items() if contents(path) != data}
    waiting: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, data in changed.items():
            place = Path(os.path.realpath(path))
            temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp")
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                if place.is_dir():
                    hint = "move the folder away, or name another one with -o"
                    raise OutputError("a folder stands where the file should go", where=str(path), hint=hint)
                waiting[path] = temporary
                temporary.write_bytes(data)
            except OSError as error:
                raise _refusal(path, error) from error
        for path, temporary in waiting.items():
            try:
                temporary.replace(os.path.realpath(path))
            except OSError as error:
                written = f"already written: {', '.join(map(str, done))}" if done else "nothing was written"
                raise _refusal(path, error, hint=written) from error
            done.append(path)
    finally:
        for temporary in waiting.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return frozenset(changed)


def contents(path: Path) -> bytes | None:
    """Return what a file holds, None if it is not there or cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def _refusal(path: Path, error: OSError, hint: str = "name another folder with -o") -> OutputError:
    reason = (error.strerror or str(error)).lower()
    if error.errno == ENAMETOOLONG:
        hint = "give the diagram a shorter filename="
    culprit = error.filename if isinstance(error, (FileExistsError, NotADirectoryError)) else None
    where = f" ({culprit} is a file, not a folder)" if culprit else ""
    return OutputError(f"cannot be written: {reason}{where}", where=str(path), hint=hint)
