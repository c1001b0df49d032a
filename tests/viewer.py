"""draw.io's own viewer in a headless Chromium: what a person sees who opens a file.

The viewer, its shapes and its stencils come with the package `jupyterlab-drawio-render-extension`; they are served from
loopback, and no other host is reached.
"""

from __future__ import annotations

import base64
import functools
import http.server
import importlib.util
import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from playwright.sync_api import Browser, Page, Route, sync_playwright

from gate import Figures, measure
from scenes import Cell, from_cells

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

__all__ = ["Viewer", "chromium", "chromium_path", "open_viewer"]

PAGE = Path(__file__).parent / "browser" / "viewer.html"
PACKAGE = "jupyterlab_drawio_render_extension"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
WANTED = f"no Chromium: set CHROMIUM to its path, or install one on the PATH ({', '.join(NAMES)})"

Kind = Literal["drawio", "svg", "png"]


def chromium_path() -> str | None:
    """Return where Chromium is: the variable CHROMIUM, else the first found on the PATH."""
    return os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Generator[Browser]:
    """Start a headless Chromium. Raises RuntimeError where there is none."""
    path = chromium_path()
    if path is None:
        raise RuntimeError(WANTED)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


class Viewer:
    """A page that shows one file at a time. `refused` are the addresses outside that a file asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.refused: list[str] = []

    def open(self, file: Path, index: int = 0) -> int:
        """Show a page of a .drawio, .svg or .png file and return how many pages it has."""
        return self.show(file.read_bytes(), _kind(file), index)

    def show(self, data: bytes, kind: Kind = "drawio", index: int = 0) -> int:
        """Show a page of a file's content and return how many pages it has, 0 where it carries no drawing."""
        text = base64.b64encode(data).decode() if kind == "png" else data.decode()
        return self.page.evaluate("file => show(file)", [kind, text, index])

    def cells(self) -> list[Cell]:
        """Return the cells as they are drawn."""
        return self.page.evaluate("cells()")

    def blank(self) -> list[str]:
        """Return the addresses of the pictures in the drawing that do not show."""
        return self.page.evaluate("blank()")

    def figures(self) -> Figures:
        """Measure what is shown."""
        return measure(from_cells(self.cells()))

    def move(self, cell: str, dx: float, dy: float) -> None:
        """Move a cell by so many px, as a person does with the mouse."""
        self.page.evaluate("move => window.move(move)", [cell, dx, dy])

    def picture(self, box: tuple[float, float, float, float] | None = None) -> bytes:
        """Return what is shown as PNG: all of it, or x, y, width and height of the drawing's own px."""
        if box is None:
            x, y, width, height = self.page.evaluate("bounds()")
        else:
            left, top = self.page.evaluate("origin()")
            x, y, width, height = box[0] + left, box[1] + top, box[2], box[3]
        size = {"width": max(50, int(x + width + 20)), "height": max(50, int(y + height + 20))}
        self.page.set_viewport_size(size)
        return self.page.screenshot(clip={"x": x, "y": y, "width": width, "height": height})

    def grey(self, picture: bytes, kind: Literal["svg", "png"], width: int, height: int, side: int) -> Sequence[int]:
        """Return the mean grey (0 to 255) of squares of `side` px of a picture drawn in that size, row by row."""
        kinds = {"svg": "image/svg+xml", "png": "image/png"}
        content = base64.b64encode(picture).decode()
        return self.page.evaluate("picture => grey(picture)", [kinds[kind], content, width, height, side])


@contextmanager
def open_viewer(browser: Browser) -> Generator[Viewer]:
    """Serve draw.io's viewer from loopback and open it."""
    with _served(_static()) as base, browser.new_context(viewport={"width": 1600, "height": 1200}) as context:
        viewer = Viewer(context.new_page())

        def guard(route: Route) -> None:
            if route.request.url.startswith((base, "data:", "blob:")):
                route.continue_()
            else:
                viewer.refused.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        viewer.page.goto(base)
        yield viewer


@contextmanager
def _served(folder: Path) -> Generator[str]:
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """The viewer's scripts, and the page round them."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (its name in the standard library)
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with the page for `/`, else with a file."""
        if self.path != "/":
            return super().do_GET()
        body = PAGE.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None


def _static() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {PACKAGE.replace('_', '-')} is missing: pip install 'desenho[icons]'")
    return Path(spec.submodule_search_locations[0]) / "static"


def _kind(file: Path) -> Kind:
    match file.suffix:
        case ".svg":
            return "svg"
        case ".png":
            return "png"
        case _:
            return "drawio"
