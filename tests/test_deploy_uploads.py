"""Uploads that cannot end well: what the person is told."""

from __future__ import annotations

import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from architecture.errors import CloudError
from deploy import uploads
from deploy.client import connect

_BEGUN = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"


class _DiesAfterItsFirstAnswer(BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None: ...

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(_BEGUN)))
        self.end_headers()
        self.wfile.write(_BEGUN)


def test_what_stopped_an_upload_in_parts_is_told_and_not_that_it_cannot_be_cleared_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MULTIPART", 1)
    monkeypatch.setattr(uploads.time, "sleep", lambda _seconds: None)
    server = HTTPServer(("127.0.0.1", 0), _DiesAfterItsFirstAnswer)

    def once() -> None:
        server.handle_request()
        server.server_close()

    serving = threading.Thread(target=once)
    serving.start()
    address = f"127.0.0.1:{server.server_port}"
    clients = connect("us-east-1", endpoint_url=f"http://{address}", access_key=("local", "local"))
    to = uploads.Target(node="bucket", bucket="b")
    with pytest.raises(CloudError, match=f"^incoming/a: {address} does not answer: "):
        uploads.upload(clients, to, "incoming/a", io.BytesIO(b"content"), 7)
    serving.join()


def test_what_is_no_file_is_named_for_what_it_is(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none", "there is no such file"), (tmp_path, "is a folder")):
        with pytest.raises(uploads.SourceError, match=what):
            uploads.checked([path])
    if Path("/dev/null").exists():
        with pytest.raises(uploads.SourceError, match="is no regular file"):
            uploads.checked([Path("/dev/null")])
