"""Where things stand in the diagram, in words: what a line of progress says beside a resource's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from architecture.text import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.model import Architecture, Item
    from deploy.template import Template

__all__ = ["places", "places_of"]


def places(architecture: Architecture) -> dict[str, str]:
    """Return the place of each item and line by its id, in English: `Amazon S3 in AWS Cloud > sa-east-1`."""

    def name(item: Item) -> str:
        return translate(item.label, "en").replace("\n", " ") or item.id

    found: dict[str, str] = {}
    for item in architecture.items.values():
        round_it = " > ".join(name(g) for g in architecture.path(item.id))
        found[item.id] = f"{name(item)} in {round_it}" if round_it else name(item)
    for edge in architecture.edges:
        ends = f"{name(architecture.items[edge.source])} to {name(architecture.items[edge.target])}"
        found[edge.id] = f"step {edge.step}, {ends}" if edge.step is not None else ends
    return found


def places_of(template: Template) -> dict[str, str]:
    """Return the words of each item by its id, in English, as a deployed template remembers them."""
    ours = cast("Mapping[str, Mapping[str, object]]", template.get("Metadata") or {}).get("desenho") or {}
    words = cast("Mapping[str, str | Mapping[str, str]]", ours.get("words") or {})
    told = {
        item: said if isinstance(said, str) else said.get("en") or next(iter(said.values()), "")
        for item, said in words.items()
    }
    return {item: said.replace("\n", " ") for item, said in told.items()}
