"""The demo's page as HTML: the diagram with lines that light up, a place for files, and where to go from here."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final

from architecture.text import Text, translate
from architecture.words import describe, name_of

if TYPE_CHECKING:
    from architecture.model import Architecture
    from architecture.text import Lang

__all__ = ["page"]

_WORDS: Final[dict[str, Text]] = {
    "title": Text("{title}, funcionando", en="{title}, alive"),
    "about": Text(
        "Este desenho está no ar neste computador: os arquivos passam mesmo pelo bucket, pela função, pela instância e "
        "pelo volume. Envie um e veja as linhas se acenderem.",
        en="This drawing is up and running on this machine: files really pass through bucket, function, instance and "
        "volume. Send one and see the lines light up.",
    ),
    "other": Text("English", en="Português"),
    "diagram": Text("O diagrama", en="The diagram"),
    "send": Text("Enviar um arquivo", en="Send a file"),
    "choose": Text("Escolher arquivos", en="Choose files"),
    "drop": Text(
        "ou solte-os em qualquer lugar desta página; até 1 GB cada",
        en="or drop them anywhere on this page; up to 1 GB each",
    ),
    "files": Text("Os arquivos e o caminho de cada um", en="The files and the way of each"),
    "none": Text("Nenhum arquivo ainda.", en="No file yet."),
    "next": Text("E agora?", en="What now?"),
    "app": Text("Ver o que está guardado no volume", en="See what is kept on the volume"),
    "app_about": Text("a página da própria aplicação, na instância", en="the page of the app itself, on the instance"),
    "open": Text("Abrir o diagrama no draw.io", en="Open the diagram in draw.io"),
    "open_about": Text(
        "em app.diagrams.net; o desenho vai no endereço e não é enviado a servidor nenhum",
        en="on app.diagrams.net; the drawing travels in the address and is sent to no server",
    ),
    "download": Text("Baixar o diagrama:", en="Download the diagram:"),
    "terminal": Text(
        "Em outro terminal, com a mesma pilha. O que for enviado por lá acende aqui também:",
        en="In another terminal, with the same stack. What is sent from there lights up here too:",
    ),
    "items": Text("O que é cada coisa", en="What each thing is"),
    "script": Text("Esta página precisa de JavaScript para mostrar os arquivos.", en="This page needs JavaScript."),
}

_SAID: Final[dict[str, Text]] = {
    "arrived": Text("chegou", en="arrived"),
    "began": Text("começou a examinar", en="began to look at it"),
    "described": Text("examinou e descreveu", en="checked and described it"),
    "written": Text("recebeu o resultado", en="received the result"),
    "received": Text("recebeu o arquivo", en="received the file"),
    "kept": Text("guardou", en="keeps it"),
    "rejected": Text("recusou", en="rejected it"),
    "gone": Text("não o encontrou mais", en="did not find it any more"),
    "failed": Text("falhou, e tentará de novo", en="failed, and will try again"),
    "given up": Text(
        "desistiu; o evento espera na fila de falhas, e desenho deploy redrive o reenvia",
        en="gave up; the event waits with the failures, and desenho deploy redrive sends it again",
    ),
    "state.way": Text("a caminho", en="on its way"),
    "state.stored": Text("guardado em {seconds} s", en="stored in {seconds} s"),
    "state.rejected": Text("recusado: {detail}", en="rejected: {detail}"),
    "state.failed": Text("não foi guardado: {detail}", en="not stored: {detail}"),
    "again": Text("Mostrar o caminho", en="Show its way"),
    "sending": Text("Enviando {name}: {percent}%", en="Sending {name}: {percent}%"),
    "large": Text("{name} tem mais de 1 GB e não foi enviado.", en="{name} has more than 1 GB and was not sent."),
    "refused": Text("{name} não foi enviado: {detail}", en="{name} was not sent: {detail}"),
    "lost": Text(
        "A nuvem local não responde. desenho local start a traz de volta.",
        en="The local cloud does not answer. desenho local start brings it back.",
    ),
    "back": Text("A nuvem local voltou a responder.", en="The local cloud answers again."),
    "ended": Text(
        "A demonstração terminou. desenho demo começa outra.", en="The demo has ended. desenho demo starts it."
    ),
}


def page(architecture: Architecture, lang: Lang, *, picture: str, edit: str, commands: list[str], stem: str) -> str:
    """Return the page in a language.

    `picture` is the diagram as SVG, `edit` the address that opens it in draw.io, `stem` the name of its downloads.
    """
    say = {name: translate(text, lang) for name, text in _WORDS.items()}
    other: Lang = "en" if lang == "pt" else "pt"
    title = say["title"].format(title=translate(architecture.title, lang))
    told = {name: translate(text, lang) for name, text in _SAID.items()}
    told |= {f"node.{node.id}": name_of(node, lang) for node in architecture.nodes}
    downloads = " ".join(f'<a href="/{stem}.{ending}" download>.{ending}</a>' for ending in ("drawio", "svg", "png"))
    items = "".join(
        f'<dt id="{escape(i.id)}">{escape(name_of(i, lang))}</dt><dd>{escape(describe(architecture, i.id, lang))}</dd>'
        for i in (*architecture.nodes, *architecture.groups)
    )
    tongues: dict[Lang, str] = {"pt": "pt-BR", "en": "en"}
    return f"""<!DOCTYPE html>
<html lang="{tongues[lang]}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script></head>
<body data-lang="{lang}" data-words="{escape(json.dumps(told, ensure_ascii=False))}">
<header>
<nav><a href="?lang={other}" lang="{tongues[other]}" hreflang="{tongues[other]}">{say["other"]}</a></nav>
<h1>{escape(title)}</h1>
<p>{say["about"]}</p>
</header>
<main>
<form aria-labelledby="send-title">
<h2 id="send-title">{say["send"]}</h2>
<label class="button">{say["choose"]}<input type="file" class="unseen" multiple></label>
<span class="quiet">{say["drop"]}</span></form>
<noscript><p>{say["script"]}</p></noscript>
<h2 id="diagram-title" class="unseen">{say["diagram"]}</h2>
<div class="stage" role="region" tabindex="0" aria-labelledby="diagram-title">{picture}</div>
<p class="news" role="status"></p>
<section aria-labelledby="files-title">
<h2 id="files-title">{say["files"]}</h2>
<p class="none quiet">{say["none"]}</p>
<ol class="files"></ol>
</section>
<section aria-labelledby="next-title">
<h2 id="next-title">{say["next"]}</h2>
<ul>
<li><a href="/app?lang={lang}">{say["app"]}</a>: {say["app_about"]}</li>
<li><a href="{escape(edit)}" rel="noopener noreferrer">{say["open"]}</a>: {say["open_about"]}</li>
<li>{say["download"]} {downloads}</li>
</ul>
<p>{say["terminal"]}</p>
<pre tabindex="0"><code>{escape(chr(10).join(commands))}</code></pre>
<details><summary>{say["items"]}</summary><dl>{items}</dl></details>
</section>
</main>
</body></html>
"""
