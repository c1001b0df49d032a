"""What a file is, by its bytes; and bombs, which are refused before anything opens them."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deploy.workloads.shared.kinds import decode, describe
from deploy.workloads.shared.refusals import RefusedError


def told(name: str, content: bytes) -> dict[str, object]:
    return describe(name, io.BytesIO(content), len(content))


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0"


def test_a_kind_follows_from_the_bytes_and_not_from_the_name() -> None:
    assert told("letter.txt", png(640, 480)) == {
        "kind": "picture", "content_type": "image/png", "width": 640, "height": 480,
    }  # fmt: skip
    assert told("x.jpg", b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x10\0\x20")["width"] == 32
    assert told("x", b"GIF89a" + struct.pack("<HH", 3, 4) + b"rest")["height"] == 4
    assert told("x", b"%PDF-1.7 ...")["kind"] == "document"
    assert told("x.txt", b"\0\x01\x02")["kind"] == "data"
    assert told("empty.txt", b"") == {"kind": "text", "content_type": "text/plain", "encoding": "utf-8", "lines": 0}


def test_a_table_tells_its_columns_and_rows() -> None:
    found = told("sales.csv", "região;valor\nSul;10\nNorte;20\nLeste\n".encode("cp1252"))
    assert found["columns"] == ["região", "valor"]
    assert (found["rows"], found["uneven_rows"], found["delimiter"], found["encoding"]) == (3, 1, ";", "cp1252")


def test_json_tells_whether_it_is_valid() -> None:
    assert told("a.json", b'{"a": 1}')["holds"] == "dict"
    assert told("a.json", b'{"a": ')["valid"] is False
    assert told("a.json", b"[" * 100_000)["valid"] is False


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_text_is_read_exactly(encoding: str, text: str) -> None:
    assume(encoding != "utf-8" or not text.startswith("\ufeff"))  # which would be its mark
    assert decode(text.encode(encoding)).text == text


def test_windows_text_is_read_exactly() -> None:
    assert decode("São Paulo – €5 “ok”".encode("cp1252")) == ("São Paulo – €5 “ok”", "cp1252")


def bomb_of_zeros() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(40 * 1024 * 1024))
    return out.getvalue()


def bomb_of_overlaps() -> bytes:
    """Many entries of the central directory that all name the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a", b"x" * 100_000)
        archive.filelist *= 50
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        bomb_of_zeros(),
        bomb_of_overlaps(),
        gzip.compress(bytes(40 * 1024 * 1024)),
        png(60_000, 60_000),
        png(0, 5),
        b"PK\x03\x04 and no more",
        gzip.compress(b"cut off")[:-3],
        b"\xff\xd8\xff",
        b"a,b\n" + b",".join(b"x" for _ in range(5000)),
        b'a,b\n"' + b"x" * (1024 * 1024 + 1) + b'"',
    ],
    ids=["zip", "overlap", "gzip", "pixels", "no pixels", "no zip", "cut gzip", "cut jpeg", "columns", "cell"],
)
def test_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError):
        told("bomb.csv", content)


def test_a_bomb_takes_no_memory() -> None:
    bomb = gzip.compress(bytes(64 * 1024 * 1024))
    tracemalloc.start()
    with pytest.raises(RefusedError):
        told("bomb.gz", bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_an_honest_archive_passes() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "words " * 100)
        archive.writestr("b.txt", "more words " * 100)
    assert told("a.zip", out.getvalue())["entries"] == 2
