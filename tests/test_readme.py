"""What the READMEs say is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from desenho import cli

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.pt-BR.md"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(name), re.DOTALL)


def commands(name: str) -> list[list[str]]:
    lines = "".join(blocks(name, "console")).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("name", READMES)
def test_the_first_diagram_is_drawn(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (script,) = blocks(name, "python")
    called = next(words[4] for words in commands(name) if words[:3] == ["uv", "run", "desenho"] and "export" in words)
    monkeypatch.chdir(tmp_path)
    Path(called).write_text(script, encoding="utf-8")
    assert cli.main(["export", called]) == 0
    assert "note" not in capsys.readouterr().err
    made = {path.name for path in Path("out").iterdir()}
    assert made == {f"{Path(called).stem}.{suffix}" for suffix in ("png", "svg", "drawio")}
    assert all(f"`{file}`" in text(name) for file in made)
    assert cli.main(["export", called, "--check"]) == 0
    capsys.readouterr()


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_every_command_that_is_named_exists(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    ours = [words[words.index("desenho") + 1 :] for words in commands(name) if "desenho" in words[:3]]
    assert ours
    for words in ours:
        assert words[0] in cli.COMMANDS
        assert cli.main([words[0], "--help"]) == 0
        told = capsys.readouterr().out
        if words[0] == "deploy" and not words[1].startswith("-"):
            assert f" {words[1]} " in told
        assert all(option in told for option in words if option.startswith("-"))


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_to_one(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text(name))
    assert links
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def test_both_readmes_say_the_same() -> None:
    def outline(name: str) -> list[str]:
        kept = re.findall(r"^(#+) |^(```\w*|\|)", text(name), re.MULTILINE)
        return ["".join(found) for found in kept]

    english, portuguese = outline(READMES[0]), outline(READMES[1])
    assert english == portuguese
    names = {"first.py": "primeiro.py", "pictures": "imagens"}
    translated = [[names.get(word, word) for word in words] for words in commands(READMES[0])]
    assert translated == commands(READMES[1])


def test_pip_and_uv_are_given_the_same_jobs() -> None:
    lines = [" ".join(words) for words in commands("README.md")]
    assert {"uv run desenho demo", "uv run pytest", "desenho demo", "pytest"} <= set(lines)
    assert "pip install -e .[dev] -c constraints.txt" in lines
