"""What the `diagrams` library does in silence, as capture noted it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.rule import Hit, Rule, Severity, on_notes, told
from architecture.text import Text

if TYPE_CHECKING:
    from architecture.model import Architecture, Note

__all__ = ["RULES"]


def _noted(code: str, severity: Severity, title: Text, reason: Text, hint: Text, what: Text) -> Rule[Architecture]:
    """Return a rule on the notes of its code; `{0}` in `what` is the label of what the note is on."""

    def tell(architecture: Architecture, note: Note) -> Hit:
        return told(architecture, note.where or architecture.name, what, note.where)

    return on_notes(code, severity, title, reason, hint, tell)


RULES: Final = (
    _noted(
        "minus-first",
        "warning",
        Text("`-` antes de `>>` na mesma linha", en="`-` before `>>` in one line"),
        Text(
            "em Python o `-` une antes do `>>`: `a >> b - c` liga a com c, e não a com b",
            en="in Python `-` binds tighter than `>>`: `a >> b - c` joins a with c, and not a with b",
        ),
        Text("escreva duas linhas, ou `(a >> b) - c`", en="write two lines, or `(a >> b) - c`"),
        Text("`a >> b - c` liga a com c", en="`a >> b - c` joins a with c"),
    ),
    _noted(
        "edge-to-cluster",
        "warning",
        Text("linha até um cluster", en="line to a cluster"),
        Text(
            "a biblioteca `diagrams` não desenha `node >> cluster` e não avisa",
            en="the `diagrams` library does not draw `node >> cluster`, and says nothing",
        ),
        Text(
            "use um grupo de `desenho.aws`, ou uma linha até um nó do cluster",
            en="use a group of `desenho.aws`, or a line to a node in the cluster",
        ),
        Text("uma linha termina em um cluster", en="a line ends at a cluster"),
    ),
    _noted(
        "merged-clusters",
        "warning",
        Text("clusters com o mesmo nome", en="clusters of one name"),
        Text(
            "a biblioteca `diagrams` desenha em uma só caixa os clusters que têm o mesmo nome",
            en="the `diagrams` library draws clusters of the same name as one box",
        ),
        Text(
            "dê um nome a cada um, ou use os grupos de `desenho.aws`",
            en="give each a name of its own, or use the groups of `desenho.aws`",
        ),
        Text("há mais de um cluster {0}", en="there is more than one cluster {0}"),
    ),
    _noted(
        "unused-cluster",
        "warning",
        Text("cluster que não é aberto", en="cluster that is never opened"),
        Text("um cluster só aparece com um bloco `with`", en="a cluster is drawn by its `with` block only"),
        Text("escreva `with Cluster(...):`, ou apague-o", en="write `with Cluster(...):`, or delete it"),
        Text("um cluster não tem bloco `with`", en="a cluster has no `with` block"),
    ),
    _noted(
        "missing-icon",
        "warning",
        Text("imagem que não existe ou não se lê", en="picture that is missing or cannot be read"),
        Text(
            "a biblioteca `diagrams` desenha um vazio onde falta a imagem e não avisa",
            en="the `diagrams` library draws an empty place where a picture is missing, and says nothing",
        ),
        Text(
            "o caminho é relativo à pasta de `filename`; a imagem é PNG, JPEG, GIF, WebP ou SVG",
            en="the path is relative to the folder of `filename`; a picture is PNG, JPEG, GIF, WebP or SVG",
        ),
        Text("{0} não tem imagem que se possa ler", en="{0} has no picture that can be read"),
    ),
    _noted(
        "icon-elsewhere",
        "warning",
        Text("imagem que só aqui se encontra", en="picture that only this project finds"),
        Text(
            "o Graphviz procura imagens ao lado do arquivo de saída", en="Graphviz looks for pictures beside the output"
        ),
        Text("escreva o caminho a partir da pasta de `filename`", en="write the path from the folder of `filename`"),
        Text("a imagem de {0} está em outra pasta", en="the picture of {0} is in another folder"),
    ),
    _noted(
        "lost-end",
        "warning",
        Text("`lhead` ou `ltail` sem cluster", en="`lhead` or `ltail` without a cluster"),
        Text(
            "o Graphviz espera o nome `cluster_` e o do cluster", en="Graphviz wants `cluster_` and the cluster's name"
        ),
        Text(
            "corrija o nome, ou use um grupo de `desenho.aws` como ponta da linha",
            en="mend the name, or use a group of `desenho.aws` as the end of the line",
        ),
        Text(
            "a linha de {0} aponta para um cluster que não existe",
            en="the line at {0} names a cluster that does not exist",
        ),
    ),
    _noted(
        "loose-pos",
        "warning",
        Text("`pos` que não fixa nada", en="`pos` that pins nothing"),
        Text(
            'só um `pos` que termina em `!`, ou com `pin="true"`, fixa um lugar',
            en='only a `pos` that ends in `!`, or one with `pin="true"`, pins a place',
        ),
        Text(
            'escreva `pos="1,2!"`, em polegadas, com y para cima',
            en='write `pos="1,2!"`, in inches, y upwards',
        ),
        Text("o `pos` de {0} não fixa nada", en="the `pos` of {0} pins nothing"),
    ),
    _noted(
        "raw-graphviz",
        "warning",
        Text("linhas escritas direto no Graphviz", en="lines written to Graphviz directly"),
        Text(
            "elas não fazem parte da arquitetura, e nenhuma das saídas as mostra",
            en="they are no part of the architecture, and no output shows them",
        ),
        Text("use os nós, clusters e linhas da biblioteca", en="use the library's nodes, clusters and edges"),
        Text("há linhas de `dot`", en="there are `dot` lines"),
    ),
    _noted(
        "unsteady-ids",
        "info",
        Text("identidade que depende da ordem", en="identity that depends on the order"),
        Text(
            "o que não tem variável nem id muda de nome quando o script muda, e com ele mudam células e recursos",
            en="what has neither a variable nor an id changes its name when the script changes, "
            "and cells and resources with it",
        ),
        Text(
            "guarde-o em uma variável, ou diga `id=` (`nodeid=` na biblioteca)",
            en="keep it in a variable, or say `id=` (`nodeid=` in the library)",
        ),
        Text("dependem da ordem no script", en="depend on the order in the script"),
    ),
)
