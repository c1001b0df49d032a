"""Clients of AWS's APIs: botocore, speaking to the local cloud from within its own process, or to an endpoint.

From within, a request goes through the same WSGI application as one from outside, without a socket. So what the
process makes is made, checked and refused exactly as if a client had asked for it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

import botocore.session
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import JSONFileLoader, Loader
from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

__all__ = ["BotoCoreError", "Call", "Client", "ClientError", "Clients", "parse_models_once", "told_by"]


class Call(Protocol):
    """An operation of an API: keywords in, the parsed answer out. Raises botocore's ClientError."""

    def __call__(self, **given: Any) -> dict[str, Any]:
        """Call it."""
        ...


class Client(Protocol):
    """A client of one service: its operations are its attributes."""

    def __getattr__(self, operation: str) -> Call: ...


class Clients:
    """The clients of one Region, made when they are first asked for."""

    def __init__(self, region: str, application: Callable[..., Iterable[bytes]], endpoint_url: str) -> None:
        self.region = region
        self._application = application
        self._endpoint = endpoint_url
        self._session = botocore.session.Session()
        self._session.set_credentials("local", "local")
        self._made: dict[str, Client] = {}
        self._lock = threading.Lock()
        self._watch = threading.local()

    @contextmanager
    def watched(self, before_call: Callable[[], None]) -> Generator[None]:
        """Have `before_call` called before every call this thread makes meanwhile; what it raises, the call does."""
        outer = getattr(self._watch, "before_call", None)
        self._watch.before_call = before_call
        try:
            yield
        finally:
            self._watch.before_call = outer

    def __call__(self, service: str) -> Client:
        """Return the client of a service by its name in botocore."""
        with self._lock:
            if service not in self._made:
                config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
                client = self._session.create_client(
                    service, region_name=self.region, endpoint_url=self._endpoint, config=config
                )
                client.meta.events.register(
                    f"before-send.{client.meta.service_model.service_id.hyphenize()}", self._send
                )
                self._made[service] = cast("Client", client)
            return self._made[service]

    def presigned_put(self, bucket: str, key: str, *, seconds: int) -> str:
        """Return an address to which anybody may put one object while it is valid."""
        sign = cast("Callable[..., str]", self("s3").generate_presigned_url)
        return sign("put_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        before_call = getattr(self._watch, "before_call", None)
        if before_call:
            before_call()
        body = request.body
        if body is not None and hasattr(body, "read"):
            body = body.read()
        builder = EnvironBuilder(
            method=request.method,
            base_url=self._endpoint,
            path=request.url.removeprefix(self._endpoint) or "/",
            headers=[(k, v.decode() if isinstance(v, bytes) else v) for k, v in request.headers.items()],
            data=body or b"",
        )
        environ = builder.get_environ()
        environ["RAW_URI"] = environ["REQUEST_URI"] = request.url.removeprefix(self._endpoint) or "/"
        environ["CONTENT_LENGTH"] = str(len(body or b""))
        answered, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        return AWSResponse(request.url, int(status.split()[0]), dict(headers), _Body(b"".join(answered)))


def told_by(error: ClientError) -> dict[str, str]:
    """Return what an error of an API says: its `Code` and its `Message`."""
    told: dict[str, str] = cast("Any", error).response["Error"]
    return {"Message": "", **told}


def parse_models_once() -> None:
    """Have every session share what it reads: each would search botocore's folders, and parse its files, again."""
    reader: Any = JSONFileLoader()
    read = reader.load_file
    by_path: dict[str, Any] = {}
    found: dict[Any, dict[Any, Any]] = {}

    def load_file(_self: Any, path: str) -> Any:
        if path not in by_path:
            by_path[path] = read(path)
        return by_path[path]

    cast("Any", JSONFileLoader).load_file = load_file
    loader = cast("Any", Loader)
    init = loader.__init__

    def sharing(self: Any, *given: Any, **named: Any) -> None:
        init(self, *given, **named)
        self._cache = found.setdefault((self.__class__, *self.search_paths), {})

    loader.__init__ = sharing


class _Body:
    """The body of an answer as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterable[bytes]:
        yield self._content
        self._content = b""

    def read(self, amount: int | None = None) -> bytes:
        taken, self._content = (
            (self._content, b"") if amount is None else (self._content[:amount], self._content[amount:])
        )
        return taken
