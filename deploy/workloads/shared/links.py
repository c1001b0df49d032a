"""Links to the content of files: where they may lead, and nowhere else."""

from __future__ import annotations

import urllib.request
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["leads", "open_link"]

_SECONDS: Final = 30.0
"""How long the other side may stay silent."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A link leads where it says."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:  # noqa: ARG002 - as the base class calls it
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def open_link(link: str, origins: Iterable[str]) -> IO[bytes]:
    """Open a link.

    Raises ValueError for one that leads to none of the origins, and what urllib raises where nobody answers.
    """
    if not any(leads(link, origin) for origin in origins):
        raise ValueError("the link leads somewhere else than to the storage of files")
    return _OPENER.open(link, timeout=_SECONDS)


def leads(link: str, origin: str) -> bool:
    """Tell whether a link leads to an origin; a star at its start stands for the name of a bucket."""
    found, wanted = urlsplit(link), urlsplit(origin)
    if found.scheme != wanted.scheme:
        return False
    if wanted.netloc.startswith("*."):
        return found.netloc.endswith(wanted.netloc[1:]) and "@" not in found.netloc
    return found.netloc == wanted.netloc
