"""The local cloud's HTTP server: what connections keep, and what ends them."""

from __future__ import annotations

import http.client
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as the path says."""
    match environ["PATH_INFO"]:
        case "/echo":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or -1))
            start_response("200 OK", [("Content-Length", str(len(body)))])
            return [body]
        case "/deaf":
            start_response("200 OK", [("Content-Length", "2")])
            return [b"no"]
        case "/gone":
            start_response("204 No Content", [])
            return []
        case "/size":
            start_response("200 OK", [("Content-Length", "12345")])
            return []
        case "/parts":
            start_response("200 OK", [])
            return (part for part in (b"a", b"b"))
        case _:
            raise RuntimeError("a fault")


@pytest.fixture
def connection() -> Iterator[http.client.HTTPConnection]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = make_server(listening, application)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    yield client
    client.close()
    server.shutdown()
    server.server_close()


def ask(client: http.client.HTTPConnection, method: str, path: str, *given: Any, **more: Any) -> tuple[int, bytes]:
    client.request(method, path, *given, **more)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_a_connection_serves_many_requests(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "POST", "/echo", b"one") == (200, b"one")
    kept = connection.sock
    assert ask(connection, "POST", "/deaf", b"GET / HTTP/1.1\r\n\r\n" * 9000) == (200, b"no"), "nobody reads the body"
    assert ask(connection, "DELETE", "/gone") == (204, b"")
    assert ask(connection, "HEAD", "/size") == (200, b"")
    assert ask(connection, "POST", "/echo", b"two") == (200, b"two")
    assert connection.sock is kept


def test_what_has_no_known_length_ends_its_connection(connection: http.client.HTTPConnection) -> None:
    assert ask(connection, "GET", "/parts") == (200, b"ab")
    assert connection.sock is None
    assert ask(connection, "POST", "/echo", iter([b"in ", b"chunks"]), encode_chunked=True) == (200, b"in chunks")
    assert connection.sock is None


def test_a_fault_is_answered_and_told(
    connection: http.client.HTTPConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(connection, "GET", "/fault")[0] == 500
    assert "RuntimeError: a fault" in capsys.readouterr().err
    assert ask(connection, "POST", "/echo", b"after") == (200, b"after")
