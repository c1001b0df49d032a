"""Signatures that say what they take."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["closed"]

P = ParamSpec("P")
S = TypeVar("S")


def closed(init: Callable[Concatenate[S, P], None]) -> Callable[Concatenate[S, P], None]:
    """Let a constructor answer a wrong keyword with the ones that it takes. Raises TypeError."""
    code = init.__code__
    allowed = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]

    @wraps(init)
    def checked(self: S, *args: P.args, **kwargs: P.kwargs) -> None:
        wrong = [name for name in kwargs if name not in allowed]
        if wrong:
            takes = ", ".join(f"{name}=" for name in allowed)
            raise TypeError(f"{type(self).__name__} has no keyword {', '.join(wrong)}; it takes: {takes}")
        init(self, *args, **kwargs)

    checked.__name__ = "__init__"
    return checked
