"""The diagram of the script API: it draws itself without Graphviz when its script is run."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

import diagrams

from architecture.identity import Sites
from architecture.recording import recording, running
from desenho.closed import closed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from architecture.model import Architecture, Direction
    from architecture.text import Lang

__all__ = ["Diagram"]


class Diagram(diagrams.Diagram):
    """A diagram of the library that writes PNG, SVG and .drawio where its `with` block ends.

    The files and their bytes are those of `desenho export`, at `filename` below the working directory. Where a script
    is being exported the diagram only records.

    `lang` is its own language: Portuguese where a `Text` is used, else English. `outformat` names the formats to write.
    `show` opens the picture in the browser. `curvestyle` and the three `_attr` are the library's.
    """

    @closed
    def __init__(
        self,
        name: str = "",
        filename: str = "",
        direction: Direction = "LR",
        *,
        lang: Lang | None = None,
        outformat: str | Sequence[str] = ("png", "svg", "drawio"),
        show: bool = False,
        autolabel: bool = False,
        strict: bool = False,
        curvestyle: str = "ortho",
        graph_attr: Mapping[str, str] | None = None,
        node_attr: Mapping[str, str] | None = None,
        edge_attr: Mapping[str, str] | None = None,
    ) -> None:
        """Make a diagram with its title. Without `filename` the title makes it."""
        super().__init__(
            name,
            filename=filename,
            direction=direction,
            curvestyle=curvestyle,
            autolabel=autolabel,
            show=show,
            strict=strict,
            graph_attr=dict(graph_attr or {}),
            node_attr=dict(node_attr or {}),
            edge_attr=dict(edge_attr or {}),
        )
        self.lang = lang
        self._formats = (outformat,) if isinstance(outformat, str) else tuple(outformat)
        self._own: ExitStack | None = None
        self._drawn: Architecture | None = None

    def __enter__(self) -> Self:
        """Begin the diagram, and a recording of it where none is under way."""
        if running() is None:
            with ExitStack() as stack:
                stack.enter_context(recording(*_script()))
                self._own = stack.pop_all()
        super().__enter__()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End the diagram and write its files; after an error in the block nothing is written.

        Raises DesenhoError.
        """
        record = running()
        own, self._own = self._own, None
        with own or ExitStack():
            super().__exit__(exc_type, exc_value, traceback)
        if own is not None and record is not None and exc_type is None:
            self._drawn = record.done[-1]
            self.render()

    def render(self) -> None:
        """Write the files of a finished diagram. Raises DesenhoError."""
        if running() is not None or self._drawn is None:
            super().render()
            return
        from desenho.console import Console
        from desenho.edited import keep_edited
        from desenho.files import write_all
        from desenho.render import render

        rendering = render(self._drawn, formats=self._formats)
        given = Path(self.filename)
        # A path out of the output folder stays out of the model, so it is known here only.
        folder = given.parent if given.is_absolute() or ".." in given.parts else Path()
        files = {folder / file.path: file.data for file in rendering.files}
        keep_edited(files)
        write_all(files)
        for note in rendering.notes:
            if note.code != "filename-outside":  # the folder is kept here
                Console().note(str(note))
        if self.show:
            import webbrowser

            webbrowser.open(next(iter(files)).resolve().as_uri())

    def _repr_png_(self) -> bytes | None:  # pyright: ignore[reportIncompatibleMethodOverride] - None shows nothing
        """Show a finished diagram in a notebook."""
        from desenho.render import render

        return render(self._drawn, formats=("png",)).files[0].data if self._drawn else None


def _script() -> tuple[Sites | None, Path]:
    """Return the calls of the script that Python runs (None at a prompt), and the folder that it stands in."""
    name = getattr(sys.modules["__main__"], "__file__", None)
    if name is None:
        return None, Path.cwd()
    path = Path(name).absolute()
    try:
        return Sites(str(path), path.read_bytes()), path.parent
    except (OSError, SyntaxError, ValueError):  # a program that is no Python file, such as a zip archive
        return None, Path.cwd()
