"""The intrinsic functions, evaluated against what is known.

A `Scope` holds what is known: parameters, mappings, conditions, and the resources made so far. A resource that is not
made yet answers with `UNKNOWN`, which change sets show as such. Source of the functions' meaning: "Intrinsic function
reference" in the CloudFormation user guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from deploy.local.cloudformation.arguments import attribute, listed, named, substitution
from deploy.local.cloudformation.errors import ResourceError, TemplateError
from deploy.local.cloudformation.pure import COMPARISONS, PURE
from deploy.local.cloudformation.schema import UNKNOWN
from deploy.local.cloudformation.template import plain
from deploy.local.values import is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.local.cloudformation.template import Template

__all__ = ["Lookup", "Reference", "Scope", "references"]

NO_VALUE: Final = object()
_PLACE: Final = re.compile(r"\$\{(?P<literal>!)?(?P<name>[^${}]+)\}")
_DYNAMIC: Final = re.compile(r"\{\{resolve:(?P<service>[a-z-]+):(?P<name>[^{}]+)\}\}")
_LOGICAL: Final = frozenset({"Fn::And", "Fn::Or", "Fn::Not"})
_BAD_ARGUMENT: Final = (ValueError, TypeError, LookupError, AttributeError)
"""What the functions of `pure` raise."""
_UNSUPPORTED: Final = {
    "Fn::ImportValue": "pass the value as a parameter",
    "Fn::Transform": "give it the processed template",
    "Fn::ForEach": "it needs a transform; give it the processed template",
    "Fn::Length": "it needs a transform; give it the processed template",
    "Fn::ToJsonString": "it needs a transform; give it the processed template",
    "Fn::GetStackOutput": "pass the value as a parameter",
}


class Lookup(Protocol):
    """What is known of the stack's resources and of the account."""

    def ref(self, logical_id: str) -> Any:
        """Return what `Ref` gives, or `UNKNOWN`."""
        ...

    def attribute(self, logical_id: str, name: str) -> Any:
        """Return what `Fn::GetAtt` gives, or `UNKNOWN`. Raises TemplateError for an attribute the type lacks."""
        ...

    def zones(self, region: str) -> list[str]:
        """Return the names of a region's Availability Zones."""
        ...

    def parameter(self, name: str, version: str | None) -> str:
        """Return the value of a parameter of SSM. Raises ResourceError where it does not exist."""
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a template that names something: `attribute` is None for a `Ref`."""

    name: str
    attribute: str | None = None


@dataclass(slots=True)
class Scope:
    """What a template is evaluated against. `values` are parameters and pseudo parameters."""

    template: Template
    values: Mapping[str, Any]
    lookup: Lookup
    _conditions: dict[str, bool] = field(default_factory=dict[str, bool])
    _underway: list[str] = field(default_factory=list[str])

    def condition(self, name: str) -> bool:
        """Evaluate a condition by name."""
        if name not in self._conditions:
            if name not in self.template.conditions:
                raise TemplateError(f"Template error: unresolved condition dependency {name}")
            if name in self._underway:
                circle = " -> ".join([*self._underway[self._underway.index(name) :], name])
                raise TemplateError(f"Template error: the conditions {circle} go in a circle")
            self._underway.append(name)
            self._conditions[name] = self.truth(self.template.conditions[name], f"Conditions/{name}")
            self._underway.pop()
        return self._conditions[name]

    def evaluate(self, value: Any, where: str) -> Any:
        """Return a value without functions. Raises TemplateError, or ResourceError where a reference fails."""
        result = self._evaluate(value, where)
        return None if result is NO_VALUE else result

    def _evaluate(self, value: Any, where: str) -> Any:
        if is_list(value):
            items = (self._evaluate(v, f"{where}/{i}") for i, v in enumerate(value))
            return [v for v in items if v is not NO_VALUE]
        if isinstance(value, str):
            return self._dynamic(value, where)
        if not is_map(value):
            return value
        entries = value
        function = next(iter(entries)) if len(entries) == 1 else None
        if function == "Ref":
            return self._ref(entries["Ref"], where)
        if function is not None and function.startswith("Fn::"):
            return self._call(function, entries[function], where)
        made = {k: self._evaluate(v, f"{where}/{k}") for k, v in entries.items()}
        return {k: v for k, v in made.items() if v is not NO_VALUE}

    def _ref(self, argument: Any, where: str) -> Any:
        name = named(argument, "Ref", where)
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.values:
            return self.values[name]
        if name in self.template.resources:
            return self.lookup.ref(name)
        raise TemplateError(f"Template format error: Unresolved resource dependencies [{name}] in [{where}]")

    def _call(self, function: str, argument: Any, where: str) -> Any:
        if function in _UNSUPPORTED:
            raise TemplateError(f"{function} is not supported by the local cloud ({_UNSUPPORTED[function]}) [{where}]")
        if function == "Fn::If":
            name, yes, no = listed(argument, 3, function, where)
            return self._evaluate(yes if self.condition(named(name, function, where)) else no, where)
        if function in COMPARISONS or function in _LOGICAL:
            return self.truth({function: argument}, where)
        if function == "Fn::Sub":
            return self._sub(argument, where)
        if function == "Fn::GetAtt":
            return self._attribute(argument, where)
        if function == "Fn::GetAZs":
            return self.lookup.zones(plain(self._evaluate(argument, where)) or self.values["AWS::Region"])
        if function == "Fn::FindInMap":
            return self._find(argument, where)
        pure = PURE.get(function)
        if pure is None:
            raise TemplateError(f"Template error: {function} is not a function [{where}]")
        evaluated = self._evaluate(argument, where)
        if _is_unknown(evaluated) and function not in {"Fn::Join", "Fn::Base64"}:
            return UNKNOWN
        try:
            return pure(evaluated)
        except _BAD_ARGUMENT as error:
            raise _unevaluated(function, error, where) from None

    def _attribute(self, argument: Any, where: str) -> Any:
        name, said = attribute(argument, where)
        if name not in self.template.resources:
            raise TemplateError(
                f"Template error: instance of Fn::GetAtt references undefined resource {name} [{where}]"
            )
        return self.lookup.attribute(name, plain(self._evaluate(said, where)))

    def _sub(self, argument: Any, where: str) -> str:
        text, given = substitution(argument, where)
        own = {k: self._evaluate(v, f"{where}/{k}") for k, v in given.items()}

        def fill(place: re.Match[str]) -> str:
            name = place["name"].strip()
            if place["literal"]:
                return "${" + name + "}"
            if name in own:
                return plain(own[name])
            if "." in name:
                return plain(self._attribute(name, where))
            return plain(self._ref(name, where))

        return self._dynamic(_PLACE.sub(fill, text), where)

    def _find(self, argument: Any, where: str) -> Any:
        names = [plain(self._evaluate(a, where)) for a in listed(argument, 3, "Fn::FindInMap", where)]
        found: Any = self.template.mappings
        for name in names:
            if name not in found:
                raise TemplateError(f"Template error: Unable to get mapping for {'::'.join(names)} [{where}]")
            found = found[name]
        return found

    def _dynamic(self, value: str, where: str) -> str:
        if "{{resolve:" not in value:
            return value

        def fill(place: re.Match[str]) -> str:
            if place["service"] != "ssm":
                raise ResourceError(
                    f"{{{{resolve:{place['service']}:...}}}} is not supported by the local cloud [{where}]"
                )
            name, _, version = place["name"].partition(":")
            return self.lookup.parameter(name, version or None)

        return _DYNAMIC.sub(fill, value)

    def truth(self, value: Any, where: str) -> bool:
        """Evaluate a condition. Raises TemplateError for what is none."""
        if not is_map(value) or len(value) != 1:
            raise TemplateError(f"Template format error: [{where}] is not a condition")
        function, argument = next(iter(value.items()))
        if function == "Condition":
            return self.condition(named(argument, function, where))
        if function in {"Fn::And", "Fn::Or"}:
            return (all if function == "Fn::And" else any)(
                [self.truth(v, where) for v in listed(argument, 0, function, where)]
            )
        if function == "Fn::Not":
            return not self.truth(listed(argument, 1, function, where)[0], where)
        if function in COMPARISONS:
            one, other = (self._evaluate(v, where) for v in listed(argument, 2, function, where))
            try:
                return COMPARISONS[function](one, other)
            except _BAD_ARGUMENT as error:
                raise _unevaluated(function, error, where) from None
        raise TemplateError(f"Template format error: [{where}] is not a condition")


def references(value: Any, scope: Scope | None = None, where: str = "") -> Iterator[Reference]:
    """Yield what a value names, `Fn::If` only on the side that its condition takes if a scope tells it.

    Raises TemplateError, which names `where`, for a function whose argument has another shape.
    """
    if is_list(value):
        for item in value:
            yield from references(item, scope, where)
    if not is_map(value):
        return
    for key, inner in value.items():
        if key == "Ref" and isinstance(inner, str):
            yield Reference(inner)
        elif key == "Fn::GetAtt":
            name, said = attribute(inner, where)
            yield Reference(name, said if isinstance(said, str) else "?")
        elif key == "Fn::Sub":
            text, given = substitution(inner, where)
            yield from references(given, scope, where)
            for place in _PLACE.finditer(text):
                name = place["name"].strip()
                if not place["literal"] and name not in given:
                    name, _, part = name.partition(".")
                    yield Reference(name, part or None)
        elif key == "Fn::If" and scope is not None:
            name, yes, no = listed(inner, 3, key, where)
            yield from references(yes if scope.condition(named(name, key, where)) else no, scope, where)
        else:
            yield from references(inner, scope, where)


def _is_unknown(value: Any) -> bool:
    if is_list(value):
        return any(_is_unknown(v) for v in value)
    return isinstance(value, str) and UNKNOWN in value


def _unevaluated(function: str, error: Exception, where: str) -> TemplateError:
    return TemplateError(f"Template error: {function} cannot be evaluated: {error} [{where}]")
