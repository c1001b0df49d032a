"""What the words say: both languages, and AWS's own names."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from architecture.names import SERVICE_NAMES
from architecture.rule import Hit, Rule, told
from architecture.text import LANGS, Text, langs_of, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture

__all__ = ["RULES"]

_LANGUAGES: Final = {"pt": Text("português", en="Portuguese"), "en": Text("inglês", en="English")}
_PORTUGUESE: Final = re.compile(r"[ãõáéíóúâêôàç]", re.IGNORECASE)
"""Letters that words of AWS and of English do without."""


def _words(architecture: Architecture) -> Iterator[tuple[str, str]]:
    """Yield all words with the id of what they stand on."""
    yield architecture.name, architecture.title
    yield from ((x.id, x.label) for x in (*architecture.groups, *architecture.nodes, *architecture.edges))


def _one_language(architecture: Architecture) -> Iterator[Hit]:
    used = {lang for _, words in _words(architecture) for lang in langs_of(words)}
    for where, words in _words(architecture):
        # Words without a language serve all, unless they are plainly Portuguese.
        has = langs_of(words) or ({"pt"} if _PORTUGUESE.search(words) else used)
        for lang in LANGS:
            if lang in used and lang not in has:
                flat = " ".join(words.split())
                portuguese = f"“{flat}” não está em {translate(_LANGUAGES[lang], 'pt')}"
                yield Hit(where, Text(portuguese, en=f"“{flat}” is not in {translate(_LANGUAGES[lang], 'en')}"))


def _wrong_names(architecture: Architecture) -> Iterator[Hit]:
    pattern, right = _names()
    for where, words in _words(architecture):
        for lang in LANGS:
            for found in pattern.finditer(" ".join(translate(words, lang).split())):
                official = right[found[2].lower()]
                if found[0] != official:
                    what = Text("“{0}” se chama “{1}”", en="“{0}” is called “{1}”")
                    yield told(architecture, where, what, found[0], official)


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the pattern of a maker and a service, right or wrong, and the right name of each service."""
    right: dict[str, str] = {}
    for official in SERVICE_NAMES.values():
        maker, _, service = official.partition(" ")
        if maker in {"Amazon", "AWS"}:
            right[service.lower()] = official
    # The longest first: `AWS Glue Data Catalog` is not `AWS Glue`.
    services = "|".join(re.escape(service) for service in sorted(right, key=len, reverse=True))
    return re.compile(rf"\b(amazon|aws) ({services})\b", re.IGNORECASE), right


RULES: Final = (
    Rule(
        "one-language",
        "warning",
        Text("palavras em uma só língua", en="words in one language only"),
        Text(
            "outras palavras do diagrama estão nas duas línguas, e estas não seriam traduzidas",
            en="other words of the diagram are in both languages, and these would stay untranslated",
        ),
        Text(
            'escreva `Text("...", en="...")`; uma f-string perde a tradução',
            en='write `Text("...", en="...")`; an f-string loses the translation',
        ),
        _one_language,
    ),
    Rule(
        "official-name",
        "warning",
        Text("nome que a AWS não usa", en="name that AWS does not use"),
        Text(
            "cada serviço tem um nome oficial, com “Amazon” ou “AWS”",
            en="each service has an official name, with “Amazon” or “AWS”",
        ),
        Text("use o nome oficial", en="use the official name"),
        _wrong_names,
    ),
)
