"""The gate of S3: what a request passes before moto answers it, and what a web page is told of the answer.

Whom the bucket lets write without a signature is not known here: nobody. And everybody knows the keys of the local
cloud, so that a signature does not tell a page that may write from one that may not: a page from elsewhere writes only
where a CORS rule of the bucket names its origin. S3 itself asks that of scripts alone, not of forms.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from deploy.local import cors
from deploy.local.admission import Refusal, altered, anonymous, unsigned
from deploy.local.forms import is_form, unlike_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

__all__ = ["LOOPBACK", "Gate", "is_foreign"]

LOOPBACK: Final = re.compile(r"(127\.0\.0\.1|([a-z0-9.-]+\.)?localhost)(:\d+)?", re.IGNORECASE)
"""The hosts that are this machine."""

_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(environ: dict[str, Any]) -> bool:
    """Tell whether a page that this machine does not serve has sent a request. A form of no origin says `null`."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    return bool(origin) and not LOOPBACK.fullmatch(urlsplit(origin).netloc)


class Gate:
    """A WSGI application that hands on to `storage` what S3 would take."""

    def __init__(self, storage: Application, account: str) -> None:
        self._storage = storage
        self._account = account

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] == "OPTIONS":
            told = cors.preflight(self._rules(_bucket(environ)), environ)
            if isinstance(told, Refusal):
                return _refuse(told, start_response)
            start_response("200 OK", [*told, ("Content-Length", "0")])
            return []
        origin: str = environ.get("HTTP_ORIGIN", "")
        rule = cors.matching(self._rules(_bucket(environ)), origin, environ["REQUEST_METHOD"]) if origin else None
        answer = _telling(cors.headers(rule, origin) if rule else [], start_response) if origin else start_response
        refusal = _foreign(environ, rule) or _refusal(environ)
        return _refuse(refusal, answer) if refusal else self._storage(environ, answer)

    def _rules(self, bucket: str) -> list[cors.Rule]:
        from moto.s3.models import s3_backends

        found: Any = cast("Any", s3_backends)[self._account]["aws"].buckets.get(bucket)
        return [
            cors.Rule(
                rule.allowed_origins or (),
                rule.allowed_methods or (),
                rule.allowed_headers or (),
                rule.exposed_headers or (),
                rule.max_age_seconds or "",
            )
            for rule in (found.cors if found else ())
        ]


def _refusal(environ: dict[str, Any]) -> Refusal | None:
    now = dt.datetime.now(dt.UTC)
    refusal = unsigned(environ, now)
    if refusal is None and anonymous(environ):
        return unlike_policy(environ, _bucket(environ), now) if is_form(environ) else _DENIED
    return refusal or altered(environ)


def _foreign(environ: dict[str, Any], rule: cors.Rule | None) -> Refusal | None:
    if rule or environ["REQUEST_METHOD"] in _READS or not is_foreign(environ):
        return None
    said = f"No CORS rule of this bucket lets a page of {environ['HTTP_ORIGIN']} write into it"
    return Refusal("403 Forbidden", "AccessDenied", said)


_DENIED: Final = Refusal("403 Forbidden", "AccessDenied", "Access Denied")


def _bucket(environ: dict[str, Any]) -> str:
    """Return the bucket of a request, which its host or its path names."""
    labels = environ.get("HTTP_HOST", "").partition(":")[0].split(".")
    if len(labels) > 1 and labels[-1].lower() == "localhost":
        return labels[0]
    return environ.get("PATH_INFO", "").lstrip("/").partition("/")[0]


def _telling(headers: list[tuple[str, str]], start_response: Callable[..., Any]) -> Callable[..., Any]:
    """Return how an answer begins that tells a page what it may read of it, in place of what moto tells."""

    def started(status: str, given: list[tuple[str, str]], *more: Any) -> Any:
        kept = [(name, value) for name, value in given if not name.lower().startswith("access-control-")]
        return start_response(status, [*kept, *headers], *more)

    return started


def _refuse(refusal: Refusal, start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = refusal.body
    start_response(refusal.status, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]
