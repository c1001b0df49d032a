"""The connection that a warm function keeps to its app, alone and by way of the local cloud's VPC."""

from __future__ import annotations

import base64
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local.vpc import Vpc
from deploy.workloads.shared import connection
from deploy.workloads.shared.connection import SILENT, post
from deploy.workloads.shared.exchange import HEAD_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator


class Server(ThreadingHTTPServer):
    """Answers what it is sent, and counts connections; `hang_up` closes each after its answer without saying so."""

    daemon_threads = True
    connections = 0
    hang_up = False
    asked: list[tuple[str, str | None]]

    def get_request(self) -> tuple[Any, Any]:
        self.connections += 1
        return super().get_request()


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *args: object) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, self.headers["proxy-authorization"]))
        self.send_response(507 if body == b"full" else 201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.server.hang_up


@contextmanager
def serving() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Echo)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(connection, "_kept", kept)
    monkeypatch.delenv("http_proxy", raising=False)
    with serving() as found:
        yield found
    for line in kept.values():
        line.connection.close()


def test_one_connection_serves_many_events(app: Server) -> None:
    url = f"http://127.0.0.1:{app.server_port}/files?q=a"
    for body, status in ((b"one", 201), (b"full", 507), (b"", 201), (b"x" * 60_000, 201)):
        assert post(url, body, {}, 5) == (status, body)
    assert app.connections == 1
    assert {path for path, _ in app.asked} == {"/files?q=a"}


def test_what_an_answer_leaves_unread_does_not_reach_the_next_one(app: Server) -> None:
    url = f"http://127.0.0.1:{app.server_port}/files"
    assert len(post(url, b"x" * 100_000, {}, 5)[1]) == 65_536
    assert post(url, b"two", {}, 5) == (201, b"two")


def test_a_connection_that_the_app_has_closed_is_made_again(app: Server) -> None:
    url = f"http://127.0.0.1:{app.server_port}/files"
    app.hang_up = True
    assert [post(url, body, {}, 5)[1] for body in (b"one", b"two", b"three")] == [b"one", b"two", b"three"]
    assert len(app.asked) == 3


def test_a_connection_that_was_silent_for_as_long_as_the_app_waits_is_not_tried(
    app: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(connection, "time", lambda: clock.now)
    url = f"http://127.0.0.1:{app.server_port}/files"
    for clock.now, connections in ((0.0, 1), (SILENT - 1, 1), (2 * SILENT, 2), (1.0, 3)):
        assert post(url, b"one", {}, 5) == (201, b"one")
        assert app.connections == connections
    assert SILENT < HEAD_SECONDS


def test_an_app_that_does_not_listen_is_told_at_once() -> None:
    with pytest.raises(ConnectionRefusedError):
        post("http://127.0.0.1:1/files", b"two", {}, 5)


def test_the_proxy_of_the_environment_is_asked_for_the_whole_address(
    app: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://us-east-1+sg-1:x@127.0.0.1:{app.server_port}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for _ in range(2):
        assert post("http://10.0.0.4:8080/files", b"one", {}, 5) == (201, b"one")
    user = f"Basic {base64.b64encode(b'us-east-1+sg-1:x').decode()}"
    assert app.asked == [("http://10.0.0.4:8080/files", user)] * 2
    assert app.connections == 1


def test_the_vpc_keeps_both_connections_and_finds_an_app_that_came_back_elsewhere(
    app: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    anyone = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    group = {"GroupId": "sg-1", "VpcId": "vpc-1", "IpPermissions": anyone, "IpPermissionsEgress": anyone}
    ec2 = SimpleNamespace(describe_security_groups=lambda **_: {"SecurityGroups": [group]})
    found = SimpleNamespace(port=app.server_port, groups=frozenset({"sg-1"}))
    vpc: Any = Vpc(lambda _region: lambda _service: ec2, SimpleNamespace(at=lambda *_: found))
    monkeypatch.setenv("http_proxy", vpc.proxy_url("us-east-1", ["sg-1"]))
    for _ in range(3):
        assert post("http://10.0.0.4:8080/files?q=a", b"one", {}, 5) == (201, b"one")
    assert (app.connections, app.asked) == (1, [("/files?q=a", None)] * 3)
    with serving() as elsewhere:
        found.port = elsewhere.server_port
        assert post("http://10.0.0.4:8080/files", b"two", {}, 5) == (201, b"two")
        assert elsewhere.connections == 1
    found.port = 1  # where nobody listens
    assert post("http://10.0.0.4:8080/files", b"x" * 1_000_000, {}, 5)[0] == 502
    anyone.clear()
    vpc.noticed("RevokeSecurityGroupIngress")
    status, said = post("http://10.0.0.4:8080/files", b"x" * 1_000_000, {}, 5)
    assert (status, said) == (504, b"no rule of sg-1 lets a request out to 10.0.0.4:8080")
    vpc.close()
