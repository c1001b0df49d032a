"""The site builds without a warning, is whole in both languages, and every link in it leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from website import ROOT, build

DOCS = ROOT / "docs"
PAGES = sorted(p.relative_to(DOCS) for p in DOCS.rglob("*.md") if "_generated" not in p.parts)
PORTUGUESE = [p for p in PAGES if not p.name.endswith(".en.md")]


class Page(HTMLParser):
    """The ids and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.meta: dict[str, str] = {}
        self.lang = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = found.get("lang", "")
        if "id" in found:
            self.ids.add(found["id"])
        if tag == "meta":
            self.meta[found.get("name", found.get("property", ""))] = found.get("content", "")
        self.links += [found[name] for name in ("href", "src", "xlink:href") if name in found]


@pytest.fixture(scope="module")
def site() -> Path:
    made = build()
    assert made.code == 0, made.said
    return made.folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if path.name != "viewer.html"}


def test_the_site_builds_without_a_warning() -> None:
    made = build()
    assert made.code == 0, made.said
    assert "WARNING" not in made.said
    assert "ERROR" not in made.said


def test_every_page_is_there_in_both_languages() -> None:
    english = {p for p in PAGES if p.name.endswith(".en.md")}
    assert {p.with_suffix(".en.md") for p in PORTUGUESE} == english
    assert len(PORTUGUESE) >= 2


@pytest.mark.parametrize("page", PORTUGUESE, ids=str)
def test_both_languages_of_a_page_say_the_same_things(page: Path) -> None:
    """The same headings by level and id, as many code blocks, lists and tables: neither language is a short version."""

    def outline(path: Path) -> list[str]:
        text = (DOCS / path).read_text(encoding="utf-8").split("\n---\n", 1)[-1]
        kept: list[str] = []
        fenced = False
        for line in text.splitlines():
            if re.match(r"\s*(```|~~~)", line):
                fenced = not fenced
                kept.append("fence")
            elif not fenced and (heading := re.match(r"(#+) .*?(\{.*\})?$", line)):
                kept.append(f"{heading[1]} {heading[2] or ''}".strip())
            elif not fenced and (inserted := re.match(r'\s*--8<-- "(.*?)(\.pt|\.en)?\.(\w+)"', line)):
                kept.append(f"insert {inserted[1]}")
        return kept

    assert outline(page) == outline(page.with_suffix(".en.md"))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_page_has_a_title_and_a_description(page: Path) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    head = text.split("---\n")[1] if text.startswith("---\n") else ""
    assert re.search(r"^title: .+", head, re.MULTILINE)
    assert re.search(r"^description: ", head, re.MULTILINE)


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    broken: list[str] = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
            if target.is_dir():
                target = target / "index.html"
            where = f"{path.relative_to(site)}: {link}"
            if (
                not target.is_relative_to(site.resolve())
                or not target.is_file()
                or (
                    parts.fragment
                    and (found := pages.get(site / target.relative_to(site.resolve())))
                    and unquote(parts.fragment) not in found.ids
                )
            ):
                broken.append(where)
    assert not broken


def test_pages_say_their_language_and_where_the_other_one_is(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        if path.name == "404.html":
            continue
        inside = path.relative_to(site)
        assert page.lang == ("en" if inside.parts[0] == "en" else "pt-BR"), inside
        assert page.meta["description"], inside
        card = site / page.meta["og:image"].removeprefix("https://example.org/desenho/")
        assert card.read_bytes().startswith(b"\x89PNG"), inside


def test_the_sitemap_names_every_page_with_its_other_language(site: Path) -> None:
    root = ET.parse(site / "sitemap.xml").getroot()
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    entries = {e.text for e in root.iterfind("s:url/s:loc", space)}
    assert len(entries) == len(PAGES)
    assert all(entry and entry.startswith("https://example.org/desenho/") for entry in entries)
    for url in root.iterfind("s:url", space):
        assert {a.get("hreflang") for a in url.iterfind("x:link", space)} == {"pt-BR", "en"}


def test_the_page_for_missing_pages_speaks_both_languages(site: Path) -> None:
    text = (site / "404.html").read_text(encoding="utf-8")
    assert "Esta página não existe" in text
    assert "This page does not exist" in text
    assert "https://" not in "".join(re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(https?:[^"]*)"', text))


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    asks = r'<(?:script|img|iframe|source|link rel="(?:stylesheet|preconnect|icon)")[^>]*?(?:src|href)="(?:https?:)?//'
    for path in site.rglob("*.html"):
        assert not re.search(asks, path.read_text(encoding="utf-8")), path
