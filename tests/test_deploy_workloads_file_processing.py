"""File processing: what becomes of pictures, documents and text, and of what only claims to be."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from typing import BinaryIO

import pytest

pytest.importorskip("PIL")
pytest.importorskip("pypdf")
from PIL import Image
from pypdf import PdfWriter

from deploy.workloads.file_processing import pictures
from deploy.workloads.file_processing.transform import transform
from deploy.workloads.shared.refusals import RefusedError
from deploy.workloads.shared.results import Made
from deploy.workloads.shared.upload import Upload

PLACE = b"GPS: 23 S 46 W"


def made(content: bytes, name: str = "file") -> dict[str, object] | Made:
    found = transform(Upload("b", f"incoming/{name}", "1", len(content), "0A"), io.BytesIO(content))
    if not isinstance(found, Made):
        return found
    files: dict[str, BinaryIO] = {}
    for ending, file in found.files.items():
        with file:
            file.seek(0)
            files[ending] = io.BytesIO(file.read())
    return Made(found.told, files, found.delivered)


def treated(content: bytes) -> Made:
    found = made(content)
    assert isinstance(found, Made)
    return found


def photograph(width: int = 30, height: int = 20, form: str = "JPEG", mode: str = "RGB", **more: object) -> bytes:
    """A picture that is red in its upper left corner and blue elsewhere."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    picture.convert(mode).save(out, form, **more)
    return out.getvalue()


def pdf(pages: int = 2, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def test_a_photograph_is_turned_upright_and_loses_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn clockwise by 90 degrees
    exif[0x010E] = PLACE.decode()  # ImageDescription
    source = photograph(exif=exif, quality=95)
    assert PLACE in source
    found = treated(source)
    assert PLACE not in found.files[".jpg"].read()
    assert (found.told["width"], found.told["height"], found.told["source_width"]) == (20, 30, 30)
    with Image.open(found.files[".jpg"]) as picture:
        assert not picture.getexif()
        corner = picture.convert("RGB").getpixel((17, 2))
    assert isinstance(corner, tuple)
    assert corner[0] > 200 > 60 > corner[2], "what was the upper left is the upper right"


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_every_form_becomes_a_jpeg(form: str, mode: str) -> None:
    found = treated(photograph(form=form, mode=mode))
    assert [*found.files] == [".jpg", ".thumbnail.jpg"]
    assert (found.told["content_type"], found.told["source_format"]) == ("image/jpeg", form)


def test_what_shows_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    found = treated(out.getvalue())
    assert [*found.files] == [".png", ".thumbnail.png"]
    with Image.open(found.files[".png"]) as picture:
        assert picture.getpixel((0, 0))[3] == 0


def test_large_pictures_are_made_smaller_and_small_ones_stay() -> None:
    found = treated(photograph(3000, 1500))
    assert (found.told["width"], found.told["height"]) == (2048, 1024)
    with Image.open(found.files[".thumbnail.jpg"]) as small:
        assert small.size == (256, 128)
    assert treated(photograph(10, 10)).told["width"] == 10


def test_a_document_is_kept_as_it_is_with_its_pages() -> None:
    found = made(pdf(3))
    assert isinstance(found, dict)
    assert (found["kind"], found["pages"]) == ("document", 3)


def test_text_is_packed_the_same_way_each_time() -> None:
    text = "olá\n".encode() * 1000
    first, second = treated(text), treated(text)
    packed = first.files[".gz"].read()
    assert packed == second.files[".gz"].read()
    assert gzip.decompress(packed) == text
    assert first.told["lines"] == 1000


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (bomb(60_000, 60_000), "3600000000|pixels"),
        (bomb(8_000, 8_000), "40000000 pixels are the limit"),
        (bomb(100, 100), "cannot be read"),
        (photograph()[:200], "cannot be read"),
        (b"\xff\xd8\xff" + b"\0" * 100, "cannot be read"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "cannot be read"),
        (b"GIF89a\x10\0\x10\0" + b"\0" * 20, "cannot be read"),
        (pdf(1, "secret"), "encrypted"),
        (b"%PDF-1.7\nnothing", "cannot be read"),
        (pdf(1)[:100], "cannot be read"),
        (b"PK\x05\x06" + b"\0" * 18, "application/zip"),
        (b"\0\1\2\3" * 100, "application/octet-stream"),
    ],
)
def test_what_is_not_safe_or_not_whole_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        made(content)


def test_a_name_that_lies_changes_nothing() -> None:
    with pytest.raises(RefusedError, match="octet-stream"):
        made(b"\0\1", "photo.jpg")
    assert isinstance(made(photograph(), "notes.txt"), Made)


def test_a_webp_is_measured_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MAX_PIXELS", 100)
    with pytest.raises(RefusedError, match="100 pixels are the limit"):
        made(photograph(form="WEBP"))


def test_a_file_that_is_too_large_to_be_opened_is_refused() -> None:
    with pytest.raises(RefusedError, match="too large"):
        transform(Upload("b", "incoming/a", "", 1, ""), None)
