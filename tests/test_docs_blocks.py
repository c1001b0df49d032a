"""What the site tells people to type is typed here, as it is printed, page by page and in both languages."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from website import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = ROOT / "docs"
FENCE = re.compile(r"^( *)```(\w+)?([^\n`]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
FINE = {"lint": {0, 1}, "plan": {0, 2}}
"""Exit codes that are no failure besides 0: findings, and changes to come."""


@dataclass(frozen=True)
class Block:
    language: str
    title: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    for found in FENCE.finditer(page.read_text(encoding="utf-8")):
        title = re.search(r'title="([^"]*)"', found[3])
        indent = len(found[1])
        text = "\n".join(line[indent:] for line in found[4].splitlines())
        yield Block(found[2] or "", title[1] if title else "", text)


PAGES = sorted(p for p in DOCS.rglob("*.md") if "_generated" not in p.parts and any(blocks(p)))
CHANGES = [p for p in PAGES if p.name.startswith("add-a-service")]
"""The pages that change the project itself."""
LOCAL = [p for p in PAGES if any("--local" in block.text for block in blocks(p) if block.language == "console")]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with what a clone has and the pages speak of."""
    shutil.copytree(ROOT / "diagrams", tmp_path / "diagrams", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p not in (*LOCAL, *CHANGES)], ids=lambda p: p.relative_to(DOCS).as_posix()
)
def test_every_block_of_a_page_runs_as_it_is_printed(page: Path, place: Path) -> None:
    follow(page, place)


@pytest.mark.slow
@pytest.mark.parametrize("page", LOCAL, ids=lambda p: p.relative_to(DOCS).as_posix())
def test_every_block_of_a_page_runs_on_the_local_cloud(page: Path, place: Path) -> None:
    try:
        follow(page, place)
    finally:
        run(["local", "stop"], place)


@pytest.mark.parametrize("page", CHANGES, ids=lambda p: p.name)
def test_the_tutorial_that_changes_the_project_works_on_a_copy_of_it(page: Path, place: Path) -> None:
    for room in ("architecture", "export", "deploy", "desenho"):
        shutil.copytree(ROOT / room, place / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)  # which makes it a clone
    changed = 0
    for block in blocks(page):
        if not block.title:
            continue
        opening, _, rest = block.text.partition("\n")
        file = place / block.title
        before = file.read_text(encoding="utf-8")
        assert before.count(opening + "\n") == 1, f"{block.title} has no line {opening!r}"
        file.write_text(before.replace(opening + "\n", f"{opening}\n{rest}\n"), encoding="utf-8")
        changed += 1
    assert changed == 2
    for block in blocks(page):
        if block.language == "console":
            for command, wanted in commands(block.text):
                assert wanted == "" or expected(wanted).search(type_in(command, place))
    (readme,) = place.glob("*/README.md")
    text = readme.read_text(encoding="utf-8")
    assert "5. **AWS Lambda → Amazon Rekognition**" in text
    assert ("recognises what is in pictures" if ".en." in page.name else "reconhece o que há em imagens") in text
    assert "rekognition" in run(["new", "--help"], place).stdout


def test_there_is_something_to_run() -> None:
    console = [block for page in PAGES for block in blocks(page) if block.language == "console"]
    assert len(console) > 30
    assert len(LOCAL) >= 2


def follow(page: Path, place: Path) -> None:
    for block in blocks(page):
        if "--8<--" in block.text:
            continue  # a file of the project, which has its own tests
        match block.language:
            case "python" | "text" if block.title:
                (place / block.title).write_text(block.text + "\n", encoding="utf-8")
            case "python":
                subprocess.run([sys.executable, "-c", block.text], cwd=place, check=True, env=surroundings(place))
            case "console":
                for command, wanted in commands(block.text):
                    answer = type_in(command, place)
                    assert wanted == "" or expected(wanted).search(answer), f"{command}\n{answer}"
            case "bash":
                subprocess.run(["bash", "-n"], input=block.text, text=True, check=True)
            case "yaml":
                assert yaml.safe_load(block.text)
            case "text":
                pass
            case other:
                pytest.fail(f"{page.name} has a block of {other!r}, which nobody checks")


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command of a console with the output that is printed after it, which may be none."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        yield command, wanted.strip()


def expected(wanted: str) -> re.Pattern[str]:
    """Return what the output has to have in it; `...` stands for anything on a line."""
    lines = (re.escape(line.rstrip()).replace(r"\.\.\.", ".*") for line in wanted.splitlines())
    return re.compile(r"[^\S\n]*\n".join(lines))


def type_in(command: str, place: Path) -> str:
    words = shlex.split(command)
    assert words[:3] == ["uv", "run", "desenho"], f"nobody checks {command!r}"
    done = run(words[3:], place)
    said = done.stdout + done.stderr
    fine = next((codes for word, codes in FINE.items() if word in words[3:5]), {0})
    assert done.returncode in fine, f"{command}\n{said}"
    return said


def run(words: list[str], place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "desenho", *words],
        cwd=place,
        env=surroundings(place),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def surroundings(place: Path) -> dict[str, str]:
    without = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return without | {"DESENHO_STATE": str(place / "state"), "NO_COLOR": "1"}
