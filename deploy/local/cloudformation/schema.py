"""Property tables: what a resource type takes, what kind each value has, and what a change of it means.

A table is strict. A property that it does not name is an error, never dropped, and a value of the wrong kind is an
error too. Values become canonical on the way (templates write `"80"` for 80 and `"true"` for true), so that two
spellings of one value never look like a change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.values import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "TAGS",
    "UNKNOWN",
    "Kind",
    "Props",
    "Record",
    "boolean",
    "document",
    "elements",
    "integer",
    "listing",
    "mapping",
    "number",
    "record",
    "same",
    "text",
]

Props = dict[str, Any]

UNKNOWN: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""Stands for a value that only applying can tell. Source: DescribeChangeSet in the API reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The kind of one value.

    `replace` says that a change makes a new resource; `needed` that the value must be there; `hidden` that no API
    tells the value again, so that it cannot be read back.
    """

    needed: bool = False
    replace: bool = False
    hidden: bool = False

    def take(self, value: Any, where: str) -> Any:
        """Return the canonical value. Raises ResourceError, which names the place."""
        raise NotImplementedError

    def normal(self, value: Any) -> Any:
        """Return a form in which equal values are equal, whatever order does not matter."""
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text(Kind):
    allowed: tuple[str, ...] = ()

    def take(self, value: Any, where: str) -> str:
        if isinstance(value, bool):
            value = str(value).lower()
        elif isinstance(value, int | float):
            value = str(value)
        if not isinstance(value, str):
            raise ResourceError(f"{where} must be a string, not {_name(value)}")
        if self.allowed and value not in self.allowed and UNKNOWN not in value:
            raise ResourceError(f"{where} is {value!r}; it is one of: {', '.join(self.allowed)}")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number(Kind):
    whole: bool = True

    def take(self, value: Any, where: str) -> int | float | str:
        if value == UNKNOWN:
            return value
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str):
                raise ValueError
            number = float(value)
        except ValueError:
            raise ResourceError(f"{where} must be a number, not {value!r}") from None
        if number.is_integer():
            return int(number)
        if self.whole:
            raise ResourceError(f"{where} must be a whole number, not {value!r}")
        return number


@dataclass(frozen=True, slots=True, kw_only=True)
class _Boolean(Kind):
    def take(self, value: Any, where: str) -> bool | str:
        if isinstance(value, bool) or value == UNKNOWN:
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        raise ResourceError(f"{where} must be true or false, not {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document(Kind):
    """Any JSON, such as a policy; a string is read as JSON."""

    def take(self, value: Any, where: str) -> Any:
        if not isinstance(value, str) or value == UNKNOWN:
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ResourceError(f"{where} is not JSON") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _List(Kind):
    of: Kind
    ordered: bool = False

    def take(self, value: Any, where: str) -> list[Any] | str:
        if value == UNKNOWN:
            return value
        if not is_list(value):
            raise ResourceError(f"{where} must be a list, not {_name(value)}")
        return [self.of.take(v, f"{where}/{i}") for i, v in enumerate(value)]

    def normal(self, value: Any) -> Any:
        if not is_list(value):
            return value
        items = [self.of.normal(v) for v in value]
        return items if self.ordered else sorted(items, key=lambda v: json.dumps(v, sort_keys=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Map(Kind):
    of: Kind

    def take(self, value: Any, where: str) -> dict[str, Any] | str:
        if value == UNKNOWN:
            return value
        if not is_map(value):
            raise ResourceError(f"{where} must be a map, not {_name(value)}")
        return {str(k): self.of.take(v, f"{where}/{k}") for k, v in value.items()}

    def normal(self, value: Any) -> Any:
        return {k: self.of.normal(v) for k, v in value.items()} if is_map(value) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Kind):
    """A structure: the members it may have, each of its own kind."""

    members: Mapping[str, Kind] = field(default_factory=dict[str, Kind])

    def take(self, value: Any, where: str) -> Props:
        """Return the canonical members, in the order of the table. Raises ResourceError for an unknown one."""
        if not is_map(value):
            raise ResourceError(f"{where} must be a structure, not {_name(value)}")
        unknown = [k for k in value if k not in self.members]
        if unknown:
            names = ", ".join(f"{where}/{k}" for k in unknown)
            raise ResourceError(f"{names} is not supported by the local cloud; supported: {', '.join(self.members)}")
        missing = [k for k, kind in self.members.items() if kind.needed and k not in value]
        if missing:
            raise ResourceError(f"{', '.join(f'{where}/{k}' for k in missing)} is missing")
        return {k: kind.take(value[k], f"{where}/{k}") for k, kind in self.members.items() if k in value}

    def normal(self, value: Any) -> Any:
        """Return the members in the order of their names."""
        if not is_map(value):
            return value
        return {k: self.members[k].normal(v) if k in self.members else v for k, v in sorted(value.items())}

    def differences(self, before: Props, after: Props) -> Iterator[str]:
        """Yield the names of the members that differ, in the order of the table."""
        for name, kind in self.members.items():
            if not same(kind, before.get(name), after.get(name)):
                yield name


def same(kind: Kind, one: Any, other: Any) -> bool:
    """Tell whether two canonical values are equal where it matters."""
    return kind.normal(one) == kind.normal(other)


def text(*allowed: str, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of a string, one of `allowed` if any are given."""
    return _Text(allowed=allowed, needed=needed, replace=replace, hidden=hidden)


def integer(*, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of a whole number."""
    return _Number(needed=needed, replace=replace, hidden=hidden)


def number(*, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of a number."""
    return _Number(whole=False, needed=needed, replace=replace, hidden=hidden)


def boolean(*, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of true and false."""
    return _Boolean(needed=needed, replace=replace, hidden=hidden)


def document(*, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of any JSON, such as a policy."""
    return _Document(needed=needed, replace=replace, hidden=hidden)


def listing(
    of: Kind, *, ordered: bool = False, needed: bool = False, replace: bool = False, hidden: bool = False
) -> Kind:
    """Return the kind of a list; `ordered` where the order of its elements means something."""
    return _List(of=of, ordered=ordered, needed=needed, replace=replace, hidden=hidden)


def mapping(of: Kind, *, needed: bool = False, replace: bool = False, hidden: bool = False) -> Kind:
    """Return the kind of a map with names of the user's own."""
    return _Map(of=of, needed=needed, replace=replace, hidden=hidden)


def record(*, needed: bool = False, replace: bool = False, hidden: bool = False, **members: Kind) -> Record:
    """Return the kind of a structure; `needed=`, `replace=` and `hidden=` say it of the structure itself."""
    return Record(members=members, needed=needed, replace=replace, hidden=hidden)


def elements(kind: Kind) -> Kind:
    """Return the kind of a list's elements; of any other kind, itself."""
    return kind.of if isinstance(kind, _List) else kind


TAGS: Final = listing(record(Key=text(needed=True), Value=text(needed=True)))


def _name(value: Any) -> str:
    names: dict[Any, str] = {dict: "a structure", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
