"""The ETL: what becomes of reports, good and bad, and the SQL over them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest

pytest.importorskip("duckdb")
import duckdb

from deploy.workloads.etl import reading, sql
from deploy.workloads.etl.sql import QuestionError, ask, routes
from deploy.workloads.etl.transform import PARQUET, partition, transform
from deploy.workloads.shared.kinds import MAX_FIELD
from deploy.workloads.shared.refusals import RefusedError
from deploy.workloads.shared.results import Made
from deploy.workloads.shared.store import Store
from deploy.workloads.shared.upload import Upload


def upload(name: str, arrived: str = "2026-03-01T10:00:00.000Z") -> Upload:
    return Upload("reports", f"incoming/{name}", "1", 1, "0A", arrived)


def made(content: bytes, name: str = "sales.csv") -> Made:
    found = transform(upload(name), io.BytesIO(content))
    files: dict[str, BinaryIO] = {}
    for ending, file in found.files.items():
        with file:
            files[ending] = io.BytesIO(file.read())
    return Made(found.told, files, found.delivered)


def rows(found: Made) -> list[tuple[object, ...]]:
    with tempfile.NamedTemporaryFile() as file, duckdb.connect() as db:
        file.write(found.files[PARQUET].read())
        file.flush()
        return db.read_parquet(file.name).fetchall()


def lines(opened: BinaryIO, *, packed: bool = False) -> list[dict[str, object]]:
    data = opened.read()
    return [json.loads(line) for line in (gzip.decompress(data) if packed else data).decode().splitlines()]


def keep(store: Store, name: str, content: bytes, order: str = "1") -> None:
    """Store what the function would deliver."""
    found = made(content, name)
    data = found.files[PARQUET].read()
    known = {"bucket": "b", "key": f"incoming/{name}", "name": name, "version": order, "order": order}
    told = {**found.told, **known, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    store.add(told, io.BytesIO(data))


@pytest.fixture
def store(tmp_path: Path):
    opened = Store(tmp_path)
    yield opened
    opened.close()


def test_columns_get_types_that_change_no_value() -> None:
    text = "id;valor;dia;hora;cep;ok;obs\n1;12,50;2026-01-02;2026-01-02 03:04:05;00123;true;olá\n-2;3;;;99;false;\n"
    found = made(text.encode())
    assert found.told["columns"] == {
        "id": "BIGINT",
        "valor": "DECIMAL(4,2)",
        "dia": "DATE",
        "hora": "TIMESTAMP",
        "cep": "VARCHAR",
        "ok": "BOOLEAN",
        "obs": "VARCHAR",
    }
    assert [[str(c) for c in row] for row in rows(found)] == [
        ["1", "12.50", "2026-01-02", "2026-01-02 03:04:05", "00123", "True", "olá"],
        ["-2", "3.00", "None", "None", "99", "False", ""],
    ]
    assert lines(found.files[".jsonl.gz"], packed=True)[0]["cep"] == "00123"


@pytest.mark.parametrize("value", ["007", "-0", "02/03/2026", "2026-02-30", "1e5", "9" * 40, "1.234,56", " 1", "NULL"])
def test_what_a_type_would_change_stays_text(value: str) -> None:
    found = made(f"a;b\n{value};x\n".encode())
    assert rows(found) == [(value, "x")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_is_read_exactly(encoding: str) -> None:
    found = made("nome,preço\r\nJoão,1.5\r\n".encode(encoding))
    assert found.told["encoding"] == encoding
    assert [(name, str(price)) for name, price in rows(found)] == [("João", "1.5")]


def test_rows_that_do_not_fit_are_set_aside_with_their_lines() -> None:
    found = made(b'a,b\n1,"two\nlines"\n2\n\n3,x,y\n4,z\n')
    assert rows(found) == [(1, "two\nlines"), (4, "z")]
    assert lines(found.files[".rejected.jsonl"]) == [
        {"line": 4, "reason": "it has 1 cells, and the header has 2", "cells": ["2"]},
        {"line": 6, "reason": "it has 3 cells, and the header has 2", "cells": ["3", "x", "y"]},
    ]
    assert (found.told["rows"], found.told["rejected_rows"]) == (2, 2)


def test_cells_that_a_spreadsheet_would_run_are_kept_as_they_are() -> None:
    assert rows(made(b"a,b\n=1+1,@x\n")) == [("=1+1", "@x")]


def test_names_of_columns_are_all_different() -> None:
    found = made(b"a,A,,a, _date ,select\n1,2,3,4,5,6\n")
    assert [*found.told["columns"]] == ["a", "A_2", "column_3", "a_3", "_date_2", "select"]
    assert rows(found) == [(1, 2, 3, 4, 5, 6)]


def test_a_header_alone_is_a_table_without_rows() -> None:
    found = made(b"a,b\n")
    assert (rows(found), found.told["rows"]) == ([], 0)


def test_the_same_report_gives_the_same_bytes() -> None:
    first, second = made(b"a,b\n1,x\n"), made(b"a,b\n1,x\n")
    assert [f.read() for f in first.files.values()] == [f.read() for f in second.files.values()]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", "no header"),
        (b"\n\n \n", "a.csv", "no header"),
        (b"\0" * 1000, "a.csv", "not text"),
        (b"a,b\n\x81\x8d,1\n", "a.csv", "not text"),
        ("a,b".encode("utf-16") + b"x", "a.csv", "not text"),
        (b"a,b\n" + b"x" * (MAX_FIELD + 1) + b",1\n", "a.csv", "cannot be read at line 2"),
        (b'a,b\n"' + b"x" * (MAX_FIELD + 1), "a.csv", "cannot be read at line 2"),
        (b"," * 5000 + b"\n", "a.csv", "no header"),
        (b"a," * 5000 + b"\n", "a.csv", "4096 are the limit"),
        (b"a,b\n1,2\n", "a.xlsx", "end with .csv"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, name: str, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        made(content, name)


def test_a_file_of_bad_rows_is_refused_and_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_REJECTS", 3)
    with pytest.raises(RefusedError, match="more than 3 rows do not fit the header; the first is line 2"):
        made(b"a,b\n" + b"1\n" * 4)


def test_a_file_that_is_too_large_to_be_opened_is_refused() -> None:
    with pytest.raises(RefusedError, match="too large"):
        transform(upload("a.csv"), None)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sales-2026-11-24.csv", ("sales", "2026-11-24")),
        ("2025/Vendas Região 20251231.csv", ("vendas_região", "2025-12-31")),
        ("sales.csv", ("sales", "2026-03-01")),
        ("2026-11-24.csv", ("report", "2026-11-24")),
        ("7eleven.csv", ("t_7eleven", "2026-03-01")),
        ("n20261399.csv", ("n20261399", "2026-03-01")),
    ],
)
def test_a_report_belongs_to_a_table_and_a_date(name: str, wanted: tuple[str, str]) -> None:
    assert partition(upload(name)) == wanted


def test_sql_sees_all_dates_as_one_table(store: Store) -> None:
    keep(store, "sales-2026-01-01.csv", b"id,v\n1,2.50\n")
    keep(store, "sales-2026-01-02.csv", b"id,v,note\n2,1,new\n")
    found = ask(store, "select id, v, note, _date from sales order by id")
    assert found.columns == ["id", "v", "note", "_date"]
    assert [[str(c) for c in row] for row in found.rows] == [
        ["1", "2.50", "None", "2026-01-01"],
        ["2", "1.00", "new", "2026-01-02"],
    ]


def test_a_report_sent_again_replaces_its_date_alone(store: Store) -> None:
    keep(store, "s-2026-01-01.csv", b"id\n1\n", order="1")
    keep(store, "s-2026-01-02.csv", b"id\n2\n", order="2")
    keep(store, "s-2026-01-01.csv", b"id\n3\n", order="3")
    assert sorted(ask(store, "select id from s").rows) == [(2,), (3,)]


def test_types_that_differ_between_files_meet_as_text_and_empty_columns_take_any(store: Store) -> None:
    keep(store, "s-2026-01-01.csv", b"id,d,e\n1,2026-01-01,\n")
    keep(store, "s-2026-01-02.csv", b"id,d,e\n2,3,2026-01-09\n")
    found = ask(store, "select id, d, typeof(e) from s order by id").rows
    assert found == [(1, "2026-01-01", "DATE"), (2, "3", "DATE")]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("from read_text('/etc/passwd')", "Permission Error"),
        ("select * from '/etc/passwd'", "Permission Error|does not exist"),
        ("copy s to '/dev/null'", "one SELECT"),
        ("select 1; select 2", "one SELECT"),
        ("set threads=8", "one SELECT"),
        ("install httpfs", "one SELECT"),
        ("drop view s", "one SELECT"),
        ("", "one SELECT"),
        ("selec", "Parser Error"),
        ("select * from nothing", "does not exist"),
        ("x" * 10_001, "10000 characters"),
        ("select * from range(100000000) order by random()", "memory|Memory"),
    ],
)
def test_a_question_that_is_not_one_over_the_tables_is_refused(store: Store, question: str, reason: str) -> None:
    keep(store, "s.csv", b"id\n1\n")
    with pytest.raises(QuestionError, match=reason):
        ask(store, question)


def test_a_question_that_takes_too_long_is_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "SECONDS", 0.05)
    with pytest.raises(QuestionError, match="longer than"):
        ask(store, "select count(*) from range(100000000000)")


def test_long_answers_are_cut(store: Store) -> None:
    found = ask(store, "from range(2000)")
    assert (len(found.rows), found.cut) == (1000, True)


def test_the_pages_of_sql(store: Store) -> None:
    keep(store, "s.csv", "nome\n<b>olá\n".encode())
    pages = routes(store)
    told = json.loads(pages["/sql.json"].answer({"q": "select nome from s"}, "en").body)
    assert told == {"columns": ["nome"], "rows": [["<b>olá"]], "cut": False}
    page = pages["/sql"].answer({"q": "select nome from s"}, "pt")
    assert (page.status, b"&lt;b&gt;ol" in page.body, b"<b>" in page.body) == (200, True, False)
    assert b'href="?lang=en&amp;q=select+nome+from+s" lang="en"' in page.body
    assert pages["/sql.json"].answer({"q": "drop view s"}, "en").status == 400
    for lang, said in (("pt", "uma consulta é um SELECT"), ("en", "a question is one SELECT")):
        assert said.encode() in pages["/sql"].answer({"q": "drop view s"}, lang).body
    assert b'role="alert"' in pages["/sql"].answer({"q": "<script>"}, "en").body
    assert b"<script>" not in pages["/sql"].answer({"q": "<script>"}, "en").body
