"""The site under `mkdocs serve`: a script that changes is drawn again, and one that fails says where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("mkdocs")

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

from architecture.errors import ScriptError
from desenho.site import hook

if TYPE_CHECKING:
    from pathlib import Path


def test_every_build_of_a_served_site_draws_what_has_changed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(hook, "generate", lambda: made.append("all"))
    monkeypatch.setattr(hook, "_made", [])

    def build() -> None:  # MkDocs passes once a language
        for _ in ("pt", "en"):
            hook.on_config(MkDocsConfig())

    config = MkDocsConfig()
    server = LiveReloadServer(builder=build, host="127.0.0.1", port=0, root=".")
    server.watch(config.docs_dir)
    try:
        build()
        hook.on_serve(server, config=config, builder=build)
        assert made == ["all"]
        server.builder()
        server.builder()
    finally:
        server.server_close()
    assert made == ["all"] * 3


def test_what_is_written_by_hand_is_watched_and_what_a_build_writes_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "ROOT", tmp_path)
    monkeypatch.setattr(hook, "generate", lambda: (docs / "new/deep").mkdir(parents=True))
    docs = tmp_path / "docs"
    by_hand = [docs, docs / "assets", docs / "guides", tmp_path / "diagrams", tmp_path / "diagrams/gallery"]
    for folder in (*by_hand, docs / "_generated/reference", docs / "diagrams/gallery", docs / "assets/drawio"):
        folder.mkdir(parents=True, exist_ok=True)
    config = MkDocsConfig()
    config.docs_dir = str(docs)
    server = LiveReloadServer(builder=lambda: None, host="127.0.0.1", port=0, root=".")
    server.watch(config.docs_dir)
    try:
        hook.on_serve(server, config=config, builder=lambda: hook.on_config(config) and None)
        assert sorted(server._watched_paths) == sorted(map(str, by_hand))
        server.builder()
        assert set(server._watched_paths) - set(map(str, by_hand)) == {str(docs / "new"), str(docs / "new/deep")}
    finally:
        server.server_close()


def test_a_script_that_fails_ends_the_build_with_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ScriptError("'(' was never closed", where="diagrams/web.py:2")

    monkeypatch.setattr(hook, "generate", fails)
    monkeypatch.setattr(hook, "_made", [])
    with pytest.raises(Abort, match=r"diagrams/web\.py:2: '\(' was never closed"):
        hook.on_config(MkDocsConfig())
