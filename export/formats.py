"""The formats by name: a file's ending, and the function that writes a drawing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from export.drawing import Drawing

__all__ = ["FORMATS", "Format"]


class Format(NamedTuple):
    """How a drawing is written: the ending of the file's name with its dot, and a pure function to its bytes."""

    suffix: str
    write: Callable[[Drawing], bytes]


def _writer(name: str) -> Callable[[Drawing], bytes]:
    def write(drawing: Drawing) -> bytes:
        # Imported when it is asked for: a .drawio needs no rasteriser, a picture no drawpyo.
        return import_module(f"export.{name}").write(drawing)

    return write


def _model(drawing: Drawing) -> bytes:
    return drawing.model.encode()


FORMATS: Final[dict[str, Format]] = {
    "png": Format(".png", _writer("png")),
    "svg": Format(".svg", _writer("svg")),
    "drawio": Format(".drawio", _writer("drawio")),
    "dot": Format(".dot", _writer("dot")),
    "json": Format(".json", _model),
}
