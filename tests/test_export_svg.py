"""The SVG: well formed, told in words, with its drawing inside, and every icon drawn once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from architecture.model import Architecture, Edge, Node
from architecture.words import alt_text, describe
from architectures import challenge
from drawings import drawn
from export import drawio, svg
from export.drawing import Point
from export.strokes import head_path, line_path
from strategies import architectures

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NS = {"svg": "http://www.w3.org/2000/svg"}


def root(architecture: Architecture) -> Element:
    return ET.fromstring(svg.write(drawn(architecture)))


def texts(element: Element) -> list[str]:
    return ["".join(text.itertext()) for text in element.iterfind(".//svg:text", NS)]


@settings(max_examples=25)
@given(architectures())
def test_any_architecture_is_well_formed_and_carries_its_file(architecture: Architecture) -> None:
    drawing = drawn(architecture)
    data = svg.write(drawing)
    element = ET.fromstring(data)
    assert element.get("content", "").encode() == drawio.write(drawing)
    assert len(element.findall(".//svg:a", NS)) == len(architecture.nodes)
    for use in element.iterfind(".//svg:use", NS):
        name = use.get("href", "").removeprefix("#")
        assert element.find(f".//svg:defs/*[@id='{name}']", NS) is not None


def test_it_is_told_in_words() -> None:
    architecture = challenge()
    element = root(architecture)
    assert element.get("role") == "group"
    assert element.get("lang") == "pt"
    title, desc = element.find("svg:title", NS), element.find("svg:desc", NS)
    assert title is not None
    assert desc is not None
    assert title.text == "Desafio de arquitetura"
    assert desc.text == alt_text(architecture, "pt")
    links = {link.get("href"): link.get("aria-label") for link in element.iterfind(".//svg:a", NS)}
    assert links == {f"#{node.id}": describe(architecture, node.id, "pt") for node in architecture.nodes}


def test_all_words_and_numbers_are_there() -> None:
    found = texts(root(challenge()))
    for words in ("Desafio de arquitetura", "AWS Cloud", "Sub-rede privada", "Amazon S3", "envia arquivo", "1", "4"):
        assert words in found


def test_hostile_words_stay_words() -> None:
    label = "<script>alert('\"')</script> & ]]> \x07\x00 \ud800"
    element = root(Architecture(filename="x", title=label, nodes=(Node(id="a b#<>", kind="Node", label=label),)))
    joined = "".join(texts(element)).replace(" ", "")
    assert "<script>alert('\"')</script>&]]>" in joined
    assert "\x07" not in joined
    assert element.find(".//svg:a", NS).get("href") == "#a%20b%23%3C%3E"


def test_an_icon_is_drawn_once_and_used_often() -> None:
    nodes = tuple(Node(id=f"n{i}", kind="aws.compute.EC2") for i in range(5))
    text = svg.picture(drawn(Architecture(filename="x", nodes=nodes))).decode()
    assert text.count('id="aws4-ec2"') == 1
    assert text.count('href="#aws4-ec2"') == 5
    assert text.count("#ED7100") == 5


def test_a_picture_is_embedded_once() -> None:
    nodes = tuple(Node(id=f"n{i}", kind="onprem.queue.Kafka", icon="lib:onprem/queue/kafka.png") for i in range(3))
    text = svg.picture(drawn(Architecture(filename="x", nodes=nodes))).decode()
    assert text.count("data:image/png") == 1
    assert text.count('href="#image-1"') == 3


def test_the_page_is_white_and_the_font_is_the_one_that_was_measured() -> None:
    text = svg.picture(drawn(challenge())).decode()
    assert '<rect width="100%" height="100%" fill="#FFFFFF"/>' in text
    assert 'font-family="Arimo, Helvetica, Arial, sans-serif"' in text


def test_with_the_library_s_icons_no_stencil_is_used() -> None:
    text = svg.picture(drawn(challenge(), icons="library")).decode()
    assert "aws4" not in text
    assert text.count("#8C4FFF") == 2  # the frame of the VPC, and a plain square for its badge


def test_a_node_is_never_drawn_as_nothing() -> None:
    node = Node(id="a", kind="aws.security.IdentityAndAccessManagementIamRole")
    text = svg.picture(drawn(Architecture(filename="x", nodes=(node,)), icons="library")).decode()
    assert '<path fill="#DD344C"' in text


def test_lines_have_their_dashes_and_heads() -> None:
    ends = {"source": "a", "target": "b"}
    architecture = Architecture(
        filename="x",
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node")),
        edges=(
            Edge(id="one", **ends, attrs={"style": "dashed"}),
            Edge(id="two", **ends, arrow="both"),
            Edge(id="three", **ends, arrow="none", attrs={"style": "dotted"}),
        ),
    )
    element = root(architecture)
    paths = {
        name: [path.attrib for path in element.iterfind(f".//svg:g[@data-cell-id='{name}']/svg:g/svg:path", NS)]
        for name in ("one", "two", "three")
    }
    assert paths["one"][0]["stroke-dasharray"] == "4.5 4.5"
    assert [len(paths[name]) for name in ("one", "two", "three")] == [2, 2, 1]
    assert "stroke-dasharray" not in paths["one"][1]  # a head is never dashed
    assert paths["two"][1]["d"].count("M") == 2
    assert paths["three"][0]["stroke-dasharray"] == "1.5 3"


def test_corners_are_round_but_never_past_the_middle_of_a_piece() -> None:
    path = line_path([Point(0, 0), Point(100, 0), Point(100, 12), Point(200, 12)], 1.5, start=False, end=False)
    assert path == "M0 0L90 0Q100 0 100 6L100 9Q100 12 110 12L200 12"


def test_a_line_ends_short_of_its_head_and_the_head_short_of_the_border() -> None:
    line = line_path([Point(0, 0), Point(100, 0)], 1, start=True, end=True)
    assert line == "M2.236 0L97.764 0"
    assert head_path([Point(0, 0), Point(100, 0)], 1) == "M91.882 3.5L98.882 0L91.882 -3.5"


@pytest.mark.parametrize(
    "kind", ["aws.compute.EC2", "k8s.compute.Pod", "k8s.infra.Master", "gcp.compute.Run", "azure.compute.VM"]
)
def test_every_family_draws_something(kind: str) -> None:
    node = Node(id="a", kind=kind, icon=f"lib:{kind.split('.')[0]}/compute/pod.png")
    text = svg.picture(drawn(Architecture(filename="x", nodes=(node,)))).decode()
    link = re.search(r"<a .*?</a>", text, re.DOTALL)
    assert link is not None
    assert ("<use" in link[0]) == (kind != "azure.compute.VM")
