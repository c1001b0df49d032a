"""`desenho docs`: what is generated for the site, and that nothing of the project is left out of it."""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.errors import ScriptError
from architecture.text import LANGS
from desenho import sources
from desenho.cli import COMMANDS
from desenho.site.component import Picture, component, open_address, thumb
from desenho.site.facts import facts
from desenho.site.generate import GENERATED, generate
from desenho.site.portuguese import PORTUGUESE, paragraphs
from desenho.site.printed import printed
from desenho.site.reference import commands, reference
from desenho.site.scripts import SHELVES
from desenho.site.search import split
from desenho.site.services import GROUP_ROLES, ROLES
from desenho.site.viewer import viewer
from website import ROOT

if TYPE_CHECKING:
    from architecture.model import Architecture

DOCS = ROOT / "docs"
SCRIPTS = sorted((ROOT / "diagrams").rglob("*.py"))


def read(path: Path) -> Architecture:
    (architecture,) = sources.read(sources.find([str(path)])[0])
    return architecture


def picture(name: str = "challenge", lang: str = "pt") -> Picture:
    return Picture.of(read(ROOT / f"diagrams/{name}.py"), lang)


@pytest.mark.parametrize("lang", LANGS)
def test_every_command_and_option_is_documented(lang: str) -> None:
    page = reference()[f"_generated/reference/commands.{lang}.md"].decode()
    seen = 0
    for name, parser in commands():
        _, _, rest = page.partition(f"`{name}` {{ #")
        section = re.split(r"^#+ `desenho", rest, flags=re.MULTILINE)[0]
        assert section, name
        for action in parser._actions:
            for option in action.option_strings:
                if option in {"-h", "--help"}:
                    continue
                assert (f"`{option}`" in section) == (action.help != argparse.SUPPRESS), f"{name} {option}"
                seen += 1
    assert seen > 20


def test_the_sentences_of_a_help_are_paragraphs_and_its_examples_stay_lines() -> None:
    page = reference()["_generated/reference/commands.en.md"].decode()
    section = page.partition("## `desenho export` {")[2].partition("\n## ")[0]
    assert "\nDraw architectures. A source is\n\n```{ .text .wrapped }\nweb.py  " in section
    assert re.search(r"^Files are NAME\.FORMAT in .* carry the draw\.io file inside", section, re.MULTILINE)
    assert "\nExamples:\n\n```{ .text .wrapped }\ndesenho export diagrams/challenge.py\n" in section


def test_the_help_of_every_command_has_its_portuguese() -> None:
    wanted: set[str] = set()
    for name, parser in commands():
        texts = [parser.description, parser.epilog, *(action.help for action in parser._actions)]
        wanted |= {part for text in texts if text and text != argparse.SUPPRESS for part in paragraphs(text)}
        if len(name.split()) == 2:
            wanted |= set(paragraphs(COMMANDS[name.split()[1]].summary))
    wanted -= {"show this help message and exit"}
    assert wanted - set(PORTUGUESE) == set()
    assert set(PORTUGUESE) - wanted == set(), "nobody says this any more"
    assert len(wanted) > 80


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_every_script_of_the_project_is_on_a_page_of_both_languages(path: Path) -> None:
    architecture = read(path)
    for lang, pattern in (("pt", "*.md"), ("en", "*.en.md")):
        pages = [p for p in DOCS.rglob(pattern) if "_generated" not in p.parts]
        pages = [p for p in pages if p.name.endswith(".en.md") == (lang == "en")]
        inserts = [p for p in pages if re.search(rf'"diagrams/{architecture.name}(\.\w+)?\.{lang}\.md"', p.read_text())]
        assert inserts, f"{architecture.name} is on no page in {lang}"


def test_every_service_and_group_that_is_shown_says_what_it_is_for() -> None:
    for path in SCRIPTS:
        architecture = read(path)
        silent = [n.kind for n in architecture.nodes if n.kind.startswith("aws.") and n.kind not in ROLES]
        silent += [g.kind for g in architecture.groups if g.kind != "generic" and g.kind not in GROUP_ROLES]
        assert not silent, path.name
    for role in (*ROLES.values(), *GROUP_ROLES.values()):
        assert set(role.translations) == set(LANGS)


def test_the_gallery_has_a_dozen_besides_the_five() -> None:
    assert len(list((ROOT / "diagrams/gallery").glob("*.py"))) >= 12
    assert {shelf.scripts for shelf in SHELVES} >= {"diagrams", "diagrams/gallery"}


def test_the_component_links_every_node_to_its_words() -> None:
    text = component(picture(), folder="diagrams", formats=("drawio", "svg"))
    ids = set(re.findall(r'id="(challenge-[^"]+)"', text))
    links = set(re.findall(r'<a href="#([^"]+)"', text))
    assert links == {f"challenge-{node}" for node in ("user", "bucket", "function", "server", "volume")}
    assert links <= ids
    used = set(re.findall(r'<use href="#([^"]+)"', text))
    assert used
    assert used <= ids
    assert "[.drawio](/diagrams/challenge.drawio)" in text
    (said,) = re.findall(r'data-words="([^"]*)"', text)
    assert json.loads(said.replace("&quot;", '"'))["larger"] == "Ampliar"


def test_both_variants_of_a_picture_have_ids_of_their_own() -> None:
    text = component(picture(), folder="diagrams", formats=("svg",))
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_bars_within_code_stand_in_cells_of_tables() -> None:
    page = reference()["_generated/reference/script.en.md"].decode()
    assert "<code>Lang &#124; None</code>" in page
    assert "\\|" not in page


def test_a_thumb_is_a_picture_without_words_or_links_of_its_own() -> None:
    text = thumb(picture().wide)
    assert "<svg" in text
    assert not re.search(r"<(a|title|desc)\b", text)
    assert set(re.findall(r'<use href="#([^"]+)"', text)) <= set(re.findall(r' id="(challenge-thumb-[^"]+)"', text))


def test_each_language_finds_its_own_search_index_by_addresses_below_its_folder(tmp_path: Path) -> None:
    docs = [{"location": "guides/#a", "title": "à"}, {"location": "en/", "title": "h"}, {"location": "en/guides/#a"}]
    (tmp_path / "search").mkdir()
    index = tmp_path / "search/search_index.json"
    index.write_text(json.dumps({"config": {"lang": ["pt", "en"], "separator": "-"}, "docs": docs}), encoding="utf-8")
    split(tmp_path)
    assert json.loads(index.read_text(encoding="utf-8")) == {
        "config": {"lang": ["pt"], "separator": "-"},
        "docs": [{"location": "guides/#a", "title": "à"}],
    }
    assert json.loads((tmp_path / "en/search/search_index.json").read_text(encoding="utf-8")) == {
        "config": {"lang": ["en"], "separator": "-"},
        "docs": [{"location": "", "title": "h"}, {"location": "guides/#a"}],
    }


def test_the_english_component_offers_the_english_files() -> None:
    text = component(picture(lang="en"), folder="diagrams", formats=("svg",))
    assert "[.svg](/diagrams/challenge.en.svg)" in text
    assert "uploads a file" in text
    assert "envia arquivo" not in text


def test_the_address_that_opens_drawio_is_short_enough_for_a_browser() -> None:
    assert 1000 < len(open_address(picture().drawio)) < 16_000


def test_the_viewer_brings_the_stencils_that_are_used_and_no_others() -> None:
    files = viewer([picture().drawio])
    stencils = files["assets/drawio/stencils/aws4.xml"].decode()
    names = set(re.findall(r'<shape [^>]*name="([^"]+)"', stencils))
    assert {"s3", "lambda", "ec2"} <= names
    assert len(names) < 15
    assert stencils.startswith("<shapes")
    assert "Apache License" in files["assets/drawio/NOTICE.txt"].decode()
    assert len(files["assets/drawio/viewer-static.min.js"]) > 1_000_000


def test_facts_are_told_in_both_languages_and_hold_the_figures_of_the_code() -> None:
    made = facts()
    costs = made["_generated/reference/cost-challenge.pt.md"].decode()
    assert "| 12,52 | 2,74 |" in costs
    assert "| 12.52 | 2.74 |" in made["_generated/reference/cost-challenge.en.md"].decode()
    assert "`S3::Bucket`" in made["_generated/reference/resources-challenge.en.md"].decode()
    assert {name.rsplit(".", 2)[1] for name in made} == set(LANGS)


@pytest.mark.parametrize("lang", LANGS)
def test_every_fault_that_a_test_makes_is_told(lang: str) -> None:
    listed = tomllib.loads((ROOT / "tests/faults.toml").read_text(encoding="utf-8"))["fault"]
    page = facts()[f"_generated/reference/faults.{lang}.md"].decode()
    rows = [line for line in page.splitlines() if line.startswith("|")][2:]
    assert len(rows) == len(listed) > 10
    for row, fault in zip(rows, listed, strict=True):
        assert fault["fault"][lang] in row
        assert fault["remedy"][lang] in row


PRINTS = """\
```python title="one.py"
from diagrams import Diagram
from diagrams.aws.storage import S3

with Diagram("One", filename="one", show=False):
    bucket = S3("Amazon S3")
```

--8<-- "printed/first.1.pt.md"
"""


def test_a_page_shows_the_picture_of_the_script_that_it_prints(tmp_path: Path) -> None:
    page = tmp_path / "first.md"
    page.write_text(PRINTS, encoding="utf-8")
    (job,) = printed(tmp_path)
    ((path, data),) = job.make(lambda: None).items()
    assert path == "_generated/printed/first.1.pt.md"
    assert ">Amazon S3<" in data.decode()
    assert 'id="one-1-bucket"' in data.decode()
    page.write_text(PRINTS.replace("Amazon S3", "Files"), encoding="utf-8")
    (changed,) = printed(tmp_path)
    assert changed.stamp("code") != job.stamp("code")
    assert ">Files<" in changed.make(lambda: None)[path].decode()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bucket = S3(", "bucket = S4(", r"first\.md: one\.py:5: NameError"),
        ("printed/first.1", "printed/first.2", r"first\.md: the picture of script 2 is shown, and the page prints 1"),
        ("```\n", 'with Diagram("Two", show=False):\n    S3("Amazon S3")\n```\n', r"first\.md: one\.py: .*2 diagrams"),
    ],
    ids=["fails", "none", "two"],
)
def test_a_printed_script_that_cannot_be_shown_is_named_by_its_page(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    (tmp_path / "first.md").write_text(PRINTS.replace(old, new), encoding="utf-8")
    with pytest.raises(ScriptError, match=said):
        [job.make(lambda: None) for job in printed(tmp_path)]


@pytest.mark.parametrize("page", ["first-diagram.md", "first-diagram.en.md"])
def test_the_first_tutorial_shows_what_each_of_its_scripts_draws(page: str) -> None:
    shown = [job for job in printed(DOCS) if job.page == DOCS / "tutorials" / page]
    assert [job.number for job in shown] == [1, 2]
    assert {job.lang for job in shown} == {"en" if ".en." in page else "pt"}


def test_only_what_has_changed_is_made_again(tmp_path: Path) -> None:
    """In a small copy: everything, then nothing, then the one script that was touched; all where it is expected."""
    for folder in ("architecture", "export", "desenho", "docs", "diagrams"):
        (tmp_path / folder).mkdir()
    script = tmp_path / "diagrams/one.py"
    script.write_text(
        "from diagrams import Diagram\nfrom diagrams.aws.storage import S3\n\n"
        'with Diagram("One", filename="challenge", show=False):\n    bucket = S3("Amazon S3")\n',
        encoding="utf-8",
    )
    first = {path.relative_to(tmp_path).as_posix() for path in generate(tmp_path)}
    drawn = {"challenge.svg", "challenge.drawio", "challenge.pt.png", "card.png"}
    assert {f"docs/diagrams/{name}" for name in drawn} <= first
    assert all(path.startswith(tuple(f"docs/{folder}/" for folder in GENERATED)) for path in first)
    assert generate(tmp_path) == []
    script.write_text(script.read_text().replace("Amazon S3", "Files"), encoding="utf-8")
    again = {path.relative_to(tmp_path).as_posix() for path in generate(tmp_path)}
    assert "docs/diagrams/challenge.svg" in again
    assert not any("reference" in path for path in again)
