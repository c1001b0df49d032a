"""The diagrams that layouts are measured on: the scripts of tests/cases, as sketches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.capture import capture
from export.measure import measured

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from export.layout.sketch import Sketch

__all__ = ["sketches"]

CASES: Final = Path(__file__).parent.parent / "tests" / "cases"


def sketches(names: Collection[str] = ()) -> Iterator[tuple[str, Sketch]]:
    """Yield the name and the sketch of each diagram, or of those named."""
    for script in sorted(CASES.glob("*.py")):
        if not names or script.stem in names:
            for architecture in capture(script):
                yield script.stem, measured(architecture, architecture.lang, "native").sketch()
