"""What an architecture is read from: a reference on the command line becomes a source, a source becomes architectures.

A reference is a script (`web.py`), one diagram of a script (`web.py#name`), a folder (all of its scripts) or a model
(`web.json`). A script is code and is run.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from architecture.errors import CodecError, ScriptError, SourceError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import FrameType

    from architecture.model import Architecture

__all__ = ["Source", "find", "has_timer", "never_ends", "read"]

ACCEPTED: Final = "a source is a script (x.py or x.py#diagram), a folder of scripts or a JSON model (x.json)"
_MODEL: Final = "a model is what `desenho export SCRIPT -f json` writes"
_DRAWN: Final = "a drawing cannot be read back: name the script that draws it"
_GRACE: Final = 2.0
"""Seconds that a script has to unwind after its time is up, before its process is ended under it."""


class Source(NamedTuple):
    """A script or a model; `diagram` names the one diagram of a script that is wanted."""

    path: Path
    diagram: str | None = None

    def __str__(self) -> str:
        return f"{self.path}#{self.diagram}" if self.diagram else str(self.path)


def find(references: Sequence[str]) -> list[Source]:
    """Return the sources that the references name, each once, in order. Nothing is run or read.

    Raises SourceError for what does not exist or is of a kind that is not accepted.
    """
    found: dict[tuple[Path, str | None], Source] = {}
    for reference in references:
        for source in _find(reference):
            found.setdefault((source.path.resolve(), source.diagram), source)
    return list(found.values())


def read(source: Source, *, seconds: float | None = None) -> list[Architecture]:
    """Return the architectures of a source.

    A script is run, and what it prints goes to standard error. After `seconds` it is interrupted, where the system has
    a timer (`has_timer`).

    Raises SourceError: ScriptError for a script, CodecError for a model.
    """
    if source.path.suffix == ".json":
        return [_read_model(source.path)]
    from architecture.capture import capture

    with _stdout_to_stderr(), _deadline(seconds, source):
        architectures = capture(source.path)
    if source.diagram is None:
        return architectures
    chosen = [a for a in architectures if a.name == source.diagram]
    if not chosen:
        names = ", ".join(a.name for a in architectures)
        raise SourceError(
            f"the script draws no diagram {source.diagram!r}", where=str(source.path), hint=f"it draws: {names}"
        )
    return chosen


def never_ends(source: Source, seconds: float, line: int | None = None) -> ScriptError:
    """Return the error for a script that has not ended in time; `line` is where it was."""
    where = f"{source.path}:{line}" if line else str(source.path)
    return ScriptError(
        f"the script has not ended after {seconds:g} s", where=where, hint="if it needs longer, raise --timeout"
    )


def has_timer() -> bool:
    """Tell whether a script can be interrupted in this process: signals exist, and this is the main thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _find(reference: str) -> list[Source]:
    if not reference:  # a shell variable that is not set, and never all that lies in this folder
        raise SourceError("a source has no name", hint=ACCEPTED)
    path = Path(reference)
    if path.is_dir():
        # A leading underscore marks a module that scripts share.
        scripts = sorted(p for p in path.glob("*.py") if not p.name.startswith(("_", ".")))
        if not scripts:
            raise SourceError("the folder has no scripts (*.py)", where=reference, hint=ACCEPTED)
        return [Source(script) for script in scripts]
    diagram = None
    if not path.exists() and "#" in reference:
        name, _, diagram = reference.rpartition("#")
        path = Path(name)
    if not path.exists():
        raise SourceError("no such file or folder", where=reference, hint=_suggest(path))
    if path.suffix not in {".py", ".json"} or (diagram is not None and path.suffix != ".py"):
        hint = _DRAWN if path.suffix in {".drawio", ".svg", ".png"} else ACCEPTED
        raise SourceError("this kind of source cannot be read", where=reference, hint=hint)
    return [Source(path, diagram or None)]


def _suggest(path: Path) -> str:
    from difflib import get_close_matches

    posix = Path(str(path).replace("\\", "/"))
    if posix.exists():
        return f"did you mean {posix}?"
    try:
        names = [p.name for p in path.parent.iterdir() if p.suffix in {".py", ".json"} or p.is_dir()]
    except OSError:
        return ACCEPTED
    close = get_close_matches(path.name, names, n=1)
    return f"did you mean {path.with_name(close[0])}?" if close else ACCEPTED


def _read_model(path: Path) -> Architecture:
    from architecture.codec import loads

    try:
        return loads(path.read_text(encoding="utf-8"))
    except CodecError as error:
        where = f"{path}: {error.where}" if error.where else str(path)
        raise CodecError(error.what, where=where, hint=error.hint or _MODEL) from error
    except UnicodeDecodeError as error:
        raise CodecError("the file is not UTF-8 text", where=str(path), hint=_MODEL) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(path)) from error


@contextmanager
def _stdout_to_stderr() -> Generator[None]:
    """Send what a script and the programs it starts print to standard error: standard output is the command's."""
    sys.stdout.flush()
    try:
        kept = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # a process without these streams
        kept = None
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        sys.stdout.flush()
        if kept is not None:
            os.dup2(kept, 1)
            os.close(kept)


class _TimeIsUp(BaseException):
    """Raised in the script; no `except Exception` of its own stops it."""


@contextmanager
def _deadline(seconds: float | None, source: Source) -> Generator[None]:
    if seconds is None or not has_timer():
        yield
        return
    late: list[ScriptError] = []

    def ring(_number: int, frame: FrameType | None) -> NoReturn:
        if late:
            _give_up(late[0])
        late.append(never_ends(source, seconds, _line(frame, source.path)))
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _GRACE)
    try:
        yield
    except BaseException:
        # Whatever came of the interruption on its way through the script and its reader, this is the reason.
        if late:
            raise late[0] from None
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _give_up(error: ScriptError) -> NoReturn:
    """End the process: the script swallows every exception. Nothing has been written yet."""
    sys.stderr.write(f"error: {error}\n")
    sys.stderr.flush()
    os._exit(2)


def _line(frame: FrameType | None, script: Path) -> int | None:
    name = str(script.resolve())
    while frame is not None:
        if os.path.realpath(frame.f_code.co_filename) == name:
            return frame.f_lineno
        frame = frame.f_back
    return None
