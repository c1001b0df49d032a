"""`desenho lint`: what is wrong with an architecture and with its drawing, why, and what to do."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from architecture.text import LANGS, Text, translate
from desenho import sources
from desenho.batch import DEFAULT_SECONDS
from desenho.parser import seconds

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from architecture.model import Architecture
    from architecture.rule import Finding, Rule
    from architecture.text import Lang
    from desenho.console import Colour, Console
    from desenho.sources import Source

__all__ = ["SEVERITIES", "all_rules", "configure", "findings", "run"]

DESCRIPTION: Final = """\
Say what is wrong with architectures and their drawings: what the diagrams library does in silence, what AWS does not
allow, what a reader cannot follow. Exit 1 if there are errors or warnings; what is merely worth knowing fails nothing.
"""
EPILOG: Final = """\
examples:
  desenho lint diagrams
  desenho lint web.py --lang pt --ignore outside-vpc
  desenho lint --rules
"""
_COLOURS: Final[dict[str, Colour]] = {"error": "red", "warning": "yellow", "info": "dim"}
SEVERITIES: Final[dict[str, Text]] = {
    "error": Text("erro", en="error"),
    "warning": Text("aviso", en="warning"),
    "info": Text("nota", en="info"),
}
"""What is said of how bad a finding is; the worst first."""
_COUNTED: Final[dict[str, tuple[Text, Text]]] = {
    "error": (Text("erro", en="error"), Text("erros", en="errors")),
    "warning": (Text("aviso", en="warning"), Text("avisos", en="warnings")),
    "info": (Text("nota", en="info"), Text("notas", en="info")),
}
_NOTHING: Final = Text("nada encontrado", en="nothing found")


class Found(NamedTuple):
    """A finding and the diagram that it is in."""

    source: Source
    name: str
    finding: Finding


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    codes = [rule.code for rule in all_rules()]
    add = parser.add_argument
    add("source", nargs="*", metavar="SOURCE", help="script.py, script.py#name, a folder of scripts, or model.json")
    add("--rules", action="store_true", help="list the rules and end")
    add(
        "--ignore", action="append", choices=codes, default=[], metavar="CODE", help="leave a rule out; may be repeated"
    )
    add("--lang", choices=LANGS, default="en", metavar="LANG", help="pt or en (default: en)")
    add(
        "--timeout",
        type=seconds,
        default=DEFAULT_SECONDS,
        metavar="S",
        help=f"seconds a script may run (default: {DEFAULT_SECONDS:g})",
    )
    add("--json", action="store_true", help="print the findings as JSON, in both languages")


def run(options: argparse.Namespace, console: Console) -> int:
    """Look at the sources and tell what is found."""
    lang: Lang = options.lang
    if options.rules:
        _list_rules(console, lang, as_json=options.json)
        return 0
    if not options.source:
        from architecture.errors import UsageError

        raise UsageError("no source is given", where="desenho lint", hint="desenho lint SOURCE..., or --rules")
    wanted = sources.find(options.source)
    found: list[Found] = []
    for count, source in enumerate(wanted):
        console.passing(f"looking at {source} ({count + 1} of {len(wanted)})")
        for architecture in sources.read(source, seconds=options.timeout):
            found += (
                Found(source, architecture.name, finding)
                for finding in findings(architecture)
                if finding.code not in options.ignore
            )
    if options.json:
        console.result(json.dumps({"findings": [_as_json(item) for item in found]}, ensure_ascii=False, indent=2))
    else:
        for _, alike in groupby(found, key=lambda item: (item.source, item.name, item.finding.code)):
            console.result(_as_text(list(alike), lang, console))
        console.say(_sum(found, lang))
    return int(any(item.finding.severity != "info" for item in found))


def all_rules() -> tuple[Rule[Any], ...]:
    """Return the rules on architectures and on drawings."""
    from architecture.lint import RULES as ON_ARCHITECTURES
    from export.lint import RULES as ON_DRAWINGS

    return (*ON_ARCHITECTURES, *ON_DRAWINGS)


def findings(architecture: Architecture) -> Iterator[Finding]:
    """Yield what is wrong with an architecture, and with its drawing in each of its languages."""
    from architecture.lint import check
    from export.compose import draw
    from export.lint import check as check_drawing

    yield from check(architecture)
    drawn = [draw(architecture, lang) for lang in architecture.langs]
    told: set[tuple[str, str]] = set()
    for finding in (finding for drawing in drawn for finding in check_drawing(drawing)):
        if (finding.code, finding.where) not in told:
            told.add((finding.code, finding.where))
            yield finding


def _as_text(alike: Sequence[Found], lang: Lang, console: Console) -> str:
    """Return the findings of one rule in one diagram: a line for each place, then once why and what to do."""
    lines: list[str] = []
    for source, name, finding in alike:
        where = "" if finding.where == name else f"{finding.where}: "
        severity = console.paint(translate(SEVERITIES[finding.severity], lang), _COLOURS[finding.severity])
        what = translate(finding.what, lang)
        lines.append(f"{source.path.as_posix()}#{name}: {where}{severity}: {what} [{finding.code}]")
    return "\n".join([*lines, *_advice(alike[0].finding, lang, console)])


def _advice(said: Finding | Rule[Any], lang: Lang, console: Console) -> tuple[str, str]:
    return f"    {translate(said.reason, lang)}", f"    {console.paint('->', 'green')} {translate(said.hint, lang)}"


def _as_json(item: Found) -> dict[str, object]:
    finding = item.finding
    return {
        "source": item.source.path.as_posix(),
        "architecture": item.name,
        "code": finding.code,
        "severity": finding.severity,
        "where": finding.where,
        **{part: _both(getattr(finding, part)) for part in ("what", "reason", "hint")},
    }


def _both(words: Text) -> dict[Lang, str]:
    return dict(words.translations)


def _sum(found: Sequence[Found], lang: Lang) -> str:
    counts = {severity: sum(item.finding.severity == severity for item in found) for severity in SEVERITIES}
    told = [f"{count} {translate(_COUNTED[severity][count > 1], lang)}" for severity, count in counts.items() if count]
    return ", ".join(told) or translate(_NOTHING, lang)


def _list_rules(console: Console, lang: Lang, *, as_json: bool) -> None:
    rules = all_rules()
    if as_json:
        listed = [
            {
                "code": rule.code,
                "severity": rule.severity,
                **{part: _both(getattr(rule, part)) for part in ("title", "reason", "hint")},
            }
            for rule in rules
        ]
        console.result(json.dumps({"rules": listed}, ensure_ascii=False, indent=2))
        return
    for rule in rules:
        severity = console.paint(translate(SEVERITIES[rule.severity], lang), _COLOURS[rule.severity])
        console.result(f"{console.paint(rule.code, 'bold')} ({severity}): {translate(rule.title, lang)}")
        console.result("\n".join(_advice(rule, lang, console)))
