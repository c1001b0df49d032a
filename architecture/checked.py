"""What is checked when it is built: kinds of properties, and the class of what has some.

A wrong value never travels: its error names the value and what is allowed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, cast, dataclass_transform

from architecture.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Field", "Spec", "all_matching", "between", "flag", "matching", "network", "one_of", "properties"]


class Field:
    """A property: its default, and the sentence that says what it may be where `accepts` is false."""

    __slots__ = ("accepts", "default", "meaning")

    def __init__(self, default: object, accepts: Callable[[object], bool], meaning: str) -> None:
        self.default = default
        self.accepts = accepts
        self.meaning = meaning


def flag(*, default: bool) -> Any:
    """Return a property that is True or False."""
    return Field(default, lambda v: isinstance(v, bool), "True or False")


def between(low: int, high: int, *, default: int | None) -> Any:
    """Return a property that is a whole number within bounds, both of them included."""

    def accepts(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return Field(default, accepts, f"a whole number from {low} to {high}")


def one_of(allowed: tuple[object, ...], *, default: object) -> Any:
    """Return a property that is one of some values."""
    return Field(default, allowed.__contains__, f"one of: {', '.join(map(str, allowed))}")


def matching(pattern: str, meaning: str, *, default: str | None) -> Any:
    """Return a property that is a text of a pattern; `meaning` says the pattern in words."""
    return Field(default, lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None, meaning)


def all_matching(pattern: str, meaning: str, *, default: tuple[str, ...]) -> Any:
    """Return a property that is a tuple of texts of a pattern; `meaning` says in words what they are."""

    def accepts(value: object) -> bool:
        entries = cast("tuple[object, ...]", value) if isinstance(value, tuple) else (None,)
        return all(isinstance(v, str) and re.fullmatch(pattern, v) for v in entries)

    return Field(default, accepts, f"a tuple of {meaning}")


def network(*, default: str | None) -> Any:
    """Return a property that is an IPv4 range of a size that a VPC or a subnet may have."""
    return Field(default, _is_network, "an address range from /16 to /28 without host bits, such as 10.0.0.0/16")


def _is_network(value: object) -> bool:
    from ipaddress import IPv4Network  # costs 3 ms, and few drawings need it

    try:
        return isinstance(value, str) and 16 <= IPv4Network(value).prefixlen <= 28
    except ValueError:
        return False


@dataclass_transform(
    kw_only_default=True,
    frozen_default=True,
    field_specifiers=(flag, between, one_of, matching, all_matching, network),
)
class Spec:
    """What every spec is: frozen, equal by value, built from keywords that are checked.

    It does what `dataclasses` would at a tenth of its cost at import, which every drawing would pay. Raises SpecError,
    which names what is allowed, for an unknown keyword and for a value out of range.
    """

    fields: ClassVar[Mapping[str, Field]] = {}

    def __init_subclass__(cls) -> None:
        cls.fields = {name: field for name, field in vars(cls).items() if isinstance(field, Field)}

    def __init__(self, **given: object) -> None:
        unknown = [name for name in given if name not in self.fields]
        if unknown:
            takes = f"it takes: {', '.join(self.fields)}" if self.fields else "it takes no property"
            raise SpecError(f"there is no property {' and no '.join(unknown)}", where=type(self).__name__, hint=takes)
        for name, field in self.fields.items():
            value = given.get(name, field.default)
            if not field.accepts(value) and not (value is None and field.default is None):
                raise SpecError(f"{name} is {value!r}", where=type(self).__name__, hint=f"it is {field.meaning}")
            vars(self)[name] = value
        self._check()

    def _check(self) -> None:
        """Raise SpecError where properties contradict each other."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in _said(self).items())})"


def properties(spec: Spec) -> dict[str, object]:
    """Return what a spec says besides its defaults, fit for JSON; `make` takes it back."""
    return {
        name: list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value
        for name, value in _said(spec).items()
    }


def _said(spec: Spec) -> dict[str, object]:
    return {name: value for name, value in vars(spec).items() if value != spec.fields[name].default}
