"""MkDocs' hook: what is generated is made before each build, and again when a script changes under `mkdocs serve`.

`desenho docs` does the same for any other builder. What is left for the hook is the search of the Material theme, whose
index is taken apart by language once the pages are built.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from architecture.errors import DesenhoError
from desenho.checkout import ROOT
from desenho.site.generate import generate
from desenho.site.scripts import SHELVES
from desenho.site.search import split

if TYPE_CHECKING:
    from collections.abc import Callable

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


def on_serve(server: LiveReloadServer, *, builder: Callable[[], None], **_: Any) -> LiveReloadServer:
    """Watch the scripts, too, and make what has changed at every build from now on."""

    def anew() -> None:
        _made.clear()
        builder()

    server.builder = anew
    for shelf in SHELVES:
        if (ROOT / shelf.scripts).is_dir():
            server.watch(str(ROOT / shelf.scripts))
    return server
