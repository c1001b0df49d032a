"""What Graphviz attributes of a script ask for in a drawing: colours of groups, strokes of lines, links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from export.colours import hex_colour

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

__all__ = ["dash", "ground_and_border", "link", "thickness"]

# How thick a line is drawn without the script's word, in bold, and at the thinnest and thickest, px.
THICKNESS, BOLD, THIN, THICK = 1.5, 2.5, 1.0, 4.0
_SCHEME: Final = re.compile(r"([^/?#]*?):")
_SCHEMES: Final = frozenset({"http", "https", "mailto"})


def dash(attrs: Mapping[str, str]) -> Literal["solid", "dashed", "dotted"]:
    """Return how the line of an edge is broken."""
    style = attrs.get("style", "")
    return "dashed" if "dashed" in style else "dotted" if "dotted" in style else "solid"


def thickness(attrs: Mapping[str, str]) -> float:
    """Return how thick the line of an edge is, px."""
    if "bold" in attrs.get("style", ""):
        return BOLD
    try:
        asked = float(attrs.get("penwidth", ""))
    except ValueError:
        return THICKNESS
    return min(max(THICKNESS * asked, THIN), THICK)


def ground_and_border(attrs: Mapping[str, str]) -> dict[str, str]:
    """Return the `fill` and the `stroke` of a cluster, as Graphviz takes them; one that is not said is left out.

    Facts: https://graphviz.org/docs/attrs/fillcolor/ and https://graphviz.org/docs/attrs/pencolor/.
    """
    grounds = ("fillcolor", "color", "bgcolor") if "filled" in attrs.get("style", "") else ("bgcolor",)
    said = {
        "fill": next((attrs[name] for name in grounds if name in attrs), ""),
        "stroke": attrs.get("pencolor", attrs.get("color", "")),
    }
    return {part: colour for part, words in said.items() if (colour := hex_colour(words))}


def link(attrs: Mapping[str, str]) -> str:
    """Return the address that a script gives a thing, as Graphviz does; one that would run a program is none."""
    address = (attrs.get("URL") or attrs.get("href") or "").strip()
    scheme = _SCHEME.match(address)
    return address if scheme is None or scheme[1].lower() in _SCHEMES else ""
