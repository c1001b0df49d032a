"""The site in Chromium: what a reader sees, hears and does, and that no other host is asked for anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import pytest

from website import axe, build, serve

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser, BrowserContext, Page

    from viewer import Viewer

pytestmark = pytest.mark.browser

# One page of each kind, in both languages.
PAGES = (
    "",
    "en/",
    "tutorials/first-diagram/",
    "architecture/challenge/",
    "en/architecture/challenge/",
    "guides/drawio/",
    "gallery/",
    "gallery/three-tiers/",
    "reference/commands/",
    "en/reference/aws/",
    "reference/failures/",
    "reference/stack/",
    "404.html",
)
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def folder() -> Path:
    made = build()
    assert made.code == 0, made.said
    return made.folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Generator[str]:
    # The base path that the site was built for, so that the page for missing pages finds its style.
    with serve(folder, "/desenho/") as address:
        yield address


class Visit:
    """A page of the site, and everything that went wrong on it or was asked of others."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.page: Page = context.new_page()
        self.site = site
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def strangers(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.site, "data:", "blob:"))]


@pytest.fixture
def visit(browser: Browser, site: str) -> Generator[Visit]:
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        yield Visit(context, site)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 360])
def test_axe_finds_nothing_serious(browser: Browser, site: str, scheme: Scheme, width: int) -> None:
    found: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        visit = Visit(context, site)
        for path in PAGES:
            page = visit.open(path)
            page.evaluate(axe())
            result: dict[str, Any] = page.evaluate("axe.run(document)")
            assert len(result["passes"]) > 10, path  # it has looked
            found += (
                f"{path or 'home'}: {item['id']}: {node['html'][:160]}"
                for item in result["violations"]
                if item["impact"] in {"serious", "critical"}
                for node in item["nodes"]
            )
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize("width", [1400, 360])
def test_pages_ask_no_other_host_fail_at_nothing_and_fit_the_screen(browser: Browser, site: str, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        visit = Visit(context, site)
        for path in PAGES:
            page = visit.open(path)
            widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert widths[0] <= widths[1], (path, widths)
        assert visit.strangers() == []
        assert visit.wrong == []


@pytest.mark.parametrize(
    ("path", "query", "lead"),
    [
        ("", "armazenamento", "/desenho/architecture/challenge/"),
        ("en/", "storage", "/desenho/en/architecture/challenge/"),
    ],
)
def test_the_search_finds_words_of_both_languages(visit: Visit, path: str, query: str, lead: str) -> None:
    page = visit.open(path)
    box = page.locator("[data-md-component=search-query]")
    box.click()
    # Only when the index is loaded does it say so, and only then does it listen.
    ready = "JSON.parse(document.getElementById('__config').textContent).translations['search.result.placeholder']"
    page.wait_for_function(f"document.querySelector('.md-search-result__meta').textContent.trim() === {ready}")
    box.press_sequentially(query)
    hits = page.locator(".md-search-result__link")
    hits.first.wait_for()
    found = [hit.get_attribute("href") or "" for hit in hits.all()]
    assert any(lead in address for address in found)
    assert {"/desenho/en/" in address for address in found} == {path == "en/"}
    asked = [url.removeprefix(visit.site) for url in visit.asked if url.endswith("search_index.json")]
    assert asked == [f"{path}search/search_index.json"]


def test_the_language_switch_leads_to_the_same_page(visit: Visit) -> None:
    page = visit.open("architecture/challenge/")
    page.locator(".md-select__link[hreflang=en]").evaluate("link => link.click()")
    page.wait_for_url("**/desenho/en/architecture/challenge/")
    assert page.locator("h1").inner_text().startswith("The architecture challenge")


def test_the_picture_links_to_the_words_and_zooms_by_keyboard(visit: Visit) -> None:
    page = visit.open("gallery/three-tiers/")
    stage = page.locator(".diagram__stage")
    width = "document.querySelector('.diagram__wide').getBoundingClientRect().width"
    before = page.evaluate(width)
    stage.focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.evaluate(width) == pytest.approx(1.5 * before, rel=0.01)
    assert page.locator(".diagram__status").inner_text() == "150 %"
    page.keyboard.press("0")
    assert page.evaluate(width) == pytest.approx(before, rel=0.01)
    link = page.locator(".diagram__wide a[data-cell-id=balancer]")
    assert "Application Load Balancer" in (link.get_attribute("aria-label") or "")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('details.diagram__words').open")
    assert page.locator("#three_tiers-balancer").is_visible()


def test_a_narrow_screen_gets_the_upright_picture(browser: Browser, site: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = Visit(context, site).open("architecture/challenge/")
        assert page.locator(".diagram__tall").is_visible()
        assert not page.locator(".diagram__wide").is_visible()
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = Visit(context, site).open("architecture/challenge/")
        assert page.locator(".diagram__wide").is_visible()
        assert not page.locator(".diagram__tall").is_visible()


def test_a_narrow_screen_shows_a_picture_without_upright_variant_at_a_size_that_is_read(
    browser: Browser, site: str
) -> None:
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = Visit(context, site).open("gallery/three-tiers/")
        picture = page.locator(".diagram__wide")
        scale = picture.evaluate("svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width")
        assert scale == pytest.approx(0.7, abs=0.01)
        page.locator(".diagram__stage").focus()
        page.keyboard.press("End")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.diagram__stage').scrollLeft > 0")


def test_the_picture_follows_the_theme(browser: Browser, site: str) -> None:
    ink = "getComputedStyle(document.querySelector('.diagram__wide text')).fill"
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = Visit(context, site).open("architecture/challenge/")
        light = page.evaluate(ink)
        page.locator("label[for=__palette_1]").click()
        page.wait_for_function(f"{ink} !== '{light}'")


@pytest.mark.parametrize("path", ["architecture/challenge/", "gallery/three-tiers/", "en/gallery/streaming/"])
def test_drawios_viewer_opens_on_click_and_knows_every_shape(visit: Visit, path: str) -> None:
    page = visit.open(path)
    assert not [url for url in visit.asked if "viewer" in url]
    page.locator(".diagram__button[aria-expanded]").click()
    frame = page.frame_locator(".diagram__viewer iframe")
    frame.locator("html[data-shown]").wait_for(timeout=30_000)
    names = """() => {
      const graph = viewer.graph, cells = Object.values(graph.model.cells);
      const named = cells.flatMap((cell) => {
        const state = graph.view.getState(cell);
        return state ? ['shape', 'resIcon', 'grIcon'].map((key) => state.style[key]).filter(Boolean) : [];
      }).filter((name) => name.startsWith('mxgraph.'));
      return {shown: named.length, missing: named.filter(
        (name) => !mxCellRenderer.defaultShapes[name] && !mxStencilRegistry.getStencil(name))};
    }"""
    seen = page.frames[-1].evaluate(names)
    assert seen["shown"] >= 8
    assert seen["missing"] == []
    assert visit.strangers() == []
    assert visit.wrong == []
    page.locator(".diagram__button[aria-expanded]").click()
    assert not page.locator(".diagram__viewer").is_visible()


def test_the_download_is_a_drawing_without_a_fault(visit: Visit, viewer: Viewer) -> None:
    page = visit.open("architecture/challenge/")
    with page.expect_download() as waiting:
        page.locator(".diagram__tools a[href$='.drawio']").click()
    assert waiting.value.suggested_filename == "challenge.drawio"
    assert viewer.show(waiting.value.path().read_bytes()) == 1
    assert not viewer.figures().faults


def test_open_in_drawio_carries_the_drawing_in_its_address(visit: Visit, viewer: Viewer) -> None:
    page = visit.open("en/architecture/challenge/")
    address = page.locator(".diagram__tools a[href^='https://app.diagrams.net/']").get_attribute("href")
    assert address is not None
    head, order = address.split("#create=")
    assert head == "https://app.diagrams.net/"
    data = json.loads(unquote(order))
    xml = viewer.page.evaluate("data => Graph.decompress(data)", data["data"])
    assert data["type"] == "xml"
    assert viewer.show(xml.encode()) == 1
    assert not viewer.figures().faults


def test_copy_buttons_copy_what_is_to_be_typed(browser: Browser, site: str) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = Visit(context, site).open("tutorials/first-diagram/")
        block = page.locator(".highlight").filter(has_text="from desenho import").first
        block.hover()
        block.locator(".md-code__button").first.click()
        page.wait_for_timeout(200)
        assert page.evaluate("navigator.clipboard.readText()").startswith("from desenho import Diagram, Flow")


def test_copy_buttons_of_a_console_copy_the_commands_alone(browser: Browser, site: str) -> None:
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = Visit(context, site).open("tutorials/hand-in/")
        page.locator(".md-code__button").first.click()
        page.wait_for_function(
            "navigator.clipboard.readText().then(text => text === 'uv run desenho new meu-desafio')", timeout=5000
        )


@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("path", ["", "tutorials/hand-in/", "en/tutorials/hand-in/", "guides/deploying/"])
def test_no_command_is_cut_or_under_the_copy_button(browser: Browser, site: str, path: str, width: int) -> None:
    words = """(code) => {
      const button = code.closest("pre").querySelector(".md-code__nav").getBoundingClientRect();
      const said = [...code.querySelectorAll(".go")];
      const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT), boxes = [];
      for (let text; (text = texts.nextNode());) {
        if (!text.data.trim() || said.some((line) => line.contains(text))) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        boxes.push(...range.getClientRects());
      }
      const { left, right } = code.getBoundingClientRect();
      const under = (box) => box.right > button.left && box.top < button.bottom && box.bottom > button.top;
      return [boxes.length, boxes.filter((box) => box.left < left || box.right > right || under(box)).length];
    }"""
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = Visit(context, site).open(path)
        codes = page.locator(":is(.language-console, .language-bash).highlight code").all()
        assert codes
        for code in codes:
            pieces, wrong = code.evaluate(words)
            assert pieces
            assert wrong == 0, code.inner_text()


def test_the_table_of_failures_is_a_list_of_cards_on_a_narrow_screen(browser: Browser, site: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        page = Visit(context, site).open("reference/failures/")
        cells = page.locator(".stacked td").all()
        assert len(cells) > 30
        assert all((cell.bounding_box() or {"width": 0})["width"] > 280 for cell in cells)
        head = "cell => getComputedStyle(cell, '::before').content"
        assert [cell.evaluate(head) for cell in cells[1:3]] == ['"O que vem disso"', '"O que fazer"']


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_cards_of_the_gallery_follow_the_theme_and_lead_to_their_pages(
    browser: Browser, site: str, scheme: Scheme
) -> None:
    with browser.new_context(viewport={"width": 1400, "height": 900}, color_scheme=scheme) as context:
        page = Visit(context, site).open("gallery/")
        paper = page.locator(".card__picture rect").first.evaluate("box => getComputedStyle(box).fill")
        assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 34, 44)"}[scheme]
        page.locator(".card__picture").nth(3).click(force=True)  # what is clicked is the link stretched over it
        page.wait_for_url("**/gallery/three-tiers/")


def test_without_scripts_the_picture_its_links_and_downloads_are_there(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site + "architecture/challenge/")
        assert page.locator(".diagram__wide").is_visible()
        assert page.locator(".diagram__tools a").count() == 4
        assert page.locator(".diagram__button").count() == 0


def test_the_first_load_of_a_diagram_page_is_light(visit: Visit) -> None:
    sizes: list[int] = []
    visit.page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length", 0))))
    visit.open("architecture/challenge/")
    assert 50_000 < sum(sizes) < 700_000
