"""Words in more than one language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, Self, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LANGS", "Lang", "Text", "langs_of", "mapped", "translate"]

Lang = Literal["pt", "en"]
LANGS: Final[tuple[Lang, ...]] = get_args(Lang)


class Text(str):
    """Portuguese words that carry their translations: `Text("Usuário", en="User")`.

    It is a `str`, so it goes wherever the `diagrams` library takes a label. `+` keeps the translations; an f-string
    cannot, so write `Text(f"Zona {z}", en=f"Zone {z}")`.
    """

    __slots__ = ("translations",)
    translations: dict[Lang, str]

    def __new__(cls, portuguese: str, /, *, en: str | None = None) -> Self:
        """Make a text from its Portuguese words and, by keyword, the other languages."""
        self = super().__new__(cls, portuguese)
        self.translations = {"pt": str(portuguese)}
        if en is not None:
            self.translations["en"] = str(en)
        return self

    def __add__(self, other: str, /) -> Text:
        return _join(self, other)

    def __radd__(self, other: str, /) -> Text:
        return _join(other, self)

    def __eq__(self, other: object, /) -> bool:
        if isinstance(other, Text):
            return self.translations == other.translations
        return str.__eq__(self, other) if isinstance(other, str) else NotImplemented

    def __ne__(self, other: object, /) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        more = "".join(f", {lang}={words!r}" for lang, words in self.translations.items() if lang != "pt")
        return f"Text({str(self)!r}{more})"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (str(self), self.translations.get("en"))


def translate(words: str, lang: Lang) -> str:
    """Return the words in a language, or the words as they are where that language is missing."""
    if isinstance(words, Text):
        return words.translations.get(lang, str(words))
    return words


def langs_of(words: str) -> frozenset[Lang]:
    """Return the languages that the words are written in; plain words stand in none, for they serve all."""
    return frozenset(words.translations) if isinstance(words, Text) else frozenset()


def mapped(words: str, change: Callable[[str], str]) -> str:
    """Return the words with a change made to them in every language."""
    if not isinstance(words, Text):
        return change(words)
    english = words.translations.get("en")
    return Text(change(str(words)), en=None if english is None else change(english))


def _join(left: str, right: str) -> Text:
    english = langs_of(left) | langs_of(right)
    en = translate(left, "en") + translate(right, "en") if "en" in english else None
    return Text(translate(left, "pt") + translate(right, "pt"), en=en)


def _rebuild(portuguese: str, en: str | None) -> Text:
    return Text(portuguese, en=en)
