"""The names that ids of the diagram get in AWS: logical ids in the template, physical names in the account."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Names", "physical"]

_LOGICAL_LIMIT = 200
"""CloudFormation takes 255 characters; the rest is for the suffixes of parts."""


class Names:
    """Gives each id, and each part of what an id stands for, a logical id: letters and digits, unique, steady.

    `private-subnet` becomes `PrivateSubnet`, its part `Routes` becomes `PrivateSubnetRoutes`. Ids come first, in the
    order given; a name that is taken gets the start of its id's digest.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._given: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        for i in ids:
            self.logical(i)

    def logical(self, owner: str, part: str = "") -> str:
        """Return the logical id of an item, or of a part of it."""
        if (owner, part) not in self._given:
            name = _camel(owner)[:_LOGICAL_LIMIT] + part
            if name in self._taken or not name or name[0].isdigit():
                name += sha256(f"{owner}/{part}".encode()).hexdigest()[:8]
                name = name if name[0].isalpha() else f"Item{name}"
            self._taken.add(name)
            self._given[owner, part] = name
        return self._given[owner, part]


def physical(*words: str, limit: int = 63) -> str:
    """Join words to a name that S3, SQS and Lambda take: lower case, digits and hyphens, at most `limit` characters.

    A longer name is cut in the middle and gets the start of its digest, so that it stays unique.
    """
    name = "-".join(w for w in (re.sub(r"[^a-z0-9]+", "-", _ascii(word).lower()).strip("-") for word in words) if w)
    if len(name) <= limit:
        return name
    digest = sha256("/".join(words).encode()).hexdigest()[:8]
    return f"{name[: limit - 9].rstrip('-')}-{digest}"


def _camel(words: str) -> str:
    parts = re.findall(r"[A-Za-z0-9]+", _ascii(words))
    return "".join(p[0].upper() + p[1:] for p in parts)


def _ascii(words: str) -> str:
    return unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
