"""The reference of the site: commands, script API, model and properties, read from the code that has them."""

from __future__ import annotations

import argparse
import inspect
import re
from dataclasses import MISSING, fields, is_dataclass
from importlib import import_module
from itertools import groupby
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.text import LANGS, Lang, Text, translate
from desenho.site.markdown import cell, code, table
from desenho.site.portuguese import in_portuguese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["commands", "reference"]

_OPTION: Final = (Text("Opção", en="Option"), Text("O que faz", en="What it does"))
_FIELD: Final = (Text("Nome", en="Name"), Text("Tipo", en="Type"), Text("Padrão", en="Default"))
_PROPERTY: Final = (Text("Nome", en="Name"), Text("O que pode ser", en="What it may be"), Text("Padrão", en="Default"))
_ADVICE: Final = Text("O que fazer:", en="What to do:")
_UNSOUGHT: Final = ' { .text .wrapped data-search-exclude="" }'
"""What the table of options and the descriptions say already is not in the search, whose index every page loads."""
_MARKUP: Final = re.compile(r"(`[^`]*`)|([*_<>\[\]])")
_NOTHING: Final = Text("Não tem parâmetros além do rótulo.", en="It has no parameters but the label.")


def reference() -> Mapping[str, bytes]:
    """Return the generated parts of the reference by their path below docs/."""
    makers: dict[str, Callable[[Lang], Iterator[str]]] = {
        "commands": _commands,
        "script": _script,
        "aws": _aws,
        "model": _model,
        "properties": _properties,
        "lint": _lint,
    }
    return {
        f"_generated/reference/{name}.{lang}.md": ("\n".join(make(lang)) + "\n").encode()
        for name, make in makers.items()
        for lang in LANGS
    }


def commands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command as it is typed, sub-commands of commands included, with its parser."""
    from desenho.cli import COMMANDS
    from desenho.parser import Parser

    for name, command in COMMANDS.items():
        parser = Parser(prog=f"desenho {name}")
        cast("Any", import_module(command.module)).configure(parser)
        yield f"desenho {name}", parser
        for action in parser._actions:  # noqa: SLF001 - argparse has no other way to list what it knows
            if action.nargs == argparse.PARSER:
                for sub, child in cast("dict[str, argparse.ArgumentParser]", action.choices).items():
                    yield f"desenho {name} {sub}", child


def _commands(lang: Lang) -> Iterator[str]:
    from desenho.cli import COMMANDS

    for name, parser in commands():
        words = name.split()
        anchor = "-".join(words[1:])
        yield f"{'#' * len(words)} `{name}` {{ #{anchor} }}\n"
        if len(words) == 2:
            yield _sentence(_said(COMMANDS[words[1]].summary, lang)) + "\n"
        yield f"```{_UNSOUGHT}\n{_usage(parser)}\n```\n"
        if parser.description:
            yield from _told(_said(parser.description, lang))
        rows = list(_options(parser, lang))
        if rows:
            yield from table([translate(words, lang) for words in _OPTION], rows)
        if parser.epilog:
            yield '<div data-search-exclude markdown="1">\n'
            yield from _told(_said(parser.epilog, lang))
            yield "</div>\n"


def _usage(parser: argparse.ArgumentParser) -> str:
    return " ".join(parser.format_usage().removeprefix("usage: ").split())


def _told(text: str) -> Iterator[str]:
    """Yield a help text as Markdown: sentences as paragraphs; lists and examples, which are indented, line by line."""
    for part in text.split("\n\n"):
        for indented, lines in groupby(part.splitlines(), key=lambda line: line.startswith(" ")):
            if indented:
                block = dedent("\n".join(lines))
                yield f"```{{ .text .wrapped }}\n{block}\n```\n"
            else:
                words = _MARKUP.sub(lambda found: found[1] or f"\\{found[2]}", " ".join(lines))
                yield f"{words[0].upper()}{words[1:]}\n"


def _said(text: str, lang: Lang) -> str:
    return in_portuguese(text) if lang == "pt" else text.strip()


def _options(parser: argparse.ArgumentParser, lang: Lang) -> Iterator[list[str]]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way
        if action.nargs == argparse.PARSER or action.dest == "help" or action.help == argparse.SUPPRESS:
            continue
        names = ", ".join(f"`{option}`" for option in action.option_strings)
        value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest)
        if isinstance(value, tuple):
            value = " ".join(value)
        shown = names if names and action.nargs == 0 else f"{names} *{cell(value)}*".strip()
        choices = ", ".join(map(str, action.choices or ()))
        yield [shown, cell(_said(action.help or "", lang) % {**vars(action), "prog": parser.prog, "choices": choices})]


def _script(lang: Lang) -> Iterator[str]:
    module = import_module("desenho")
    for name in ("Diagram", "Flow", "Text"):
        yield from _class(getattr(module, name), lang, name)


def _aws(lang: Lang) -> Iterator[str]:
    from architecture.model import GroupKind
    from desenho import aws

    known = [(name, getattr(aws, name)) for name in aws.__all__]
    known = [(name, thing) for name, thing in known if thing.__name__ == name]
    groups = [(name, thing) for name, thing in known if isinstance(getattr(thing, "kind", None), GroupKind)]
    nodes = [(name, thing) for name, thing in known if (name, thing) not in groups and name != "Group"]
    yield f"## {translate(Text('Grupos', en='Groups'), lang)} {{ #groups }}\n"
    for name, thing in groups:
        yield from _class(thing, lang, name, level=3)
    yield f"## {translate(Text('Nós', en='Nodes'), lang)} {{ #nodes }}\n"
    for name, thing in nodes:
        yield from _class(thing, lang, name, level=3)


def _model(lang: Lang) -> Iterator[str]:
    model = import_module("architecture.model")
    for name in ("Architecture", "Group", "Node", "Edge", "Note"):
        yield from _class(getattr(model, name), lang, name)


def _properties(lang: Lang) -> Iterator[str]:
    spec = import_module("architecture.spec")
    for thing in spec.SPECS.values():
        if thing.fields:
            name = thing.__name__
            yield f"## `{name}` {{ #{name.lower()} }}\n"
            yield _prose(inspect.getdoc(thing) or "") + "\n"
            rows = [[f"`{n}`", cell(f.meaning), code(_shown(f.default))] for n, f in thing.fields.items()]
            yield from table([translate(words, lang) for words in _PROPERTY], rows)


def _lint(lang: Lang) -> Iterator[str]:
    from desenho.commands.lint import SEVERITIES, all_rules

    for rule in all_rules():
        title, reason, hint = (translate(words, lang) for words in (rule.title, rule.reason, rule.hint))
        yield f"## {title[0].upper()}{title[1:]} {{ #{rule.code} }}\n"
        yield f"`{rule.code}` · {translate(SEVERITIES[rule.severity], lang)}\n"
        yield f"{_sentence(reason)}\n"
        yield f"**{translate(_ADVICE, lang)}** {_sentence(hint)}\n"


def _class(thing: type, lang: Lang, name: str, level: int = 2) -> Iterator[str]:
    yield f"{'#' * level} `{name}` {{ #{name.lower()} }}\n"
    yield _prose(inspect.getdoc(thing) or "") + "\n"
    rows = list(_fields(thing) if is_dataclass(thing) else _parameters(thing))
    if rows:
        # Types and defaults are not what anyone searches for.
        yield '<div data-search-exclude markdown="1">\n'
        yield from table([translate(words, lang) for words in _FIELD], rows)
        yield "</div>\n"
    else:
        yield translate(_NOTHING, lang) + "\n"


def _fields(thing: Any) -> Iterator[list[str]]:
    for field in fields(thing):
        default = "" if field.default is MISSING else code(_shown(field.default))
        if field.default_factory is not MISSING:
            default = code(_shown(field.default_factory()))
        yield [f"`{field.name}`", _type(field.type), default]


def _parameters(thing: Any) -> Iterator[list[str]]:
    for parameter in inspect.signature(thing).parameters.values():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        default = "" if parameter.default is parameter.empty else code(_shown(parameter.default))
        kind = "" if parameter.annotation is parameter.empty else _type(parameter.annotation)
        yield [f"`{parameter.name}`", kind, default]


def _type(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return code(text)


def _shown(value: object) -> str:
    from enum import Enum

    return str(value.value) if isinstance(value, Enum) else repr(value)


def _prose(text: str) -> str:
    """Return a docstring as Markdown: paragraphs, without the lines' own breaks."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "."
