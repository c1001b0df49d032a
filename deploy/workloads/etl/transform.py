"""What the ETL makes of a report: Parquet and JSON lines with typed columns, and the rows that do not fit."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from ..shared.refusals import RefusedError
from ..shared.results import Made
from .columns import Column, literal
from .reading import MAX_ROW, Report

if TYPE_CHECKING:
    from ..shared.upload import Upload

__all__ = ["PARQUET", "partition", "transform"]

PARQUET: Final = ".parquet"
_LINES: Final = ".jsonl.gz"
_REJECTED: Final = ".rejected.jsonl"
_ENDINGS: Final = frozenset({"csv", "tsv", "txt"})
_DATE: Final = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MEMORY: Final = "768MB"
"""What DuckDB may take of the function's memory; Python takes a little beside it."""


def transform(upload: Upload, content: BinaryIO | None) -> Made:
    """Return a report as typed tables: `.parquet`, the same as `.jsonl.gz`, and `.rejected.jsonl`.

    A rejected row names the line that it starts in, and why. Raises RefusedError for what is no table.
    """
    if content is None:
        raise RefusedError("unopened")
    if upload.name.rpartition(".")[2].lower() not in _ENDINGS:
        raise RefusedError("table.ending", endings=f".{', .'.join(sorted(_ENDINGS))}")
    with tempfile.TemporaryDirectory(prefix="etl-") as place:
        folder = Path(place)
        report = Report(content)
        found, rows = _cleaned(report, folder / "clean.csv")
        _written(folder, found)
        with (folder / f"table{_REJECTED}").open("w", encoding="utf-8") as out:
            for row in report.rejected:
                out.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        # Opened here and closed by the handler: the files outlive their names.
        files: dict[str, BinaryIO] = {e: (folder / f"table{e}").open("rb") for e in (PARQUET, _LINES, _REJECTED)}
    table, date = partition(upload)
    told: dict[str, object] = {
        "kind": "table",
        "content_type": "application/vnd.apache.parquet",
        "table": table,
        "date": date,
        "encoding": report.encoding,
        "delimiter": report.delimiter,
        "columns": {c.name: c.type for c in found},
        "empty_columns": [c.name for c in found if not c.seen],
        "rows": rows,
        "rejected_rows": len(report.rejected),
    }
    return Made(told, files, delivered=PARQUET)


def partition(upload: Upload) -> tuple[str, str]:
    """Return the table that a report belongs to and its date: the one in its name, else the day that it arrived.

    `sales-2026-11-24.csv` is the 24th of the table `sales`.
    """
    stem = upload.name.rpartition("/")[2].rpartition(".")[0]
    dated = _DATE.search(stem)
    name = re.sub(r"\W+", "_", _DATE.sub("", stem)).strip("_").lower()[:60] or "report"
    return (f"t_{name}" if name[0].isdigit() else name), "-".join(dated.groups()) if dated else upload.arrived[:10]


def _cleaned(report: Report, place: Path) -> tuple[list[Column], int]:
    """Write the rows that fit as CSV of one form; return their columns, with types, and how many rows there are."""
    found: list[Column] = []
    count = 0
    with place.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for row in report.rows():
            found = found or [Column(name, comma=report.delimiter != ",") for name in report.header]
            for column, value in zip(found, row, strict=True):
                column.see(value)
            writer.writerow(row)
            count += 1
    return found or [Column(name) for name in report.header], count


def _written(folder: Path, found: list[Column]) -> None:
    import duckdb

    names = ", ".join(f"{literal(c.name)}: 'VARCHAR'" for c in found)
    source = (
        f"read_csv({literal(str(folder / 'clean.csv'))}, columns={{{names}}}, max_line_size={8 * MAX_ROW},"
        " header=false, delim=',', quote='\"', escape='\"', new_line='\\n', auto_detect=false, strict_mode=true,"
        " parallel=false, allow_quoted_nulls=false)"
    )
    chosen = ", ".join(c.expression for c in found)
    settings = {
        "threads": "1",
        "memory_limit": _MEMORY,
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as db:
        db.execute(f"create view report as select {chosen} from {source}")  # noqa: S608 - names are quoted
        for ending, form in ((PARQUET, "format parquet, compression zstd"), (_LINES, "format json, compression gzip")):
            db.execute(f"copy report to {literal(str(folder / f'table{ending}'))} ({form})")
