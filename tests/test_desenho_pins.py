"""Pins through the command: what a script says stands where it says, in every format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """
import diagrams
from diagrams import Cluster
from diagrams.aws.compute import EC2 as Stock
from desenho import Diagram
from desenho.aws import EC2, S3, VPC, User, Group
"""
Run = tuple[int, str, str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run a command on a script with a body, in an empty folder; in it `d` is a diagram."""
    monkeypatch.chdir(tmp_path)

    def done(command: str, body: str, *argv: str, board: str = 'Diagram("d")') -> Run:
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (tmp_path / "d.py").write_text(f"{HEAD}with {board}:\n{lines}", encoding="utf-8")
        code = main([command, "d.py", *argv])
        return code, *capsys.readouterr()

    return done


def cells(folder: Path) -> dict[str, tuple[float, float, float, float]]:
    """Return the boxes of all cells in the .drawio by id, from the corner of the page."""
    found: dict[str, tuple[str, list[float]]] = {}
    for cell in ET.parse(folder / "out" / "d.drawio").iter():
        inner = cell.find("mxCell") if cell.tag == "UserObject" else cell if cell.tag == "mxCell" else None
        geometry = None if inner is None else inner.find("mxGeometry")
        if inner is not None and geometry is not None and inner.get("vertex") and cell.get("id"):
            box = [float(geometry.get(name, "0")) for name in ("x", "y", "width", "height")]
            found[cell.attrib["id"]] = (inner.get("parent", ""), box)

    def corner(name: str) -> tuple[float, float]:
        if name not in found:
            return 0, 0
        parent, box = found[name]
        x, y = corner(parent)
        return x + box[0], y + box[1]

    return {name: (*corner(name), box[2], box[3]) for name, (_, box) in found.items()}


def centre(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def codes(out: str) -> set[tuple[str, str]]:
    return {(finding["code"], finding["where"]) for finding in json.loads(out)["findings"]}


PINNED = """
bucket = S3(pin=(303, 204))
with VPC(pin=(500, 100, 420, 423)) as vpc:
    with Group("inner") as inner:
        server = EC2(pin=(640, 240))
        other = EC2("other")
user = User("User")
user >> bucket >> server >> other
"""


def test_pins_are_the_places_of_the_drawing_at_any_depth(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("export", PINNED, "-f", "drawio", "-f", "svg", "-f", "png")[0] == 0
    placed = cells(tmp_path)
    assert centre(placed["bucket"]) == (303, 204)
    assert placed["vpc"] == (500, 100, 420, 423)
    assert centre(placed["server"]) == (640, 240)
    svg = (tmp_path / "out" / "d.svg").read_text(encoding="utf-8")
    assert 'd="M264 165h78v78h-78z"' in svg  # the bucket's tile
    assert '<rect x="500.5" y="100.5" width="420" height="423"' in svg


def test_a_model_keeps_its_pins(run: Callable[..., Run], tmp_path: Path) -> None:
    assert run("export", PINNED, "-f", "json", "-f", "drawio")[0] == 0
    first = cells(tmp_path)
    model: dict[str, Any] = json.loads((tmp_path / "out" / "d.json").read_text(encoding="utf-8"))
    assert {item["id"]: item.get("pin") for item in (*model["groups"], *model["nodes"])} == {
        "vpc": [500, 100, 420, 423],
        "inner": None,
        "bucket": [303, 204],
        "server": [640, 240],
        "other": None,
        "user": None,
    }
    assert main(["export", "out/d.json", "-f", "drawio", "-o", "out"]) == 0
    assert cells(tmp_path) == first


STOCK = 'diagrams.Diagram("d", show=False, graph_attr={attrs})'


@pytest.mark.parametrize(
    ("attrs", "pos", "pixels"),
    [
        ({}, ('pos="0,2!"', 'pos="1.5,3!"'), (144, -96)),
        ({}, ('pos="0,2" , pin="true"', 'pos=" 1.5, 3 !"'), (144, -96)),
        ({"inputscale": "72"}, ('pos="0,144!"', 'pos="108,216,0!"'), (144, -96)),
    ],
)
def test_graphviz_s_pos_pins_a_node(
    run: Callable[..., Run], tmp_path: Path, attrs: dict[str, str], pos: tuple[str, str], pixels: tuple[float, float]
) -> None:
    body = f'a = Stock("a", {pos[0]})\nb = Stock("b", {pos[1]})\nc = Stock("c")\na >> b >> c'
    code, _, err = run("export", body, "-f", "drawio", board=STOCK.format(attrs=attrs))
    assert code == 0
    (ax, ay), (bx, by) = (centre(cells(tmp_path)[name]) for name in "ab")
    assert (bx - ax, by - ay) == pixels
    assert "than its pins say" in err


def test_a_pos_that_pins_nothing_is_told(run: Callable[..., Run]) -> None:
    board = STOCK.format(attrs={})
    body = 'a = Stock("a", pos="1,2")\nb = Stock("b", pos="here!")\na >> b'
    assert "pins nothing" in run("export", body, board=board)[2]
    assert {("loose-pos", "a"), ("loose-pos", "b")} <= codes(run("lint", body, "--json", board=board)[1])


@pytest.mark.parametrize(
    "pin", ['"1,2"', "(1,)", "(1, 2, 3, 4)", "(1, float('nan'))", "(True, 2)", "(10**400, 2)", "(0, 20001)", "1"]
)
def test_a_node_s_pin_that_is_no_place_is_refused(run: Callable[..., Run], pin: str) -> None:
    code, _, err = run("export", f"a = EC2(pin={pin})")
    assert code == 2
    assert "error: d.py:8: pin: " in err
    assert "pin" in err.splitlines()[1]


@pytest.mark.parametrize("pin", ["(1, 2)", "(1, 2, 0, 5)", "(1, 2, 3, -5)", "(1, 2, 3, 1e9)"])
def test_a_group_s_pin_that_is_no_box_is_refused(run: Callable[..., Run], pin: str) -> None:
    code, _, err = run("export", f"with VPC(pin={pin}):\n    EC2()")
    assert code == 2
    assert "error: d.py:8: pin: " in err


def test_a_pos_that_is_too_far_is_refused(run: Callable[..., Run]) -> None:
    code, _, err = run("export", 'a = Stock("a", pos="0,9999!")')
    assert code == 2
    assert "a: pos='0,9999!'" in err


def test_a_pin_of_a_model_that_is_no_place_is_refused(run: Callable[..., Run], tmp_path: Path) -> None:
    run("export", "a = EC2(pin=(1, 2))", "-f", "json")
    model = tmp_path / "out" / "d.json"
    model.write_text(model.read_text(encoding="utf-8").replace("[1.0, 2.0]", "[1.0]"), encoding="utf-8")
    assert main(["export", "out/d.json"]) == 2


FULL = """
with VPC(pin=(300, 100, 160, 200)) as vpc:
    a = EC2("a", pin=(380, 180))
    b = EC2("b")
a >> b
"""


def test_a_pinned_group_without_room_is_told(run: Callable[..., Run], tmp_path: Path) -> None:
    code, _, err = run("export", FULL, "-f", "drawio")
    assert code == 0
    assert "b: does not fit inside vpc" in err
    assert cells(tmp_path)["vpc"] == (300, 100, 160, 200)
    code, out, _ = run("lint", FULL, "--json")
    assert code == 1
    assert ("outside-group", "b") in codes(out)
    assert ("pins-overlap", "b") not in codes(out)


def test_things_pinned_over_each_other_are_told(run: Callable[..., Run]) -> None:
    over = 'a = EC2("a", pin=(100, 100))\nb = EC2("b", pin=(140, 120))\nc = EC2("c", pin=(300, 100))'
    assert "b: is drawn over a" in run("export", over)[2]
    assert {where for code, where in codes(run("lint", over, "--json")[1]) if code == "pins-overlap"} == {"b"}


def test_without_pins_nothing_is_said_of_them(run: Callable[..., Run]) -> None:
    code, _, err = run("export", 'a = EC2("a")\nb = EC2("b")\na >> b')
    assert (code, "pin" in err) == (0, False)
