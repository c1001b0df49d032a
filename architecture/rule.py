"""What a rule of lint is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, Protocol, TypeVar

from architecture.model import Node
from architecture.text import Text, translate
from architecture.words import name_of

if TYPE_CHECKING:
    from architecture.model import Architecture, Note
    from architecture.text import Lang

__all__ = ["Finding", "Hit", "Rule", "Severity", "on_notes", "run", "told"]

Severity = Literal["error", "warning", "info"]
"""`error`: it cannot work. `warning`: it is wrong or misleads. `info`: worth knowing; it fails no check."""

T = TypeVar("T")


class Noted(Protocol):
    """What notes are kept with: an architecture, or a drawing of one."""

    @property
    def notes(self) -> Iterable[Note]:
        """What was noted while it was read or drawn."""
        ...


N = TypeVar("N", bound=Noted)


class Hit(NamedTuple):
    """A place where a rule is broken, by id or by line, and what is there, in both languages."""

    where: str
    what: Text


class Rule(NamedTuple, Generic[T]):
    """A rule on a thing of type T: why it holds (`reason`), what to do (`hint`), and the function that looks."""

    code: str
    severity: Severity
    title: Text
    reason: Text
    hint: Text
    look: Callable[[T], Iterable[Hit]]


class Finding(NamedTuple):
    """A broken rule: where, what, and all that the rule says."""

    code: str
    severity: Severity
    where: str
    what: Text
    reason: Text
    hint: Text


def on_notes(
    code: str, severity: Severity, title: Text, reason: Text, hint: Text, tell: Callable[[N, Note], Hit]
) -> Rule[N]:
    """Return a rule that is broken where a note of its own code was made; `tell` says of a note where and what."""

    def look(thing: N) -> Iterable[Hit]:
        return (tell(thing, note) for note in thing.notes if note.code == code)

    return Rule(code, severity, title, reason, hint, look)


def told(architecture: Architecture, where: str, what: Text, *named: str) -> Hit:
    """Return a hit whose words name items or lines, by id, in each language: `{0}` is the first of them."""

    def name(item: str, lang: Lang) -> str:
        found = architecture.items.get(item)
        # Of a picture without words only its id says which it is.
        return item if found is None or (isinstance(found, Node) and not found.label) else name_of(found, lang)

    def say(lang: Lang) -> str:
        return translate(what, lang).format(*(name(item, lang) for item in named))

    return Hit(where, Text(say("pt"), en=say("en")))


def run(rules: Iterable[Rule[T]], thing: T) -> list[Finding]:
    """Return what the rules find, in their order; a thing is told once for each place."""
    return [
        Finding(rule.code, rule.severity, hit.where, hit.what, rule.reason, rule.hint)
        for rule in rules
        for hit in dict.fromkeys(rule.look(thing))
    ]
