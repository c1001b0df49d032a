"""The demo's page, served until it is told to stop."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from architecture.text import LANGS
from desenho.demo.page import page
from desenho.demo.server import Shown, server
from desenho.demo.travels import Travels

if TYPE_CHECKING:
    from collections.abc import Generator

    from architecture.text import Lang
    from deploy.running import Running

__all__ = ["Open", "opened"]


class Open(NamedTuple):
    """A page that is served: its address, the word that stops it, what it shows, and the event of its end."""

    url: str
    token: str
    travels: Travels
    stopping: threading.Event


@contextmanager
def opened(running: Running, script: str) -> Generator[Open]:
    """Serve the page of a stack; `script` is the source that it was made from, as the user would type it."""
    stopping, travels, token = threading.Event(), Travels(running), secrets.token_urlsafe(16)
    pages, downloads = _drawn(running, script)
    shown = Shown(running=running, travels=travels, pages=pages, downloads=downloads, token=token, stopping=stopping)
    with server(shown) as serving:
        threads = [
            threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True),
            threading.Thread(target=travels.watch, args=(stopping,), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Open(f"http://127.0.0.1:{serving.server_port}/", token, travels, stopping)
        finally:
            stopping.set()
            serving.shutdown()
            for thread in threads:
                thread.join(10)


def _drawn(running: Running, script: str) -> tuple[dict[Lang, bytes], dict[str, bytes]]:
    from desenho.site.component import open_address
    from export import drawio, png, svg
    from export.compose import draw

    architecture = running.blueprint.architecture
    stem = architecture.name
    pages: dict[Lang, bytes] = {}
    downloads: dict[str, bytes] = {}
    run = "uv run " if "UV" in os.environ else ""
    commands = [
        f"{run}desenho deploy upload {script} README.md --local --follow",
        f"{run}desenho probe {script} --local",
        f"{run}desenho deploy logs {script} --local --follow",
        f"{run}desenho deploy status {script} --local",
    ]
    for lang in LANGS:
        drawing = draw(architecture, lang)
        file = drawio.write(drawing)
        pages[lang] = page(
            architecture,
            lang,
            picture=svg.picture(drawing).decode(),
            edit=open_address(file),
            commands=commands,
            stem=stem,
        ).encode()
        if lang == architecture.lang:
            downloads = {f"{stem}.drawio": file, f"{stem}.svg": svg.write(drawing), f"{stem}.png": png.write(drawing)}
    return pages, downloads
