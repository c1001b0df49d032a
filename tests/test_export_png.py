"""The PNG: the pixels of the SVG, the same at every run, with its drawing inside."""

from __future__ import annotations

import io
import struct
import zlib
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from architecture.model import Architecture, Node
from architectures import challenge
from drawings import drawn
from export import drawio, png
from export.png import PIXELS, SCALE, SCREEN, scale_of


def dot() -> bytes:
    """Return the smallest PNG."""
    out = io.BytesIO()
    Image.new("RGBA", (1, 1)).save(out, "PNG")
    return out.getvalue()


def size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack_from(">II", data, 16)


def chunks(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        found.append(kind)
        at += 12 + length
    return found


def row(data: bytes, y: int) -> set[tuple[int, ...]]:
    """Return the colours in a row of pixels of a PNG of 8-bit RGBA."""
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.mode == "RGBA"
        line = picture.crop((0, y, picture.width, y + 1)).tobytes()
    return {tuple(line[at : at + 4]) for at in range(0, len(line), 4)}


def carried(data: bytes) -> str:
    """Return the draw.io file in a PNG, as a library reads it."""
    with Image.open(io.BytesIO(data)) as picture:
        return unquote(picture.info["mxfile"])


def test_it_has_two_pixels_to_a_px_and_carries_its_file_before_the_pixels() -> None:
    drawing = drawn(challenge())
    data = png.write(drawing)
    assert size(data) == (2 * drawing.width, 2 * drawing.height)
    kinds = chunks(data)
    assert kinds.index(b"tEXt") < kinds.index(b"IDAT")
    assert kinds.index(b"pHYs") < kinds.index(b"IDAT")
    assert struct.unpack_from(">IIB", data, data.index(b"pHYs") + 4) == (7559, 7559, 1)  # 192 to the inch
    assert b"tIME" not in kinds
    assert carried(data).encode() == drawio.write(drawing)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_words_are_carried(words: str) -> None:
    assert carried(png.carrying(dot(), words)) == words


def test_the_chunk_is_what_draw_io_writes() -> None:
    data = png.carrying(dot(), "<mxfile ação='(1)'/>")
    at = data.index(b"tEXt")
    (length,) = struct.unpack_from(">I", data, at - 4)
    # encodeURIComponent leaves !'()*-._~
    assert data[at + 4 : at + 4 + length] == b"mxfile\0" + b"%3Cmxfile%20a%C3%A7%C3%A3o%3D'(1)'%2F%3E"
    assert chunks(data) == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]


def test_it_is_the_same_at_every_run() -> None:
    assert png.write(drawn(challenge())) == png.write(drawn(challenge()))


def test_words_are_drawn_and_the_page_is_white() -> None:
    # A family that is not loaded would be drawn as nothing at all.
    with_words = png.write(drawn(Architecture(filename="x", title="WWWW", nodes=(Node(id="a", kind="Node"),))))
    colours = row(with_words, 60)  # through the heading
    assert (255, 255, 255, 255) in colours
    assert (35, 47, 62, 255) in colours


LENGTHS = st.floats(1, 100_000)


@given(LENGTHS, LENGTHS)
def test_a_picture_has_the_pixels_of_a_screen_and_more_only_where_letters_would_be_small(w: float, h: float) -> None:
    scale = scale_of(w, h)
    assert 0 < scale <= SCALE
    within = SCREEN if scale > 1 else PIXELS
    assert w * h * scale**2 <= within * (1 + 1e-9)
    # No smaller than it must be.
    assert scale in {SCALE, 1} or w * h * scale**2 == pytest.approx(within)


@pytest.mark.parametrize(
    ("area", "scale"),
    [(SCREEN / 4, 2), (SCREEN / 2, 2**0.5), (SCREEN, 1), (PIXELS, 1), (4 * PIXELS, 0.5)],
)
def test_a_larger_picture_is_drawn_at_less(area: float, scale: float) -> None:
    assert scale_of(area / 1000, 1000) == pytest.approx(scale)


def test_a_capped_picture_is_written_at_its_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.png.PIXELS", 10_000)
    monkeypatch.setattr("export.png.SCREEN", 10_000)
    drawing = drawn(challenge())
    width, height = size(png.write(drawing))
    assert width * height <= 10_000 * 1.05
    assert width / height == pytest.approx(drawing.width / drawing.height, rel=0.05)
