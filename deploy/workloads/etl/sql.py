"""SQL over all reports on the volume: each table is a view over the files of all dates.

A question is one SELECT, on one thread, with bounded memory, time and answer. It sees the Parquet files of the
catalogue and nothing else: no other file, no network, and no setting can be changed.
"""

from __future__ import annotations

import json
import re
import threading
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb

from ..shared.page import elsewhere
from ..shared.server import Answer, Route
from .columns import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..shared.page import Lang
    from ..shared.store import Store

__all__ = ["QuestionError", "Table", "ask", "routes"]

MAX_ROWS: Final = 1000
SECONDS: Final = 10.0
_MEMORY: Final = "256MB"
_NUMBER: Final = re.compile(r"BIGINT|DECIMAL.*")
_LONGEST: Final = 10_000
"""Characters of a question."""

_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "pt": {
        "html": "pt-BR",
        "title": "Perguntas em SQL",
        "about": "Cada tabela reúne os relatórios de todas as datas; _date e _file dizem de onde vem a linha.",
        "back": "Arquivos",
        "label": "Consulta (um SELECT)",
        "ask": "Perguntar",
        "rows": "A resposta",
        "none": "Nenhuma tabela ainda. Envie um relatório em CSV.",
        "cut": f"Só as primeiras {MAX_ROWS} linhas.",
        "long": f"uma consulta tem no máximo {_LONGEST} caracteres",
        "select": "uma consulta é um SELECT",
        "slow": f"ela levou mais de {SECONDS:.0f} segundos",
    },
    "en": {
        "html": "en",
        "title": "Questions in SQL",
        "about": "Each table has the reports of all dates; _date and _file say where a row comes from.",
        "back": "Files",
        "label": "Query (one SELECT)",
        "ask": "Ask",
        "rows": "The answer",
        "none": "No table yet. Upload a report in CSV.",
        "cut": f"The first {MAX_ROWS} rows only.",
        "long": f"a question has {_LONGEST} characters at most",
        "select": "a question is one SELECT",
        "slow": f"it took longer than {SECONDS:.0f} seconds",
    },
}


class QuestionError(Exception):
    """A question that has no answer: the name of the reason in the words of the page, or what the database says."""

    def __init__(self, reason: str) -> None:
        super().__init__(_WORDS["en"].get(reason, reason))
        self.reason = reason

    def said(self, lang: Lang) -> str:
        """Return why, in a language; the database speaks English only."""
        return _WORDS[lang].get(self.reason, self.reason)


class Table(NamedTuple):
    """What a question gives. `cut` says that there are more rows than are given."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    cut: bool


def ask(store: Store, question: str) -> Table:
    """Answer one SELECT. Raises QuestionError."""
    if len(question) > _LONGEST:
        raise QuestionError("long")
    with duckdb.connect(":memory:", config={"threads": "1", "memory_limit": _MEMORY, "temp_directory": ""}) as db:
        try:
            _views(db, store)
            asked = db.extract_statements(question)
            if len(asked) != 1 or asked[0].type.name != "SELECT":
                raise QuestionError("select")
            timer = threading.Timer(SECONDS, db.interrupt)
            timer.start()
            try:
                found = db.execute(asked[0])
                columns = [str(column[0]) for column in found.description or ()]
                rows = found.fetchmany(MAX_ROWS + 1)
            finally:
                timer.cancel()
        except duckdb.InterruptException:
            raise QuestionError("slow") from None
        except (duckdb.Error, RuntimeError) as error:
            raise QuestionError(str(error).partition("\n\nLINE")[0]) from None
    return Table(columns, rows[:MAX_ROWS], len(rows) > MAX_ROWS)


def routes(store: Store) -> Mapping[str, Route]:
    """Return the pages of SQL over a store: `/sql` for people, `/sql.json` for programs; both take `q`."""
    return {
        "/sql": Route(partial(_page, store), "SQL"),
        "/sql.json": Route(partial(_json, store)),
    }


def _views(db: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Make the views, then let the connection see their files and nothing else."""
    paths: list[str] = []
    parts: dict[str, list[str]] = {}
    files = list(_tables(store))
    mixed = _mixed(files)
    for told in files:
        path = str(store.content(told["id"]))
        paths.append(path)
        origin = f"nullif({literal(told['date'])}, '')::date as _date, {literal(told['name'])} as _file"
        parts.setdefault(told["table"], []).append(
            f"select *{_replaced(told, mixed)}, {origin} from read_parquet({literal(path)})"  # noqa: S608 - quoted
        )
    db.execute(
        f"set allowed_paths = [{', '.join(map(literal, paths))}]; set enable_external_access = false;"
        "set lock_configuration = true"
    )
    for name, selects in parts.items():
        db.execute(f"create view {quoted(name)} as {' union all by name '.join(selects)}")


def _mixed(files: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Return the columns, by table and name, that have types in different files which no type has in common."""
    kinds: dict[tuple[str, str], set[str]] = {}
    for told in files:
        for name, kind in told["columns"].items():
            if name not in told["empty_columns"]:
                kinds.setdefault((told["table"], name.casefold()), set()).add(_NUMBER.sub("number", kind))
    return {column for column, found in kinds.items() if len(found) > 1}


def _replaced(told: dict[str, Any], mixed: set[tuple[str, str]]) -> str:
    """Return what a file gives instead of some columns: nothing for an empty one, text for one that is mixed."""
    given = [f"null as {quoted(name)}" for name in told["empty_columns"]] + [
        f"cast({quoted(name)} as varchar) as {quoted(name)}"
        for name in told["columns"]
        if (told["table"], name.casefold()) in mixed and name not in told["empty_columns"]
    ]
    return f" replace ({', '.join(given)})" if given else ""


def _tables(store: Store) -> Iterator[dict[str, Any]]:
    after = 0
    while found := store.find(after=after):
        yield from (told for told in found if told.get("table"))
        after += len(found)


def _json(store: Store, query: dict[str, str], _lang: Lang) -> Answer:
    try:
        columns, rows, cut = ask(store, query.get("q", ""))
    except QuestionError as error:
        status, told = 400, {"error": str(error)}
    else:
        status, told = 200, {"columns": columns, "rows": rows, "cut": cut}
    body = json.dumps(told, ensure_ascii=False, default=str).encode(errors="replace")
    return Answer(status, body, "application/json; charset=utf-8")


def _page(store: Store, query: dict[str, str], lang: Lang) -> Answer:
    say, question = _WORDS[lang], query.get("q", "")
    names = sorted({str(told["table"]) for told in _tables(store)})
    status, result = 200, ""
    if question:
        try:
            result = _result(ask(store, question), say)
        except QuestionError as error:
            status, result = 400, f'<p role="alert">{escape(error.said(lang))}</p>'
    tables = ", ".join(f"<code>{escape(name)}</code>" for name in names) or say["none"]
    first = question or (f"select * from {quoted(names[0])} limit 20" if names else "")  # noqa: S608 - quoted
    body = f"""<!DOCTYPE html>
<html lang="{say["html"]}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{say["title"]}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"></head>
<body>
<header><nav><a href="/?lang={lang}">{say["back"]}</a> {elsewhere(lang, question)}</nav>
<h1>{say["title"]}</h1><p>{say["about"]}</p><p class="quiet">{tables}</p></header>
<main>
<form><input type="hidden" name="lang" value="{lang}">
<label>{say["label"]}<textarea name="q" rows="4" spellcheck="false">{escape(first)}</textarea></label>
<button>{say["ask"]}</button></form>
{result}
</main></body></html>
"""
    return Answer(status, body.encode(errors="replace"), "text/html; charset=utf-8")


def _result(table: Table, say: dict[str, str]) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in table.rows)
    cut = f'<p class="quiet">{say["cut"]}</p>' if table.cut else ""
    found = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{say["rows"]}">{found}</div>{cut}'


def _cell(value: object) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"
