"""Ids that come back: what the local cloud makes again after a restart gets the ids it had."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["install", "wished"]

_wish: ContextVar[str] = ContextVar("wish", default="")


@contextmanager
def wished(identifier: str) -> Generator[None]:
    """Give the next EC2 resource of that kind this id; `vol-...` says the kind."""
    token = _wish.set(identifier)
    try:
        yield
    finally:
        _wish.reset(token)


def install() -> None:
    """Have moto ask here before it invents an id of EC2's."""
    import moto.ec2.utils as utils

    invent = cast("Callable[..., str]", utils.random_id)

    def chosen(prefix: str = "", size: int = 17) -> str:
        wish = _wish.get()
        if wish and wish.rpartition("-")[0] == prefix:
            _wish.set("")
            return wish
        return invent(prefix, size)

    cast("Any", utils).random_id = chosen
