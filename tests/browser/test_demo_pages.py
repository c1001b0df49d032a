"""The demo's page and the app's in Chromium: what a person does there who sees them for the first time."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

pytest.importorskip("moto")

from playwright.sync_api import expect

from website import ROOT, axe

if TYPE_CHECKING:
    from collections.abc import Generator

    from playwright.sync_api import Browser, Page

    from architecture.text import Lang

pytestmark = pytest.mark.browser
Scheme = Literal["light", "dark"]
STORED = {"pt": re.compile(r"^guardado em \d+,\d\d s$"), "en": re.compile(r"^stored in \d+\.\d\d s$")}
GOOD = {"pt": "guardado", "en": "stored"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a demo as a user starts it, on a local cloud of its own."""
    folder = tmp_path_factory.mktemp("demo")
    env = os.environ | {"DESENHO_STATE": str(folder / "state"), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "desenho", "demo", "-o", str(folder / "out")]
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            address = next((line.strip() for line in running.stdout if line.startswith("http://")), "")
            assert address, "the demo ended"
            yield address
        finally:
            subprocess.run([*words[:4], "--stop"], env=env, check=True, timeout=60, capture_output=True)


@contextmanager
def opened(browser: Browser, address: str, *, scheme: Scheme = "light", width: int = 1280) -> Generator[Page]:
    """Open an address, and hold the page to asking no other host and failing in nothing."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        page.goto(address)
        yield page
        assert not faults
        assert not [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
    finally:
        context.close()


DROP = """([name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name));
  document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true }));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the page."""
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_a_file_that_is_dropped_lights_its_lines_arrives_and_comes_back(
    browser: Browser, demo: str, lang: Lang
) -> None:
    name, content = f"solto & ação {lang}.txt", f"dropped in {lang}".encode()
    with opened(browser, f"{demo}?lang={lang}") as page:
        drop(page, name, content)
        item = page.locator(".files > li", has=page.get_by_role("heading", name=name))
        expect(item.locator(".state")).to_have_text(STORED[lang], timeout=20_000)
        expect(item.locator(".steps li")).to_have_count(5)
        expect(page.get_by_role("status")).to_contain_text(f"{name}: {GOOD[lang]}")
        expect(page.locator(".stage g.lit")).to_have_count(4)
        expect(page.locator(".stage .bad")).to_have_count(0)
        expect(page.locator(".stage a.here")).to_have_count(1)
        page.locator("a[href^='/app']").click()
        row = page.locator("tr", has_text=name)
        expect(row).to_have_count(1)
        assert page.locator("html").get_attribute("lang") == {"pt": "pt-BR", "en": "en"}[lang]
        with page.expect_download() as coming:
            row.get_by_role("link", name={"pt": "Baixar", "en": "Download"}[lang]).click()
        assert coming.value.suggested_filename == name
        assert Path(coming.value.path()).read_bytes() == content


def test_a_list_that_is_open_shows_what_arrives(browser: Browser, demo: str, tmp_path: Path) -> None:
    (tmp_path / "late.txt").write_text("late", encoding="utf-8")
    with opened(browser, f"{demo}app?lang=en") as listing, opened(browser, f"{demo}?lang=en") as page:
        expect(listing.locator("tr", has_text="late.txt")).to_have_count(0)
        page.locator("input[type=file]").set_input_files(tmp_path / "late.txt")
        expect(listing.locator("tr", has_text="late.txt")).to_have_count(1, timeout=20_000)
        expect(listing.get_by_role("status")).to_have_text("The list has changed.")
        listing.get_by_role("searchbox").fill("no such words")
        listing.get_by_role("searchbox").press("Enter")
        expect(listing.locator("main")).to_contain_text("No file has these words.")


REJECTED = {
    "pt": re.compile(r"^recusado: o arquivo compactado não pode ser lido$"),
    "en": re.compile(r"^rejected: the archive cannot be read: "),
}


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_a_file_that_is_rejected_tells_why(browser: Browser, demo: str, lang: Lang) -> None:
    with opened(browser, f"{demo}?lang={lang}") as page:
        drop(page, f"bad.{lang}.zip", b"PK\x03\x04 and no more")
        expect(page.locator(".files > li", has_text=f"bad.{lang}.zip").locator(".state")).to_have_text(
            REJECTED[lang], timeout=20_000
        )
        expect(page.locator(".stage a.here.bad")).to_have_count(1)


def test_all_is_done_by_keyboard(browser: Browser, demo: str, tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text("by keyboard", encoding="utf-8")
    with opened(browser, f"{demo}?lang=en") as page:
        # Playwright does not wait until the browser hands choosers over to it: asked for early, they are.
        page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "keys.txt"))
        tab_to(page, "input[type=file]")
        page.keyboard.press("Space")
        item = page.locator(".files > li", has_text="keys.txt")
        expect(item.locator(".state")).to_have_text(STORED["en"], timeout=20_000)
        tab_to(page, "button[aria-label='Show its way: keys.txt']")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("keys.txt: stored")
        tab_to(page, "a[href^='/app']")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: not url.startswith(demo))
        tab_to(page, "a[aria-label='Download: keys.txt']")
        with page.expect_download() as arriving:
            page.keyboard.press("Enter")
        assert Path(arriving.value.path()).read_text(encoding="utf-8") == "by keyboard"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus, and see that it shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = "e => [e, e.parentElement].some((n) => getComputedStyle(n).outlineStyle !== 'none')"
            assert page.evaluate(f"({outline})(document.activeElement)"), f"nobody sees the focus on {selector}"
            return
    raise AssertionError(f"Tab never comes to {selector}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["pt", "en"])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    browser: Browser, demo: str, scheme: Scheme, width: int, lang: Lang
) -> None:
    for place in ("", "app"):
        with opened(browser, f"{demo}{place}?lang={lang}", scheme=scheme, width=width) as page:
            if not place:
                drop(page, "judged.txt", b"judged")
                expect(page.locator(".files > li", has_text="judged.txt").first).to_contain_text(
                    GOOD[lang], timeout=20_000
                )
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.evaluate(axe())
            found: dict[str, Any] = page.evaluate("axe.run(document)")
            serious = [v for v in found["violations"] if v["impact"] in {"serious", "critical"}]
            assert not serious, [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious]


def test_on_a_narrow_screen_the_picture_moves_along_with_the_file(browser: Browser, demo: str) -> None:
    with opened(browser, f"{demo}?lang=en", width=390) as page:
        drop(page, "narrow.txt", b"narrow")
        expect(page.get_by_role("status")).to_contain_text("narrow.txt: stored", timeout=20_000)
        expect(page.locator(".stage a.here")).to_be_in_viewport()
        assert page.evaluate("document.querySelector('.stage').scrollLeft") > 0


def test_what_the_page_shows_can_be_taken_home(browser: Browser, demo: str) -> None:
    with opened(browser, f"{demo}?lang=en") as page:
        assert str(page.get_by_role("link", name="Open the diagram in draw.io").get_attribute("href")).startswith(
            "https://app.diagrams.net/"
        )
        for ending, head in ((".drawio", b"<mxfile"), (".svg", b"<svg"), (".png", b"\x89PNG")):
            with page.expect_download() as coming:
                page.get_by_role("link", name=ending, exact=True).click()
            assert head in Path(coming.value.path()).read_bytes()[:200]
