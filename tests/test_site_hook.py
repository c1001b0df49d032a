"""The site under `mkdocs serve`: a script that changes is drawn again, and one that fails says where."""

from __future__ import annotations

import pytest

pytest.importorskip("mkdocs")

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.livereload import LiveReloadServer

from architecture.errors import ScriptError
from desenho.site import hook


def test_every_build_of_a_served_site_draws_what_has_changed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(hook, "generate", lambda: made.append("all"))
    monkeypatch.setattr(hook, "_made", [])

    def build() -> None:  # MkDocs passes once a language
        for _ in ("pt", "en"):
            hook.on_config(MkDocsConfig())

    server = LiveReloadServer(builder=build, host="127.0.0.1", port=0, root=".")
    try:
        build()
        hook.on_serve(server, config=MkDocsConfig(), builder=build)
        assert made == ["all"]
        server.builder()
        server.builder()
    finally:
        server.server_close()
    assert made == ["all"] * 3


def test_a_script_that_fails_ends_the_build_with_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ScriptError("'(' was never closed", where="diagrams/web.py:2")

    monkeypatch.setattr(hook, "generate", fails)
    monkeypatch.setattr(hook, "_made", [])
    with pytest.raises(Abort, match=r"diagrams/web\.py:2: '\(' was never closed"):
        hook.on_config(MkDocsConfig())
