"""The front door: what the background process listens to, and who answers which request.

Only loopback names are served (a page that resolves its own name to 127.0.0.1 is refused), and a web page of another
origin may use S3 only, whose own CORS rules then hold.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from deploy.local.gate import LOOPBACK, is_foreign

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from deploy.local.cloud import Cloud

    Environ = dict[str, Any]
    StartResponse = Callable[[str, list[tuple[str, str]]], Any]

__all__ = ["Front", "scope"]

_CREDENTIAL: Final = re.compile(r"Credential=[^/,\s]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


class Front:
    """The WSGI application: health and control under `/_local/`, everything else is AWS's."""

    def __init__(self, cloud: Cloud, token: str, stopping: threading.Event) -> None:
        self._cloud = cloud
        self._token = token
        self._stopping = stopping

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        refusal = self._refusal(environ)
        if refusal:
            return _json(start_response, 403, {"message": refusal})
        path: str = environ.get("PATH_INFO", "")
        if path.startswith("/_local/"):
            return self._control(path.removeprefix("/_local/"), environ, start_response)
        return self._cloud(environ, start_response)

    def _refusal(self, environ: Environ) -> str:
        host: str = environ.get("HTTP_HOST", "")
        if not LOOPBACK.fullmatch(host):
            return f"the local cloud answers to 127.0.0.1 and localhost, not to {host!r}"
        if is_foreign(environ) and scope(environ)[1] not in {"s3", ""}:
            return f"a page of {environ['HTTP_ORIGIN']} may not use the local cloud"
        return ""

    def _control(self, what: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if what == "health":
            return _json(start_response, 200, {"status": "ready", "token": self._token, **self._cloud.summary()})
        if environ["REQUEST_METHOD"] != "POST":
            return _json(start_response, 405, {"message": "POST this"})
        asked: dict[str, Any] = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}")
        if asked.pop("token", "") != self._token:
            return _json(start_response, 403, {"message": "that is not the token of this process"})
        if what == "stop":
            self._stopping.set()
            return _json(start_response, 200, {"status": "stopping"})
        if what == "faults":
            self._cloud.faults.set(**asked)
            return _json(start_response, 200, {"faults": self._cloud.faults.describe()})
        return _json(start_response, 404, {"message": f"there is no /_local/{what}"})


def scope(environ: Environ) -> tuple[str, str]:
    """Return the region and the service that a request was signed for, empty where it is not signed.

    Source: "Signature Version 4" in AWS's API reference; presigned requests carry the same in their query.
    """
    signed = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not signed:
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        signed = _CREDENTIAL.search(f"Credential={query.get('X-Amz-Credential', '')}")
    return (signed["region"], signed["service"].lower()) if signed else ("", "")


def _json(start_response: StartResponse, code: int, content: dict[str, Any]) -> Iterable[bytes]:
    body = json.dumps(content).encode()
    status = {200: "200 OK", 403: "403 Forbidden", 404: "404 Not Found", 405: "405 Method Not Allowed"}[code]
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
