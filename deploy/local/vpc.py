"""The VPC between functions and apps: a proxy on loopback that knows private addresses and obeys security groups.

A function in a VPC is told of it as its HTTP proxy; its user name says which Region and security groups it has, and so
in which VPC it stands. Where no rule lets a request through, nobody answers on AWS; here the proxy says so.
"""

from __future__ import annotations

import base64
import http.client
import logging
import select
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from deploy.local.apps import App
    from deploy.local.aws import Clients
    from deploy.local.instances import Instances

__all__ = ["Vpc", "allowed"]

log = logging.getLogger("deploy.local")

_BLOCK: Final = 64 * 1024
_HOP: Final = {"connection", "keep-alive", "proxy-authorization", "proxy-connection", "transfer-encoding", "te"}
_PATIENCE: Final = 900.0
"""Seconds: the longest that a function may run."""

Permission = dict[str, Any]


def allowed(permissions: Iterable[Permission], port: int, other: Iterable[str]) -> bool:
    """Tell whether one of a group's permissions covers a TCP port and one of the groups at the other end.

    A rule for all addresses covers every group; other ranges cover none, since a function has no address of its own.
    """
    groups = set(other)
    for permission in permissions:
        if permission["IpProtocol"] not in {"tcp", "6", "-1"}:
            continue
        if permission["IpProtocol"] != "-1" and not permission["FromPort"] <= port <= permission["ToPort"]:
            continue
        if groups & {p["GroupId"] for p in permission.get("UserIdGroupPairs", [])}:
            return True
        if any(r["CidrIp"] == "0.0.0.0/0" for r in permission.get("IpRanges", [])):
            return True
    return False


class Vpc:
    """The proxy; it listens as long as the process lives."""

    def __init__(self, clients: Callable[[str], Clients], instances: Instances) -> None:
        self._clients = clients
        self._instances = instances
        self._known: dict[tuple[str, frozenset[str]], dict[str, Any]] = {}
        vpc = self

        class Handler(_Handler):
            network = vpc

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="vpc", daemon=True).start()

    def proxy_url(self, region: str, groups: Iterable[str]) -> str:
        """Return the proxy's address for a function with these security groups of a Region."""
        return f"http://{'+'.join((region, *groups))}:x@127.0.0.1:{self._server.server_port}"

    def noticed(self, action: str) -> None:
        """Hear of a request to EC2."""
        if "SecurityGroup" in action and not action.startswith("Describe"):
            self._known = {}  # another one: who asks just now puts an old answer into the old one

    def find(self, address: str, port: int, region: str, groups: frozenset[str]) -> App:
        """Return the app at an address of the groups' VPC that they may reach. Raises PermissionError: why not."""
        if not groups:
            raise PermissionError("a request into the VPC comes from nobody who stands in it")
        networks = {told["VpcId"] for told in self._groups(region, groups).values()}
        app = next(filter(None, (self._instances.at(network, address, port) for network in networks)), None)
        if app is None:
            raise PermissionError(f"nothing listens at {address}:{port} in the VPC")
        by_id = self._groups(region, groups | app.groups)
        if not any(allowed(by_id[g]["IpPermissionsEgress"], port, app.groups) for g in groups if g in by_id):
            raise PermissionError(f"no rule of {', '.join(sorted(groups))} lets a request out to {address}:{port}")
        if not any(allowed(by_id[g]["IpPermissions"], port, groups) for g in app.groups if g in by_id):
            raise PermissionError(f"no rule of {', '.join(sorted(app.groups))} lets a request in to {address}:{port}")
        return app

    def _groups(self, region: str, groups: frozenset[str]) -> dict[str, Any]:
        """Return security groups by their ids, asked for again only after a change: every request needs them."""
        known = self._known
        if (region, groups) not in known:
            ec2 = self._clients(region)("ec2")
            told = ec2.describe_security_groups(GroupIds=sorted(groups))["SecurityGroups"]
            known[region, groups] = {g["GroupId"]: g for g in told}
        return known[region, groups]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = _BLOCK
    network: Vpc

    def setup(self) -> None:
        """Begin with a client, for whom a connection to the app that it has asked last is kept."""
        super().setup()
        self._kept: tuple[int, http.client.HTTPConnection] | None = None

    def finish(self) -> None:
        """End with a client."""
        if self._kept:
            self._kept[1].close()
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing: what fails is told to who asked."""

    def forward(self) -> None:
        """Forward one request."""
        stays, self.close_connection = not self.close_connection, True
        target = urlsplit(self.path)
        user = self.headers.get("Proxy-Authorization", "").rpartition(" ")[2]
        region, *groups = base64.b64decode(user).decode().partition(":")[0].split("+")
        length = int(self.headers.get("Content-Length") or 0)
        try:
            app = self.network.find(target.hostname or "", target.port or 80, region, frozenset(groups))
        except PermissionError as error:
            self._refuse(504, str(error).encode(), length)
            return
        headers = {k: v for k, v in self.headers.items() if k.lower() not in _HOP}
        connection, whole = self._connection(app.port), False
        try:
            path = target.path or "/"
            connection.request(
                self.command, f"{path}?{target.query}" if target.query else path, self._body(length), headers
            )
            answer = connection.getresponse()
            self.send_response(answer.status, answer.reason)
            for name, value in answer.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            stays = stays and answer.length is not None  # else its end is that of the connection
            if not stays:
                self.send_header("Connection", "close")
            self.end_headers()
            while block := answer.read(_BLOCK):
                self.wfile.write(block)
            whole = answer.isclosed() and connection.sock is not None
            self.close_connection = not (stays and answer.isclosed())
        except ConnectionRefusedError:
            self._refuse(502, b"the app does not listen (yet)", length)
        except (OSError, http.client.HTTPException) as error:
            log.warning("the VPC lost a request to %s: %s", self.path, error)
        finally:
            if whole:
                self._kept = app.port, connection
            else:
                connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = forward  # noqa: N815 - the names of http.server

    def _connection(self, port: int) -> http.client.HTTPConnection:
        """Return a connection to an app: the last one, where it leads there and the app has not closed it."""
        kept, self._kept = self._kept, None
        if kept:
            if kept[0] == port and not select.select([kept[1].sock], [], [], 0)[0]:
                return kept[1]
            kept[1].close()
        return http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)

    def _body(self, length: int) -> Iterable[bytes] | None:
        if not length:
            return None

        def blocks() -> Iterable[bytes]:
            left = length
            while left:
                block = self.rfile.read(min(left, _BLOCK))
                if not block:
                    return
                left -= len(block)
                yield block

        return blocks()

    def _refuse(self, code: int, body: bytes, length: int) -> None:
        """Answer in the app's place. What comes with the request is read: who still sends might not hear the answer."""
        for _ in self._body(length) or ():
            pass
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
