"""The app's HTTP: files in, files out, and clients that do it harm."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from deploy.workloads.shared import exchange
from deploy.workloads.shared.delivery import INLINE
from deploy.workloads.shared.links import leads
from deploy.workloads.shared.server import server
from deploy.workloads.shared.store import Store


class App:
    def __init__(self, folder: Path, *, capacity: int | None = None, links: tuple[str, ...] = ()) -> None:
        self.store = Store(folder, capacity)
        self.server = server(self.store, "127.0.0.1", 0, links)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
        self.store.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()

    def post(self, content: bytes, name: str = "a.txt", *, told: dict[str, object] | None = None, **headers: str):
        digest = hashlib.sha256(content).hexdigest()
        known = {"bucket": "b", "key": f"incoming/{name}", "name": name, "version": "1", "order": "1"}
        description = quote(json.dumps(told or {**known, "size": len(content), "sha256": digest, "kind": "text"}))
        return self.ask("POST", "/files", b"" if "x_link" in headers else content, x_description=description, **headers)


@pytest.fixture
def app(tmp_path: Path):
    made = App(tmp_path)
    yield made
    made.close()


def test_a_file_comes_in_and_is_found_again(app: App) -> None:
    status, _, body = app.post("olá".encode(), "relatório anual.txt")
    assert status == 201
    file_id = json.loads(body)["id"]
    assert json.loads(app.ask("GET", "/files?q=anual")[2])["files"][0]["id"] == file_id
    status, headers, content = app.ask("GET", f"/files/{file_id}/content")
    assert content == "olá".encode()
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''relat%C3%B3rio%20anual.txt"
    assert headers["content-type"] == "application/octet-stream"
    assert json.loads(app.ask("GET", f"/files/{file_id}")[2])["versions"][0]["id"] == file_id
    health = json.loads(app.ask("GET", "/healthz")[2])
    assert health["ok"] is True
    assert health["files"] == 1


def test_the_page_speaks_the_language_of_its_reader(app: App) -> None:
    assert 'lang="pt-BR"' in app.ask("GET", "/")[2].decode()
    assert 'lang="en"' in app.ask("GET", "/", accept_language="en-GB,en;q=0.9")[2].decode()
    assert 'lang="en"' in app.ask("GET", "/?lang=en", accept_language="pt-BR")[2].decode()


def test_the_page_counts_as_people_do(app: App) -> None:
    for content, pt, en in ((b"1", "1 versão de arquivo guardada", "1 version of a file kept"),
                            (b"2", "2 versões de arquivos guardadas", "2 versions of files kept")):  # fmt: skip
        app.post(content, f"{content.decode()}.txt")
        assert pt in app.ask("GET", "/?lang=pt")[2].decode()
        assert en in app.ask("GET", "/?lang=en")[2].decode()


def test_a_name_is_shown_and_never_run(app: App) -> None:
    app.post(b"x", "<script>alert(1)</script>.txt")
    status, headers, body = app.ask("GET", '/?q=<script>"')
    assert status == 200
    assert b"<script>alert" not in body
    assert "script-src 'self'" in headers["content-security-policy"]
    assert b"&lt;script&gt;alert" in app.ask("GET", "/rows")[2]


def test_a_list_for_spreadsheets_holds_no_formula(app: App) -> None:
    app.post(b"x", "=cmd|' /C calc'!A0")
    assert b"'=cmd" in app.ask("GET", "/files.csv")[2]
    assert json.loads(app.ask("GET", "/files")[2])["files"][0]["name"] == "=cmd|' /C calc'!A0"


def test_a_picture_is_shown_small_in_the_list(app: App) -> None:
    file_id = json.loads(app.post(b"large", "férias.jpg")[2])["id"]
    path, small = f"/files/{file_id}/preview", b"\x89PNG\r\n\x1a\nsmall"
    assert app.ask("GET", path)[0] == 404
    assert b"<img" not in app.ask("GET", "/rows")[2]
    assert app.ask("POST", path, small, content_type="image/png", x_order="1")[0] == 201
    status, headers, body = app.ask("GET", path)
    assert (status, headers["content-type"], body) == (200, "image/png", small)
    assert f'<img src="{path}" alt=""'.encode() in app.ask("GET", "/")[2]
    assert "img-src 'self'" in headers["content-security-policy"]


def test_a_preview_of_what_was_there_before_is_not_shown(app: App) -> None:
    file_id = json.loads(app.post(b"large", "férias.jpg")[2])["id"]
    path, small = f"/files/{file_id}/preview", b"\x89PNG\r\n\x1a\nsmall"
    assert app.ask("POST", path, small, content_type="image/png", x_order="0F")[0] == 201
    assert app.ask("GET", path)[0] == 404


def test_a_preview_is_a_small_picture_of_a_file(app: App) -> None:
    file_id = json.loads(app.post(b"large", "férias.jpg")[2])["id"]
    path, small = f"/files/{file_id}/preview", b"\x89PNG\r\n\x1a\nsmall"
    for kind, content in (("image/jpeg", small), ("image/png", b""), ("text/html", b"<script>"), ("", small)):
        assert app.ask("POST", path, content, content_type=kind)[0] == 415
    assert app.ask("POST", path, content_type="image/png", content_length="600000")[0] == 413
    assert app.ask("POST", "/files/nobody/preview", small, content_type="image/png")[0] == 404
    assert app.ask("GET", path)[0] == 404


def test_a_description_that_is_not_true_is_refused(app: App) -> None:
    assert app.ask("POST", "/files", b"x")[0] == 400
    assert app.post(b"x", told={"bucket": "b"})[0] == 400
    assert app.ask("GET", "/files/../../etc/passwd")[0] == 404
    assert app.ask("DELETE", "/files")[0] == 501
    assert app.store.count == 0


def test_a_full_volume_answers_507(tmp_path: Path) -> None:
    app = App(tmp_path, capacity=4 * 1024 * 1024 + 10)
    try:
        assert app.post(b"x" * 11)[0] == 507
        assert app.post(b"x" * 10)[0] == 201
    finally:
        app.close()


@pytest.fixture
def small_files():
    """No file may grow beyond 128 KiB: the log of the catalogue soon has no room either."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (128 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_catalogue_that_cannot_be_written_is_an_answer(app: App, small_files: None) -> None:
    answers = [app.post(b"%d" % n, f"{n}.txt") for n in range(16)]
    assert [status for status, _, _ in answers] == sorted(status for status, _, _ in answers)
    assert (answers[0][0], answers[-1][0]) == (201, 503)
    assert json.loads(answers[-1][2]) == {"error": "the catalogue does not answer: disk I/O error"}
    assert app.store.count == [status for status, _, _ in answers].count(201)


class _Storage(BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None: ...

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("location", "/file")
            self.end_headers()
            return
        self.send_response(200 if self.path.startswith("/file") else 403)
        self.end_headers()
        self.wfile.write(b"large file")


@pytest.fixture
def storage():
    made = HTTPServer(("127.0.0.1", 0), _Storage)
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_link_is_followed_to_the_storage_of_files_and_nowhere_else(tmp_path: Path, storage: str) -> None:
    app = App(tmp_path, links=(storage,))
    try:
        content = b"large file"
        assert app.post(content, x_link=f"{storage}/file?X-Amz-Signature=secret")[0] == 201
        for bad in ("/moved", "/forbidden"):
            status, _, body = app.post(content, told=None, name="other", x_link=f"{storage}{bad}?secret")
            assert status == 502
            assert b"secret" not in body
        for elsewhere in ("http://169.254.169.254/latest", "file:///etc/passwd", f"{storage}@evil.example/file"):
            assert app.post(content, name="third", x_link=elsewhere)[0] == 400
        assert app.store.count == 1
    finally:
        app.close()


def test_links_of_s3_are_told_from_others() -> None:
    origin = "https://*.s3.sa-east-1.amazonaws.com"
    assert leads("https://bucket.s3.sa-east-1.amazonaws.com/key", origin)
    assert not leads("http://bucket.s3.sa-east-1.amazonaws.com/key", origin)
    assert not leads("https://evil-s3.sa-east-1.amazonaws.com/key", origin)
    assert not leads("https://bucket.s3.sa-east-1.amazonaws.com.evil.example/key", origin)


def raw(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the app has had enough
        answer = b""
        try:
            while block := connection.recv(65536):
                answer += block
        except OSError:
            pass
        return answer


def test_a_body_does_not_wait_until_its_head_is_acknowledged(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    accept, accepted = app.server.get_request, list[socket.socket]()

    def noted() -> tuple[socket.socket, object]:
        connection, address = accept()
        accepted.append(connection)
        return connection, address

    monkeypatch.setattr(app.server, "get_request", noted)
    with closing(http.client.HTTPConnection("127.0.0.1", app.port, timeout=10)) as connection:
        connection.request("GET", "/healthz")
        assert connection.getresponse().read()
        assert accepted[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_headers_without_end_are_refused(app: App) -> None:
    assert raw(app.port, b"GET / HTTP/1.1\r\nX: " + b"a" * 10 * 1024 * 1024).startswith(b"HTTP/1.1 431")
    assert raw(app.port, b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n").startswith(b"HTTP/1.1 431")
    assert raw(app.port, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 414")


def test_a_body_of_5_gb_is_refused_before_it_is_read(app: App) -> None:
    head = b"POST /files HTTP/1.1\r\nContent-Length: 5368709120\r\n\r\n"
    assert raw(app.port, head).startswith(b"HTTP/1.1 413")
    assert app.ask("POST", "/files", None, content_length="x")[0] == 411
    head = b"POST /files HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (INLINE + 1)
    assert raw(app.port, head).startswith(b"HTTP/1.1 413")


def test_who_sends_too_much_hears_it(app: App) -> None:
    assert [app.ask("POST", "/files", bytes(4 * INLINE))[0] for _ in range(5)] == [413] * 5


def test_a_client_that_trickles_is_let_go(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "HEAD_SECONDS", 0.4)
    started = time.monotonic()
    answer = raw(app.port, *(b"GET / HT", b"TP/1.1\r\n", *[b"X-a: b\r\n"] * 30), pause=0.05)
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - started < 5
    assert app.ask("GET", "/healthz")[0] == 200


def test_a_body_that_trickles_is_let_go(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "BODY_SECONDS", 0.3)
    head = b"POST /files HTTP/1.1\r\nContent-Length: 100\r\n\r\n"
    assert raw(app.port, head, *[b"x"] * 20, pause=0.05).startswith(b"HTTP/1.1 408")


def test_a_silent_connection_is_closed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "HEAD_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", app.port), timeout=5) as connection:
        assert connection.recv(100) == b""
