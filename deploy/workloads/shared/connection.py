"""HTTP to the app, over a connection that a warm function keeps from one event to the next."""

from __future__ import annotations

import base64
import http.client
from dataclasses import dataclass, replace
from time import time
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SILENT", "post"]

SILENT: Final = 9.0
"""Seconds. The app closes a connection that is silent for longer (`exchange.HEAD_SECONDS`).

A function that is frozen meanwhile hears nothing of it, and where the network has forgotten the connection too, nobody
answers what is sent over it. The clock is the wall's: the others may stand still in the frozen function.
"""

_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class _Line:
    """A connection to a host, or to the proxy before it, which is told whole addresses and who asks.

    `used` is when it last was (seconds since 1970).
    """

    connection: http.client.HTTPConnection
    proxied: bool
    headers: Mapping[str, str]
    used: float = 0.0


_kept: Final[dict[str, _Line]] = {}


def post(url: str, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[int, bytes]:
    """Post to an address (http) and return the status and the start of the answer. `seconds` bounds every wait.

    What is posted twice must do what it does once: over a connection that the other side has closed meanwhile it is
    sent again. Raises OSError, of which TimeoutError is one, or HTTPException where there is no answer.
    """
    place = urlsplit(url)
    line = _kept.pop(place.netloc, None)
    if line and not 0 <= time() - line.used < SILENT:
        line.connection.close()
    elif line:
        try:
            return _ask(line, place, body, headers, seconds)
        except ConnectionError:
            pass
    return _ask(_open(place), place, body, headers, seconds)


def _ask(line: _Line, place: SplitResult, body: bytes, headers: Mapping[str, str], seconds: float) -> tuple[int, bytes]:
    connection = line.connection
    connection.timeout = seconds
    if connection.sock:
        connection.sock.settimeout(seconds)
    target = place.geturl() if line.proxied else place.geturl().removeprefix(f"{place.scheme}://{place.netloc}")
    try:
        connection.request("POST", target, body, {**headers, **line.headers})
        answer = connection.getresponse()
        said = answer.read(_ANSWER)
    except BaseException:
        connection.close()
        raise
    if answer.isclosed():  # it is read to its end, and the next one may follow
        _kept[place.netloc] = replace(line, used=time())
    else:
        connection.close()
    return answer.status, said


def _open(place: SplitResult) -> _Line:
    """Return a connection that is made when it is first used, by way of the proxy that the environment names."""
    named = getproxies().get("http", "")
    if not named or proxy_bypass(place.netloc):
        return _Line(http.client.HTTPConnection(place.netloc), proxied=False, headers={})
    proxy = urlsplit(named)
    user = f"{unquote(proxy.username or '')}:{unquote(proxy.password or '')}".encode()
    headers = {"proxy-authorization": f"Basic {base64.b64encode(user).decode()}"} if proxy.username else {}
    return _Line(http.client.HTTPConnection(proxy.hostname or "", proxy.port), proxied=True, headers=headers)
