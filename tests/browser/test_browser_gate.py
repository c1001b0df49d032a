"""What a person sees who opens our files in draw.io: everything there, nothing in the way, and moved as one."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.capture import capture
from architecture.text import LANGS, translate
from export import drawio
from export.compose import draw
from export.drawio import cell_id
from gate import measure
from scenes import from_drawing

if TYPE_CHECKING:
    from architecture.model import Architecture
    from architecture.text import Lang
    from scenes import Cell
    from viewer import Viewer

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "diagrams").glob("*.py"))
CASES = sorted((ROOT / "tests" / "cases").glob("*.py"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where the command wrote all of diagrams/, in both languages and all formats."""
    folder = tmp_path_factory.mktemp("exported")
    command = [sys.executable, "-m", "desenho", "export", *map(str, SCRIPTS), "-o", str(folder)]
    subprocess.run([*command, *(word for lang in LANGS for word in ("--lang", lang))], cwd=ROOT, check=True)
    return folder


def only(script: Path) -> Architecture:
    (architecture,) = capture(script)
    return architecture


def written(architecture: Architecture, lang: Lang, folder: Path, suffix: str) -> Path:
    """Return the file of one language; that of the diagram's own has no language in its name."""
    middle = "" if lang == architecture.lang else f".{lang}"
    return folder / f"{architecture.name}{middle}{suffix}"


def words_of(label: str, lang: Lang) -> str:
    return " ".join(translate(label, lang).split())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_architectures_are_whole_and_without_a_fault(
    viewer: Viewer, exported: Path, script: Path, lang: Lang
) -> None:
    architecture = only(script)
    assert viewer.open(written(architecture, lang, exported, ".drawio")) == 1
    figures = viewer.figures()
    assert not figures.faults, figures.faults
    wanted = (len(architecture.nodes), len(architecture.groups), len(architecture.edges))
    assert (figures.nodes, figures.groups, figures.edges) == wanted
    cells = {cell["id"]: cell for cell in viewer.cells()}
    for item in (*architecture.groups, *architecture.nodes, *architecture.edges):
        assert cells[cell_id(item.id)]["plain"] == words_of(item.label, lang)
    for item in architecture.items.values():
        assert cells[cell_id(item.id)]["parent"] == (cell_id(item.parent) if item.parent else "1")
    for edge in architecture.edges:
        cell = cells[cell_id(edge.id)]
        assert (cell["source"], cell["target"]) == (cell_id(edge.source), cell_id(edge.target))
        numbers = [tag["plain"] for tag in cells.values() if tag["parent"] == cell["id"]]
        assert numbers == ([str(edge.step)] if edge.step is not None else [])
    assert words_of(architecture.title, lang) in {cell["plain"] for cell in cells.values()}


def test_the_challenge_is_what_was_asked_for(viewer: Viewer, exported: Path) -> None:
    viewer.open(exported / "challenge.drawio")
    figures = viewer.figures()
    assert (figures.nodes, figures.groups, figures.edges, figures.cross) == (5, 4, 4, 0)
    shapes = {cell["id"]: cell["style"] for cell in viewer.cells() if not cell["edge"]}
    for node, shape in (
        ("user", "shape=mxgraph.aws4.user"),
        ("bucket", "resIcon=mxgraph.aws4.s3;"),
        ("function", "resIcon=mxgraph.aws4.lambda;"),
        ("server", "resIcon=mxgraph.aws4.ec2;"),
        ("volume", "resIcon=mxgraph.aws4.elastic_block_store;"),
        ("vpc", "grIcon=mxgraph.aws4.group_vpc2"),
    ):
        assert shape in shapes[node]
    parents = {cell["id"]: cell["parent"] for cell in viewer.cells()}
    assert (parents["server"], parents["volume"], parents["subnet"]) == ("subnet", "subnet", "vpc")
    assert parents["bucket"] == parents["function"] == parents["vpc"]


@pytest.mark.parametrize("suffix", [".svg", ".png"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_picture_opens_as_the_drawing_it_carries(viewer: Viewer, exported: Path, script: Path, suffix: str) -> None:
    architecture = only(script)
    viewer.open(written(architecture, architecture.lang, exported, ".drawio"))
    file = viewer.cells()
    assert viewer.open(written(architecture, architecture.lang, exported, suffix)) == 1
    assert viewer.cells() == file


def shift(before: Cell, after: Cell) -> tuple[float, float] | None:
    """Return how far a cell went, all points of a line alike, None for a line that was laid anew."""
    places = [cell["points"] if cell["edge"] else [cell["box"][:2]] for cell in (before, after)]
    if len(places[0]) != len(places[1]):
        return None
    far = {(round(x1 - x0), round(y1 - y0)) for (x0, y0), (x1, y1) in zip(*places, strict=True)}
    return far.pop() if len(far) == 1 else None


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_moving_the_vpc_moves_what_is_in_it_and_nothing_else(viewer: Viewer, exported: Path, script: Path) -> None:
    architecture = only(script)
    viewer.open(written(architecture, architecture.lang, exported, ".drawio"))
    before = {cell["id"]: cell for cell in viewer.cells()}
    viewer.move("vpc", 70, 50)
    moved = {cell["id"]: shift(before[cell["id"]], cell) for cell in viewer.cells()}

    def inside(item: str) -> bool:
        return item == "vpc" or any(group.id == "vpc" for group in architecture.path(item))

    assert sum(inside(item) for item in architecture.items) > 2
    for item in architecture.items:
        assert moved[cell_id(item)] == ((70, 50) if inside(item) else (0, 0)), item
    within = [edge for edge in architecture.edges if inside(edge.source) and inside(edge.target)]
    without = [edge for edge in architecture.edges if not inside(edge.source) and not inside(edge.target)]
    assert within
    assert without
    for edge in (*within, *without):
        assert moved[cell_id(edge.id)] == ((70, 50) if edge in within else (0, 0)), edge.id
        # The number of a step goes with its line.
        numbers = [shift for name, shift in moved.items() if before[name]["parent"] == cell_id(edge.id)]
        assert set(numbers) <= {moved[cell_id(edge.id)]}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_draw_io_shows_what_the_gate_sees_in_our_drawing(viewer: Viewer, case: Path) -> None:
    """Hold the two ways of looking to each other, and every case to the gate in draw.io itself."""
    for architecture in capture(case):
        drawing = draw(architecture)
        viewer.show(drawio.write(drawing))
        shown, drawn = viewer.figures(), measure(from_drawing(drawing))
        # Words are measured by the browser's own font: a px or two apart.
        assert shown.faults.counts() == drawn.faults.counts(), f"draw.io: {shown.faults}\nours: {drawn.faults}"
        assert (shown.nodes, shown.groups, shown.edges) == (drawn.nodes, drawn.groups, drawn.edges)
        assert (shown.cross, shown.bends) == (drawn.cross, drawn.bends)
        assert (shown.width, shown.height) == pytest.approx((drawn.width, drawn.height), abs=0.5)
        faults = replace(shown.faults, images=())  # what has no native shape is embedded, and the notes say so
        assert not faults, faults
    assert viewer.refused == []
