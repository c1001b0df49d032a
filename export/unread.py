"""What a script asks of colours, strokes and shapes in words that mean nothing here, so that it is drawn as usual."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind, Note
from export.colours import hex_colour
from export.measure import SHAPES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from architecture.model import Architecture

__all__ = ["unread"]

_NO_COLOUR: Final = frozenset({"", "none", "transparent"})
_STROKES: Final = frozenset({"", "bold", "dashed", "dotted", "invis", "solid"})


def unread(architecture: Architecture, boxes: Collection[str]) -> Iterator[Note]:
    """Yield a note for each value that means nothing, on all that have it; `boxes` are the nodes without a picture."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for node in architecture.nodes:
        if node.attrs:
            in_box = (*_colours(node.attrs, ("color", "fillcolor")), *_shape(node.attrs)) if node.id in boxes else ()
            for value in (*_colours(node.attrs, ("fontcolor",)), *in_box):
                found[value].append(node.id)
    for group in architecture.groups:
        if group.attrs and group.kind == GroupKind.GENERIC:
            for value in _colours(group.attrs, ("bgcolor", "color", "fillcolor", "pencolor")):
                found[value].append(group.id)
    for edge in architecture.edges:
        if edge.attrs:
            for value in (*_colours(edge.attrs, ("color", "fontcolor")), *_stroke(edge.attrs)):
                found[value].append(edge.id)
    for value, ids in found.items():
        yield Note(code="unread-style", where=", ".join(ids), text=f"{value} is not known here: drawn as usual")


def _colours(attrs: Mapping[str, str], names: Collection[str]) -> Iterator[str]:
    for name in names:
        value = attrs.get(name, "")
        if value.lower() not in _NO_COLOUR and hex_colour(value) is None:
            yield f"{name}={value!r}"


def _shape(attrs: Mapping[str, str]) -> Iterator[str]:
    if (value := attrs.get("shape", "box")) not in SHAPES:
        yield f"shape={value!r}"


def _stroke(attrs: Mapping[str, str]) -> Iterator[str]:
    style = attrs.get("style", "")
    if any(word.strip() not in _STROKES for word in style.split(",")):
        yield f"style={style!r}"
    try:
        float(attrs.get("penwidth", "1"))
    except ValueError:
        yield f"penwidth={attrs['penwidth']!r}"
