"""What S3 looks at before it takes a request, and moto does not: presigned URLs and the digests of bodies.

A presigned URL is good for its time and for the request that was signed; a body is what its Content-MD5 says.

Sources: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)" and "Error responses" in the Amazon
S3 API reference.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import io
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SECRETS", "Refusal", "altered", "anonymous", "signing_key", "unsigned"]

SECRETS: Final = {"local": "local"}
"""The secret of each access key that is known here. What another key has signed is held to its time only."""

_WEEK: Final = 7 * 86400
_AHEAD: Final = dt.timedelta(minutes=15)
"""How far a clock may be ahead of S3's."""

_NEEDED: Final = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
_SPACES: Final = re.compile(r" +")
_BARE: Final = frozenset({"content-type", "content-length"})
"""The headers that WSGI names without `HTTP_`."""


class Refusal(NamedTuple):
    """An error of S3: its status line, its code, its message, and what it tells besides."""

    status: str
    code: str
    message: str
    more: Mapping[str, str] = {}

    @property
    def body(self) -> bytes:
        """The answer as S3 writes it."""
        told = {"Code": self.code, "Message": self.message, **self.more}
        return f"<Error>{''.join(f'<{k}>{escape(v)}</{k}>' for k, v in told.items())}</Error>".encode()


def unsigned(environ: Mapping[str, Any], now: dt.datetime) -> Refusal | None:
    """Return why a presigned request is refused: too late, too early, or not what was signed; None if it is not."""
    if environ["REQUEST_METHOD"] == "OPTIONS":  # a browser asks this before; S3 looks at no signature then
        return None
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if "X-Amz-Signature" not in query:
        by_version_2 = "Signature" in query and "Expires" in query
        return _late(_seconds(query["Expires"]), now, {}) if by_version_2 else None
    if any(f"X-Amz-{name}" not in query for name in _NEEDED):
        return _malformed(f"version 4 requires the {', '.join(f'X-Amz-{name}' for name in _NEEDED)} parameters")
    try:
        signed = dt.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return _malformed("X-Amz-Date must be in the ISO8601 Long Format yyyyMMddTHHmmssZ")
    seconds = _seconds(query["X-Amz-Expires"])
    if not 0 <= seconds <= _WEEK:
        return _malformed(f"X-Amz-Expires must be from 0 to {_WEEK} seconds, which are a week")
    if signed > now + _AHEAD:
        return Refusal("403 Forbidden", "AccessDenied", "Request is not yet valid", _clock(now))
    late = _late(signed.timestamp() + seconds, now, {"X-Amz-Expires": query["X-Amz-Expires"]})
    if late:
        return late
    secret = SECRETS.get(query["X-Amz-Credential"].partition("/")[0])
    given = query["X-Amz-Signature"].encode()
    if secret is not None and not hmac.compare_digest(_signature(environ, query, secret).encode(), given):
        return Refusal(
            "403 Forbidden",
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. Check your key and "
            "signing method.",
        )
    return None


def anonymous(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request that changes something bears no signature, neither in its headers nor in its address.

    Reading without one is moto's business, which looks at the access list of the object.
    """
    if environ["REQUEST_METHOD"] in {"GET", "HEAD", "OPTIONS"} or environ.get("HTTP_AUTHORIZATION"):
        return False
    asked = {name for name, _ in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)}
    return "X-Amz-Signature" not in asked and not {"Signature", "AWSAccessKeyId"} <= asked


def signing_key(secret: str, scope: Iterable[str]) -> bytes:
    """Return the key of Signature Version 4 that a secret has for a date, a Region and a service."""
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def altered(environ: dict[str, Any]) -> Refusal | None:
    """Return why a body is refused: it is not what its Content-MD5 says; None if it is, or if nothing is said."""
    said: str = environ.get("HTTP_CONTENT_MD5", "")
    if not said:
        return None
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    found = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    if found == said:
        return None
    return Refusal(
        "400 Bad Request",
        "BadDigest",
        "The Content-MD5 you specified did not match what we received.",
        {"ExpectedDigest": said, "CalculatedDigest": found},
    )


def _late(until: float, now: dt.datetime, more: Mapping[str, str]) -> Refusal | None:
    if now.timestamp() <= until:
        return None
    expires = dt.datetime.fromtimestamp(max(until, 0), dt.UTC)
    return Refusal(
        "403 Forbidden", "AccessDenied", "Request has expired", {**more, "Expires": _when(expires), **_clock(now)}
    )


def _malformed(message: str) -> Refusal:
    return Refusal("400 Bad Request", "AuthorizationQueryParametersError", f"Query-string authentication: {message}")


def _clock(now: dt.datetime) -> dict[str, str]:
    return {"ServerTime": _when(now)}


def _when(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _seconds(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() else -1


def _signature(environ: Mapping[str, Any], query: Mapping[str, str], secret: str) -> str:
    """Return the signature that a request has to bear, by what has arrived of it."""
    raw: str = environ["RAW_URI"]
    path, _, asked = raw.partition("?")
    told = parse_qsl(asked, keep_blank_values=True)
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in told if name != "X-Amz-Signature")
    headers = query["X-Amz-SignedHeaders"].split(";")
    canonical = [
        environ["REQUEST_METHOD"],
        quote(unquote(path), safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        *(f"{name}:{_header(environ, name)}" for name in headers),
        "",
        query["X-Amz-SignedHeaders"],
        environ.get("HTTP_X_AMZ_CONTENT_SHA256") or "UNSIGNED-PAYLOAD",
    ]
    scope = query["X-Amz-Credential"].split("/")[1:]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    signed = "\n".join((query["X-Amz-Algorithm"], query["X-Amz-Date"], "/".join(scope), digest))
    return hmac.digest(signing_key(secret, scope), signed.encode(), "sha256").hex()


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _header(environ: Mapping[str, Any], name: str) -> str:
    member = name.upper().replace("-", "_")
    return _SPACES.sub(" ", environ.get(member if name in _BARE else f"HTTP_{member}", "").strip())
