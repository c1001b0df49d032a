"""What to do about an exception that a script of the `diagrams` library raised, where its own words do not say it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["hint"]

_OPERATOR: Final = re.compile(r"unsupported operand type\(s\) for (?:>>|<<|-): 'list' and 'list'")
_NO_NODE: Final = re.compile(r"'(\w+)' object has no attribute 'forward'")
_LACKS: Final = re.compile(r"cannot import name '(\w+)'")
_NAME: Final = re.compile(r"^(?:class (\w+)\(|(\w+) = \w+$)", re.MULTILINE)


def hint(error: BaseException) -> str:
    """Return what to do about an exception, empty where its own words have to do."""
    said = str(error)
    match error:
        case ModuleNotFoundError(name=str(name)) if name.startswith("diagrams."):
            return _nearest(name, sorted(_modules()))
        case ImportError(name=str(name)) if (found := _LACKS.match(said)) and name.startswith("diagrams."):
            return _elsewhere(name, found[1])
        case OSError() if said.startswith("Global diagrams context"):
            return "nodes, groups and lines stand inside a `with Diagram(...):` block"
        case TypeError() if _OPERATOR.match(said):
            return "two lists are not joined: loop over one of them; a `-` comes before `>>`: give it its own line"
        case TypeError() if said == "'Cluster' object is not iterable":
            return "no line begins at a cluster: begin it at a node inside it"
        case AttributeError() if found := _NO_NODE.match(said):
            return f"a line joins nodes and lists of nodes, and this is a {found[1]}"
        case _:
            return ""


def _nearest(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=3)
    return f"did you mean {' or '.join(near)}?" if near else ""


def _elsewhere(module: str, name: str) -> str:
    """Say where the library has a class, or what is called much like it in the module."""
    modules = _modules()
    places = sorted(other for other, path in modules.items() if name in _names(path))
    provider = ".".join(module.split(".")[:2]) + "."
    if places:
        near = [place for place in places if place.startswith(provider)] or places
        return f"the library has {name} in {', '.join(near)}"
    return _nearest(name, sorted(_names(modules[module]))) if module in modules else ""


def _modules() -> dict[str, Path]:
    """Return the files of the library by the names that they are imported by."""
    spec = find_spec("diagrams")
    files = (
        (Path(root), path)
        for root in (spec and spec.submodule_search_locations) or ()
        for path in Path(root).rglob("*.py")
    )
    return {".".join(("diagrams", *_parts(path.relative_to(root)))): path for root, path in files}


def _parts(path: Path) -> Iterator[str]:
    yield from path.parent.parts
    if path.stem != "__init__":
        yield path.stem


def _names(path: Path) -> set[str]:
    """Return the classes of a module, and what else they are called."""
    found = _NAME.findall(path.read_text(encoding="utf-8"))
    return {name for pair in found for name in pair if name and not name.startswith("_")}
