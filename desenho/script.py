"""An architecture as the script that draws it: what a person would write, and what capture reads back the same."""

from __future__ import annotations

import json
import keyword
import re
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import ModelError
from architecture.model import Group, GroupKind, Node
from architecture.pins import INCH
from architecture.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture, Edge, Item

__all__ = ["script"]

_TYPED: Final = {
    "aws.compute.EC2": "EC2",
    "aws.compute.Lambda": "Lambda",
    "aws.general.User": "User",
    "aws.integration.SimpleQueueServiceSqs": "SQS",
    "aws.network.APIGateway": "APIGateway",
    "aws.network.CloudFront": "CloudFront",
    "aws.storage.ElasticBlockStoreEBS": "EBS",
    "aws.storage.SimpleStorageServiceS3": "S3",
}
"""The nodes that `desenho.aws` has of its own, by the class of the library."""
_BARE: Final = "Node"
"""The library's own node, a box with words in it."""
_FROM_AWS: Final = "desenho.aws"


def script(architecture: Architecture, about: str = "") -> str:
    """Return a Python script that draws the architecture; `about` is its docstring.

    Raises ModelError for what a script cannot say without files of its own: pictures of one's own, C4 boxes.
    """
    return _Script(architecture).text(about)


class _Script:
    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture
        self._imports: dict[str, set[str]] = {"desenho": {"Diagram"}}
        self._names: dict[str, str] = {}
        for item in (*architecture.groups, *architecture.nodes):
            self._names[item.id] = _free(_identifier(item.id), set(self._names.values()))

    def text(self, about: str) -> str:
        body = [*self._block(None, 1), "", *(f"    {line}" for line in self._lines())]
        head = f"with Diagram({self._words(self._architecture.title)}, filename={_quoted(self._architecture.filename)}"
        if self._architecture.direction != "LR":
            head += f", direction={_quoted(self._architecture.direction)}"
        if self._architecture.lang != ("pt" if "Text" in self._imports["desenho"] else "en"):
            head += f", lang={_quoted(self._architecture.lang)}"
        if self._architecture.attrs:
            head += f", graph_attr={dict(self._architecture.attrs)!r}"
        imports = [
            f"from {module} import {', '.join(sorted(self._imports[module], key=_as_sorted))}"
            for module in sorted(self._imports)
        ]
        ours = [line for line in imports if line.startswith("from desenho")]
        theirs = [line for line in imports if line not in ours]
        docstring = [f'"""{about}"""', ""] if about else []
        return "\n".join([*docstring, *theirs, *([""] if theirs else []), *ours, "", f"{head}):", *body]) + "\n"

    def _block(self, parent: str | None, depth: int) -> Iterator[str]:
        """Yield what stands in a group, in the order in which the model has its nodes."""
        indent = "    " * depth
        for item in sorted(self._architecture.children(parent), key=lambda item: self._place(item.id)):
            if isinstance(item, Node):
                yield f"{indent}{self._names[item.id]} = {self._node(item)}"
            else:
                yield f"{indent}with {self._group(item)} as {self._names[item.id]}:"
                within = list(self._block(item.id, depth + 1))
                yield from within or [f"{indent}    pass"]

    def _place(self, item: str) -> int:
        """Return which node it is in the model, for a group the first node in it; an empty group comes last."""
        nodes = self._architecture.nodes
        inside = (
            n for n, node in enumerate(nodes) if item in {node.id, *(g.id for g in self._architecture.path(node.id))}
        )
        return next(inside, len(nodes))

    def _node(self, node: Node) -> str:
        module, _, name = node.kind.rpartition(".")
        if node.kind != _BARE and module.split(".")[0] in {"", "c4", "custom"}:
            raise ModelError(
                f"{node.id} is drawn by {node.kind or 'no class'}, which a script cannot be written for",
                where=self._architecture.name,
                hint="use the script that it came from",
            )
        typed = _TYPED.get(node.kind) if node.spec else None
        options = self._options(node)
        if typed:
            self._use(_FROM_AWS, typed)
            named = self._named(node, "id")
            attrs = [f"attrs={dict(node.attrs)!r}"] if node.attrs else []
            return f"{typed}({', '.join([self._words(node.label), *named, *options, *attrs])})"
        package = f"diagrams.{module}" if module else "diagrams"
        name = _short(package, name)
        self._use(package, name)
        attrs = dict(node.attrs)
        if node.pin:
            attrs["pos"] = f"{node.pin.x / INCH},{-node.pin.y / INCH}!"
        extras = [f"{key}={_quoted(value)}" for key, value in attrs.items()]
        return f"{name}({', '.join([self._words(node.label), *self._named(node, 'nodeid'), *extras])})"

    def _group(self, group: Group) -> str:
        name = _class_of(group.kind)
        self._use(_FROM_AWS, name)
        options = [*self._named(group, "id"), *self._options(group)]
        if group.direction:
            options.append(f"direction={_quoted(group.direction)}")
        if group.attrs:
            options.append(f"attrs={dict(group.attrs)!r}")
        return f"{name}({', '.join([self._words(group.label), *options])})"

    def _named(self, item: Item, option: str) -> list[str]:
        return [] if self._names[item.id] == item.id else [f"{option}={_quoted(item.id)}"]

    def _options(self, item: Item) -> list[str]:
        """Return the deploy properties that are not as they would be anyway, and the pin."""
        from architecture.spec import properties

        given = {} if item.spec is None else properties(item.spec)
        options = [f"{k}={_literal(v)}" for k, v in given.items() if not (k == "name" and v == str(item.label))]
        if item.pin is not None:
            options.append(f"pin={tuple(item.pin)!r}")
        return options

    def _lines(self) -> Iterator[str]:
        for edge in self._architecture.edges:
            operator = {"forward": ">>", "back": "<<", "none": "-", "both": ">>"}[edge.arrow]
            ends = self._names[edge.source], self._names[edge.target]
            line = self._line(edge)
            yield f"{ends[0]} {operator} {line} {operator} {ends[1]}" if line else f"{ends[0]} {operator} {ends[1]}"

    def _line(self, edge: Edge) -> str:
        attrs = {**edge.attrs, **({} if edge.ranked or edge.arrow == "none" else {"constraint": "false"})}
        words = self._words(edge.label) if edge.label else ""
        if edge.step is not None and edge.arrow != "both":
            self._use("desenho", "Flow")
            more = [f"{name}={_quoted(attrs.pop(name))}" for name in ("color", "style") if name in attrs]
            more += [f"attrs={attrs!r}"] if attrs else []
            return f"Flow({', '.join([str(edge.step), *([words] if words else []), *more])})"
        both = ["forward=True, reverse=True"] if edge.arrow == "both" else []
        if not (words or attrs or both):
            return ""
        self._use("diagrams", "Edge")
        extras = [f"{key}={_quoted(value)}" for key, value in attrs.items()]
        return f"Edge({', '.join([*both, *([f'label={words}'] if words else []), *extras])})"

    def _words(self, words: str) -> str:
        if not isinstance(words, Text):
            return _quoted(words)
        self._use("desenho", "Text")
        english = words.translations.get("en")
        more = "" if english is None else f", en={_quoted(english)}"
        return f"Text({_quoted(str(words))}{more})"

    def _use(self, module: str, name: str) -> None:
        self._imports.setdefault(module, set()).add(name)


def _short(module: str, name: str) -> str:
    """Return the shortest name that the library has for a class: `SNS` is `SimpleNotificationServiceSns`."""
    from importlib import import_module

    known = vars(import_module(module))
    return min((other for other, thing in known.items() if thing is known.get(name)), key=len, default=name)


def _class_of(kind: GroupKind) -> str:
    from desenho import aws

    for name in aws.__all__:
        thing: Any = getattr(aws, name)
        if getattr(thing, "kind", None) is kind and thing.__name__ == name:
            return name
    raise ModelError(f"there is no group for {kind}")


def _as_sorted(name: str) -> tuple[bool, str]:
    """Order names as import sorters do: those in capitals first."""
    return not name.isupper(), name


def _identifier(words: str) -> str:
    name = re.sub(r"\W+", "_", words).strip("_") or "item"
    return f"_{name}" if name[0].isdigit() or keyword.iskeyword(name) else name


def _free(name: str, taken: set[str]) -> str:
    number = 2
    fresh = name
    while fresh in taken:
        fresh, number = f"{name}_{number}", number + 1
    return fresh


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _literal(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return repr(tuple(cast("list[object]", value)) if isinstance(value, list) else value)
