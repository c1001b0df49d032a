"""A script of the `diagrams` library, run as it is: `capture(script)` returns the architectures that it draws.

The script is code and is run, as `python script.py` would run it. Nothing is rendered, no file is written, no viewer is
opened and no Graphviz is needed.
"""

from __future__ import annotations

import contextvars
import os
import runpy
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from architecture.errors import DesenhoError, ScriptError
from architecture.identity import Sites
from architecture.recording import recording

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType

    from architecture.model import Architecture

__all__ = ["capture"]


def capture(script: Path, *, args: Sequence[str] = ()) -> list[Architecture]:
    """Run a script with its arguments and return its diagrams, in the order in which they are done.

    Working directory, environment, arguments and import path are afterwards what they were. What stops the script from
    outside (an interruption, a timer's exception) passes through.

    Raises ScriptError, which shows the script's own lines only, if it is missing, is not Python, raises, calls
    `sys.exit` or draws nothing.
    """
    path = Path(os.path.abspath(script))  # noqa: PTH100 - resolve() would follow links, and Python does not
    try:
        source = path.read_bytes()
        sites = Sites(str(path), source)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ScriptError(f"the script cannot be read: {reason}", where=str(script)) from None
    except (SyntaxError, ValueError) as error:
        raise _not_python(error, script) from None
    with recording(sites, path.parent) as record, _like_python(path, args):
        try:
            # A context of its own: what the library keeps of an unfinished diagram ends with the script.
            contextvars.copy_context().run(runpy.run_path, str(path), run_name="__main__")
            record.finish_all()
        except SystemExit as error:
            raise _raised(f"the script calls sys.exit({error.code!r})", error, path, script) from None
        except DesenhoError as error:
            where = _place(error.__traceback__, path, script)
            raise type(error)(
                error.what, where=f"{where}: {error.where}" if error.where else where, hint=error.hint
            ) from None
        except Exception as error:  # noqa: BLE001 - whatever a script raises is the script's
            raise _raised(f"{type(error).__name__}: {error}", error, path, script) from None
    if not record.done:
        raise ScriptError("the script draws nothing", where=str(script), hint="it needs a `with Diagram(...):` block")
    return record.done


@contextmanager
def _like_python(script: Path, args: Sequence[str]) -> Generator[None]:
    """Give a script the process that Python would give it, and put all of it back."""
    cwd, environ, argv, path, modules = Path.cwd(), dict(os.environ), sys.argv, sys.path, set(sys.modules)
    sys.argv = [str(script), *args]
    sys.path = [str(script.parent), *path]
    try:
        yield
    finally:
        sys.argv, sys.path = argv, path
        os.chdir(cwd)
        if dict(os.environ) != environ:
            os.environ.clear()
            os.environ.update(environ)
        # A folder that was on the path before has modules of the process in it.
        if script.parent not in {Path(entry).absolute() for entry in path}:
            _forget_neighbours(script.parent, modules)


def _forget_neighbours(folder: Path, before: set[str]) -> None:
    """Drop the modules that the script imported from its own folder: the next script has neighbours of its own."""
    new = {name: sys.modules.get(name.partition(".")[0]) for name in set(sys.modules) - before}
    for name, top in new.items():  # the top of each is looked up before any of them goes
        places = [getattr(top, "__file__", None), *getattr(top, "__path__", ())]
        if any(place and Path(place).parent == folder for place in places):
            del sys.modules[name]


def _not_python(error: SyntaxError | ValueError, script: Path) -> ScriptError:
    if not isinstance(error, SyntaxError) or not error.lineno:
        return ScriptError(f"the script is not Python: {error}", where=str(script))
    line = (error.text or "").strip()
    return ScriptError(f"the script is not Python: {error.msg}\n    {line}", where=f"{script}:{error.lineno}")


def _raised(what: str, error: BaseException, path: Path, script: Path) -> ScriptError:
    from traceback import extract_tb

    from architecture.hints import hint

    frames = [f for f in extract_tb(error.__traceback__) if f.filename == str(path)]
    lines = [f"  {script}:{f.lineno}, in {f.name}\n    {f.line}" for f in frames]
    return ScriptError("\n".join([what, *lines]), where=_place(error.__traceback__, path, script), hint=hint(error))


def _place(trace: TracebackType | None, path: Path, script: Path) -> str:
    """Return the innermost line of the script that a traceback passes, as `script:line`."""
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f"{script}:{line}" if line else str(script)
