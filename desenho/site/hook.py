"""MkDocs' hook: what is generated is made before each build, and again when a script changes under `mkdocs serve`.

The site does not depend on it: `desenho docs` does the same for any other builder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desenho.site.generate import generate
from desenho.site.scripts import ROOT, SHELVES

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer

_made: list[bool] = []
"""MkDocs loads this module anew for each build."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make what has changed, before MkDocs looks for files: once a build, which passes here once a language."""
    if not _made:
        generate()
        _made.append(True)
    return config


def on_serve(server: LiveReloadServer, **_: Any) -> LiveReloadServer:
    """Watch the scripts, too."""
    for shelf in SHELVES:
        if (ROOT / shelf.scripts).is_dir():
            server.watch(str(ROOT / shelf.scripts))
    return server
