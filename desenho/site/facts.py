"""What the project knows and the site tells: what lines mean, what is made, what it costs, what goes wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.text import LANGS, Lang, Text, translate
from desenho import sources
from desenho.checkout import ROOT
from desenho.site.faults import faults
from desenho.site.markdown import cell, plain, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from architecture.model import Architecture

__all__ = ["facts"]

REGIONS: Final = ("us-east-1", "sa-east-1")
_MEANINGS: Final[dict[str, Text]] = {
    "visit": Text("abre o que a distribuição ou a API serve", en="opens what the distribution or the API serves"),
    "upload": Text("envia arquivos com URLs pré-assinadas", en="uploads files with presigned URLs"),
    "event": Text("um objeto novo inicia a função", en="a new object starts the function"),
    "notify": Text("um objeto novo vira mensagem na fila", en="a new object becomes a message in the queue"),
    "consume": Text("a função trata as mensagens da fila", en="the function handles the queue's messages"),
    "failures": Text("o que a função desistiu de tratar vai para a fila", en="what the function gave up on goes there"),
    "write": Text("a função grava no bucket", en="the function writes into the bucket"),
    "call": Text(
        "a função chama a aplicação dentro da VPC, ou liga a instância",
        en="the function calls the app inside the VPC, or starts the instance",
    ),
    "read": Text(
        "a instância lê do bucket e grava o que produz", en="the instance reads from it and writes what it makes"
    ),
    "attach": Text("o volume é ligado à instância e montado", en="the volume is attached to the instance and mounted"),
    "origin": Text("a distribuição mostra o que há no bucket", en="the distribution shows what is in the bucket"),
    "route": Text("a API entrega as requisições à função", en="the API hands its requests to the function"),
}
_KINDS: Final[dict[str, Text]] = {
    "Person": Text("Usuário", en="User"),
    "Distribution": Text("CloudFront", en="CloudFront"),
    "Api": Text("API Gateway", en="API Gateway"),
    "Bucket": Text("S3", en="S3"),
    "Function": Text("Lambda", en="Lambda"),
    "Queue": Text("SQS", en="SQS"),
    "Instance": Text("EC2", en="EC2"),
    "Volume": Text("EBS", en="EBS"),
}

_PRICED: Final = Text(
    "Em dólares por mês, sob demanda, sem impostos nem nível gratuito; tabela de preços do projeto, de {date}, não"
    " conferida com a AWS: `desenho deploy cost FONTE --refresh` pergunta a ela. Mês típico: 10.000 arquivos de 1 MB,"
    " 0,5 s de função para cada um.",
    en="In US dollars a month, on demand, without tax and free tiers; from the project's price table of {date}, not"
    " checked with AWS: `desenho deploy cost SOURCE --refresh` asks it. A typical month: 10,000 files of 1 MB, 0.5 s"
    " of the function for each.",
)

_CODE: Final = Text(
    "O código da função e da aplicação vem com o projeto, em `deploy/workloads/{name}`; `code=` e `app=` põem o seu no"
    " lugar.",
    en="The code of the function and of the app comes with the project, in `deploy/workloads/{name}`; `code=` and"
    " `app=` put yours in its place.",
)
_NO_CODE: Final = Text(
    "O projeto desenha, calcula e gera o modelo desta arquitetura, mas ainda não traz o código da função e da"
    " aplicação: o que se descreve aqui é o que esse código deve fazer. Traga o seu com `code=` na função e `app=` na"
    " instância.",
    en="The project draws this architecture, works out its cost and makes its template, but does not bring the code of"
    " the function and of the app yet: what is described here is what that code has to do. Bring yours with `code=` on"
    " the function and `app=` on the instance.",
)


def facts() -> Mapping[str, bytes]:
    """Return the generated tables by their path below docs/."""
    architectures = _architectures()
    parts: dict[str, Callable[[Lang], Iterator[str]]] = {"meanings": _meanings, "faults": faults}
    for architecture in architectures:
        parts[f"cost-{architecture.name}"] = _costs([architecture])
        parts[f"code-{architecture.name}"] = _code_of(architecture.name)
        parts[f"resources-{architecture.name}"] = _resources_of(architecture)
    parts["costs"] = _costs(architectures)
    return {
        f"_generated/reference/{name}.{lang}.md": ("\n".join(make(lang)) + "\n").encode()
        for name, make in parts.items()
        for lang in LANGS
    }


def _architectures() -> list[Architecture]:
    """Return the architectures that can be deployed."""
    return [found for source in sources.find([str(ROOT / "diagrams")]) for found in sources.read(source)]


def _meanings(lang: Lang) -> Iterator[str]:
    from deploy.meaning import LINES

    head = [
        translate(t, lang) for t in (Text("De", en="From"), Text("Para", en="To"), Text("Significa", en="It means"))
    ]
    yield from table(
        head,
        (
            [translate(_KINDS[a.__name__], lang), translate(_KINDS[b.__name__], lang), translate(_MEANINGS[m], lang)]
            for (a, b), m in LINES.items()
        ),
    )


def _costs(architectures: list[Architecture]) -> Callable[[Lang], Iterator[str]]:
    from deploy.blueprint import read
    from deploy.cost import bill, prices

    def made(lang: Lang) -> Iterator[str]:
        rows: list[list[str]] = []
        for architecture in architectures:
            plan = read(architecture)
            for region in REGIONS:
                found = bill(plan, prices(region))
                totals = [found.total(when) for when in ("idle", "stopped", "typical")]
                shown = [_usd(usd, lang) + ("" if whole else " +") for usd, whole in totals]
                rows.append([plain(translate(architecture.title, lang)), f"`{region}`", *shown])
        head = (
            Text("Arquitetura", en="Architecture"),
            Text("Região", en="Region"),
            Text("Sem uso", en="Idle"),
            Text("Instância desligada", en="Instance stopped"),
            Text("Mês típico", en="Typical month"),
        )
        yield from table([translate(words, lang) for words in head], rows, right=(2, 3, 4))
        dates = {price.as_of for region in REGIONS for price in prices(region).by_name.values() if price.as_of}
        yield translate(_PRICED, lang).format(date=_day(max(dates), lang)) + "\n"

    return made


def _resources_of(architecture: Architecture) -> Callable[[Lang], Iterator[str]]:
    from deploy.environment import example
    from deploy.template import template

    body = cast("Any", template(architecture, example(architecture.name.replace("_", "-"), "sa-east-1")))

    def made(lang: Lang) -> Iterator[str]:
        owners: dict[str, Counter[str]] = {}
        for resource in body["Resources"].values():
            about: dict[str, str] = resource.get("Metadata", {}).get("desenho", {})
            owners.setdefault(next(iter(about.values()), ""), Counter())[resource["Type"].removeprefix("AWS::")] += 1
        head = (Text("Para", en="For"), Text("O que é criado", en="What is made"))
        yield from table(
            [translate(words, lang) for words in head],
            (
                [f"`{owner}`" if owner else "", cell(", ".join(_counted(kind, count) for kind, count in kinds.items()))]
                for owner, kinds in owners.items()
            ),
        )

    return made


def _code_of(name: str) -> Callable[[Lang], Iterator[str]]:
    """Return whether the project brings the code that the function and the instance run."""
    brought = (ROOT / "deploy/workloads" / name).is_dir()

    def made(lang: Lang) -> Iterator[str]:
        yield translate(_CODE if brought else _NO_CODE, lang).format(name=name)

    return made


def _counted(kind: str, count: int) -> str:
    return f"`{kind}`" if count == 1 else f"{count} × `{kind}`"


def _day(iso: str, lang: Lang) -> str:
    return "/".join(reversed(iso.split("-"))) if lang == "pt" else iso


def _usd(amount: float | None, lang: Lang) -> str:
    if amount is None:
        return "?"
    if amount == 0:
        return "–"
    text = f"{amount:.2f}"
    return text.replace(".", ",") if lang == "pt" else text
