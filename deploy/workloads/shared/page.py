"""The page that people open: the files, newest first, found by their words, in Portuguese and English."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import quote, urlencode

from .contract import Lang

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CSS", "JS", "Lang", "elsewhere", "lang_of", "page", "rows"]

_WORDS: Final[dict[Lang, dict[str, str]]] = {
    "pt": {
        "html": "pt-BR",
        "title": "Arquivos recebidos",
        "about": "Cada arquivo enviado ao Amazon S3 passa por uma função e fica guardado aqui, no volume da instância.",
        "search": "Procurar por nome ou conteúdo da descrição",
        "find": "Procurar",
        "all": "Mostrar todos",
        "table": "Baixar a lista (CSV)",
        "name": "Nome",
        "kind": "Tipo",
        "size": "Tamanho",
        "stored": "Recebido em (UTC)",
        "more": "Metadados",
        "get": "Baixar",
        "none": "Nenhum arquivo ainda. Envie um e ele aparece aqui.",
        "nothing": "Nenhum arquivo com essas palavras.",
        "one": "1 versão de arquivo guardada, volume {used}% cheio",
        "count": "{count} versões de arquivos guardadas, volume {used}% cheio",
        "other": "English",
        "news": "A lista mudou.",
    },
    "en": {
        "html": "en",
        "title": "Files received",
        "about": "Each file uploaded to Amazon S3 is checked by a function and kept here, on the instance's volume.",
        "search": "Search by name or words of the description",
        "find": "Search",
        "all": "Show all",
        "table": "Download the list (CSV)",
        "name": "Name",
        "kind": "Kind",
        "size": "Size",
        "stored": "Received at (UTC)",
        "more": "Metadata",
        "get": "Download",
        "none": "No file yet. Upload one and it appears here.",
        "nothing": "No file has these words.",
        "one": "1 version of a file kept, volume {used}% full",
        "count": "{count} versions of files kept, volume {used}% full",
        "other": "Português",
        "news": "The list has changed.",
    },
}

_KINDS: Final[dict[str, str]] = {
    "archive": "arquivo compactado",
    "data": "dados",
    "document": "documento",
    "json": "JSON",
    "large": "arquivo grande",
    "media": "mídia",
    "picture": "imagem",
    "table": "tabela",
    "text": "texto",
}

CSS: Final = """
:root{color-scheme:light dark;--ink:#232f3e;--ground:#fff;--line:#d5dbdb;--link:#0058b0;--quiet:#545b64}
@media(prefers-color-scheme:dark){:root{--ink:#f2f3f3;--ground:#161e2d;--line:#414d5c;--link:#7cb7ff;--quiet:#b6bec9}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:1.5rem;font:16px/1.5 Arimo,Helvetica,Arial,sans-serif;color:var(--ink);
background:var(--ground)}
h1{font-size:1.6rem;margin:0 0 .25rem}a{color:var(--link)}p{margin:.25rem 0}
.quiet{color:var(--quiet)}form{display:flex;gap:.5rem;margin:1rem 0;flex-wrap:wrap;align-items:end}
label{flex:1 1 16rem}
input,textarea{display:block;width:100%;padding:.5rem;font:inherit;color:inherit;background:transparent;
border:1px solid var(--quiet);border-radius:4px}
textarea{resize:vertical;font-family:ui-monospace,Menlo,Consolas,monospace}
button{padding:.5rem 1rem;font:inherit;border:1px solid var(--quiet);border-radius:4px;background:transparent;
color:inherit;cursor:pointer}
.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse}
th,td{padding:.5rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:middle}
td{min-width:6.5rem}.files td{min-width:0}.files td:first-child{overflow-wrap:anywhere;min-width:12rem}
td img{float:left;width:4rem;height:4rem;margin-right:.75rem;object-fit:cover;border:1px solid var(--line);
border-radius:4px}.number{text-align:right;white-space:nowrap}
header nav{float:right}
@media(max-width:40rem){
.files thead{position:absolute;clip-path:inset(50%)}
.files tr{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.5rem 0;border-bottom:1px solid var(--line)}
.files td{padding:.125rem 0;border:0}.files td:first-child{flex:1 0 100%;min-width:0;font-weight:bold}
}
""".strip()

JS: Final = """
const table = document.querySelector('tbody'), news = document.querySelector('[role=status]');
async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch('/rows' + location.search);
    if (!answer.ok) return;
    const rows = await answer.text();
    if (table.dataset.rows !== undefined && rows !== table.dataset.rows) {
      table.innerHTML = rows;
      news.textContent = news.dataset.news;
    }
    table.dataset.rows = rows;
  } catch { news.textContent = ''; }
}
look();
setInterval(look, 1500);
""".strip()


def lang_of(asked: str, accepted: str) -> Lang:
    """Return the language that a person asked for, else the one that the browser likes best, else Portuguese."""
    for lang in get_args(Lang):
        if asked == lang:
            return lang
    likes = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    return "en" if "en" in likes and "pt" not in likes[: likes.index("en")] else "pt"


def page(
    files: list[dict[str, Any]], lang: Lang, search: str, count: int, used: float, more: Mapping[str, str] | None = None
) -> str:
    """Return the page as HTML. `more` are the titles of further pages, by their paths."""
    say = _WORDS[lang]
    kept = say["one" if count == 1 else "count"].format(count=count, used=_decimal(used, lang))
    back = f' <a href="?lang={lang}">{say["all"]}</a>' if search else ""
    further = "".join(f' <a href="{path}?lang={lang}">{escape(title)}</a>' for path, title in (more or {}).items())
    empty = "" if files else f"<p>{say['nothing' if search else 'none']}</p>"
    return f"""<!DOCTYPE html>
<html lang="{say["html"]}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{say["title"]}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script></head>
<body>
<header><nav>{elsewhere(lang, search)}</nav>
<h1>{say["title"]}</h1><p>{say["about"]}</p>
<p class="quiet">{kept}. <a href="/files.csv">{say["table"]}</a>{further}</p></header>
<main>
<form role="search"><input type="hidden" name="lang" value="{lang}">
<label>{say["search"]}<input type="search" name="q" value="{escape(search)}"></label>
<button>{say["find"]}</button>{back}</form>
<p role="status" class="quiet" data-news="{say["news"]}"></p>
<div class="scroll"><table class="files">
<thead><tr><th scope="col">{say["name"]}</th><th scope="col">{say["kind"]}</th>
<th scope="col" class="number">{say["size"]}</th><th scope="col">{say["stored"]}</th><td></td></tr></thead>
<tbody>{rows(files, lang)}</tbody></table></div>{empty}
</main></body></html>
"""


def elsewhere(lang: Lang, asked: str) -> str:
    """Return a link to the same page, with what was asked of it, in the other language."""
    other: Lang = "en" if lang == "pt" else "pt"
    query = escape(urlencode({"lang": other, **({"q": asked} if asked else {})}))
    tongue = _WORDS[other]["html"]
    return f'<a href="?{query}" lang="{tongue}" hreflang="{tongue}">{_WORDS[lang]["other"]}</a>'


def rows(files: list[dict[str, Any]], lang: Lang) -> str:
    """Return the rows of the table as HTML."""
    say = _WORDS[lang]
    return "".join(_row(file, lang, say) for file in files)


def _row(file: dict[str, Any], lang: Lang, say: dict[str, str]) -> str:
    name, place = escape(file["name"]), f"/files/{quote(file['id'])}"
    stored = escape(file["stored"][:19].replace("T", " "))
    # The name beside it says what it shows.
    picture = f'<img src="{place}/preview" alt="" width="64" height="64">' if file.get("preview") else ""
    return (
        f"<tr><td>{picture}{name}</td><td>{escape(_kind(file, lang))}</td>"
        f'<td class="number">{_size(file["size"], lang)}</td><td>{stored}</td>'
        f'<td><a href="{place}/content" aria-label="{say["get"]}: {name}">{say["get"]}</a> '
        f'<a href="{place}" aria-label="{say["more"]}: {name}">{say["more"]}</a></td></tr>\n'
    )


def _kind(file: dict[str, Any], lang: Lang) -> str:
    kind = str(file.get("kind", ""))
    return _KINDS.get(kind, kind) if lang == "pt" else kind


def _size(size: int, lang: Lang) -> str:
    value, unit = float(size), "bytes"
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    text = f"{value:.0f}" if unit == "bytes" else _decimal(value, lang)
    return f"{text}\N{NO-BREAK SPACE}{unit}"


def _decimal(value: float, lang: Lang) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if lang == "pt" else text
