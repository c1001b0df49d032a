"""A diagram on a page: the picture inline, so that it follows the page's colours, its links, downloads and words.

What comes out is Markdown with HTML in it. Links that begin with `/` are for the site's builder, which makes them fit
the page they land on; links inside the picture lead to the words below it, so they fit anywhere.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from architecture.text import Text, translate
from architecture.words import name_of, steps
from desenho.site.markdown import plain, table
from desenho.site.services import ITEMS, role

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from architecture.model import Architecture
    from architecture.text import Lang
    from export.drawing import Drawing

__all__ = ["Picture", "component", "open_address", "thumb", "upright", "words"]

_SAID: Final[dict[str, Text]] = {
    "larger": Text("Ampliar", en="Zoom in"),
    "smaller": Text("Reduzir", en="Zoom out"),
    "whole": Text("Tamanho inicial", en="First size"),
    "view": Text("Ver no draw.io", en="View in draw.io"),
    "close": Text("Fechar o draw.io", en="Close draw.io"),
    "frame": Text("O diagrama no visualizador do draw.io", en="The diagram in draw.io's viewer"),
}
_OPEN: Final = Text("Abrir no draw.io", en="Open in draw.io")
_STAGE: Final = Text(
    "Diagrama: {title}. Teclas + e − ampliam e reduzem, 0 volta ao início.",
    en="Diagram: {title}. Keys + and − zoom in and out, 0 goes back.",
)
_RAW: Final = 'data-search-exclude markdown="0"'
_SUMMARY: Final = Text("O diagrama em palavras", en="The diagram in words")
_STEPS: Final = (
    Text("Passo", en="Step"),
    Text("De", en="From"),
    Text("Para", en="To"),
    Text("O que acontece", en="What"),
)
_NARROWER: Final = 0.75
"""How much narrower the upright variant must be to be worth its weight."""
_FITS: Final = 480
"""The width in px up to which a drawing needs no such variant."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A diagram in one language: as it is, and upright for narrow screens where that is any narrower."""

    architecture: Architecture
    wide: Drawing
    tall: Drawing | None
    drawio: bytes

    @classmethod
    def of(cls, architecture: Architecture, lang: Lang) -> Picture:
        """Draw a diagram in a language."""
        from export import drawio
        from export.compose import draw

        wide = draw(architecture, lang)
        tall = draw(upright(architecture), lang) if wide.width > _FITS else None
        if tall and tall.width > _NARROWER * wide.width:
            tall = None
        return cls(architecture, wide, tall, drawio.write(wide))


def upright(architecture: Architecture) -> Architecture:
    """Return the same architecture, flowing from top to bottom, in its groups too."""
    groups = tuple(replace(group, direction="TB") for group in architecture.groups)
    return replace(architecture, direction="TB", groups=groups)


def component(picture: Picture, *, folder: str, formats: Sequence[str], told: bool = True, explained: str = "") -> str:
    """Return the diagram for a page: picture, tools and downloads; with `told` its words, folded, below it.

    `folder` is where the files of the diagram are, from the root of the site, such as `diagrams/gallery`. The items of
    the picture link to `#NAME-ID` on the page `explained`, by default the page that the diagram is on.
    """
    drawing, lang = picture.wide, picture.wide.lang
    said = {name: translate(text, lang) for name, text in _SAID.items()}
    stage = translate(_STAGE, lang).format(title=drawing.title)
    inline = [_inline(drawing, "wide", explained)]
    if picture.tall:
        inline.insert(0, _inline(picture.tall, "tall", explained))
    suffix = "" if lang == picture.architecture.lang else f".{lang}"
    downloads = [f'[.{name}](/{folder}/{drawing.name}{suffix}.{name}){{ download="" }}' for name in formats]
    outside = f'[{translate(_OPEN, lang)}]({open_address(picture.drawio)}){{ rel="noopener" }}'
    lines = [
        f'<figure class="diagram" data-words="{escape(json.dumps(said, ensure_ascii=False))}" markdown="1">',
        f'<div class="diagram__stage" role="region" tabindex="0" aria-label="{escape(stage)}" {_RAW}>',
        *inline,
        "</div>",
        '<p class="diagram__status" role="status" markdown="0"></p>',
        '<div class="diagram__tools" markdown="1">',
        "",
        " ".join([*downloads, outside]),
        "",
        "</div>",
        "</figure>",
        "",
    ]
    if told:
        summary = translate(_SUMMARY, lang)
        lines += [
            '<details class="diagram__words" data-search-exclude markdown="1">',
            f"<summary>{summary}</summary>",
            "",
            words(picture.architecture, lang),
            "</details>",
            "",
        ]
    return "\n".join(lines)


def thumb(drawing: Drawing) -> str:
    """Return the picture small and without words or links of its own, for a card that says what it shows."""
    text = re.sub(r"<(title|desc)>.*?</\1>\n?", "", _inline(drawing, "thumb", ""), flags=re.DOTALL)
    text = re.sub(r"<a [^>]*>|<g data-cell-id=[^>]*>", "<g>", text).replace("</a>", "</g>")
    text = text.replace(' role="group"', "", 1)
    return f'<div class="card__picture" aria-hidden="true" {_RAW}>\n{text}\n</div>\n'


def words(architecture: Architecture, lang: Lang) -> str:
    """Return a diagram told in words, as Markdown: the table of its steps, and its items with their place and purpose.

    Each item can be linked to as `NAME-ID`.
    """
    return "\n".join([*_steps(architecture, lang), *_items(architecture, lang)])


def open_address(drawio: bytes) -> str:
    """Return an address that opens the drawing in draw.io's editor; the data stays in the part after `#`."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(quote(drawio, safe="~()*!.'").encode()) + deflate.flush()
    order = {"type": "xml", "compressed": True, "data": base64.b64encode(packed).decode()}
    return "https://app.diagrams.net/#create=" + quote(json.dumps(order, separators=(",", ":")), safe="")


def _inline(drawing: Drawing, variant: str, explained: str) -> str:
    """Return the picture with ids that are its own on the page, and links to the words of the diagram."""
    from export import svg

    own = f"{drawing.name}-{variant}-"
    text = svg.picture(drawing).decode().strip()
    text = re.sub(r'(<use href="#)', rf"\g<1>{own}", text)
    text = re.sub(r'(<(?:path|g|image) id=")', rf"\g<1>{own}", text)
    text = re.sub(r'(<a href="#)', rf'<a href="{explained}#{drawing.name}-', text)
    ratio = f"{drawing.width / drawing.height:.3f}"
    head = f'<svg class="diagram__{variant}" style="--width:{drawing.width}px;--ratio:{ratio}"'
    return text.replace("<svg", head, 1).replace(' role="group"', ' role="group" focusable="false"', 1)


def _steps(architecture: Architecture, lang: Lang) -> Iterator[str]:
    rows = steps(architecture, lang)
    if not rows:
        return
    head = [translate(words, lang) for words in _STEPS]
    yield from table(
        head, ([str(r.number), plain(r.source), plain(r.target), plain(r.action)] for r in rows), right=(0,)
    )


def _items(architecture: Architecture, lang: Lang) -> Iterator[str]:
    rows: list[list[str]] = []
    for item in (*architecture.nodes, *architecture.groups):
        anchor = f'<span id="{escape(f"{architecture.name}-{item.id}")}">{plain(name_of(item, lang))}</span>'
        place = " › ".join(plain(name_of(group, lang)) for group in architecture.path(item.id))
        rows.append([anchor, translate(role(item), lang), place])
    yield from table([translate(words, lang) for words in ITEMS], rows)
