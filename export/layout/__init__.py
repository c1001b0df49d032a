"""Where everything stands: a layout is a function from a Sketch to a Placement."""

from __future__ import annotations

from export.layout.answer import answer
from export.layout.boxes import plan
from export.layout.judge import best
from export.layout.large import shelved
from export.layout.search import candidates
from export.layout.sketch import Layout, Placement, Route, Size, Sketch

__all__ = ["Layout", "Placement", "Route", "Size", "Sketch", "layered"]

LARGE = 250  # nodes, from which on nothing is searched for


def layered(sketch: Sketch) -> Placement:
    """Place a diagram."""
    numbered = plan(sketch)
    if len(sketch.nodes) >= LARGE:
        return shelved(numbered)
    laid = best(numbered, [found.layering for found in candidates(numbered)])
    return answer(numbered, laid.places.centres, laid.places.frames, laid.corners, laid.labels)
