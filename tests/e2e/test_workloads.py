"""The other scenarios, alive: files go in by the bucket, and what is made of them comes out by boto3 and HTTP."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

pytest.importorskip("moto")
pytest.importorskip("duckdb")
import duckdb

from alive import ROOT, Alive, until
from deploy.local import State, stop
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
SCRIPT = ROOT / "diagrams" / "etl.py"


@pytest.fixture
def etl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Alive]:
    stack = Alive(State(tmp_path / "state"), "etl")
    monkeypatch.setenv("DESENHO_STATE", str(stack.state.folder))
    try:
        stack.up(SCRIPT)
        yield stack
    finally:
        stop(stack.state)


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
