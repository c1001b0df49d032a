"""The local cloud itself: which part of it answers which request."""

from __future__ import annotations

import io
import json
import logging
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from werkzeug.test import run_wsgi_app

from deploy.local import moto_app
from deploy.local.alarms import Alarms
from deploy.local.aws import Clients
from deploy.local.cloudformation.faults import Faults
from deploy.local.cloudformation.signals import BUCKET
from deploy.local.functions.service import Functions
from deploy.local.gaps import account
from deploy.local.gate import Gate
from deploy.local.instances import Instances
from deploy.local.messages import Messages
from deploy.local.metrics import Metrics
from deploy.local.objects import Objects
from deploy.local.process import ACCOUNT
from deploy.local.volumes import Volumes
from deploy.local.vpc import Vpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from deploy.local.cloudformation.operations.requests import Operation
    from deploy.local.cloudformation.service import Service
    from deploy.local.state import State

__all__ = ["Cloud"]

log = logging.getLogger("deploy.local")

_STATUS = {200: "200 OK", 400: "400 Bad Request", 404: "404 Not Found", 500: "500 Internal Server Error"}

_REMOVED: Final = {"DeleteSnapshot": "SnapshotId", "DeleteVolume": "VolumeId"}
"""Requests by which a client removes what a stack may have left behind, and where they name it."""


class Cloud:
    """A WSGI application that answers as AWS does; `restore` brings back what its state folder tells of."""

    def __init__(self, state: State, endpoint_url: str) -> None:
        self.state = state
        self.endpoint_url = endpoint_url
        self.faults = Faults()
        self.volumes = Volumes(state)
        self._moto = moto_app.load(urlsplit(endpoint_url).port or 0)
        self._pricing = account.Pricing()
        self._messages = Messages(state.folder / "queues", ACCOUNT)
        self._objects = Objects(state.objects, ACCOUNT)
        self._objects.install()
        self._gate = Gate(self._storage, ACCOUNT)
        self._clients: dict[str, Clients] = {}
        self.instances = Instances(state, self.clients, self.volumes, endpoint_url)
        self.vpc = Vpc(self.clients, self.instances)
        metrics = Metrics()
        self.functions = Functions(state, self.clients, self.vpc, metrics, endpoint_url, ACCOUNT)
        self.functions.install()
        Alarms(metrics, ACCOUNT).install()

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
    def _operations(self) -> Mapping[str, Operation]:
        from deploy.local.cloudformation.operations import operations

        return operations(self.stacks)

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
            # The address of a handle is good for a year, longer than S3 itself signs one.
            return self._signal(path, environ, start_response)
        if service in {"s3", ""}:
            return self._gate(environ, start_response)
        if service == "sqs":
            answered = self._moto(environ, start_response)
            self._messages.keep(region)
            return answered
        if service == "ec2":
            return self._compute(region, environ, start_response)
        return self._moto(environ, start_response)

    def restore(self, progress: Callable[[str], None]) -> None:
        """Bring back what was there when the process ended; `progress` hears in a few words what goes on."""
        progress("bringing back the buckets")
        self._objects.restore(self._send_again)
        self.stacks.restore(progress)
        self.instances.start()
        self._messages.restore()
        self.functions.start()

    def summary(self) -> dict[str, Any]:
        """Return what `health` tells besides: the stacks, and where the apps of instances answer."""
        told = [{"name": s.name, "region": s.region, "status": s.status} for s in self.stacks.everywhere()]
        return {"stacks": told, "apps": self.instances.urls()}

    def close(self) -> None:
        """Stop what runs in the background."""
        self.stacks.close()
        self.functions.close()
        self.instances.close()
        self.vpc.close()

    def _formation(self, region: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        from deploy.local.cloudformation.protocol import answer

        code, body = answer(region, _body(environ).decode(), self._operations)
        start_response(_STATUS[code], [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]

    def _compute(self, region: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Have EC2 answer, and tell who minds what the request has changed."""
        body = _body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        statuses: list[str] = []

        def started(status: str, *given: Any) -> Any:
            statuses.append(status)
            return start_response(status, *given)

        answered = self._moto(environ, started)
        asked = dict(parse_qsl(body.decode("latin1")))
        action = asked.get("Action", "")
        if action in _REMOVED and statuses[-1].startswith("2"):
            self.stacks.removed(asked[_REMOVED[action]])
        self.vpc.noticed(action)
        self.instances.noticed(region, action)
        return answered

    def _storage(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Have S3 answer, and keep what the request changed."""
        kept: list[bytes] = []
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        removes = method == "DELETE" and _is_bucket(path) and not environ.get("QUERY_STRING")
        if method == "PUT" and _is_bucket(path):
            kept.append(_body(environ))
            environ["wsgi.input"] = io.BytesIO(kept[0])

        with self._objects.request(environ, lambda: kept[0] if kept else b"") as report:

            def started(status: str, *given: Any) -> Any:
                report(status)
                if removes and status.startswith("2"):
                    self.stacks.removed(path.strip("/"))
                return start_response(status, *given)

            return self._moto(environ, started)

    def _send_again(self, environ: dict[str, Any], body: bytes) -> None:
        base = {
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        given = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        _, status, _ = run_wsgi_app(self._moto, {**base, **environ, **given}, buffered=True)
        if not status.startswith("2"):
            log.error("%s %s was answered %s", environ["REQUEST_METHOD"], environ["PATH_INFO"], status)

    def _signal(self, path: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            self.stacks.signals.receive(unquote(path).split("/", 2)[2], _body(environ))
        except ValueError as error:
            body = str(error).encode()
            start_response(_STATUS[400], [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]
        start_response(_STATUS[200], [("Content-Length", "0")])
        return []


def _is_bucket(path: str) -> bool:
    return "/" not in path.strip("/")


def _body(environ: dict[str, Any]) -> bytes:
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
