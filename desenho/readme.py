"""The README of a new project: an architecture told to those who open its repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind, Node
from architecture.text import Text, translate
from architecture.words import alt_text, name_of, services, steps
from desenho.site.markdown import plain, table
from desenho.site.services import ITEMS, ROLES, role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture
    from architecture.text import Lang

__all__ = ["PURPOSES", "readme"]

PURPOSES: Final[dict[str, Text]] = {
    "challenge": Text(
        "Receber arquivos, processá-los assim que chegam e guardá-los em um servidor, com Amazon S3, AWS Lambda,"
        " Amazon EC2 e Amazon EBS: o S3 armazena, a Lambda processa, e a EC2 com o EBS roda a aplicação e mantém a"
        " persistência.",
        en="Receive files, process them as they arrive and keep them on a server, with Amazon S3, AWS Lambda, Amazon"
        " EC2 and Amazon EBS: S3 stores, Lambda processes, and EC2 with EBS runs the application and keeps what must"
        " last.",
    ),
    "etl": Text(
        "Transformar relatórios em CSV em tabelas prontas para consulta, assim que são enviados (extração,"
        " transformação e carga).",
        en="Turn reports in CSV into tables ready to be queried, as they are uploaded (extract, transform, load).",
    ),
    "file_processing": Text(
        "Conferir, tratar e catalogar os documentos e as imagens que as pessoas enviam.",
        en="Check, treat and list the documents and pictures that people upload.",
    ),
    "ml_pipeline": Text(
        "Preparar dados brutos e treinar um modelo com eles, em uma máquina que só fica ligada enquanto treina.",
        en="Prepare raw data and train a model with them, on a machine that runs only while it trains.",
    ),
    "web_app": Text(
        "Servir uma aplicação web em que as páginas, os envios e o backend crescem cada um no seu ritmo.",
        en="Serve a web application whose pages, uploads and backend grow each at its own pace.",
    ),
}
"""What each scenario is for."""
_PURPOSE: Final = Text(
    "Mostrar como os serviços desta arquitetura trabalham juntos: {title}.",
    en="Show how the services of this architecture work together: {title}.",
)

_GIVES: Final[dict[str, Text]] = {
    "aws.compute.Lambda": Text(
        "**Automação**: a Lambda começa quando o arquivo chega, sem ninguém apertar um botão, e só se paga o tempo em"
        " que ela executa.",
        en="**Automation**: Lambda starts when the file arrives, with nobody pressing a button, and only the time it"
        " runs is paid for.",
    ),
    "aws.storage.SimpleStorageServiceS3": Text(
        "**Escalabilidade**: o S3 guarda um arquivo ou um bilhão deles, sem capacidade a reservar.",
        en="**Scale**: S3 keeps one file or a billion of them, with no capacity to reserve.",
    ),
    "aws.compute.EC2": Text(
        "**Flexibilidade**: na EC2 instala-se o que for preciso, com controle total do sistema.",
        en="**Flexibility**: on EC2 one installs whatever is needed, with full control of the system.",
    ),
    "aws.storage.ElasticBlockStoreEBS": Text(
        "**Persistência**: o EBS conserva os dados quando a instância para ou é trocada.",
        en="**Persistence**: EBS keeps the data when the instance stops or is replaced.",
    ),
    "aws.analytics.Athena": Text(
        "**Perguntas sem servidor**: o Athena consulta com SQL o que está no S3, e só se paga o que ele lê.",
        en="**Questions without a server**: Athena queries what is in S3 with SQL, and only what it reads is paid for.",
    ),
    "aws.database.RDS": Text(
        "**Dados relacionais**: o RDS cuida do banco, das cópias de segurança e das atualizações.",
        en="**Relational data**: RDS looks after the database, its backups and its updates.",
    ),
    "aws.integration.SimpleNotificationServiceSns": Text(
        "**Avisos**: o SNS entrega cada mensagem a todos os inscritos, e quem a publica não precisa conhecê-los.",
        en="**Notices**: SNS hands each message to all subscribers, and the sender need not know them.",
    ),
    "aws.management.Cloudwatch": Text(
        "**Observação**: o CloudWatch guarda registros e métricas, e um alarme avisa quando algo sai do normal.",
        en="**Observation**: CloudWatch keeps logs and metrics, and an alarm tells when something is out of order.",
    ),
    "aws.network.APIGateway": Text(
        "**Uma porta só**: o API Gateway confere e limita as chamadas antes que cheguem à função.",
        en="**One door**: API Gateway checks and limits the calls before they reach the function.",
    ),
    "aws.network.CloudFront": Text(
        "**Rapidez**: o CloudFront entrega as páginas de um ponto perto de quem lê.",
        en="**Speed**: CloudFront delivers the pages from a place near the reader.",
    ),
    "aws.integration.SimpleQueueServiceSqs": Text(
        "**Nada se perde**: o que não deu certo espera na fila do SQS para ser tratado de novo.",
        en="**Nothing is lost**: what did not work waits in the SQS queue to be handled again.",
    ),
    "aws.security.Cognito": Text(
        "**Quem é quem**: o Cognito cadastra as pessoas e confere quem entra, sem senhas guardadas na aplicação.",
        en="**Who is who**: Cognito registers people and checks who signs in, with no passwords kept in the app.",
    ),
    "aws.security.SecretsManager": Text(
        "**Senhas fora do código**: o Secrets Manager as guarda cifradas e as entrega só a quem tem permissão.",
        en="**Passwords outside the code**: Secrets Manager keeps them encrypted and hands them to the permitted only.",
    ),
    "aws.database.Dynamodb": Text(
        "**Consultas rápidas**: o DynamoDB responde por chave em milissegundos, em qualquer volume.",
        en="**Fast queries**: DynamoDB answers by key in milliseconds, at any size.",
    ),
}
_ISOLATED: Final = Text(
    "**Segurança**: a VPC isola o servidor, que fica em uma sub-rede privada, sem endereço público.",
    en="**Security**: the VPC isolates the server, which stands in a private subnet with no public address.",
)
_SERVER_AND_VOLUME: Final = Text(
    "A instância e o volume ficam em uma só zona de disponibilidade: se ela para, a aplicação para. Eles também custam"
    " por hora e por mês, com ou sem arquivos.",
    en="The instance and the volume stand in one Availability Zone: if it stops, the application stops. They also cost"
    " by the hour and the month, with or without files.",
)
_SERVER: Final = Text(
    "A instância fica em uma só zona de disponibilidade: se ela para, a aplicação para. Ela também custa por hora e por"
    " mês, com ou sem arquivos.",
    en="The instance stands in one Availability Zone: if it stops, the application stops. It also costs by the hour and"
    " the month, with or without files.",
)
_SERVERS: Final = Text(
    "As instâncias custam por hora e por mês, com ou sem arquivos.",
    en="The instances cost by the hour and the month, with or without files.",
)
_HEADS: Final = {
    name: Text(pt, en=en)
    for name, pt, en in (
        ("purpose", "Objetivo", "Purpose"),
        ("diagram", "Diagrama", "Diagram"),
        ("flow", "Fluxo", "Flow"),
        ("services", "Serviços", "Services"),
        ("gives", "Vantagens", "What it gives"),
        ("limits", "Limites", "Limits"),
        ("view", "Como ver e editar", "How to view and edit"),
        ("redraw", "Como desenhar de novo", "How to draw it again"),
        ("files", "O que há neste repositório", "What is in this repository"),
    )
}


def readme(architecture: Architecture, lang: Lang, *, purpose: str = "", author: str = "") -> str:
    """Return the README in a language, as Markdown; `purpose` is what the architecture is for."""
    title = translate(architecture.title, lang) or architecture.name
    purpose = purpose or translate(_PURPOSE, lang).format(title=title)
    return "\n".join(_readme(architecture, lang, purpose, author)).rstrip() + "\n"


def _readme(architecture: Architecture, lang: Lang, purpose: str, author: str) -> Iterator[str]:
    def say(portuguese: str, english: str) -> str:
        return translate(Text(portuguese, en=english), lang)

    def head(name: str) -> str:
        return f"## {translate(_HEADS[name], lang)}\n"

    name = architecture.name
    yield f"# {plain(translate(architecture.title, lang)) or name}\n"
    if author:
        yield say("Por", "By") + f" {plain(author)}.\n"
    yield head("purpose")
    yield purpose + "\n"
    yield head("diagram")
    yield f"![{plain(alt_text(architecture, lang))}](images/{name}.png)\n"
    rows = steps(architecture, lang)
    if rows:
        yield head("flow")
        for row in rows:
            line = f"{row.number}. **{plain(row.source)} → {plain(row.target)}**"
            yield f"{line}: {plain(row.action)}" if row.action else line
        yield ""
    yield head("services")
    yield from table([translate(words, lang) for words in ITEMS], _items(architecture, lang))
    gives = list(dict.fromkeys(_gives(architecture, lang)))
    if gives:
        yield head("gives")
        yield from (f"- {words}" for words in gives)
        yield ""
    if limits := _limits(architecture):
        yield head("limits")
        yield translate(limits, lang) + "\n"
    yield head("view")
    yield say(
        f"- A imagem: [`images/{name}.png`](images/{name}.png) ou, para ampliar,"
        f" [`images/{name}.svg`](images/{name}.svg).",
        f"- The picture: [`images/{name}.png`](images/{name}.png) or, to zoom,"
        f" [`images/{name}.svg`](images/{name}.svg).",
    )
    yield say(
        f"- Para editar, abra [`diagrams/{name}.drawio`](diagrams/{name}.drawio) em <https://app.diagrams.net> (*File"
        " → Open from → Device*) ou no draw.io Desktop. As formas são as da AWS do próprio draw.io, e mover a VPC"
        " move o que está nela.",
        f"- To edit it, open [`diagrams/{name}.drawio`](diagrams/{name}.drawio) at <https://app.diagrams.net> (*File →"
        " Open from → Device*) or in draw.io Desktop. The shapes are draw.io's own AWS shapes, and moving the VPC"
        " moves what is in it.",
    )
    yield say(
        "- As duas imagens levam o arquivo do draw.io dentro de si: o draw.io também as abre.\n",
        "- Both pictures carry the draw.io file inside: draw.io opens them, too.\n",
    )
    yield head("redraw")
    yield say(
        f"O desenho sai do script [`diagrams/{name}.py`](diagrams/{name}.py). Mude nele um nome, ou acrescente um"
        " serviço, e, com o programa `desenho` instalado, escreva na pasta deste repositório:\n",
        f"The drawing comes out of the script [`diagrams/{name}.py`](diagrams/{name}.py). Change a name in it, or add"
        " a service, and, with the program `desenho` installed, type in the folder of this repository:\n",
    )
    yield f"```console\n$ desenho export diagrams/{name}.py -o images -f png -f svg"
    yield f"$ desenho export diagrams/{name}.py -o diagrams -f drawio\n```\n"
    yield head("files")
    yield f"- `diagrams/{name}.py`: " + say("o script que desenha;", "the script that draws;")
    yield f"- `diagrams/{name}.drawio`: " + say("o desenho, editável;", "the drawing, editable;")
    yield f"- `images/{name}.png`, `images/{name}.svg`: " + say("as imagens.", "the pictures.")


def _gives(architecture: Architecture, lang: Lang) -> Iterator[str]:
    """Yield what each service is good for; one of which nothing more is known is told by what it does."""
    named = {service.id: service.service for service in services(architecture, lang)}
    for node in architecture.nodes:
        if node.kind in _GIVES:
            yield translate(_GIVES[node.kind], lang)
        elif node.kind in ROLES and node.id in named and not node.kind.startswith("aws.general."):
            yield f"**{plain(named[node.id])}**: {translate(ROLES[node.kind], lang)}."
    places = [{group.kind for group in architecture.path(server.id)} for server in _servers(architecture)]
    if places and all({GroupKind.VPC, GroupKind.PRIVATE_SUBNET} <= kinds for kinds in places):
        yield translate(_ISOLATED, lang)


def _limits(architecture: Architecture) -> Text | None:
    match _servers(architecture):
        case []:
            return None
        case [server] if not any(g.kind is GroupKind.AUTO_SCALING_GROUP for g in architecture.path(server.id)):
            volume = any(node.kind == "aws.storage.ElasticBlockStoreEBS" for node in architecture.nodes)
            return _SERVER_AND_VOLUME if volume else _SERVER
        case _:
            return _SERVERS


def _servers(architecture: Architecture) -> list[Node]:
    return [node for node in architecture.nodes if node.kind == "aws.compute.EC2"]


def _items(architecture: Architecture, lang: Lang) -> Iterator[list[str]]:
    named = {service.id: service.service for service in services(architecture, lang)}
    for item in (*architecture.nodes, *architecture.groups):
        name, service = plain(name_of(item, lang)), plain(named.get(item.id, ""))
        shown = f"{name} ({service})" if service and service.lower() not in name.lower() else name
        place = " › ".join(plain(name_of(group, lang)) for group in architecture.path(item.id))
        yield [shown, translate(role(item), lang), place]
