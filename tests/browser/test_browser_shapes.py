"""draw.io has every shape that we name, paints it, and paints it in the box that we give it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest
from diagrams import Node as LibraryNode

from architecture.model import Architecture, GroupKind, Node
from export import drawio
from export.compose import draw
from export.drawing import Box, Drawing, Figure, Frame, Shape
from export.look import FRAMES, native_shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scenes import Cell
    from viewer import Viewer

pytestmark = pytest.mark.browser

PITCH = 100
COLUMNS = 20


def icons(provider: str) -> dict[str, str]:
    """Return the kinds of all classes of a provider in the installed library, and their icons as the model has them."""
    found: dict[str, str] = {}
    package = importlib.import_module(f"diagrams.{provider}")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for _, thing in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if (
                issubclass(thing, LibraryNode)
                and thing.__module__ == module.name
                and not thing.__name__.startswith("_")
            ):
                kind = f"{thing.__module__}.{thing.__qualname__}".removeprefix("diagrams.")
                icon = PurePosixPath(thing._icon_dir, thing._icon)
                found[kind] = f"lib:{icon.relative_to('resources')}"
    return dict(sorted(found.items()))


def drawn(viewer: Viewer, kinds: Iterable[str]) -> dict[str, Cell]:
    """Draw one node of each kind that has a native shape, and return what draw.io made of them by kind."""
    figures: list[Figure] = []
    for i, kind in enumerate(kinds):
        shape = native_shape(Node(id=kind, kind=kind))
        if shape is not None:
            row, column = divmod(i, COLUMNS)
            box = Box(column * PITCH, row * PITCH, shape.width, shape.height)
            figures.append(Figure(id=kind, kind=kind, box=box, shape=shape))
    size = PITCH * COLUMNS
    drawing = Drawing(name="shapes", title="Shapes", lang="en", width=size, height=size, figures=tuple(figures))
    assert viewer.show(drawio.write(drawing)) == 1
    cells = {cell["id"]: cell for cell in viewer.cells()}
    assert set(cells) == {figure.id for figure in figures}
    return cells


def test_every_aws_class_is_drawn_natively() -> None:
    found = icons("aws")
    assert len(found) == 502
    assert [kind for kind in found if native_shape(Node(id=kind, kind=kind)) is None] == []


def test_a_shape_that_draw_io_does_not_have_is_noticed(viewer: Viewer) -> None:
    box = Box(0, 0, 78, 78)
    wrong = Figure(id="wrong", kind="aws.x", box=box, shape=Shape(family="service", name="no_such_service"))
    drawing = Drawing(name="wrong", title="Wrong", lang="en", width=78, height=78, figures=(wrong,))
    viewer.show(drawio.write(drawing))
    (cell,) = viewer.cells()
    assert cell["missing"] == ["resIcon=mxgraph.aws4.no_such_service"]
    assert cell["marks"] < 2


@pytest.mark.parametrize("provider", ["aws", "k8s", "gcp", "azure"])
def test_draw_io_knows_and_paints_every_shape(viewer: Viewer, provider: str) -> None:
    cells = drawn(viewer, icons(provider))
    assert cells, f"no native shape at all for {provider}"
    assert {kind: cell["missing"] for kind, cell in cells.items() if cell["missing"]} == {}
    # A service is a tile and its white glyph, a resource its glyph alone: a hollow tile would be one mark too few.
    fewest = {
        kind: 2 if "resourceIcon" in cell["style"] or "prIcon" in cell["style"] else 1 for kind, cell in cells.items()
    }
    assert [kind for kind, cell in cells.items() if cell["marks"] < fewest[kind]] == []
    assert [kind for kind, cell in cells.items() if cell["image"]] == []


@pytest.mark.parametrize("provider", ["aws", "k8s", "gcp", "azure"])
def test_a_shape_fills_its_box_so_lines_end_where_they_were_drawn(viewer: Viewer, provider: str) -> None:
    off = {
        kind: (cell["box"], cell["drawn"])
        for kind, cell in drawn(viewer, icons(provider)).items()
        if any(abs(a - b) > 0.05 for a, b in zip(cell["box"], cell["drawn"], strict=True))
    }
    assert off == {}


@pytest.mark.parametrize("provider", ["aws", "k8s", "gcp", "azure"])
def test_every_class_shows_something_where_no_server_is_in_reach(viewer: Viewer, provider: str) -> None:
    nodes = tuple(Node(id=kind, kind=kind, icon=icon) for kind, icon in icons(provider).items())
    drawing = draw(Architecture(filename="all", nodes=nodes))
    assert [figure.id for figure in drawing.figures if figure.shape.family == "box"] == []
    viewer.show(drawio.write(drawing))
    cells = [cell for cell in viewer.cells() if cell["id"] != drawio.HEADING_CELL]
    assert len(cells) == len(nodes)
    assert [cell["id"] for cell in cells if not cell["marks"]] == []
    # draw.io's Azure shapes are pictures that the app and the desktop program bring; the lone viewer has none of them.
    blank = {url for url in viewer.blank() if "/img/lib/azure2/" not in url}
    assert blank == set()


def test_a_picture_that_does_not_show_is_noticed(viewer: Viewer) -> None:
    shape = Shape(family="image", image="img/lib/azure2/compute/Virtual_Machine.svg")
    elsewhere = Figure(id="elsewhere", kind="azure.compute.VM", box=Box(0, 0, 78, 78), shape=shape)
    viewer.show(drawio.write(Drawing(name="x", title="X", lang="en", width=78, height=78, figures=(elsewhere,))))
    (address,) = viewer.blank()
    assert address.endswith("img/lib/azure2/compute/Virtual_Machine.svg")


def test_draw_io_knows_and_paints_every_frame(viewer: Viewer) -> None:
    frames = tuple(
        Frame(id=kind, kind=kind, box=Box(0, 150 * i, 300, 120), style=FRAMES[kind]) for i, kind in enumerate(GroupKind)
    )
    drawing = Drawing(name="frames", title="Frames", lang="en", width=300, height=150 * len(frames), frames=frames)
    viewer.show(drawio.write(drawing))
    cells = {cell["id"]: cell for cell in viewer.cells()}
    assert set(cells) == {frame.id for frame in frames}
    assert {kind: cell["missing"] for kind, cell in cells.items() if cell["missing"]} == {}
    with_badge = [frame.id for frame in frames if frame.style.badge]
    assert len(with_badge) > len(frames) / 2
    assert [kind for kind in with_badge if cells[kind]["marks"] < 2] == []
    assert all("container=1" in cell["style"] for cell in cells.values())
