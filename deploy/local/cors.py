"""What a web page may do with a bucket: the CORS rules of S3.

moto looks at a rule's origin alone, and tells of it with what succeeds only; S3 tells of it with a refusal too, so that
a page can say why.

Sources: "Using cross-origin resource sharing (CORS)" and "Troubleshooting CORS" in the Amazon S3 User Guide, "OPTIONS
object" in its API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from deploy.local.admission import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Rule", "headers", "matching", "preflight"]

_VARY: Final = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


class Rule(NamedTuple):
    """A rule of a bucket. An origin and a header may have one `*`; `seconds` is how long a browser may remember."""

    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str] = ()
    exposed: Sequence[str] = ()
    seconds: str = ""


def matching(rules: Iterable[Rule], origin: str, method: str, asked: Iterable[str] = ()) -> Rule | None:
    """Return the first rule that lets pages of an origin use a method with the headers they ask for."""
    names = [name.lower() for name in asked]
    for rule in rules:
        allowed = [pattern.lower() for pattern in rule.headers]
        if (
            method in rule.methods
            and any(_fits(pattern, origin) for pattern in rule.origins)
            and all(any(_fits(pattern, name) for pattern in allowed) for name in names)
        ):
            return rule
    return None


def headers(rule: Rule, origin: str, asked: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return the headers of an answer by which a browser lets a page of that origin read it."""
    anybody = "*" in rule.origins
    told = {
        "Access-Control-Allow-Origin": "*" if anybody else origin,
        "Access-Control-Allow-Methods": ", ".join(rule.methods),
        "Access-Control-Allow-Headers": ", ".join(name.lower() for name in asked),
        "Access-Control-Expose-Headers": ", ".join(rule.exposed),
        "Access-Control-Max-Age": rule.seconds,
        "Access-Control-Allow-Credentials": "" if anybody else "true",
        "Vary": _VARY,
    }
    return [(name, value) for name, value in told.items() if value]


def preflight(rules: Sequence[Rule], environ: Mapping[str, Any]) -> list[tuple[str, str]] | Refusal:
    """Return the headers that answer a browser's question whether a page may send a request, or why it may not."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    method: str = environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD", "")
    said: str = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
    if not origin:
        return Refusal("400 Bad Request", "BadRequest", "Insufficient information. Origin request header needed.")
    if not method:
        return Refusal("400 Bad Request", "BadRequest", "Invalid Access-Control-Request-Method: null")
    asked = [name.strip() for name in said.split(",") if name.strip()]
    rule = matching(rules, origin, method, asked)
    if rule:
        return headers(rule, origin, asked)
    why = "no rule of this bucket allows that." if rules else "CORS is not enabled for this bucket."
    return Refusal("403 Forbidden", "AccessForbidden", f"CORSResponse: {why}")


def _fits(pattern: str, text: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return pattern == text
    return len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after)
