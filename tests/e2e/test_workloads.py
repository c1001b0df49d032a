"""The other scenarios, alive: files go in by the bucket, and what is made of them comes out by boto3 and HTTP."""

from __future__ import annotations

import gzip
import io
import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

pytest.importorskip("moto")
pytest.importorskip("duckdb")
pytest.importorskip("PIL")
pytest.importorskip("pypdf")
import duckdb
from PIL import Image
from pypdf import PdfWriter

from alive import ROOT, Alive, until
from deploy.local import State, stop
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
SCRIPT = ROOT / "diagrams" / "etl.py"
PROCESSING = ROOT / "diagrams" / "file_processing.py"


@contextmanager
def up(script: Path, folder: Path) -> Iterator[Alive]:
    """The stack of a script on a local cloud of its own, which ends with the test."""
    stack = Alive(State(folder / "state"), script.stem.replace("_", "-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESENHO_STATE", str(stack.state.folder))
        try:
            stack.up(script)
            yield stack
        finally:
            stop(stack.state)


@pytest.fixture
def etl(tmp_path: Path) -> Iterator[Alive]:
    with up(SCRIPT, tmp_path) as stack:
        yield stack


@pytest.fixture
def processing(tmp_path: Path) -> Iterator[Alive]:
    with up(PROCESSING, tmp_path) as stack:
        yield stack


def ask(etl: Alive, question: str) -> list[list[object]]:
    return json.loads(etl.get(f"/sql.json?q={quote(question)}"))["rows"]


def test_reports_become_tables_that_sql_is_asked_over(etl: Alive, tmp_path: Path) -> None:
    """From two encodings to one table; bad rows with their lines; poison with its reason; a report sent again."""
    reports, tables = etl.physical("Reports"), etl.physical("Tables")
    first, second, poison = (tmp_path / n for n in ("vendas-2026-01-01.csv", "vendas-2026-01-02.csv", "poison.csv"))
    first.write_bytes("id;cep;valor;obs\n1;00123;12,50;ação\nquebrada\n".encode("cp1252"))
    second.write_bytes("id,cep,valor,obs\n2,04567,0.25,日本\n".encode("utf-16"))
    poison.write_bytes(b"\0" * 4096)
    files = [str(path) for path in (first, second, poison)]
    assert main(["deploy", "upload", str(SCRIPT), *files, "--local"]) in {0, 1}

    until(lambda: len(etl.files()) == 2, 60)
    found = ask(etl, "select id, cep, valor, obs, _date from vendas order by id")
    assert found == [[1, "00123", "12.50", "ação", "2026-01-01"], [2, "04567", "0.25", "日本", "2026-01-02"]]

    def made(key: str) -> bytes:
        return etl("s3").get_object(Bucket=tables, Key=key)["Body"].read()

    (tmp_path / "x.parquet").write_bytes(made("processed/vendas-2026-01-01.csv.parquet"))
    with duckdb.connect() as db:
        rows = db.execute("select * from read_parquet(?)", [str(tmp_path / "x.parquet")]).fetchall()
    assert [[str(cell) for cell in row] for row in rows] == [["1", "00123", "12.50", "ação"]]
    rejected = json.loads(made("processed/vendas-2026-01-01.csv.rejected.jsonl"))
    assert rejected == {"line": 3, "reason": "it has 1 cells, and the header has 4", "cells": ["quebrada"]}
    until(lambda: "Contents" in etl("s3").list_objects_v2(Bucket=tables, Prefix="rejected/"), 30)
    assert "not text" in json.loads(made("rejected/poison.csv.json"))["reason"]

    # A larger report goes to the app as a link to what was made of it, and replaces its own date alone.
    large = "id,cep,valor,obs\n" + "".join(f"{n},{n:08},{n}.5,{os.urandom(16).hex()}\n" for n in range(100_000))
    etl.put("vendas-2026-01-02.csv", large.encode(), bucket=reports)
    until(lambda: ask(etl, "select count(*) from vendas") == [[100_001]], 90)
    assert "SQL" in etl.get("/").decode()
    assert b"<td>100001</td>" in etl.get("/sql?q=" + quote("select count(*) from vendas"))

    assert main(["deploy", "down", str(SCRIPT), "--local", "--yes", "--delete-data"]) == 0
    assert [b["Name"] for b in etl("s3").list_buckets()["Buckets"] if b["Name"].startswith("etl-")] == []


def test_files_are_treated_as_they_arrive(processing: Alive) -> None:
    """A photograph stands upright and is silent about its place; what is not safe is refused, with the reason."""
    exif = Image.Exif()
    exif[0x0112] = 6
    photo, document, locked = io.BytesIO(), io.BytesIO(), io.BytesIO()
    Image.new("RGB", (3000, 1000), "teal").save(photo, "JPEG", exif=exif)
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(document)
    writer.encrypt("secret")
    writer.write(locked)
    processing.put("férias.jpg", photo.getvalue())
    processing.put("manual.pdf", document.getvalue())
    processing.put("notas.txt", "olá\n".encode() * 100)
    for name, content in (("locked.pdf", locked.getvalue()), ("photo.png", b"MZ" + b"\0" * 100)):
        processing.put(name, content)

    until(lambda: len(processing.files()) == 3, 60)
    files = {file["name"]: file for file in processing.files()}
    assert set(files) == {"férias.jpg", "manual.pdf", "notas.txt.gz"}
    assert files["manual.pdf"]["pages"] == 1
    with Image.open(io.BytesIO(processing.content(files["férias.jpg"]))) as picture:
        assert (picture.size, bool(picture.getexif())) == ((683, 2048), False)
    assert gzip.decompress(processing.content(files["notas.txt.gz"])) == "olá\n".encode() * 100

    def made(key: str) -> bytes:
        return processing("s3").get_object(Bucket=processing.bucket, Key=key)["Body"].read()

    with Image.open(io.BytesIO(made("processed/férias.jpg.thumbnail.jpg"))) as small:
        assert small.size == (85, 256)
    until(lambda: {f["name"]: f["preview"] for f in processing.files()}["férias.jpg"])
    with Image.open(io.BytesIO(processing.get(f"/files/{files['férias.jpg']['id']}/preview"))) as small:
        assert small.size == (85, 256)
    assert not [f for f in processing.files() if f["preview"] and f["kind"] != "picture"]
    listed = processing("s3").list_objects_v2
    until(lambda: listed(Bucket=processing.bucket, Prefix="rejected/")["KeyCount"] == 2, 30)
    assert "encrypted" in json.loads(made("rejected/locked.pdf.json"))["reason"]
    assert "octet-stream" in json.loads(made("rejected/photo.png.json"))["reason"]
    assert main(["deploy", "down", str(PROCESSING), "--local", "--yes", "--delete-data"]) == 0
    assert [b["Name"] for b in processing("s3").list_buckets()["Buckets"] if b["Name"].startswith("file-")] == []
