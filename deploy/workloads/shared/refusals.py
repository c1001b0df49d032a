"""Why a file is not accepted: a code and its values in the data, the words for people in both languages.

A cause that a library gives is in English, and is told in English only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .contract import Lang

__all__ = ["RefusedError", "said"]

_WORDS: Final[Mapping[str, Mapping[Lang, str]]] = {
    "size": {
        "pt": "{size} bytes passam do limite de {limit}",
        "en": "{size} bytes are more than the limit of {limit}",
    },
    "unopened": {"pt": "é grande demais para ser aberto", "en": "it is too large to be opened"},
    "kind": {
        "pt": "é {content_type}; são aceitos imagens, documentos PDF e textos",
        "en": "it is {content_type}; pictures, PDF documents and text are accepted",
    },
    "encoding": {
        "pt": "não é texto em UTF-8, UTF-16 ou Windows-1252",
        "en": "it is not text in UTF-8, UTF-16 or Windows-1252",
    },
    "table.ending": {"pt": "relatórios terminam com {endings}", "en": "reports end with {endings}"},
    "table.unreadable": {"pt": "a tabela não pode ser lida", "en": "the table cannot be read: {cause}"},
    "table.line": {
        "pt": "a tabela não pode ser lida na linha {line}",
        "en": "the table cannot be read at line {line}: {cause}",
    },
    "table.empty": {"pt": "a tabela está vazia: não tem cabeçalho", "en": "the table is empty: it has no header"},
    "table.header": {
        "pt": "o cabeçalho tem {columns} colunas, e o limite é {limit}",
        "en": "the header has {columns} columns, and {limit} are the limit",
    },
    "table.row": {
        "pt": "a linha {row} tem {columns} colunas, e o limite é {limit}",
        "en": "row {row} has {columns} columns, and {limit} are the limit",
    },
    "table.rejects": {
        "pt": "mais de {limit} linhas não cabem no cabeçalho; a primeira é a linha {line}",
        "en": "more than {limit} rows do not fit the header; the first is line {line}: {cause}",
    },
    "archive.unreadable": {
        "pt": "o arquivo compactado não pode ser lido",
        "en": "the archive cannot be read: {cause}",
    },
    "archive.short": {"pt": "o arquivo compactado termina cedo demais", "en": "the archive ends too early"},
    "archive.entries": {
        "pt": "o arquivo compactado tem {entries} entradas, e o limite é {limit}",
        "en": "the archive has {entries} entries, and {limit} are the limit",
    },
    "archive.overlap": {
        "pt": "entradas do arquivo compactado se sobrepõem",
        "en": "entries of the archive overlap",
    },
    "archive.bomb": {
        "pt": "{size} bytes se expandem para {unpacked} ou mais, o que não é seguro",
        "en": "{size} bytes unpack to {unpacked} or more, which is more than is safe",
    },
    "picture.unreadable": {"pt": "a imagem não pode ser lida", "en": "the picture cannot be read: {cause}"},
    "picture.frame": {
        "pt": "a imagem não pode ser lida: não tem quadro",
        "en": "the picture cannot be read: it has no frame",
    },
    "picture.short": {
        "pt": "a imagem não pode ser lida: termina cedo demais",
        "en": "the picture cannot be read: it ends too early",
    },
    "picture.pixels": {
        "pt": "uma imagem de {width} por {height} pixels não é aceita; o limite é de {limit} pixels",
        "en": "a picture of {width} by {height} pixels is not accepted; {limit} pixels are the limit",
    },
    "document.encrypted": {
        "pt": "o documento está cifrado: ninguém poderia lê-lo aqui",
        "en": "the document is encrypted: nobody could read it here",
    },
    "document.unreadable": {
        "pt": "o documento não pode ser lido",
        "en": "the document cannot be read: {cause}",
    },
    "document.pages": {
        "pt": "o documento diz que tem {pages} páginas; são aceitas de 1 a {limit}",
        "en": "the document says that it has {pages} pages; 1 to {limit} are accepted",
    },
}


class RefusedError(Exception):
    """A file that will never be accepted: the code of the reason, and the values that its words name."""

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(_WORDS[code]["en"].format(**values))
        self.code = code
        self.values = values


def said(code: str, values: Mapping[str, object], lang: Lang) -> str:
    """Return a reason in a language. Raises KeyError for a code or a value that there is not."""
    return _WORDS[code][lang].format(**values)
