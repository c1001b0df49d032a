"""draw.io's stencils as SVG paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from export.glyphs import Glyph, Part, glyph_of
from export.stencils import Stencils, stencils

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECES = """<shape aspect="fixed" h="40" name="Two Pieces" strokewidth="inherit" w="50"><connections/><foreground>
<path><move x="1" y="2"/><line x="11" y="2"/><line x="11" y="5.5"/><line x="3" y="4"/><close/></path><fill/>
<fillcolor color="#ff0000"/><alpha alpha="0.5"/>
<path><move x="0" y="0"/><curve x1="1" y1="0" x2="2" y2="1" x3="3" y3="3"/>
<arc rx="2" ry="2" x-axis-rotation="0" large-arc-flag="0" sweep-flag="1" x="5" y="5"/></path><fillstroke/>
</foreground></shape>"""


def test_commands_become_relative_steps_on_a_fine_grid() -> None:
    glyph = glyph_of(PIECES)
    assert (glyph.width, glyph.height, glyph.stretches) == (5000, 4000, False)
    assert glyph.parts == (
        Part("M100 200h1000v350l-800-150z"),
        Part("M0 0c100 0 200 100 300 300a200 200 0 0 1 200 200", (("fill", "#ff0000"), ("opacity", "0.5"))),
    )


def test_a_saved_ink_comes_back() -> None:
    xml = """<shape w="100" h="100" aspect="variable"><foreground>
    <save/><fillcolor color="fillColor2" default="#123456"/><rect w="10" h="20"/><fill/>
    <restore/><rect x="5" y="5" w="10" h="20"/><fill/></foreground></shape>"""
    glyph = glyph_of(xml)
    assert glyph.stretches
    assert [dict(part.paint).get("fill") for part in glyph.parts] == ["#123456", None]
    assert glyph.parts[1].path == "M500 500h1000v2000h-1000z"


def test_a_strange_command_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(ValueError, match="not known: include"):
        glyph_of('<shape w="1" h="1"><foreground><include name="x"/></foreground></shape>')
    with pytest.raises(ValueError, match="no stencil"):
        glyph_of("")


def test_a_shape_is_found_by_the_name_that_styles_use() -> None:
    library = Stencils([f'<shapes name="mxgraph.test">{PIECES}</shapes>'.encode()])
    assert library.names() == ("two_pieces",)
    assert isinstance(library.glyph("two_pieces"), Glyph)
    assert library.glyph("pieces") is None


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
def test_a_library_is_read_no_further_than_to_what_is_asked_for(size: int) -> None:
    shapes = [PIECES.replace("Two Pieces", name) for name in ("First one", "Second", "Third")]
    xml = f'<shapes name="mxgraph.test">{"".join(shapes)}</shapes>'.encode()
    read = 0

    def pieces() -> Iterator[bytes]:
        nonlocal read
        for at in range(0, len(xml), size):
            read = at + size
            yield xml[at : at + size]

    library = Stencils(pieces())
    assert isinstance(library.glyph("second"), Glyph)
    assert read < xml.index(b"Third") + size
    assert isinstance(library.glyph("first_one"), Glyph)
    assert library.glyph("fourth") is None
    assert read >= len(xml)
    assert library.excerpt(["third", "first_one", "none"]) == "\n".join(
        ['<shapes name="mxgraph.test">', shapes[0], shapes[2], "</shapes>"]
    )


@pytest.mark.parametrize(("library", "count"), [("aws4", 1000), ("gcp2", 250), ("kubernetes", 35), ("kubernetes2", 35)])
def test_every_shape_of_the_libraries_can_be_drawn(library: str, count: int) -> None:
    found = stencils(library)
    assert found is not None
    assert len(found.names()) > count
    for name in found.names():
        glyph = found.glyph(name)
        assert glyph is not None
        assert glyph.parts, name
        assert min(glyph.width, glyph.height) > 500
        for part in glyph.parts:
            assert re.fullmatch(r"(?:M-?\d+ -?\d+|[hvlcqa][-\d .]+|z)+", part.path), name
