"""Pictures that carry their draw.io file."""

from __future__ import annotations

import struct
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.errors import SourceError
from export.carrier import compressed, decompressed, put_in_png, take_out


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
PNG = b"\x89PNG\r\n\x1a\n" + HEADER + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_what_is_put_in_a_png_is_taken_out(xml: str) -> None:
    assert take_out(put_in_png(PNG, xml)) == xml


@given(texts)
def test_a_compressed_page_opens_again(xml: str) -> None:
    assert decompressed(compressed(xml)) == xml


def test_the_chunk_is_what_draw_io_writes() -> None:
    data = put_in_png(PNG, "<mxfile ação='(1)'/>")
    at = data.index(b"tEXt") - 4
    (size,) = struct.unpack_from(">I", data, at)
    body = data[at + 8 : at + 8 + size]
    assert body == b"mxfile\0" + b"%3Cmxfile%20a%C3%A7%C3%A3o%3D'(1)'%2F%3E"  # encodeURIComponent leaves !'()*-._~
    assert struct.unpack_from(">I", data, at + 8 + size)[0] == zlib.crc32(b"tEXt" + body)
    assert at < data.index(b"IDAT")


def test_a_png_of_the_desktop_program_is_read() -> None:
    # draw.io desktop compresses the chunk.
    body = b"mxfile\0\0" + zlib.compress(quote("<mxfile/>").encode())
    data = PNG[:33] + chunk(b"zTXt", body) + PNG[33:]
    assert take_out(data) == "<mxfile/>"


def test_an_svg_is_read_with_and_without_a_prolog() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" content="&lt;mxfile a=&quot;1&quot;/&gt;"/>'
    for head in ("", '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n'):
        assert take_out((head + svg).encode()) == '<mxfile a="1"/>'


def test_a_file_is_itself() -> None:
    assert take_out(b"<mxfile/>") == "<mxfile/>"
    assert take_out(b"\xef\xbb\xbf<mxfile/>") == "<mxfile/>"


@pytest.mark.parametrize(
    "data", [PNG, b"<svg/>", b"<svg", b"\xff\xfe\x00", PNG[:40]], ids=["png", "svg", "broken svg", "bytes", "cut png"]
)
def test_what_carries_nothing_says_so(data: bytes) -> None:
    with pytest.raises(SourceError) as error:
        take_out(data, where="x.png")
    assert "x.png" in str(error.value)


@pytest.mark.parametrize("text", ["", "!!", "eJw=", "<xml/>"])
def test_a_broken_page_says_so(text: str) -> None:
    with pytest.raises(SourceError):
        decompressed(text)
