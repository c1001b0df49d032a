"""What the site costs: building it, building it again after one script has changed, and opening its pages.

    uv run python benchmarks/pages.py            # measure and print
    uv run python benchmarks/pages.py --write    # and write benchmarks/pages.md

It takes about three minutes on a quiet machine. The site is built from a copy of the files that git knows, so nothing
here changes. CPU is user and system time of the command and all its children. "After one script has changed" is what
a person sees who runs `mkdocs serve`: from saving the script to the moment at which the browser is told to load the
page again. Pages are opened in Chromium from a server on loopback that does not compress, each time in a new context:
nothing is in the cache. Largest contentful paint (LCP) and layout shift (CLS) are as the browser itself tells them,
https://web.dev/articles/lcp and https://web.dev/articles/cls. Figures are medians.
"""

from __future__ import annotations

import argparse
import gzip
import os
import platform
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from viewer import chromium  # noqa: E402 - after the path is set
from website import serve  # noqa: E402 - after the path is set

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Response

TABLE: Final = Path(__file__).with_suffix(".md")
PAGES: Final = ("", "architecture/challenge/", "gallery/", "reference/commands/")
WIDTHS: Final = (1280, 390)
SCRIPT: Final = "diagrams/challenge.py"
WORDS: Final = "HTTP POST"
"""Words of the script that are changed."""
LIMIT: Final = 300.0
"""Seconds after which something is said not to work."""
OBSERVE: Final = """() => new Promise((done) => {
  const seen = {lcp: 0, cls: 0};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.lcp = Math.max(seen.lcp, entry.startTime);
  }).observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(seen), 300);
})"""


class Cost(NamedTuple):
    """What something took, in seconds by the clock and of CPU."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Opened:
    """What opening a page took: LCP in ms, layout shift as a score, bytes as sent and as gzip would send them."""

    lcp: float
    cls: float
    requests: int
    plain: int
    packed: int


def copied(place: Path) -> None:
    """Copy the files that git knows, and new ones that it does not ignore, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)


def surroundings(place: Path) -> dict[str, str]:
    """Return the environment in which the copy, and not this checkout, is what Python imports."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(place), "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}


def build(place: Path) -> Cost:
    """Build the whole site of the copy into its site/."""

    def used() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    before, started = used(), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "--strict"], cwd=place, env=surroundings(place), check=True
    )
    return Cost(time.perf_counter() - started, used() - before)


def builds(place: Path, runs: int) -> tuple[list[Cost], list[Cost]]:
    """Return what it takes to make everything, and to put together pages of which nothing has changed."""
    build(place)  # Python compiles what it loads
    whole: list[Cost] = []
    for _ in range(runs):
        for made in ("docs/_generated", "docs/assets/drawio", "site"):
            shutil.rmtree(place / made)
        whole.append(build(place))
    return whole, [build(place) for _ in range(runs)]


def rebuilds(place: Path, runs: int) -> list[Cost]:
    """Return what `mkdocs serve` takes each time the words of one script change."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "-q", "-a", f"127.0.0.1:{port}"]
    script = place / SCRIPT
    text = script.read_text(encoding="utf-8")
    assert WORDS in text
    costs: list[Cost] = []
    with subprocess.Popen(command, cwd=place, env=surroundings(place)) as server:
        try:
            epoch = _answer(f"http://127.0.0.1:{port}/livereload/0/0")
            for number in range(runs + 1):
                before, started = _cpu(server.pid), time.perf_counter()
                script.write_text(text.replace(WORDS, f"{WORDS} {number}"), encoding="utf-8")
                epoch = _answer(f"http://127.0.0.1:{port}/livereload/{epoch}/{number}", after=epoch)
                costs.append(Cost(time.perf_counter() - started, _cpu(server.pid) - before))
                page = (urllib.request.urlopen(f"http://127.0.0.1:{port}/architecture/challenge/")).read().decode()
                assert f"{WORDS} {number}" in page
        finally:
            server.terminate()
    return costs[1:]


def _answer(address: str, after: int = 0) -> int:
    """Return the number of the build that the server shows, once it shows a later one than `after`."""
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=LIMIT) as answer:
                epoch = int(answer.read())
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.2)
            continue
        if epoch > after:
            return epoch
    raise TimeoutError(f"no answer from {address} in {LIMIT:g} s")


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process and its ended children have taken (Linux only)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def opened(browser: Browser, address: str, width: int) -> Opened:
    """Open a page with nothing in the cache."""
    answers: list[Response] = []
    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.on("response", lambda answer: answers.append(answer))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        seen: dict[str, Any] = page.evaluate(OBSERVE)
        bodies = [answer.body() for answer in answers]
    assert seen["lcp"] > 0
    return Opened(
        lcp=seen["lcp"],
        cls=seen["cls"],
        requests=len(bodies),
        plain=sum(map(len, bodies)),
        packed=sum(len(gzip.compress(body, 6)) for body in bodies),
    )


def visits(site: Path, runs: int) -> dict[tuple[str, int], list[Opened]]:
    """Open the pages in both widths, one after the other, as often as asked."""
    found: dict[tuple[str, int], list[Opened]] = {}
    with serve(site) as address, chromium() as browser:
        opened(browser, address, WIDTHS[0])  # the browser's own start
        for _ in range(runs):
            for page in PAGES:
                for width in WIDTHS:
                    found.setdefault((page, width), []).append(opened(browser, address + page, width))
    return found


def row(what: str, costs: list[Cost], goal: str = "") -> str:
    """Return the line of the table for one kind of build."""
    walls, cpus = zip(*costs, strict=True)
    return f"| {what} | {statistics.median(walls):.1f} s | {statistics.median(cpus):.1f} s | {goal} |"


def row_of_page(page: str, width: int, seen: list[Opened]) -> str:
    """Return the line of the table for one page in one width."""

    def middle(figure: Callable[[Opened], float]) -> float:
        return statistics.median(map(figure, seen))

    return (
        f"| `/{page}` | {width} px | {middle(lambda o: o.lcp):.0f} ms | {middle(lambda o: o.cls):.3f}"
        f" | {middle(lambda o: o.requests):.0f} | {middle(lambda o: o.plain) / 1000:.0f} kB"
        f" | {middle(lambda o: o.packed) / 1000:.0f} kB |"
    )


def main() -> None:
    """Measure and print, or write the table beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    parser.add_argument("--runs", type=int, default=5, help="of each (default: 5)")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        place = Path(folder)
        copied(place)
        whole, nothing = builds(place, options.runs)
        seen = visits(place / "site", options.runs)
        again = rebuilds(place, options.runs)
        count = len(list((place / "site").rglob("index.html")))
    text = "\n".join(
        [
            "# The site",
            "",
            "Made by `benchmarks/pages.py`, which says what is measured and how.",
            f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores,",
            f"load {load:.1f} of other work at the start: above the number of cores trust CPU only.",
            f"Medians of {options.runs} runs; {count} pages in two languages.",
            "",
            "## Building",
            "",
            "| what | wall | CPU | to reach |",
            "|---|---|---|---|",
            row("everything, pictures and tables too", whole, "30 s"),
            row("all pages, nothing changed", nothing),
            row("one script changed under `mkdocs serve`, until the browser is told", again, "4 s"),
            "",
            "## Opening",
            "",
            "| page | width | LCP | CLS | requests | bytes | with gzip |",
            "|---|---|---|---|---|---|---|",
            *(row_of_page(page, width, found) for (page, width), found in seen.items()),
            "",
            "The goal for a page with a diagram is 700 kB, without draw.io's viewer, which is loaded on a click.",
            "",
        ]
    )
    print(text)
    if options.write:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
