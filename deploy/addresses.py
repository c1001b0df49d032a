"""Address ranges for the subnets that a diagram draws without saying any."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DEFAULT", "subnets"]

DEFAULT: Final = IPv4Network("10.0.0.0/16")
"""The range of a VPC that says none. Two VPCs may have the same one."""

_LONGEST: Final = 28
"""The smallest subnet that AWS makes."""


def subnets(network: IPv4Network, wanted: Iterable[str], given: Mapping[str, IPv4Network]) -> dict[str, IPv4Network]:
    """Choose a free range of the network for each id wanted, beside the ranges given to others.

    The place of a range follows from the digest of its id, so it stays when neighbours come and go.

    Raises ValueError where no place is left.
    """
    prefix = min(max(network.prefixlen + 4, 24), _LONGEST)
    slots = 2 ** max(prefix - network.prefixlen, 0)
    taken = list(given.values())
    chosen: dict[str, IPv4Network] = {}
    for i in wanted:
        first = int.from_bytes(sha256(i.encode()).digest()[:4], "big") % slots
        places = (_slot(network, prefix, (first + step) % slots) for step in range(slots))
        free = next((place for place in places if not any(place.overlaps(other) for other in taken)), None)
        if free is None:
            raise ValueError(f"no range is left for {i} in {network}")
        chosen[i] = free
        taken.append(free)
    return chosen


def _slot(network: IPv4Network, prefix: int, slot: int) -> IPv4Network:
    return IPv4Network((int(network.network_address) + slot * 2 ** (32 - prefix), prefix))
