"""The site while it is written: `mkdocs serve` builds once for each edit, whatever the build itself writes."""

from __future__ import annotations

import os
import queue
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from website import ROOT

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path
    from typing import IO

LIMIT = 180.0
"""Seconds after which something does not happen any more."""
QUIET = 2.0
"""Seconds without a word after which no build is under way or to come: files are looked at twice a second."""


class Served:
    """A copy of the project under `mkdocs serve`, and what the server has said."""

    def __init__(self, place: Path, port: int, output: IO[str]) -> None:
        self.place = place
        self.address = f"http://127.0.0.1:{port}/"
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=lambda: [self._lines.put(line) for line in output], daemon=True).start()

    def hear(self, words: str) -> None:
        """Wait until the server says these words, and then until it has no more to say."""
        try:
            while words not in self._line(LIMIT):
                pass
        except queue.Empty:
            pytest.fail(f"{words!r} was not said: {''.join(self.said)}")
        with suppress(queue.Empty):
            while True:
                self._line(LIMIT if self._building() else QUIET)

    def _building(self) -> bool:
        said = "".join(self.said)
        return said.count("Detected file changes") > said.count("Reloading browsers")

    def edit(self, path: str, old: str, new: str) -> str:
        """Change a file, and return the words of every build that came of it."""
        before = len(self.said)
        file = self.place / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        self.hear("Reloading browsers")
        return "".join(self.said[before:])

    def page(self, path: str) -> str:
        """Return a page as a browser gets it."""
        with urllib.request.urlopen(self.address + path, timeout=LIMIT) as answer:
            return answer.read().decode()

    def _line(self, seconds: float) -> str:
        self.said.append(self._lines.get(timeout=seconds))
        return self.said[-1]


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    for folder in ("architecture", "export", "deploy", "desenho", "diagrams", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("mkdocs.yml", "pyproject.toml", "tests/faults.toml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy2(ROOT / file, tmp_path / file)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    with server:
        try:
            served = Served(tmp_path, port, server.stdout)
            served.hear("Serving on")
            yield served
        finally:
            server.terminate()


@pytest.mark.slow
def test_an_edit_of_a_script_or_of_a_page_is_one_build(served: Served) -> None:
    for path, old, new, page in (
        # This one also makes the card and the viewer's stencils.
        ("diagrams/challenge.py", "HTTP POST", "HTTP PUT", "architecture/challenge/"),
        ("diagrams/gallery/static_site.py", "Amazon S3", "Site bucket", "gallery/static-site/"),
        # This page prints a script, which is drawn.
        ("docs/tutorials/first-diagram.md", "Amazon S3", "Minha pasta", "tutorials/first-diagram/"),
        ("docs/index.en.md", "Why another tool", "Why one more tool", "en/"),
    ):
        said = served.edit(path, old, new)
        assert said.count("Building documentation...") == 1, f"{path}\n{said}"
        assert re.search(rf"<(h2|text)[^>]*>{new}", served.page(page)), path
