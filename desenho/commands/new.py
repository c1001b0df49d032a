"""`desenho new`: a project of one's own, ready to be handed in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import OutputError, UsageError
from architecture.text import LANGS, translate
from desenho import checkout, sources
from desenho.batch import DEFAULT_SECONDS
from desenho.parser import seconds

if TYPE_CHECKING:
    import argparse

    from architecture.model import Architecture
    from architecture.text import Lang
    from desenho.console import Console
    from desenho.sources import Source

__all__ = ["configure", "run"]

SCENARIOS: Final = ("challenge", "file_processing", "etl", "web_app", "ml_pipeline")
DESCRIPTION: Final = """\
Make a project in a folder, ready for GitHub: a README with the purpose, the numbered flow, the services and what
the architecture gives; images/ with the pictures; diagrams/ with the editable draw.io file and its script.
Names, title, purpose and further services are yours to choose. No file that exists is written over."""
EPILOG: Final = """\
examples:
  desenho new meu-desafio
  desenho new loja --title "Fotos da loja" --author "Ana Souza" --rename bucket="Fotos originais" --add sns
  desenho new relatorios --scenario etl --purpose "Reunir as vendas de todas as filiais."
  desenho new meu-desenho --from meu_script.py
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the options."""
    from desenho.extras import EXTRAS

    parser.description, parser.epilog = DESCRIPTION, EPILOG
    add = parser.add_argument
    add("folder", metavar="DIR", help="the folder to make the project in")
    start = parser.add_mutually_exclusive_group()
    scenarios = f"what to begin with: {', '.join(SCENARIOS)} (default: challenge)"
    start.add_argument("--scenario", choices=SCENARIOS, default="challenge", metavar="NAME", help=scenarios)
    start.add_argument("--from", dest="source", metavar="SOURCE", help="begin with your own script.py or model.json")
    add("--title", metavar="TEXT", help="title of the diagram and of the README")
    add("--author", metavar="NAME", default="", help="who hands it in")
    add("--purpose", metavar="TEXT", help="what it is for, in a sentence or two")
    add("--rename", action="append", default=[], metavar="ID=LABEL", help="another label for an item; may be repeated")
    extras = "one more service, joined to what is there; may be repeated: %(choices)s"
    add("--add", action="append", default=[], choices=tuple(EXTRAS), metavar="SERVICE", help=extras)
    add("--lang", choices=LANGS, default="pt", metavar="LANG", help="pt or en (default: pt)")
    add(
        "--timeout",
        type=seconds,
        default=DEFAULT_SECONDS,
        metavar="S",
        help=f"seconds a script may run (default: {DEFAULT_SECONDS:g})",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the project."""
    from desenho.files import write_all

    folder = Path(options.folder)
    given = _source(options)
    architecture, script = _chosen(options, given)
    files = {folder / path: data for path, data in _files(options, architecture, script).items()}
    standing = [path for path in files if path.exists()]
    if standing:
        raise OutputError(
            "this file exists already",
            where=standing[0].as_posix(),
            hint="name a folder that has no project in it yet; nothing was written",
        )
    write_all(files)
    for path in files:
        console.result(console.paint(path.as_posix(), "green"))
    here = folder.as_posix()
    if own := [node.id for node in architecture.nodes if (node.icon or "").startswith("data:")]:
        console.note(f"{here}/diagrams: the script reads pictures of its own, which are not here yet: {', '.join(own)}")
    console.say(f"Next: read {here}/README.md, and open {here}/diagrams/{architecture.name}.drawio in draw.io.")
    return 0


def _source(options: argparse.Namespace) -> Source:
    if options.source is None:
        scripts = checkout.folder("diagrams", hint="run new there, or begin with a script of your own: --from")
        return sources.find([str(scripts / f"{options.scenario}.py")])[0]
    found = sources.find([options.source])
    if len(found) > 1:
        raise UsageError("--from takes one source", where=options.source, hint="name one script of the folder")
    return found[0]


def _chosen(options: argparse.Namespace, given: Source) -> tuple[Architecture, bytes]:
    """Return the architecture with what the person asked for, and the script that draws it."""
    from desenho.extras import added, renamed, worded
    from desenho.script import script

    drawn = sources.read(given, seconds=options.timeout)
    if len(drawn) > 1:
        raise UsageError(
            f"{given} draws {len(drawn)} diagrams", where="--from", hint=f"choose one: {given}#{drawn[0].name}"
        )
    architecture = drawn[0]
    changed = renamed(architecture, [_rename(text) for text in options.rename])
    for name in options.add:
        changed = added(changed, name)
    if options.title is not None:
        changed = replace(changed, title=options.title)
    if options.rename or options.title is not None:
        # What the person wrote is in one language, and a diagram half translated is worse than one that is not.
        changed = worded(changed, options.lang)
    lang = options.lang if options.lang in changed.langs else changed.lang
    changed = replace(changed, filename=architecture.name, lang=lang)
    if changed == architecture and given.path.suffix == ".py" and given.diagram is None:
        return architecture, given.path.read_bytes()
    return changed, script(changed).encode()


def _files(options: argparse.Namespace, architecture: Architecture, script: bytes) -> dict[str, bytes]:
    from desenho.readme import PURPOSES, readme
    from export.compose import draw
    from export.formats import FORMATS

    lang: Lang = options.lang
    drawing = draw(architecture, architecture.lang)
    usual = PURPOSES[options.scenario] if options.source is None else ""
    purpose = options.purpose or translate(usual, lang)
    name = architecture.name
    about = readme(architecture, lang, purpose=purpose, author=options.author)
    return {
        "README.md": about.encode(),
        f"diagrams/{name}.py": script,
        f"diagrams/{name}.drawio": FORMATS["drawio"].write(drawing),
        f"images/{name}.png": FORMATS["png"].write(drawing),
        f"images/{name}.svg": FORMATS["svg"].write(drawing),
        ".gitignore": b"__pycache__/\nout/\n",
    }


def _rename(text: str) -> tuple[str, str]:
    item, sign, label = text.partition("=")
    if not sign or not item:
        raise UsageError(f"{text!r} names no item and label", where="--rename", hint='as in --rename bucket="Photos"')
    return item, label
