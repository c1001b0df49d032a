"""The .drawio: nested as the architecture is, steady, and with its words and its model whole."""

from __future__ import annotations

import html
import json
import logging
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from math import dist, hypot
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from architecture import codec
from architecture.model import Architecture, Edge, Node
from architectures import challenge
from drawings import drawn
from export import drawio
from export.drawio import cell_id
from strategies import architectures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from architecture.model import Arrow


def file(architecture: Architecture) -> Element:
    return ET.fromstring(drawio.write(drawn(architecture)))


def cells(root: Element) -> dict[str, Element]:
    """Return the mxCells by id, in the order of the file; the id may stand on the UserObject round it."""
    found: dict[str, Element] = {}
    for outer in root.iterfind(".//root/*"):
        cell = outer if outer.tag == "mxCell" else outer.find("mxCell")
        assert cell is not None
        name = outer.get("id", "")
        assert name not in found, f"{name} is there twice"
        found[name] = cell
    return found


def styles(cell: Element) -> dict[str, str]:
    pairs = (part.partition("=") for part in cell.get("style", "").split(";") if part)
    return {name: value for name, _, value in pairs}


def origin(found: dict[str, Element], name: str) -> tuple[float, float]:
    """Return where a cell's own coordinates begin on the page."""
    x = y = 0.0
    while name not in {"0", "1"}:
        geometry = found[name].find("mxGeometry")
        assert geometry is not None
        x, y = x + float(geometry.get("x", 0)), y + float(geometry.get("y", 0))
        name = found[name].get("parent", "")
    return x, y


@settings(max_examples=25)
@given(architectures())
def test_any_architecture_is_well_formed_and_nested(architecture: Architecture) -> None:
    drawing = drawn(architecture)
    found = cells(ET.fromstring(drawio.write(drawing)))
    assert list(found)[:2] == ["0", "1"]
    seen: set[str] = {""}
    for name, cell in found.items():
        assert cell.get("parent", "") in seen, "children come after their parent"
        seen.add(name)
    for item in (*drawing.frames, *drawing.figures):
        cell = found[cell_id(item.id)]
        assert cell.get("parent") == (cell_id(item.parent) if item.parent else "1")
        assert origin(found, cell_id(item.id)) == pytest.approx((item.box.x, item.box.y), abs=0.01)
    for wire in drawing.wires:
        cell = found[cell_id(wire.id)]
        assert (cell.get("source"), cell.get("target")) == (cell_id(wire.source), cell_id(wire.target))
        left, top = origin(found, cell_id(wire.parent)) if wire.parent else (0.0, 0.0)
        bends = [(left + float(p.get("x", 0)), top + float(p.get("y", 0))) for p in cell.iterfind(".//Array/mxPoint")]
        assert bends == [pytest.approx(point, abs=0.01) for point in wire.points[1:-1]]


@settings(max_examples=25)
@given(architectures())
def test_words_are_escaped_for_html_and_then_for_xml(architecture: Architecture) -> None:
    drawing = drawn(architecture)
    root = ET.fromstring(drawio.write(drawing))
    labels = {o.get("id"): o.get("label", "") for o in root.iterfind(".//UserObject")}
    for figure in drawing.figures:
        lines = figure.label.lines if figure.label else ()
        assert html.unescape(labels[cell_id(figure.id)].replace("<br>", "\n")) == "\n".join(lines)


def test_markup_in_a_label_is_not_markup_in_draw_io() -> None:
    label = '<b>&amp;</b> & "x"'
    root = file(Architecture(filename="x", nodes=(Node(id="a", kind="aws.compute.EC2", label=label),)))
    cell = root.find(".//UserObject[@id='a']")
    assert cell is not None
    assert cell.get("label") == '&lt;b&gt;&amp;amp;&lt;/b&gt; &amp; "x"'


@settings(max_examples=25)
@given(architectures())
def test_the_model_in_it_is_whole(architecture: Architecture) -> None:
    diagram = file(architecture).find("diagram")
    assert diagram is not None
    assert codec.loads(diagram.get("desenho_model", "")) == architecture


def test_the_page_is_written_as_draw_io_writes_it() -> None:
    root = file(challenge())
    assert root.attrib == {"host": "desenho", "desenho_icons": "native"}
    diagram, model = root.find("diagram"), root.find("diagram/mxGraphModel")
    assert diagram is not None
    assert model is not None
    assert (diagram.get("id"), diagram.get("name")) == ("challenge", "Desafio de arquitetura")
    order = "dx dy grid gridSize guides tooltips connect arrows fold page pageScale pageWidth pageHeight math shadow"
    assert list(model.attrib) == order.split()
    assert model.get("page") == "1"


def test_groups_are_containers_in_their_own_look() -> None:
    found = cells(file(challenge()))
    vpc = styles(found["vpc"])
    for name, value in (("container", "1"), ("collapsible", "0"), ("recursiveResize", "0"), ("pointerEvents", "0")):
        assert vpc[name] == value
    assert vpc["shape"] == "mxgraph.aws4.group"
    assert vpc["grIcon"] == "mxgraph.aws4.group_vpc2"
    assert (vpc["strokeColor"], styles(found["region"])["dashed"]) == ("#8C4FFF", "1")


def test_nodes_are_native() -> None:
    found = cells(file(challenge()))
    bucket = styles(found["bucket"])
    assert bucket["shape"] == "mxgraph.aws4.resourceIcon"
    assert bucket["resIcon"] == "mxgraph.aws4.s3"
    assert (bucket["fillColor"], bucket["strokeColor"], bucket["aspect"]) == ("#7AA116", "#ffffff", "fixed")
    assert styles(found["user"])["shape"] == "mxgraph.aws4.user"


@pytest.mark.parametrize(
    ("kind", "style"),
    [
        ("k8s.compute.Pod", {"shape": "mxgraph.kubernetes.icon2", "prIcon": "pod"}),
        ("gcp.compute.Run", {"shape": "mxgraph.gcp2.cloud_run"}),
        ("azure.compute.VM", {"shape": "image", "image": "img/lib/azure2/compute/Virtual_Machine.svg"}),
    ],
)
def test_other_providers_are_native_too(kind: str, style: dict[str, str]) -> None:
    found = cells(file(Architecture(filename="x", nodes=(Node(id="a", kind=kind),))))
    assert styles(found["a"]).items() >= style.items()


def test_an_embedded_picture_has_no_semicolon_in_its_style() -> None:
    node = Node(id="a", kind="onprem.queue.Kafka", icon="lib:onprem/queue/kafka.png")
    image = styles(cells(file(Architecture(filename="x", nodes=(node,))))["a"])["image"]
    assert image.startswith("data:image/png,iVBOR")


def test_a_box_has_its_words_inside() -> None:
    attrs = {"shape": "cylinder", "style": "filled", "fillcolor": "#E9EDF1"}
    found = cells(file(Architecture(filename="x", nodes=(Node(id="a", kind="Node", label="A", attrs=attrs),))))
    style = styles(found["a"])
    assert style["shape"] == "cylinder3"
    assert "verticalLabelPosition" not in style


@pytest.mark.parametrize(
    ("attrs", "outline"),
    [
        ({"shape": "ellipse", "style": "filled"}, {"shape": "ellipse", "perimeter": "ellipsePerimeter"}),
        ({"shape": "cylinder", "style": "filled"}, {"shape": "cylinder3", "size": "8", "boundedLbl": "1"}),
        ({"shape": "box", "style": "rounded,filled"}, {"rounded": "1", "absoluteArcSize": "1", "arcSize": "16"}),
        ({"shape": "box", "style": "filled"}, {}),
    ],
)
def test_a_box_has_the_outline_that_the_picture_has(attrs: dict[str, str], outline: dict[str, str]) -> None:
    node = Node(id="a", kind="Node", label="A", attrs={**attrs, "fillcolor": "#E9EDF1"})
    style = styles(cells(file(Architecture(filename="x", nodes=(node,))))["a"])
    colours = {"fillColor": "#E9EDF1", "strokeColor": "#545B64", "fontColor": "#232F3E"}
    assert style == {"html": "1", **outline, **colours}


@pytest.mark.parametrize(
    ("arrow", "dash", "heads"),
    [
        ("forward", "", {"endArrow": "open"}),
        ("back", "dashed", {"startArrow": "open", "endArrow": "none", "dashed": "1"}),
        ("both", "dotted", {"startArrow": "open", "endArrow": "open", "dashed": "1", "dashPattern": "1 2"}),
        ("none", "", {"endArrow": "none"}),
    ],
)
def test_a_line_has_its_heads_and_dashes(arrow: Arrow, dash: str, heads: dict[str, str]) -> None:
    ends = (Node(id="a", kind="Node"), Node(id="b", kind="Node"))
    edge = Edge(id="a--b", source="a", target="b", arrow=arrow, attrs={"style": dash} if dash else {})
    style = styles(cells(file(Architecture(filename="x", nodes=ends, edges=(edge,))))["a--b"])
    names = {"startArrow", "endArrow", "dashed", "dashPattern"}
    assert {name: value for name, value in style.items() if name in names} == heads
    assert "None" not in style.values()


def test_ends_of_lines_are_tied_to_their_places() -> None:
    drawing = drawn(challenge())
    wire = drawing.wires[0]
    boxes = {f.id: f.box for f in drawing.figures}
    moved = wire._replace(
        points=(
            boxes["user"].centre._replace(x=boxes["user"].right),
            boxes["bucket"].centre._replace(y=boxes["bucket"].bottom + 24),
        ),
    )
    root = ET.fromstring(drawio.write(drawing._replace(wires=(moved,))))
    style = styles(cells(root)[wire.id])
    assert (style["exitX"], style["exitY"], style["exitPerimeter"]) == ("1", "0.5", "0")
    assert style["entryX"] == "0.5"
    assert float(style["entryY"]) == pytest.approx((78 + 24) / 78, abs=1e-4)


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=6),
    st.tuples(st.floats(-50, 550), st.floats(-50, 550)),
)
def test_a_label_is_where_it_was_put(corners: list[tuple[int, int]], at: tuple[float, float]) -> None:
    from export.drawing import Point

    points = [Point(0, 0)]
    for x, y in corners:
        points += [Point(x, points[-1].y), Point(x, y)]
    share, rest = drawio._on(points, Point(*at))
    # As draw.io finds it: whole px along the line, then the offset.
    lengths = [abs(b.x - a.x) + abs(b.y - a.y) for a, b in pairwise(points)]
    whole = round((share / 2 + 0.5) * sum(lengths))
    place, walked = points[0], 0.0
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if length and walked <= whole <= walked + length:
            step = (whole - walked) / length
            place = Point(a.x + (b.x - a.x) * step, a.y + (b.y - a.y) * step)
            break
        walked += length
    assert (place.x + rest.x, place.y + rest.y) == pytest.approx(at, abs=0.01)
    # And it is tied to the nearest px of the line, so that it stays there when a person moves a piece of it.
    away = [dist(at, (clamped(at[0], a.x, b.x), clamped(at[1], a.y, b.y))) for a, b in pairwise(points)]
    assert hypot(*rest) <= min(away) + 0.5 + 1e-6


def clamped(value: float, one: float, other: float) -> float:
    return max(min(one, other), min(value, max(one, other)))


def test_the_number_of_a_step_is_a_child_of_its_line() -> None:
    found = cells(file(challenge()))
    disc = found["~step-user--bucket"]
    assert disc.get("parent") == "user--bucket"
    assert disc.get("value") == "1"
    assert disc.get("connectable") == "0"


@given(st.text(min_size=1))
def test_an_item_has_no_cell_of_draw_ios_or_of_ours(item: str) -> None:
    assert cell_id(item) in {item, f"~{item}"}
    assert cell_id(item) not in {"0", "1", "~heading", "keys", "constructor"}
    assert not cell_id(item).startswith("~step-")


@given(st.lists(st.text(min_size=1) | st.sampled_from(["keys", "~keys", "~~keys", "0", "~0"]), unique=True))
def test_each_item_has_a_cell_of_its_own(items: list[str]) -> None:
    assert len({cell_id(item) for item in items}) == len(items)


def test_ids_that_are_draw_io_s_own_are_escaped_in_the_file() -> None:
    architecture = Architecture(
        filename="x",
        nodes=(Node(id="0", kind="Node"), Node(id="1", kind="Node"), Node(id="~heading", kind="Node")),
        edges=(Edge(id="keys", source="0", target="1"),),
        title="T",
    )
    found = cells(file(architecture))
    assert {"~0", "~1", "~~heading", "~heading", "~keys"} <= set(found)
    assert (found["~keys"].get("source"), found["~keys"].get("target")) == ("~0", "~1")


def test_a_label_that_keeps_its_box_changes_two_lines() -> None:
    before = challenge()
    nodes = tuple(replace(n, label="Amazon S4") if n.id == "bucket" else n for n in before.nodes)
    old, new = (drawio.write(drawn(a)).splitlines() for a in (before, replace(before, nodes=nodes)))
    assert len(old) == len(new)
    changed = [a for a, b in zip(old, new, strict=True) if a != b]
    assert len(changed) == 2
    assert b"desenho_model" in changed[0]
    assert b'id="bucket"' in changed[1]


def test_metadata_is_readable_and_no_tooltip_of_its_own() -> None:
    root = file(challenge())
    bucket = root.find(".//UserObject[@id='bucket']")
    assert bucket is not None
    assert bucket.attrib == {
        "label": "Amazon S3",
        "id": "bucket",
        "tooltip": "Amazon S3, na região, na nuvem AWS. Recebe o passo 1. Inicia o passo 2.",
        "desenho_id": "bucket",
        "desenho_type": "aws.storage.SimpleStorageServiceS3",
    }


PRINT = """
import sys
from hashlib import sha256
from pathlib import Path
sys.path.insert(0, "tests")
from architectures import challenge
from export.compose import draw
from export.formats import FORMATS
for lang in ("pt", "en"):
    drawing = draw(challenge(), lang)
    for name, form in FORMATS.items():
        print(lang, name, sha256(form.write(drawing)).hexdigest())
"""


def test_all_formats_are_the_same_whatever_the_hash_seed_and_the_folder(tmp_path: Path) -> None:
    root = str(Path(__file__).parent.parent)
    printed: set[str] = set()
    for seed, folder in (("0", root), ("1", root), ("2", str(tmp_path))):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root}/tests", "PATH": "", "HOME": str(tmp_path)}
        run = subprocess.run(
            [sys.executable, "-c", PRINT], cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        assert not run.stderr
        printed.add(run.stdout)
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == 10


def test_drawpyo_s_whole_package_is_not_imported_and_the_log_is_left_alone() -> None:
    code = """
import logging, sys
sys.path.insert(0, "tests")
from architectures import challenge
from drawings import drawn
from export import drawio
drawio.write(drawn(challenge()))
assert "drawpyo" not in sys.modules and "drawpyo.diagram" not in sys.modules
assert not logging.getLogger().handlers and logging.getLogger().level == logging.WARNING
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_drawpyo_itself_is_still_there_for_others(caplog: pytest.LogCaptureFixture) -> None:
    drawio.write(drawn(challenge()))
    import drawpyo

    with caplog.at_level(logging.ERROR):
        page = drawpyo.Page(drawpyo.File())
    assert isinstance(page.objects[0], drawpyo.XMLBase)


def test_a_thousand_nodes_stay_small() -> None:
    nodes = tuple(Node(id=f"n{i}", kind="aws.compute.EC2", label=f"server {i}") for i in range(1000))
    edges = tuple(Edge(id=f"n{i}--n{i + 1}", source=f"n{i}", target=f"n{i + 1}") for i in range(999))
    drawing = drawn(Architecture(filename="x", nodes=nodes, edges=edges))
    assert len(drawio.write(drawing)) < 1500 * 1000
    assert json.loads(drawing.model)["nodes"][999]["label"] == "server 999"
