"""MkDocs' hook: what is generated is made before each build, and again when a script changes under `mkdocs serve`.

There, what is written by hand is watched, and not what a build itself writes: one change is one build.

`desenho docs` does the same for any other builder. What is left for the hook is the search of the Material theme, whose
index is taken apart by language once the pages are built.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from architecture.errors import DesenhoError
from desenho.checkout import ROOT
from desenho.site.generate import GENERATED, generate
from desenho.site.scripts import SHELVES
from desenho.site.search import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

_made: list[bool] = []
"""Whether this build has made it already. MkDocs keeps this module from one build to the next."""
_AFTER_I18N: Final = -200
"""The plugin of the languages, at -100, builds each of them and then writes one index for all."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make what has changed, before MkDocs looks for files: once a build, which passes here once a language."""
    if not _made:
        try:
            generate()
        except DesenhoError as error:
            raise Abort(str(error)) from error
        _made.append(True)
    return config


@event_priority(_AFTER_I18N)
def on_post_build(config: MkDocsConfig) -> None:
    """Take the search index apart; within the build of a language there is only that language in it."""
    split(Path(config.site_dir))


def on_serve(
    server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[[], None], **_: Any
) -> LiveReloadServer:
    """Watch what is written by hand, the scripts too, and make what has changed at every build from now on."""

    def anew() -> None:
        _made.clear()
        builder()
        watch()  # there may be new folders

    def watch() -> None:
        for folder in _by_hand(Path(config.docs_dir)):
            # Each folder for itself: two that hold a file would see its change at two moments, which are two builds.
            server.watch(str(folder), recursive=False)

    server.builder = anew
    server.unwatch(config.docs_dir)
    watch()
    return server


def _by_hand(docs: Path) -> Iterator[Path]:
    """Yield the folders in which people write what the site shows."""
    generated = {docs / name for name in GENERATED}
    for name, inside, _ in os.walk(docs):
        folder = Path(name)
        inside[:] = [each for each in inside if folder / each not in generated]
        yield folder
    yield from (folder for shelf in SHELVES if (folder := ROOT / shelf.scripts).is_dir())
