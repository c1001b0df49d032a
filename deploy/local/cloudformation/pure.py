"""The intrinsic functions that need nothing but their argument, which is evaluated already."""

from __future__ import annotations

import base64
import ipaddress
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.schema import UNKNOWN
from deploy.local.cloudformation.template import plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COMPARISONS", "PURE"]


def _select(argument: Any) -> Any:
    index, items = argument
    chosen = (items.split(",") if isinstance(items, str) else items)[int(index)]
    if int(index) < 0:
        raise IndexError("the index is negative")
    return chosen


def _split(argument: Any) -> list[str]:
    delimiter, text = argument
    return plain(text).split(delimiter)


def _join(argument: Any) -> str:
    delimiter, items = argument
    return delimiter.join(plain(v) for v in ([items] if isinstance(items, str) else items))


def _cidr(argument: Any) -> list[str]:
    block, count, *bits = argument
    network = ipaddress.ip_network(block)
    host_bits = int(bits[0]) if bits else network.max_prefixlen - 16
    subnets = network.subnets(new_prefix=network.max_prefixlen - host_bits)
    made = [str(subnet) for _, subnet in zip(range(int(count)), subnets, strict=False)]
    if len(made) < int(count):
        raise ValueError(f"{block} has no room for {count} blocks of {host_bits} bits")
    return made


def _base64(argument: Any) -> str:
    return argument if UNKNOWN in argument else base64.b64encode(plain(argument).encode()).decode()


PURE: Final[dict[str, Callable[[Any], Any]]] = {
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
}
"""The functions that make a value. They raise ValueError, TypeError, AttributeError and the like for a bad argument."""

COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "Fn::Equals": lambda one, other: plain(one) == plain(other),
    "Fn::Contains": lambda items, one: plain(one) in [plain(i) for i in items],
    "Fn::EachMemberEquals": lambda items, one: all(plain(i) == plain(one) for i in items),
    "Fn::EachMemberIn": lambda items, others: all(i in others for i in items),
}
"""The functions that compare two values, for conditions and rules; they raise as those of `PURE` do."""
