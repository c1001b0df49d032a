"""An architecture becomes a drawing: words measured and broken, looks chosen, everything moved to its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from architecture.model import Architecture, Edge, Group, GroupKind, Node
from architecture.text import Text
from architectures import challenge
from drawings import drawn, stacked
from export.compose import draw
from export.drawing import Drawing, Label
from export.fonts import arimo
from export.formats import FORMATS
from export.layout.sketch import Placement, Size, Sketch
from export.look import FRAMES
from strategies import architectures


def labels(drawing: Drawing) -> list[Label]:
    found = [drawing.heading, *(f.title for f in drawing.frames), *(f.label for f in drawing.figures)]
    return [label for label in [*found, *(w.label for w in drawing.wires)] if label]


def nodes(*kinds: str, **attrs: str) -> Architecture:
    return Architecture(
        filename="x",
        nodes=tuple(Node(id=f"n{i}", kind=kind, label="Words", attrs=attrs) for i, kind in enumerate(kinds)),
    )


@settings(max_examples=25)
@given(architectures())
def test_everything_of_an_architecture_is_in_its_drawing(architecture: Architecture) -> None:
    drawing = drawn(architecture)
    assert [f.id for f in drawing.figures] == [n.id for n in architecture.nodes]
    assert {f.id for f in drawing.frames} == {g.id for g in architecture.groups}
    assert [w.id for w in drawing.wires] == [e.id for e in architecture.edges]
    seen: set[str | None] = {None}
    for frame in drawing.frames:
        assert frame.parent in seen
        seen.add(frame.id)


@settings(max_examples=25)
@given(architectures())
def test_words_fill_their_boxes_and_the_picture_holds_them(architecture: Architecture) -> None:
    drawing = drawn(architecture)
    for label in labels(drawing):
        widest = max(arimo().width(line, label.size) for line in label.lines)
        assert widest <= label.box.width < widest + 1
        assert label.box.height == pytest.approx(len(label.lines) * label.size * 1.2, abs=1)
    for frame in drawing.frames:
        assert frame.box.x > 0
        assert frame.box.right < drawing.width
        assert frame.box.bottom < drawing.height


@settings(max_examples=25)
@given(architectures())
def test_both_languages_have_the_same_things(architecture: Architecture) -> None:
    pt, en = drawn(architecture, "pt"), drawn(architecture, "en")
    assert pt.model == en.model
    for one, other in zip((*pt.figures, *pt.frames, *pt.wires), (*en.figures, *en.frames, *en.wires), strict=True):
        assert (one.id, one.parent) == (other.id, other.parent)


def test_the_heading_stands_above_the_picture_and_widens_it_when_it_must() -> None:
    drawing = drawn(challenge())
    assert drawing.heading is not None
    assert drawing.heading.lines == ("Desafio de arquitetura",)
    assert drawing.heading.box.bottom < min(f.box.y for f in (*drawing.frames, *drawing.figures))
    long = drawn(Architecture(filename="x", title="A title of many words " * 5, nodes=(Node(id="a", kind="Node"),)))
    assert long.heading is not None
    assert long.heading.box.right <= long.width - 20
    assert drawn(nodes("Node")).heading is None


def test_centres_and_borders_lie_on_draw_io_s_grid() -> None:
    drawing = draw(challenge())
    for figure in drawing.figures:
        assert [v % 10 for v in figure.box.centre] == pytest.approx([0, 0], abs=0.01)
    for frame in drawing.frames:
        assert [v % 10 for v in frame.box] == pytest.approx([0, 0, 0, 0], abs=0.01)


def test_a_label_is_seven_px_under_its_icon_and_in_the_middle() -> None:
    figure = next(f for f in drawn(challenge()).figures if f.id == "bucket")
    assert figure.label is not None
    assert figure.label.box.y == figure.box.bottom + 7
    assert figure.label.box.centre.x == figure.box.centre.x


def test_a_step_and_its_words_share_one_line_of_the_layout() -> None:
    sketches: list[Sketch] = []

    def layout(sketch: Sketch) -> Placement:
        sketches.append(sketch)
        return stacked(sketch)

    drawing = draw(challenge(), layout=layout)
    wire = next(w for w in drawing.wires if w.id == "user--bucket")
    room = next(e.label for e in sketches[0].edges if e.id == "user--bucket")
    assert wire.disc is not None
    assert wire.label is not None
    assert wire.disc.text == "1"
    assert wire.label.lines == ("envia arquivo",)
    assert wire.label.box.right - wire.disc.box.x == pytest.approx(room.width)
    assert wire.disc.box.centre.y == pytest.approx(wire.label.box.centre.y)
    assert wire.disc.box.right < wire.label.box.x
    assert (wire.label.box.right + wire.disc.box.x) / 2 == pytest.approx(
        500 + 50 + 20
    )  # the middle that the layout chose, moved by the margin


def test_a_step_with_many_lines_has_room_for_all_of_them() -> None:
    sketches: list[Sketch] = []

    def layout(sketch: Sketch) -> Placement:
        sketches.append(sketch)
        return stacked(sketch)

    architecture = Architecture(
        filename="x",
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node")),
        edges=(Edge(id="a--b", source="a", target="b", label="one\ntwo\nthree", step=1),),
    )
    (wire,) = draw(architecture, layout=layout).wires
    assert wire.label is not None
    assert sketches[0].edges[0].label.height == wire.label.box.height > 40


def test_a_number_without_words_is_a_disc_alone() -> None:
    architecture = Architecture(
        filename="x",
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node")),
        edges=(Edge(id="a--b", source="a", target="b", step=7),),
    )
    (wire,) = drawn(architecture).wires
    assert wire.label is None
    assert wire.disc is not None
    assert wire.disc.text == "7"


def test_a_label_stands_on_the_colour_of_the_frame_it_is_in() -> None:
    drawing = drawn(challenge())
    grounds = {wire.id: wire.ground for wire in drawing.wires}
    assert grounds["server--volume"] == "#E6F6F7"  # in the private subnet
    assert grounds["user--bucket"] == "#FFFFFF"


def test_a_line_belongs_to_the_innermost_group_round_both_ends() -> None:
    parents = {wire.id: wire.parent for wire in drawn(challenge()).wires}
    assert parents == {
        "user--bucket": None,
        "bucket--function": "region",
        "function--server": "region",
        "server--volume": "subnet",
    }


def test_a_line_from_a_group_to_what_is_in_it_belongs_outside() -> None:
    architecture = Architecture(
        filename="x",
        groups=(Group(id="outer"), Group(id="g", parent="outer")),
        nodes=(Node(id="a", kind="Node", parent="g"),),
        edges=(Edge(id="g--a", source="g", target="a"),),
    )
    assert drawn(architecture).wires[0].parent == "outer"


def test_the_script_s_lines_and_colours_are_kept() -> None:
    attrs = {"style": "dashed", "color": "firebrick", "penwidth": "2", "fontcolor": "blue"}
    architecture = Architecture(
        filename="x",
        nodes=(Node(id="a", kind="Node"), Node(id="b", kind="Node")),
        edges=(
            Edge(id="1", source="a", target="b", label="x", attrs=attrs),
            Edge(id="2", source="a", target="b", attrs={"style": "bold", "color": "</svg>"}),
            Edge(id="3", source="a", target="b", attrs={"style": "dotted", "penwidth": "many"}),
        ),
    )
    first, second, third = drawn(architecture).wires
    assert (first.dash, first.colour, first.width) == ("dashed", "#B22222", 3.0)
    assert first.label is not None
    assert first.label.colour == "#0000FF"
    assert (second.dash, second.colour, second.width) == ("solid", "#545B64", 2.5)
    assert (third.dash, third.width) == ("dotted", 1.5)


def test_a_node_without_a_picture_is_a_box_with_its_words_inside() -> None:
    (figure,) = drawn(nodes("c4.Container", style="rounded,filled", fillcolor="dodgerblue4", fontcolor="white")).figures
    assert figure.shape.family == "box"
    assert figure.shape.name == "rounded"
    assert figure.shape.fill == "#104E8B"
    assert figure.label is not None
    assert figure.label.colour == "#FFFFFF"
    assert figure.box.x < figure.label.box.x
    assert figure.label.box.bottom < figure.box.bottom
    (plain,) = drawn(nodes("Node")).figures
    assert plain.label is not None
    assert (plain.shape.fill, plain.label.colour) == ("#FFFFFF", "#232F3E")
    (cylinder,) = drawn(nodes("Node", shape="cylinder")).figures
    assert cylinder.shape.name == "cylinder"
    assert cylinder.label is not None
    assert cylinder.label.box.centre.y > cylinder.box.centre.y
    (words,) = drawn(nodes("Node", shape="plaintext")).figures
    assert (words.shape.fill, words.shape.stroke) == ("none", "none")


def test_a_node_that_shows_nothing_is_a_small_ring_where_lines_meet() -> None:
    node = Node(id="a", kind="Node", attrs={"shape": "plaintext", "width": "0", "height": "0"})
    (figure,) = drawn(Architecture(filename="x", nodes=(node,))).figures
    assert (figure.shape.name, figure.box.width, figure.box.height) == ("ellipse", 20, 20)


def test_a_blank_node_is_its_words_so_lines_end_at_them() -> None:
    icon = "lib:generic/blank/blank.png"
    nodes = (
        Node(id="words", kind="generic.blank.Blank", icon=icon, label="Webhook"),
        Node(id="framed", kind="generic.blank.Blank", icon=icon, label="Webhook", attrs={"shape": "box"}),
        Node(id="spacer", kind="generic.blank.Blank", icon=icon),
    )
    words, framed, spacer = drawn(Architecture(filename="x", nodes=nodes)).figures
    assert (words.shape.family, words.shape.stroke, words.shape.fill) == ("box", "none", "none")
    assert words.label is not None
    assert words.label.box.centre == words.box.centre
    assert (framed.shape.family, framed.shape.stroke != "none") == ("box", True)
    assert spacer.shape.family == "image"


def test_words_in_a_box_of_any_colour_can_be_read() -> None:
    (figure,) = drawn(nodes("Node", style="filled", fillcolor="#101010")).figures
    assert figure.label is not None
    assert figure.label.colour == "#FFFFFF"


def test_pictures_that_draw_io_lacks_are_embedded_and_named_by_class() -> None:
    icon = "lib:onprem/queue/kafka.png"
    architecture = Architecture(
        filename="x",
        nodes=(
            Node(id="a", kind="onprem.queue.Kafka", icon=icon),
            Node(id="b", kind="onprem.queue.Kafka", icon=icon),
            Node(id="c", kind="aws.compute.EC2", icon="lib:aws/compute/ec2.png"),
        ),
    )
    drawing = drawn(architecture)
    assert drawing.figures[0].shape.image.startswith("data:image/png;base64,iVBOR")
    assert drawing.figures[2].shape.image == ""
    (note,) = drawing.notes
    assert note.code == "embedded-pictures"
    assert "onprem.queue.Kafka (a, b)" in note.text


def test_a_picture_of_the_script_s_own_is_embedded() -> None:
    svg = "data:image/svg+xml,%3Csvg%20xmlns%3D%22http%3A//www.w3.org/2000/svg%22/%3E"
    architecture = Architecture(filename="x", nodes=(Node(id="a", kind="custom.Custom", icon=svg),))
    (figure,) = drawn(architecture).figures
    assert figure.shape.image.startswith("data:image/svg+xml;base64,PHN2Zy")


@pytest.mark.parametrize(
    "icon", [None, "", "lib:../../etc/passwd", "lib:aws/none.png", "lib:aws/compute/ec2.exe", "data:"]
)
def test_a_picture_that_is_not_there_leaves_a_box(icon: str | None) -> None:
    architecture = Architecture(filename="x", nodes=(Node(id="a", kind="custom.Custom", label="A", icon=icon),))
    assert drawn(architecture).figures[0].shape.family == "box"


def test_the_library_s_icons_can_be_asked_for() -> None:
    architecture = Architecture(
        filename="x", nodes=(Node(id="a", kind="aws.compute.EC2", icon="lib:aws/compute/ec2.png"),)
    )
    drawing = drawn(architecture, icons="library")
    assert drawing.icons == "library"
    assert drawing.figures[0].shape.name == "ec2"
    assert drawing.figures[0].shape.image.startswith("data:image/png;base64,")
    assert drawing.notes == ()


def test_without_draw_io_s_icons_the_library_s_are_taken_and_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.stencils.installed", lambda: False)
    drawing = drawn(nodes("aws.compute.EC2"))
    assert drawing.icons == "library"
    assert [note.code for note in drawing.notes] == ["icons-not-installed"]


def test_glyphs_that_the_font_lacks_are_named() -> None:
    architecture = Architecture(filename="x", title="中", nodes=(Node(id="a", kind="Node", label="ação 🚀 中"),))
    (note,) = drawn(architecture).notes
    assert note.code == "missing-glyphs"
    assert "中 (U+4E2D)" in note.text
    assert "🚀 (U+1F680)" in note.text


def test_a_label_without_a_place_is_named() -> None:
    def crowded(sketch: Sketch) -> Placement:
        placement = stacked(sketch)
        return Placement(
            size=placement.size,
            nodes=placement.nodes,
            groups=placement.groups,
            edges=placement.edges,
            crowded=("user--bucket",),
        )

    (note,) = draw(challenge(), layout=crowded).notes
    assert (note.code, note.where) == ("crowded-label", "user--bucket")


def test_a_picture_of_too_many_pixels_is_drawn_smaller_and_a_note_says_so() -> None:
    def vast(sketch: Sketch) -> Placement:
        placement = stacked(sketch)
        return Placement(size=Size(9000, 6000), nodes=placement.nodes, groups={}, edges={})

    drawing = draw(nodes("Node"), layout=vast)
    assert [note.code for note in drawing.notes] == ["fewer-pixels"]


@pytest.mark.parametrize(
    ("attrs", "fill", "stroke"),
    [
        ({"bgcolor": "red"}, "#FF0000", None),
        ({"bgcolor": "red", "style": "filled", "fillcolor": "blue"}, "#0000FF", None),
        ({"bgcolor": "red", "fillcolor": "blue"}, "#FF0000", None),
        ({"style": "filled,rounded", "color": "lightgrey"}, "#D3D3D3", "#D3D3D3"),
        ({"bgcolor": "red", "style": "filled"}, "#FF0000", None),
        ({"color": "blue"}, None, "#0000FF"),
        ({"color": "blue", "pencolor": "red"}, None, "#FF0000"),
        ({"bgcolor": "transparent", "color": "no such colour"}, None, None),
    ],
)
def test_a_group_is_painted_as_graphviz_paints_clusters(
    attrs: dict[str, str], fill: str | None, stroke: str | None
) -> None:
    plain = FRAMES[GroupKind.GENERIC]
    (frame,) = drawn(Architecture(filename="d", groups=(Group(id="g", attrs=attrs),))).frames
    assert (frame.style.fill, frame.style.stroke) == (fill or plain.fill, stroke or plain.stroke)


def test_a_group_of_no_kind_takes_the_script_s_colours() -> None:
    attrs = {"bgcolor": "#E5F5FD", "pencolor": "#AEB6BE"}
    architecture = Architecture(
        filename="x",
        groups=(Group(id="g", attrs=attrs), Group(id="v", kind=GroupKind.VPC, attrs=attrs)),
        nodes=(Node(id="a", kind="Node", parent="g"), Node(id="b", kind="Node", parent="v")),
    )
    generic, vpc = drawn(architecture).frames
    assert (generic.style.fill, generic.style.stroke) == ("#E5F5FD", "#AEB6BE")
    assert (vpc.style.fill, vpc.style.stroke) == ("none", "#8C4FFF")


@pytest.mark.parametrize(
    ("attrs", "link"),
    [
        ({"URL": "https://example.com/a?x=1&y=2"}, "https://example.com/a?x=1&y=2"),
        ({"href": "docs/runbook.md#12:30"}, "docs/runbook.md#12:30"),
        ({"URL": "mailto:team@example.com"}, "mailto:team@example.com"),
        ({"URL": "", "href": "/here"}, "/here"),
        ({"URL": "javascript:alert(1)"}, ""),
        ({"URL": " JavaScript:alert(1)"}, ""),
        ({"URL": "java\nscript:alert(1)"}, ""),
        ({}, ""),
    ],
)
def test_a_link_is_an_address_and_never_a_program(attrs: dict[str, str], link: str) -> None:
    node = Node(id="a", kind="aws.compute.EC2", label="a", parent="g", attrs=attrs)
    edge = Edge(id="a--a", source="a", target="a", attrs=attrs)
    drawing = drawn(Architecture(filename="d", groups=(Group(id="g", attrs=attrs),), nodes=(node,), edges=(edge,)))
    assert [item.link for item in (*drawing.frames, *drawing.figures, *drawing.wires)] == [link] * 3


@pytest.mark.parametrize(("name", "mark"), [("svg", 'href="{}"'), ("drawio", 'link="{}"'), ("dot", 'URL="{}"')])
def test_links_are_in_every_format(name: str, mark: str) -> None:
    items = [{"URL": f"https://example.com/{n}"} for n in range(3)]
    node = Node(id="a", kind="aws.compute.EC2", label="a", parent="g", attrs=items[0])
    edge = Edge(id="a--a", source="a", target="a", attrs=items[1])
    drawing = drawn(Architecture(filename="d", groups=(Group(id="g", attrs=items[2]),), nodes=(node,), edges=(edge,)))
    written = FORMATS[name].write(drawing).decode()
    assert [written.count(mark.format(f"https://example.com/{n}")) for n in range(3)] == [1, 1, 1]


def test_words_and_lines_of_a_script_for_a_black_page_can_be_seen_on_ours() -> None:
    white = {"fontcolor": "white", "color": "white"}
    pale = {"fontcolor": "white", "color": "lightblue"}
    architecture = Architecture(
        filename="x",
        groups=(
            Group(id="dark", label="Dark", attrs={"bgcolor": "black", **white}),
            Group(id="inner", label="Inner", parent="dark"),
        ),
        nodes=(
            Node(id="a", kind="aws.compute.EC2", label="a", parent="inner", attrs=white),
            Node(id="b", kind="aws.compute.EC2", label="b", parent="inner", attrs=white),
            Node(id="c", kind="aws.compute.EC2", label="c", attrs=white),
            Node(id="d", kind="aws.compute.EC2", label="d", attrs=white),
        ),
        edges=(
            Edge(id="a--b", source="a", target="b", label="inside", attrs=white),
            Edge(id="c--d", source="c", target="d", label="outside", attrs=white),
            Edge(id="d--c", source="d", target="c", label="pale", attrs=pale),
        ),
    )
    drawing = drawn(architecture)
    light, dark = "#FFFFFF", "#232F3E"
    assert [frame.title and frame.title.colour for frame in drawing.frames] == [light, light]
    assert [figure.label and figure.label.colour for figure in drawing.figures] == [light, light, dark, dark]
    assert [wire.label and wire.label.colour for wire in drawing.wires] == [light, dark, dark]
    assert [wire.colour for wire in drawing.wires] == [light, dark, "#ADD8E6"]


def test_a_language_that_is_missing_falls_back() -> None:
    architecture = Architecture(
        filename="x",
        nodes=(Node(id="a", kind="Node", label=Text("Usuário", en="User")), Node(id="b", kind="Node", label="S3")),
    )
    lines = [f.label.lines for f in drawn(architecture, "en").figures if f.label]
    assert lines == [("User",), ("S3",)]
