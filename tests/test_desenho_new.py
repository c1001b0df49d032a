"""`desenho new`: a project as a student hands it in, and the script that is written for it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.model import Architecture, Edge, Group, GroupKind, Node
from architecture.text import LANGS, Text
from architecture.words import services
from desenho import sources
from desenho.cli import main
from desenho.commands.new import SCENARIOS
from desenho.extras import EXTRAS, added
from desenho.readme import readme
from desenho.script import script
from website import ROOT

if TYPE_CHECKING:
    from architecture.text import Lang

SCRIPTS = sorted((ROOT / "diagrams").rglob("*.py"))


def read(path: Path) -> Architecture:
    (architecture,) = sources.read(sources.find([str(path)])[0])
    return architecture


def again(architecture: Architecture, folder: Path) -> Architecture:
    path = folder / "again.py"
    path.write_text(script(architecture), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_written_script_draws_the_same_architecture(path: Path, tmp_path: Path) -> None:
    architecture = read(path)
    assert again(architecture, tmp_path) == architecture


def test_a_written_script_says_what_python_has_no_names_for(tmp_path: Path) -> None:
    architecture = Architecture(
        filename="odd",
        title='A "quoted" \\ title',
        lang="en",
        direction="TB",
        attrs={"bgcolor": "transparent", "splines": "curved"},
        groups=(Group(id="in", kind=GroupKind.GENERIC, label="", direction="RL"),),
        nodes=(
            Node(id="class", kind="aws.storage.SimpleStorageServiceS3", label="S3"),
            Node(id="a-b", kind="aws.database.RDS", label="RDS", attrs={"fontcolor": "red"}),
            Node(id="a_b", kind="aws.database.RDS", label="RDS"),
            Node(id="1st", kind="aws.compute.EC2", label="two\nlines", parent="in"),
        ),
        edges=(
            Edge(id="1st--class", source="1st", target="class", label="back", arrow="back"),
            Edge(id="1st--a-b", source="1st", target="a-b", arrow="both", attrs={"style": "dashed"}),
            Edge(id="a-b--a_b", source="a-b", target="a_b", ranked=False),
        ),
    )
    found = again(architecture, tmp_path)
    bare = replace(found, nodes=tuple(replace(node, icon=None, spec=None) for node in found.nodes))
    assert bare == architecture


def test_a_written_script_keeps_the_pins(tmp_path: Path) -> None:
    own = tmp_path / "pinned.py"
    own.write_text(
        "from diagrams.aws.database import RDS\n\nfrom desenho import Diagram\nfrom desenho.aws import S3, VPC\n\n"
        'with Diagram("Pinned", filename="pinned"):\n'
        '    bucket = S3("S3", pin=(60, 200))\n'
        '    with VPC("VPC", pin=(200, 100, 400, 300)) as vpc:\n'
        '        base = RDS("RDS", pos="4,-2!")\n'
        "    bucket >> base\n",
        encoding="utf-8",
    )
    pinned = read(own)
    assert all(item.pin for item in pinned.items.values())
    assert again(pinned, tmp_path).items == pinned.items


def test_a_project_is_whole_and_its_own_commands_draw_it_again(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert main(["new", str(project), "--author", "Ana Souza"]) == 0
    found = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    assert found == {
        ".gitignore",
        "README.md",
        "diagrams/challenge.drawio",
        "diagrams/challenge.py",
        "images/challenge.png",
        "images/challenge.svg",
    }
    readme = (project / "README.md").read_text(encoding="utf-8")
    for head in ("Objetivo", "Diagrama", "Fluxo", "Serviços", "Vantagens", "Limites", "Como ver e editar"):
        assert f"\n## {head}\n" in readme
    assert "Por Ana Souza." in readme
    assert "1. **Usuário → Amazon S3**: envia arquivo" in readme
    for target in re.findall(r"\]\(([^)h][^)]*)\)", readme):
        assert (project / target).is_file(), target
    before = {path: path.read_bytes() for path in project.rglob("*.*") if path.suffix in {".png", ".svg", ".drawio"}}
    commands = re.findall(r"^\$ desenho (.+)$", readme, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        subprocess.run(
            [sys.executable, "-m", "desenho", *command.split()], cwd=project, check=True, capture_output=True
        )
    assert {path: path.read_bytes() for path in before} == before


def test_names_title_purpose_and_services_are_the_students_own(tmp_path: Path) -> None:
    words = ["--title", "Fotos da loja", "--purpose", "Guardar as fotos da loja."]
    more = ["--rename", "bucket=Fotos originais", "--add", "sns", "--add", "dynamodb"]
    assert main(["new", str(tmp_path / "p"), *words, *more]) == 0
    readme = (tmp_path / "p/README.md").read_text(encoding="utf-8")
    assert readme.startswith("# Fotos da loja\n")
    assert "Guardar as fotos da loja." in readme
    assert "| Fotos originais (Amazon S3) |" in readme
    assert "5. **AWS Lambda → Amazon SNS**: avisa" in readme
    drawn = read(tmp_path / "p/diagrams/challenge.py")
    assert drawn.title == "Fotos da loja"
    assert drawn.items["bucket"].label == "Fotos originais"
    assert drawn.items["table"].parent == "region"


@pytest.mark.parametrize("lang", LANGS)
def test_words_of_ones_own_make_a_project_of_one_language_without_a_finding(
    lang: Lang, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--lang", lang, "--title", "Album", "--rename", "bucket=Photos", "--add", "sns"]
    assert main(["new", str(tmp_path), *words]) == 0
    capsys.readouterr()
    drawn = read(tmp_path / "diagrams/challenge.py")
    assert drawn.lang == lang
    assert drawn.items["user"].label == {"pt": "Usuário", "en": "User"}[lang]
    assert main(["lint", str(tmp_path / "diagrams/challenge.py")]) == 0
    assert "nothing found" in "".join(capsys.readouterr())
    assert "--lang" not in (tmp_path / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("lang", ["pt", "en"])
def test_every_scenario_makes_a_project_in_both_languages(scenario: str, lang: str, tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "p"), "--scenario", scenario, "--lang", lang]) == 0
    readme = (tmp_path / "p/README.md").read_text(encoding="utf-8")
    assert ("## Objetivo" in readme) == (lang == "pt")
    assert ("## Purpose" in readme) == (lang == "en")
    assert "|  |  |" not in readme  # every service says what it does
    if lang == "pt":
        assert (tmp_path / f"p/diagrams/{scenario}.py").read_bytes() == (ROOT / f"diagrams/{scenario}.py").read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--lang", "en"],
        ["--title", "Fotos", "--rename", "server=Catálogo"],
        [word for name in EXTRAS for word in ("--add", name)],
        ["--lang", "en", "--scenario", "etl", "--add", "sns"],
    ],
    ids=["as it is", "in English", "renamed", "with all services", "another in English"],
)
def test_the_files_are_what_the_readme_says_draws_them(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "p"), *options]) == 0
    monkeypatch.chdir(tmp_path / "p")
    commands = re.findall(r"^\$ desenho (.+)$", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        assert main([*command.split(), "--check"]) == 0, capsys.readouterr().out


def test_the_readme_claims_nothing_that_is_not_drawn(tmp_path: Path) -> None:
    challenge = read(ROOT / "diagrams/challenge.py")
    text = readme(challenge, "en")
    assert "The instance and the volume stand in one Availability Zone" in text
    assert "in a private subnet with no public address" in text

    without_volume = replace(
        challenge,
        nodes=tuple(node for node in challenge.nodes if node.id != "volume"),
        edges=tuple(edge for edge in challenge.edges if "volume" not in {edge.source, edge.target}),
    )
    text = readme(without_volume, "en")
    assert "volume" not in text
    assert "The instance stands in one Availability Zone" in text

    public = replace(
        challenge,
        groups=tuple(replace(g, kind=GroupKind.PUBLIC_SUBNET) if g.id == "subnet" else g for g in challenge.groups),
    )
    assert "private" not in readme(public, "en").lower().partition("## what it gives")[2]

    second = Node(id="second", kind="aws.compute.EC2", label="Second", parent="subnet")
    text = readme(replace(challenge, nodes=(*challenge.nodes, second)), "en")
    assert "one Availability Zone:" not in text
    assert "The instances cost by the hour and the month" in text


@pytest.mark.parametrize("name", EXTRAS)
def test_every_service_joins_the_challenge_and_is_numbered_on(name: str, tmp_path: Path) -> None:
    challenge = read(ROOT / "diagrams/challenge.py")
    richer = again(added(challenge, name), tmp_path)
    new = next(node for node in richer.nodes if node.id not in challenge.items)
    for lang in LANGS:
        service = next(found.service for found in services(richer, lang) if found.id == new.id)
        text = readme(richer, lang)
        gives = text.partition({"pt": "## Vantagens", "en": "## What it gives"}[lang])[2].partition("##")[0]
        assert service.removeprefix("Amazon ").removeprefix("AWS ") in gives
    assert len(richer.nodes) == len(challenge.nodes) + 1
    assert [edge.step for edge in richer.edges] == list(range(1, len(richer.edges) + 1))
    assert all(isinstance(edge.label, Text) for edge in richer.edges[len(challenge.edges) :])
    assert not any(note.code == "unsteady-ids" for note in richer.notes)


def test_a_script_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "mine.py"
    own.write_text(
        "from diagrams import Diagram\nfrom diagrams.aws.storage import S3\n\n"
        'with Diagram("Mine", filename="mine", show=False):\n    bucket = S3("Amazon S3")\n',
        encoding="utf-8",
    )
    assert main(["new", str(tmp_path / "p"), "--from", str(own)]) == 0
    assert (tmp_path / "p/diagrams/mine.py").read_bytes() == own.read_bytes()


def test_a_script_keeps_its_encoding_and_its_pictures_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.py"
    own.write_bytes(
        "# -*- coding: latin-1 -*-\r\nfrom diagrams import Diagram\r\nfrom diagrams.custom import Custom\r\n"
        'with Diagram("Ação", filename="own", show=False):\r\n    logo = Custom("São", "logo.svg")\r\n'.encode(
            "latin-1"
        )
    )
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    assert main(["new", str(tmp_path / "made"), "--from", str(own)]) == 0
    assert (tmp_path / "made/diagrams/own.py").read_bytes() == own.read_bytes()
    assert "the script reads pictures of its own, which are not here yet: logo" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rename", "nothing=x"], "there is nothing called 'nothing'"),
        (["--rename", "bucket"], "names no item and label"),
        (["--add", "teleport"], "teleport"),
        (["--add", "sns", "--add", "sns"], "in the architecture already"),
        (["--scenario", "lunch"], "lunch"),
        (["--from", "missing.py"], "no such file"),
        (["--scenario", "etl", "--from", "x.py"], "not allowed with"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_written(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", str(tmp_path / "p"), *words]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_no_file_is_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
