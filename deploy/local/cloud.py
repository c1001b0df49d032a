"""The local cloud itself: which part of it answers which request."""

from __future__ import annotations

import json
import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from deploy.local import moto_app
from deploy.local.aws import Clients
from deploy.local.cloudformation.faults import Faults
from deploy.local.cloudformation.signals import BUCKET
from deploy.local.gaps import account
from deploy.local.process import ACCOUNT
from deploy.local.volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deploy.local.cloudformation.operations import Operations
    from deploy.local.cloudformation.service import Service
    from deploy.local.state import State

__all__ = ["Cloud"]

log = logging.getLogger("deploy.local")

_STATUS = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found", 500: "500 Internal Server Error"}


class Cloud:
    """A WSGI application that answers as AWS does; `restore` brings back what its state folder tells of."""

    def __init__(self, state: State, endpoint_url: str) -> None:
        self.state = state
        self.endpoint_url = endpoint_url
        self.faults = Faults()
        self.volumes = Volumes(state)
        self._moto = moto_app.load(urlsplit(endpoint_url).port or 0)
        self._pricing = account.Pricing()
        self._clients: dict[str, Clients] = {}

    def clients(self, region: str) -> Clients:
        """Return the clients of a Region."""
        if region not in self._clients:
            self._clients[region] = Clients(region, self, self.endpoint_url)
        return self._clients[region]

    @cached_property
    def stacks(self) -> Service:
        """The stacks."""
        from deploy.local.cloudformation.service import Service

        return Service(self.state, self.clients, self.faults, self.volumes, ACCOUNT)

    @cached_property
    def _operations(self) -> Operations:
        from deploy.local.cloudformation.operations import Operations

        return Operations(self.stacks)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request of an AWS client."""
        from deploy.local.front import scope

        region, service = scope(environ)
        if service == "cloudformation":
            return self._formation(region, environ, start_response)
        if service == "pricing":
            return self._pricing(environ, start_response)
        if account.is_account_settings(service, environ):
            body = json.dumps(account.lambda_settings(region, ACCOUNT)).encode()
            start_response(_STATUS[200], [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(f"/{BUCKET}") and environ["REQUEST_METHOD"] == "PUT":
            return self._signal(path, environ, start_response)
        return self._moto(environ, start_response)

    def restore(self, progress: Callable[[str], None]) -> None:
        """Bring back what was there when the process ended; `progress` hears in a few words what goes on."""
        self.stacks.restore(progress)

    def summary(self) -> dict[str, Any]:
        """Return what `health` tells besides."""
        return {}

    def close(self) -> None:
        """Stop what runs in the background."""
        self.stacks.close()

    def _formation(self, region: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        from deploy.local.cloudformation.protocol import answer

        code, body = answer(region, _body(environ).decode(), self._operations.table)
        start_response(_STATUS[code], [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]

    def _signal(self, path: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            self.stacks.signals.receive(unquote(path).split("/", 2)[2], _body(environ))
        except ValueError as error:
            body = str(error).encode()
            start_response(_STATUS[400], [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]
        start_response(_STATUS[200], [("Content-Length", "0")])
        return []


def _body(environ: dict[str, Any]) -> bytes:
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
