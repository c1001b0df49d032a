"""The site, built once a run as CI builds it: strict, with every warning an error."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["ROOT", "Build", "axe", "build", "serve"]

ROOT = Path(__file__).parent.parent


def axe() -> str:
    """Return axe-core, which a page runs on itself."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Build:
    """What came of building the site: the folder, what the builder said, and its exit code."""

    folder: Path
    said: str
    code: int


@cache
def build() -> Build:
    """Build the site into a temporary folder that lives as long as this process."""
    _keep.append(tempfile.TemporaryDirectory(prefix="desenho-site-"))
    folder = Path(_keep[-1].name) / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"SITE_URL": "https://example.org/desenho/", "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Build(folder, done.stdout + done.stderr, done.returncode)


_keep: list[tempfile.TemporaryDirectory[str]] = []


@contextmanager
def serve(folder: Path, base: str = "/") -> Generator[str]:
    """Serve a site from loopback below a base path, as a plain static server does, and yield its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

        def translate_path(self, path: str) -> str:
            return super().translate_path("/" + path.removeprefix(base) if path.startswith(base) else "/outside")

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            if code != http.HTTPStatus.NOT_FOUND or not (folder / "404.html").is_file():
                return super().send_error(code, message, explain)
            body = (folder / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return None

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{base}"
        finally:
            server.shutdown()
            thread.join()
