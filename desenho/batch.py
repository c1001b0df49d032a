"""Sources drawn as one batch: all of their files, or an error and none."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.errors import DesenhoError, OutputError, ScriptError
from desenho import installed, sources
from desenho.files import contents
from desenho.render import DEFAULT_FORMATS, made_with, render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from architecture.model import Note
    from architecture.text import Lang
    from desenho.render import File
    from desenho.sources import Source
    from export.drawing import Icons

__all__ = [
    "DEFAULT_FOLDER",
    "DEFAULT_SECONDS",
    "Batch",
    "BatchError",
    "Drawn",
    "Request",
    "draw",
    "draw_all",
]

DEFAULT_FOLDER: Final = Path("out")
DEFAULT_SECONDS: Final = 60.0


class BatchError(DesenhoError):
    """Several sources failed, each with its own error."""

    def __init__(self, errors: Sequence[DesenhoError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


class Request(NamedTuple):
    """What is asked for, for every source.

    `folder` None is `out/` and below it the folders in the diagrams' own filenames, which are left out otherwise.
    `icons` None is what the files in the folder were made with (`as_before`), or draw.io's own if they are installed.
    `models` asks for the models as well. A script may run for `seconds`.
    """

    folder: Path | None = None
    formats: tuple[str, ...] = DEFAULT_FORMATS
    langs: tuple[Lang, ...] = ()
    icons: Icons | None = None
    as_before: bool = False
    models: bool = False
    seconds: float = DEFAULT_SECONDS

    def place(self, path: str) -> Path:
        """Return where a file goes, from its path below the output folder."""
        return (self.folder or DEFAULT_FOLDER) / path

    def icons_for(self, path: str) -> Icons | None:
        """Return the icons to draw a file with."""
        before = contents(self.place(path)) if self.as_before and self.icons is None else None
        return self.icons if before is None else made_with(before)


class Drawn(NamedTuple):
    """What one source became. A note stands with the name of its diagram, a model is JSON."""

    source: Source
    files: tuple[File, ...]
    notes: tuple[tuple[str, Note], ...]
    models: tuple[str, ...]


class Batch(NamedTuple):
    """What all sources became; files by the place they go to."""

    files: Mapping[Path, File]
    notes: tuple[tuple[str, Note], ...]
    models: tuple[str, ...]


def draw_all(wanted: Sequence[Source], request: Request, *, done: Callable[[int], None] = lambda _count: None) -> Batch:
    """Draw all sources: one in this process, several in processes of their own, side by side.

    `done` is told how many are done whenever one is.

    Raises DesenhoError: that of the source that failed, BatchError if several failed, OutputError if two diagrams would
    be one file.
    """
    if len(wanted) == 1 and sources.has_timer():
        drawn = [draw(wanted[0], request)]
    else:
        drawn = _side_by_side(wanted, request, done)
    return Batch(
        files=_places(drawn, request),
        notes=tuple(dict.fromkeys(note for item in drawn for note in item.notes)),
        models=tuple(model for item in drawn for model in item.models),
    )


def draw(source: Source, request: Request, read: Callable[[], None] = lambda: None) -> Drawn:
    """Read one source and draw what is in it; `read` is called when it has been read."""
    architectures = sources.read(source, seconds=request.seconds)
    read()
    files: list[File] = []
    notes: list[tuple[str, Note]] = []
    for architecture in architectures:
        rendering = render(
            architecture,
            formats=request.formats,
            langs=request.langs,
            icons=request.icons_for,
            flat=request.folder is not None,
        )
        files += rendering.files
        notes += ((architecture.name, note) for note in rendering.notes)
    models: tuple[str, ...] = ()
    if request.models:
        from architecture.codec import dumps

        models = tuple(dumps(architecture) for architecture in architectures)
    return Drawn(source, tuple(files), tuple(notes), models)


def _side_by_side(wanted: Sequence[Source], request: Request, done: Callable[[int], None]) -> list[Drawn]:
    from desenho.workers import CrashError, run_each

    if sys.platform == "linux":
        # Imported once, before the processes are forked off, instead of once in each of them.
        import_module("architecture.capture")
        import_module("export.compose")
    # A script is interrupted by its own process's timer, which tells where it was; if that is of no use, from here.
    seconds = request.seconds + (1 if sources.has_timer() else 0)
    work = partial(_draw_in_child, request=request)
    drawn: list[Drawn] = []
    errors: list[DesenhoError] = []
    for source, outcome in zip(
        wanted, run_each(work, wanted, expected=DesenhoError, seconds=seconds, done=done), strict=True
    ):
        if isinstance(outcome, CrashError):
            raise outcome
        if isinstance(outcome, Exception):
            errors.append(_told(outcome, source, request.seconds))
        else:
            drawn.append(outcome)
    if errors:
        raise errors[0] if len(errors) == 1 else BatchError(errors)
    return drawn


def _draw_in_child(source: Source, read: Callable[[], None], *, request: Request) -> Drawn:
    try:
        return draw(source, request, read)
    except ModuleNotFoundError as error:
        raise (installed.told(error) or error) from error


def _told(outcome: Exception, source: Source, seconds: float) -> DesenhoError:
    from desenho.workers import EarlyEndError, TimedOutError

    if isinstance(outcome, DesenhoError):
        return outcome
    if isinstance(outcome, TimedOutError):
        return sources.never_ends(source, seconds)
    assert isinstance(outcome, EarlyEndError)
    return ScriptError(f"the script ended its own process, with code {outcome.args[0]}", where=str(source.path))


def _places(drawn: Sequence[Drawn], request: Request) -> dict[Path, File]:
    places: dict[Path, tuple[File, Source]] = {}
    for item in drawn:
        for file in item.files:
            place = request.place(file.path)
            before = places.setdefault(place, (file, item.source))
            same_diagram = before[1].path.resolve() == item.source.path.resolve() and before[0].data == file.data
            if before[0] is not file and not same_diagram:
                of = f"both of {item.source}" if before[1] == item.source else f"of {before[1]} and of {item.source}"
                raise OutputError(
                    f"two diagrams would be this one file: {of}",
                    where=place.as_posix(),
                    hint="give them different filenames, or export them to different folders with -o",
                )
    return {place: file for place, (file, _) in places.items()}
