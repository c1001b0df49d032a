"""The scripts that pages print, and their pictures: what stands below a script is what that very script draws.

A page that has `--8<-- "printed/PAGE.N.LANG.md"` shows there the picture of the Nth script that it prints, which is a
block of Python with a file name as its title. PAGE is the name of the page's file up to its first dot.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from architecture.errors import DesenhoError, ScriptError
from desenho import sources
from desenho.sources import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from architecture.text import Lang

__all__ = ["Printed", "printed"]

_SCRIPT: Final = re.compile(r'^```python title="([^"/]+\.py)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_SHOWN: Final = re.compile(r'^--8<-- "printed/([^."]+)\.(\d+)\.(pt|en)\.md"$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Printed:
    """A script as a page prints it: a `Job`."""

    page: Path
    number: int
    lang: Lang
    title: str
    text: str

    @property
    def name(self) -> str:
        """The name of the part that the page inserts."""
        return f"printed/{self.page.name.partition('.')[0]}.{self.number}.{self.lang}.md"

    @property
    def source(self) -> Source:
        """The page."""
        return Source(self.page)

    def stamp(self, code: str) -> str:
        """Return what changes whenever the script or the code changes."""
        return hashlib.sha256(repr((code, self.name, self.title, self.text)).encode()).hexdigest()

    def make(self, read: Callable[[], None]) -> dict[str, bytes]:
        """Return the picture with its words, in the language of the page."""
        from desenho.site.component import Picture, component

        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / self.title
            script.write_text(self.text, encoding="utf-8")
            try:
                architectures = sources.read(Source(script))
            except DesenhoError as error:
                where = f"{self.page}: {(error.where or self.title).replace(str(script), self.title)}"
                raise type(error)(error.what, where=where, hint=error.hint) from error
        read()
        if len(architectures) != 1:
            raise ScriptError(
                f"the script draws {len(architectures)} diagrams, and one is shown below it",
                where=f"{self.page}: {self.title}",
            )
        (architecture,) = architectures
        # A page may print one script after the other under one name: each picture has anchors of its own.
        own = replace(architecture, filename=f"{architecture.filename}-{self.number}")
        text = component(Picture.of(own, self.lang), folder="", formats=())
        return {f"_generated/{self.name}": text.encode()}


def printed(docs: Path) -> list[Printed]:
    """Return the scripts whose pictures the pages show, in the order of the pages.

    Raises ScriptError where a page shows the picture of a script that it does not print.
    """
    pages = (page for page in sorted(docs.rglob("*.md")) if "_generated" not in page.relative_to(docs).parts)
    return [script for page in pages for script in _on(page)]


def _on(page: Path) -> Iterator[Printed]:
    text = page.read_text(encoding="utf-8")
    found = _SCRIPT.findall(text)
    for _, number, lang in _SHOWN.findall(text):
        if not 1 <= int(number) <= len(found):
            raise ScriptError(
                f"the picture of script {number} is shown, and the page prints {len(found)}",
                where=str(page),
                hint='a script is a block of Python with a title, such as ```python title="first.py"',
            )
        title, script = found[int(number) - 1]
        yield Printed(page, int(number), cast("Lang", lang), title, script)
