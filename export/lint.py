"""The rules that a drawing is held to, in one table. Those on what it means are in `architecture.lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.rule import Finding, Hit, Rule, Severity, on_notes, run
from architecture.text import Text
from export.remarks import embedded, missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from export.drawing import Drawing, Label

__all__ = ["RULES", "check"]

LINES: Final = 2
"""How many lines a label has at most. Source: the guidelines of the AWS architecture icons."""
WIDE, TALL = 2.6, 1.4
"""How many times as wide as high a picture is at most, and as high as wide, to fit a page: A4 is 1.4."""
SMALL: Final = 1000
"""A picture whose sides are at most this long, px, fits any page."""


def _long_labels(drawing: Drawing) -> Iterator[Hit]:
    for where, label in _labels(drawing):
        if len(label.lines) > LINES:
            words, count = " / ".join(label.lines), len(label.lines)
            yield Hit(where, Text(f"“{words}” ocupa {count} linhas", en=f"“{words}” takes {count} lines"))


def _labels(drawing: Drawing) -> Iterator[tuple[str, Label]]:
    yield from ((f.id, f.title) for f in drawing.frames if f.title)
    yield from ((f.id, f.label) for f in drawing.figures if f.label and f.shape.family != "box")
    yield from ((w.id, w.label) for w in drawing.wires if w.label)


def _aspect(drawing: Drawing) -> Iterator[Hit]:
    ratio = drawing.width / drawing.height
    if max(drawing.width, drawing.height) > SMALL and not 1 / TALL <= ratio <= WIDE:
        shown = f"{ratio:.1f}:1" if ratio >= 1 else f"1:{1 / ratio:.1f}"
        yield Hit(drawing.name, Text(f"a figura tem {shown}", en=f"the picture is {shown}"))


def _missing(drawing: Drawing) -> Iterator[Hit]:
    if lost := missing(drawing):
        named = ", ".join(lost)
        yield Hit(drawing.name, Text(f"a fonte Arimo não tem {named}", en=f"the font Arimo lacks {named}"))


def _embedded(drawing: Drawing) -> Iterator[Hit]:
    for kind, figures in embedded(drawing).items():
        what = Text(f"o draw.io não tem uma forma para {kind}", en=f"draw.io has no shape for {kind}")
        yield Hit(", ".join(figures), what)


def _noted(code: str, severity: Severity, title: Text, reason: Text, hint: Text, what: Text) -> Rule[Drawing]:
    """Return a rule on the notes of its code."""
    return on_notes(code, severity, title, reason, hint, lambda drawing, note: Hit(note.where or drawing.name, what))


RULES: Final[tuple[Rule[Drawing], ...]] = (
    Rule(
        "long-label",
        "warning",
        Text("rótulo com mais de duas linhas", en="label of more than two lines"),
        Text("um rótulo longo afasta os vizinhos e ninguém o lê", en="a long label pushes its neighbours away unread"),
        Text(
            "diga o essencial; o resto cabe no texto ao lado", en="say the essential; the rest fits the text beside it"
        ),
        _long_labels,
    ),
    _noted(
        "crowded-label",
        "warning",
        Text("rótulo sem lugar livre", en="label without a free place"),
        Text(
            "as linhas passam tão juntas que o rótulo toca em outra coisa",
            en="the lines are so close together that the label touches something else",
        ),
        Text("encurte os rótulos, ou separe o diagrama em dois", en="shorten the labels, or make two diagrams of it"),
        Text("um rótulo não achou lugar livre", en="a label found no free place"),
    ),
    _noted(
        "outside-group",
        "warning",
        Text("coisa fora do seu grupo", en="thing outside its group"),
        Text(
            "o lugar fixado com `pin` não deixa que ela caiba no grupo a que pertence",
            en="a place fixed by `pin` leaves it no room in the group that it belongs to",
        ),
        Text(
            "aumente o `pin` do grupo, ou tire-o para que o grupo cresça; ou mude o da coisa",
            en="make the group's `pin` larger, or take it away and the group grows; or change the thing's own",
        ),
        Text("não cabe no seu grupo", en="does not fit inside its group"),
    ),
    _noted(
        "pins-overlap",
        "warning",
        Text("coisas fixadas uma sobre a outra", en="things pinned over each other"),
        Text("onde duas coisas se cobrem, nenhuma se lê", en="where two things cover each other, neither is read"),
        Text(
            "afaste os lugares dados com `pin` ou `pos`, ou tire um deles",
            en="move the places given by `pin` or `pos` apart, or take one of them away",
        ),
        Text("cobre outra coisa", en="covers something else"),
    ),
    _noted(
        "unread-style",
        "warning",
        Text("cor, traço ou forma que não se conhece", en="colour, stroke or shape that is not known"),
        Text(
            "o que não se conhece é desenhado como se o script nada dissesse",
            en="what is not known is drawn as if the script said nothing",
        ),
        Text(
            "use uma cor do X11 ou `#rrggbb`, traços `dashed`, `dotted`, `bold`, caixas `box`, `ellipse`, `cylinder`",
            en="use an X11 colour or `#rrggbb`, strokes `dashed`, `dotted`, `bold`, boxes `box`, `ellipse`, `cylinder`",
        ),
        Text("a cor, o traço ou a forma não se conhece", en="the colour, the stroke or the shape is not known"),
    ),
    Rule(
        "missing-glyph",
        "warning",
        Text("letra que a fonte não tem", en="letter that the font lacks"),
        Text("o PNG mostra uma caixa vazia no lugar dela", en="the PNG shows an empty box in its place"),
        Text(
            "use outra letra, ou o SVG, que usa as fontes de quem lê",
            en="use another letter, or the SVG, which uses the reader's fonts",
        ),
        _missing,
    ),
    Rule(
        "page-aspect",
        "info",
        Text("figura que não cabe bem em uma página", en="picture that fits no page well"),
        Text(
            f"entre 1:{TALL} e {WIDE}:1 ela cabe em uma página, deitada ou em pé, sem que as letras fiquem pequenas",
            en=f"between 1:{TALL} and {WIDE}:1 it fits a page, lying or upright, without small letters",
        ),
        Text(
            "mude a `direction` do diagrama ou de um grupo: LR alarga, TB alonga",
            en="change the `direction` of the diagram or of a group: LR makes it wider, TB taller",
        ),
        _aspect,
    ),
    Rule(
        "embedded-picture",
        "info",
        Text("imagem no lugar de uma forma do draw.io", en="picture in the place of a draw.io shape"),
        Text("no draw.io ela não muda de cor nem de traço", en="in draw.io its colours and strokes cannot be changed"),
        Text("use uma classe que o draw.io conheça, se houver", en="use a class that draw.io knows, if there is one"),
        _embedded,
    ),
)


def check(drawing: Drawing) -> list[Finding]:
    """Return what is wrong with a drawing, in the order of the rules."""
    return run(RULES, drawing)
