"""Where everything stands: a layout is a function from a Sketch to a Placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from export.layout.answer import answer
from export.layout.boxes import plan
from export.layout.coordinates import place
from export.layout.judge import best, finished
from export.layout.large import on_shelves, shelved
from export.layout.lines import lay
from export.layout.pins import arranged_round, is_pinned, off_grid
from export.layout.search import candidates, likeliest
from export.layout.sketch import Layout, Placement, Route, Size, Sketch

if TYPE_CHECKING:
    from export.layout.boxes import Plan

__all__ = ["Layout", "Placement", "Route", "Size", "Sketch", "layered"]

LARGE = 110  # nodes, from which on nothing is searched for


def layered(sketch: Sketch) -> Placement:
    """Place a diagram."""
    numbered = plan(sketch)
    if is_pinned(numbered):
        return _round_pins(numbered)
    if len(sketch.nodes) >= LARGE:
        return shelved(numbered)
    laid = best(numbered, (found.layering for found in candidates(numbered)))
    if laid is None:
        return shelved(numbered)
    return answer(numbered, laid.places.centres, laid.places.frames, laid.corners, laid.labels)


def _round_pins(numbered: Plan) -> Placement:
    origin = off_grid(numbered)
    if len(numbered.sketch.nodes) >= LARGE:
        places = arranged_round(numbered, on_shelves(numbered), origin)
        laid = lay(numbered, numbered.base, places)
    else:
        layering = likeliest(numbered).layering
        places = arranged_round(numbered, place(numbered, layering, {}), origin)
        laid = lay(numbered, layering.flows, places)
        finished(laid)
    return answer(numbered, places.centres, places.frames, laid.corners, laid.labels, origin)
