"""What is written as the argument of an intrinsic function, read before anything in it is evaluated.

Every function here raises TemplateError, which names the function and the place, for an argument of another shape.
"""

from __future__ import annotations

from typing import Any

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.values import is_list, is_map

__all__ = ["attribute", "listed", "named", "substitution"]


def listed(argument: Any, count: int, function: str, where: str) -> list[Any]:
    """Return a list of so many arguments; 0 is any number."""
    if not is_list(argument) or (count and len(argument) != count):
        raise TemplateError(f"Template error: {function} takes a list{f' of {count}' if count else ''} [{where}]")
    return argument


def named(argument: Any, function: str, where: str) -> str:
    """Return a name."""
    if not isinstance(argument, str):
        raise TemplateError(f"Template error: {function} takes a name [{where}]")
    return argument


def attribute(argument: Any, where: str) -> tuple[str, Any]:
    """Return what a `Fn::GetAtt` names: a resource and its attribute, which may be a function."""
    parts: Any = argument.split(".", 1) if isinstance(argument, str) else argument
    resource, said = listed(parts, 2, "Fn::GetAtt", where)
    return named(resource, "Fn::GetAtt", where), said


def substitution(argument: Any, where: str) -> tuple[str, dict[str, Any]]:
    """Return the text of a `Fn::Sub` and the values that it is given by name."""
    parts: list[Any] = listed(argument, 2, "Fn::Sub", where) if is_list(argument) else [argument, {}]
    text, given = parts
    if not isinstance(text, str) or not is_map(given):
        raise TemplateError(f"Template error: Fn::Sub takes a text, or a list of a text and a map [{where}]")
    return text, given
