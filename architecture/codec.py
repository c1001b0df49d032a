"""An architecture as JSON and back: ordered, with a schema number, in all of its languages.

What has its default is left out. Words in several languages are an object, `{"pt": "Usuário", "en": "User"}`; a spec is
an object with its `type`. Reading is strict: what is unknown, missing or of a wrong type is an error that names the
place, such as `$.nodes[2].label`.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, Field, fields
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast, get_args

from architecture import spec
from architecture.errors import CodecError, ModelError
from architecture.model import Architecture, Arrow, Direction, Edge, Group, GroupKind, Node, Note
from architecture.pins import pin_of, pinned_box
from architecture.text import LANGS, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["SCHEMA", "dumps", "loads"]

SCHEMA: Final = 1
"""The number of the form that `dumps` writes. It grows when an older reader would misread what is written."""

T = TypeVar("T")


def dumps(architecture: Architecture) -> str:
    """Return an architecture as JSON: a line for each item, so that a difference is easy to read; LF at the end."""
    data = {"schema": SCHEMA, **_object(architecture)}
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {_member(value)}" for name, value in data.items()) + "\n}\n"


def loads(text: str) -> Architecture:
    """Read an architecture. Raises CodecError, whose `where` is the place in the JSON."""
    try:
        data = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise CodecError(f"this is not JSON: {error.msg}", where=f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise CodecError("this JSON is nested too deep for a model") from None
    return _architecture(data, "$")


def _member(value: Any) -> str:
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    items = (json.dumps(item, ensure_ascii=False) for item in cast("list[Any]", value))
    return "[\n" + ",\n".join(f"  {item}" for item in items) + "\n ]"


def _object(thing: Architecture | Node | Group | Edge | Note) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        usual = _default(field)
        if value != usual or type(value) is not type(usual):
            written[field.name] = _value(value)
    return written


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _value(value: Any) -> Any:
    match value:
        case Text():
            return dict(value.translations)
        case GroupKind():
            return value.value
        case spec.Spec():
            return {"type": type(value).__name__.lower(), **spec.properties(value)}
        case Node() | Group() | Edge() | Note():
            return _object(value)
        case tuple():
            return [_value(item) for item in cast("tuple[Any, ...]", value)]
        case dict():
            return dict(cast("dict[str, str]", value))
        case _:
            return value


class _Pairs(list[tuple[str, Any]]):
    """An object of the JSON, as its pairs: a name that is there twice is still seen."""


class _Object:
    """An object that is being read: what is taken from it, and at the end whether something is left."""

    def __init__(self, value: Any, place: str) -> None:
        if not isinstance(value, _Pairs):
            _refuse(f"an object is wanted, not {_shown(value)}", place)
        self.place = place
        self._left: dict[str, Any] = {}
        for name, member in value:
            if name in self._left:
                _refuse(f"{name!r} is there twice", place)
            self._left[name] = member

    def need(self, name: str, read: Callable[[Any, str], T]) -> T:
        if name not in self._left:
            _refuse(f"{name!r} is missing", self.place)
        return read(self._left.pop(name), f"{self.place}.{name}")

    def take(self, name: str, read: Callable[[Any, str], T], usual: T) -> T:
        return self.need(name, read) if name in self._left else usual

    def rest(self) -> dict[str, Any]:
        left, self._left = self._left, {}
        return left

    def end(self, known: Sequence[str]) -> None:
        if self._left:
            names = ", ".join(map(repr, self._left))
            _refuse(f"{names} means nothing here", self.place, hint=f"known: {', '.join(known)}")


def _architecture(value: Any, place: str) -> Architecture:
    read = _Object(value, place)
    schema = read.need("schema", _whole)
    if schema != SCHEMA:
        _refuse(f"schema {schema} is not known", place, hint=f"this version reads schema {SCHEMA}")
    parts: dict[str, Any] = {
        "filename": read.need("filename", _string),
        "title": read.take("title", _words, ""),
        "lang": read.take("lang", _one_of(LANGS), "en"),
        "direction": read.take("direction", _one_of(get_args(Direction)), "LR"),
        "nodes": read.take("nodes", _all(_node), ()),
        "groups": read.take("groups", _all(_group), ()),
        "edges": read.take("edges", _all(_edge), ()),
        "attrs": read.take("attrs", _strings, {}),
        "notes": read.take("notes", _all(_note), ()),
    }
    read.end(["schema", *parts])
    try:
        return Architecture(**parts)
    except ModelError as error:
        raise CodecError(error.what, where=place, hint=error.hint) from None


def _node(value: Any, place: str) -> Node:
    read = _Object(value, place)
    parts: dict[str, Any] = {
        "id": read.need("id", _string),
        "kind": read.need("kind", _string),
        "label": read.take("label", _words, ""),
        "parent": read.take("parent", _string, None),
        "icon": read.take("icon", _string, None),
        "attrs": read.take("attrs", _strings, {}),
        "spec": read.take("spec", _spec, None),
        "pin": read.take("pin", _pin(pin_of), None),
    }
    read.end(list(parts))
    return Node(**parts)


def _group(value: Any, place: str) -> Group:
    read = _Object(value, place)
    parts: dict[str, Any] = {
        "id": read.need("id", _string),
        "kind": GroupKind(read.take("kind", _one_of([k.value for k in GroupKind]), GroupKind.GENERIC.value)),
        "label": read.take("label", _words, ""),
        "parent": read.take("parent", _string, None),
        "direction": read.take("direction", _one_of(get_args(Direction)), None),
        "attrs": read.take("attrs", _strings, {}),
        "spec": read.take("spec", _spec, None),
        "pin": read.take("pin", _pin(pinned_box), None),
    }
    read.end(list(parts))
    return Group(**parts)


def _edge(value: Any, place: str) -> Edge:
    read = _Object(value, place)
    parts: dict[str, Any] = {
        "id": read.need("id", _string),
        "source": read.need("source", _string),
        "target": read.need("target", _string),
        "label": read.take("label", _words, ""),
        "arrow": read.take("arrow", _one_of(get_args(Arrow)), "forward"),
        "step": read.take("step", _whole, None),
        "ranked": read.take("ranked", _flag, True),
        "attrs": read.take("attrs", _strings, {}),
    }
    read.end(list(parts))
    return Edge(**parts)


def _note(value: Any, place: str) -> Note:
    read = _Object(value, place)
    parts: dict[str, Any] = {
        "code": read.need("code", _string),
        "text": read.need("text", _string),
        "where": read.take("where", _string, ""),
    }
    read.end(list(parts))
    return Note(**parts)


def _spec(value: Any, place: str) -> spec.Spec:
    read = _Object(value, place)
    kind = read.need("type", _string)
    try:
        return spec.make(kind, read.rest())
    except ModelError as error:
        where = f"{place}: {error.where}" if error.where else place
        raise CodecError(error.what, where=where, hint=error.hint) from None


def _pin(read: Callable[[object, str], T]) -> Callable[[Any, str], T]:
    def read_pin(value: Any, place: str) -> T:
        try:
            return read(value, place)
        except ModelError as error:
            raise CodecError(error.what, where=error.where, hint=error.hint) from None

    return read_pin


def _all(read: Callable[[Any, str], T]) -> Callable[[Any, str], tuple[T, ...]]:
    def read_all(value: Any, place: str) -> tuple[T, ...]:
        if not isinstance(value, list) or isinstance(value, _Pairs):
            _refuse(f"a list is wanted, not {_shown(value)}", place)
        return tuple(read(item, f"{place}[{i}]") for i, item in enumerate(cast("list[Any]", value)))

    return read_all


def _one_of(allowed: Sequence[str]) -> Callable[[Any, str], str]:
    def read_one(value: Any, place: str) -> str:
        if value not in allowed:
            _refuse(f"{_shown(value)} is not known", place, hint=f"known: {', '.join(allowed)}")
        return value

    return read_one


def _words(value: Any, place: str) -> str:
    if not isinstance(value, _Pairs):
        return _string(value, place)
    read = _Object(value, place)
    portuguese, english = read.need("pt", _string), read.take("en", _string, None)
    read.end(LANGS)
    return Text(portuguese, en=english)


def _strings(value: Any, place: str) -> Mapping[str, str]:
    return {name: _string(member, f"{place}.{name}") for name, member in _Object(value, place).rest().items()}


def _string(value: Any, place: str) -> str:
    return value if isinstance(value, str) else _refuse(f"a string is wanted, not {_shown(value)}", place)


def _whole(value: Any, place: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _refuse(f"a whole number is wanted, not {_shown(value)}", place)


def _flag(value: Any, place: str) -> bool:
    return value if isinstance(value, bool) else _refuse(f"true or false is wanted, not {_shown(value)}", place)


def _shown(value: Any) -> str:
    match value:
        case _Pairs():
            return "an object"
        case list():
            return "a list"
        case None:
            return "null"
        case _:
            shown = json.dumps(value, ensure_ascii=False)
            return shown if len(shown) <= 40 else f"{shown[:37]}..."


def _refuse(what: str, place: str, *, hint: str = "") -> NoReturn:
    raise CodecError(what, where=place, hint=hint)
