"""The gate fires on drawings that are made faulty on purpose, one fault each, and on no sound one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from export.drawing import Box, Disc, Drawing, Figure, Frame, FrameStyle, Label, Point, Shape, Wire
from export.layout.sketch import Placement, Route, Size, Sketch, SketchEdge, SketchGroup, SketchNode
from gate import Line, Scene, measure
from scenes import Cell, from_cells, from_drawing, from_placement

if TYPE_CHECKING:
    from collections.abc import Callable


def text(*lines: str, at: tuple[float, float], width: float = 60, size: float = 12) -> Label:
    return Label(lines=lines, box=Box(*at, width, 14), size=size)


def figure(name: str, x: float, y: float, parent: str | None = None) -> Figure:
    return Figure(
        id=name,
        kind="aws.compute.EC2",
        box=Box(x, y, 78, 78),
        shape=Shape(family="service", name="mxgraph.aws4.ec2"),
        label=text(name, at=(x + 9, y + 85)),
        parent=parent,
    )


def wire(source: str, target: str, *points: tuple[float, float], label: Label | None = None) -> Wire:
    return Wire(
        id=f"{source}--{target}", source=source, target=target, points=tuple(Point(*p) for p in points), label=label
    )


SOUND = Drawing(
    name="sound",
    title="Sound",
    lang="en",
    width=640,
    height=420,
    frames=(
        Frame(
            id="vpc",
            kind="vpc",
            box=Box(200, 0, 420, 400),
            style=FrameStyle(stroke="#8C4FFF", badge="mxgraph.aws4.group_vpc2"),
            title=text("VPC", at=(230, 6)),
        ),
    ),
    figures=(
        figure("user", 40, 60),
        figure("web", 260, 60, "vpc"),
        figure("data", 500, 60, "vpc"),
        figure("cache", 500, 240, "vpc"),
    ),
    wires=(
        wire("user", "web", (118, 100), (260, 100), label=text("1", at=(140, 93), width=40)),
        wire("web", "data", (338, 90), (500, 90), label=text("SQL", at=(390, 83), width=40)),
        wire("web", "cache", (338, 120), (420, 120), (420, 280), (500, 280)),
    ),
)


def with_wire(drawing: Drawing, wire: Wire) -> Drawing:
    return drawing._replace(wires=(*(w for w in drawing.wires if w.id != wire.id), wire))


def moved(drawing: Drawing, name: str, x: float, y: float) -> Drawing:
    """Put a figure elsewhere, its label with it."""
    here = next(f for f in drawing.figures if f.id == name)
    there = figure(name, x, y, here.parent)
    return drawing._replace(figures=tuple(there if f is here else f for f in drawing.figures))


FAULTY: dict[str, Callable[[], Drawing]] = {
    "images": lambda: SOUND._replace(
        figures=(*SOUND.figures[:-1], SOUND.figures[-1]._replace(shape=Shape(family="image", image="data:")))
    ),
    "loose": lambda: with_wire(SOUND, wire("web", "nobody", (260, 150), (220, 150))),
    "outside": lambda: moved(SOUND._replace(wires=SOUND.wires[:2]), "cache", 560, 240),
    "overlap": lambda: moved(SOUND._replace(wires=SOUND.wires[:2]), "cache", 500, 150),
    "through": lambda: with_wire(SOUND, wire("user", "data", (118, 80), (500, 80))),
    "grazed": lambda: with_wire(
        SOUND, wire("user", "data", (80, 60), (80, 30), (540, 30), (540, 57), (579, 57), (579, 60))
    ),
    "own": lambda: with_wire(SOUND, wire("web", "cache", (300, 138), (300, 280), (500, 280))),
    "title": lambda: with_wire(SOUND, wire("user", "cache", (80, 60), (80, 10), (480, 10), (480, 270), (500, 270))),
    "labels": lambda: with_wire(
        SOUND, wire("web", "data", (338, 90), (500, 90), label=text("SQL", at=(400, 120), width=40))
    ),
    "small": lambda: with_wire(
        SOUND, wire("web", "data", (338, 90), (500, 90), label=text("SQL", at=(390, 83), width=40, size=9))
    ),
    "doubled": lambda: with_wire(SOUND, wire("web", "data", (338, 90), (420, 90), (420, 110), (420, 99), (500, 99))),
    "shared": lambda: with_wire(SOUND, wire("user", "data", (80, 60), (80, 30), (420, 30), (420, 200), (540, 200))),
}


def counts(scene: Scene) -> dict[str, int]:
    return {name: n for name, n in measure(scene).faults.counts().items() if n}


def test_a_sound_drawing_has_no_faults() -> None:
    figures = measure(from_drawing(SOUND))
    assert not figures.faults, figures.faults
    assert (figures.nodes, figures.groups, figures.edges) == (4, 1, 3)
    assert (figures.bends, figures.cross, figures.overlaid) == (2, 0, 0)
    assert (figures.width, figures.height) == (580, 400)
    assert figures.length == 142 + 162 + 82 + 160 + 80


@pytest.mark.parametrize("fault", FAULTY)
def test_each_fault_is_found(fault: str) -> None:
    assert fault in counts(from_drawing(FAULTY[fault]()))


@pytest.mark.parametrize("fault", ["images", "loose", "outside", "own", "title", "small", "doubled"])
def test_a_fault_is_found_once_and_no_other_with_it(fault: str) -> None:
    assert counts(from_drawing(FAULTY[fault]())) == {fault: 1}


def test_an_unknown_shape_is_found() -> None:
    assert counts(from_drawing(SOUND, known=lambda style: not isinstance(style, FrameStyle))) == {"unresolved": 1}
    assert counts(from_drawing(SOUND, known=lambda style: not isinstance(style, Shape))) == {"unresolved": 4}


def test_words_may_lie_on_nothing_foreign() -> None:
    on_icon = text("SQL", at=(520, 83), width=40)
    on_title = text("SQL", at=(240, 6), width=40)
    on_words = text("SQL", at=(150, 93), width=40)
    for label, other in ((on_icon, "data"), (on_title, "vpc"), (on_words, "user--web")):
        drawing = with_wire(SOUND, wire("web", "data", (338, 90), (500, 90), label=label))
        assert any(other in pair for pair in measure(from_drawing(drawing)).faults.labels)


def test_the_number_of_a_step_counts_as_words_of_its_edge() -> None:
    disc = Disc(text="2", box=Box(240, 2, 18, 18))
    drawing = with_wire(SOUND, SOUND.wires[1]._replace(disc=disc))
    assert measure(from_drawing(drawing)).faults.labels == (("web--data", "vpc"),)


def test_the_heading_is_words_too() -> None:
    drawing = SOUND._replace(heading=text("Sound", at=(40, 100)))
    assert ("heading", "user") in measure(from_drawing(drawing)).faults.labels


@pytest.mark.parametrize(
    ("points", "grazed"),
    [
        ([(118, 80), (180, 80), (180, 50), (420, 50), (420, 80), (500, 80)], False),
        ([(118, 80), (180, 80), (180, 57), (420, 57), (420, 80), (500, 80)], True),
        ([(118, 80), (121, 80), (121, 30), (420, 30), (420, 80), (500, 80)], True),
        ([(118, 80), (160, 80), (160, 30), (460, 30), (460, 80), (500, 80)], False),
    ],
    ids=["apart", "along another", "along its own", "away from its own"],
)
def test_a_line_keeps_off_the_icons_it_passes(points: list[tuple[float, float]], grazed: bool) -> None:
    drawing = with_wire(SOUND, wire("user", "data", *points))
    assert bool(measure(from_drawing(drawing)).faults.grazed) == grazed


def test_a_line_keeps_off_the_borders_of_groups() -> None:
    beside, on = (wire("user", "cache", (80, 60), (80, 30), (x, 30), (x, 280), (500, 280)) for x in (190, 201))
    assert measure(from_drawing(with_wire(SOUND, beside))).faults.grazed == ()
    assert measure(from_drawing(with_wire(SOUND, on))).faults.grazed == (("user--cache", "vpc"),)


def test_a_bend_near_an_end_squeezes_the_arrow_head() -> None:
    near, far = (wire("user", "data", (118, 80), (180, 80), (180, 30), (x, 30), (x, 80), (500, 80)) for x in (490, 480))
    assert [measure(from_drawing(with_wire(SOUND, line))).squeezed for line in (near, far)] == [1, 0]


def test_lines_that_share_an_end_may_run_together() -> None:
    both = with_wire(SOUND, wire("data", "cache", (500, 100), (420, 100), (420, 260), (500, 260)))
    figures = measure(from_drawing(both))
    assert figures.overlaid == 0
    assert figures.merged == 140


@pytest.mark.parametrize(
    ("points", "cross", "bends"),
    [
        ([(0, 0), (100, 0)], 0, 0),
        ([(0, 50), (100, 50)], 1, 0),
        ([(0, 0), (0, 50), (100, 50), (100, 0)], 1, 2),
        ([(0, 0), (30, 0), (30.1, 0), (100, 0)], 0, 0),
        ([(0, 50), (50, 50)], 0, 0),
    ],
)
def test_crossings_and_bends(points: list[tuple[float, float]], cross: int, bends: int) -> None:
    upright = Line(id="up", source="a", target="b", points=(Point(50, 10), Point(50, 90)))
    line = Line(id="line", source="c", target="d", points=tuple(Point(*p) for p in points))
    figures = measure(Scene(lines=(upright, line)))
    assert (figures.cross, figures.bends) == (cross, bends)


def sketch() -> tuple[Sketch, Placement]:
    """Return the sound drawing as a layout would have been asked for it, and its answer."""
    icon, label = Size(78, 78), Size(60, 14)
    wanted = Sketch(
        nodes=tuple(SketchNode(id=f.id, icon=icon, label=label, parent=f.parent) for f in SOUND.figures),
        groups=(SketchGroup(id="vpc", title=Size(90, 25)),),
        edges=tuple(
            SketchEdge(id=w.id, source=w.source, target=w.target, label=Size(40, 14) if w.label else Size(0, 0))
            for w in SOUND.wires
        ),
    )
    placement = Placement(
        size=Size(620, 400),
        nodes={f.id: f.box.centre for f in SOUND.figures},
        groups={"vpc": SOUND.frames[0].box},
        edges={w.id: Route(points=w.points, label=w.label.box.centre if w.label else None) for w in SOUND.wires},
    )
    return wanted, placement


def test_a_placement_is_seen_as_the_drawing_made_of_it() -> None:
    seen, drawn = from_placement(*sketch()), from_drawing(SOUND)
    assert (seen.nodes, seen.lines, seen.words) == (drawn.nodes, drawn.lines, drawn.words)
    assert not measure(seen).faults


def cell(name: str, box: list[float], style: str = "", **more: object) -> Cell:
    plain: Cell = {
        "id": name, "parent": "1", "edge": False, "children": 0, "style": style, "plain": "", "attributes": {},
        "missing": [], "marks": 1, "image": False, "font": 12, "box": box, "drawn": box, "text": None,
        "source": None, "target": None, "points": [],
    }  # fmt: skip
    return plain | more


def test_cells_are_told_apart() -> None:
    scene = from_cells(
        [
            cell("vpc", [0, 0, 300, 200], "shape=mxgraph.aws4.group;grIcon=mxgraph.aws4.group_vpc2;container=1;"),
            cell("ec2", [50, 60, 128, 138], plain="EC2", text=[60, 145, 118, 159], parent="vpc", missing=["resIcon=x"]),
            cell("title", [0, -30, 300, -10], "text;html=1;", plain="Sound", text=[0, -27, 40, -13], font=9),
            cell("line", [0, 0, 0, 0], edge=True, source="ec2", points=[[128, 100], [250, 100]]),
            cell("line-step", [180, 90, 198, 108], "ellipse;", plain="1", parent="line"),
        ]
    )
    assert [item.id for item in scene.groups] == ["vpc"]
    assert [(item.id, item.words) for item in scene.nodes] == [("ec2", Box(60, 145, 58, 14))]
    assert scene.groups[0].words == Box(0, 0, 25, 25)
    assert [(words.owner, words.box) for words in scene.words] == [
        ("line", Box(180, 90, 18, 18)),
        ("title", Box(0, -27, 40, 14)),
    ]
    assert counts(scene) == {"unresolved": 1, "loose": 1, "small": 1}
