"""What you type: the words that scripts import, and the command.

    from desenho import Diagram, Flow, Text, deployed_as

Each is loaded when it is first asked for, so that a command which draws nothing does not wait for `diagrams`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from architecture.text import Text
    from desenho.deployed import deployed_as
    from desenho.diagram import Diagram
    from desenho.flow import Flow

__all__ = ["Diagram", "Flow", "Text", "deployed_as"]

_PLACES = {
    "Diagram": "desenho.diagram",
    "Flow": "desenho.flow",
    "Text": "architecture.text",
    "deployed_as": "desenho.deployed",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
