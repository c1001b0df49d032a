"""`desenho lint` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from desenho.cli import main
from desenho.commands.lint import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parent.parent
BEGINNER = ROOT / "tests" / "cases" / "beginner.py"
CLEAN = """
from diagrams import Diagram
from diagrams.aws.storage import S3
with Diagram("d"):
    a = S3("a")
    b = S3("b")
    a >> b
"""


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("clean.py").write_text(CLEAN, encoding="utf-8")
    Path("fault.py").write_text(CLEAN.replace('S3("a")', 'S3("AWS S3")'), encoding="utf-8")
    Path("info.py").write_text(CLEAN.replace('b = S3("b")', "").replace("a >> b", 'a >> S3("b")'), encoding="utf-8")

    def lint(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["lint", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return lint


def test_our_own_diagrams_are_clean(lint: Run) -> None:
    assert lint(ROOT / "diagrams") == (0, "", "nothing found\n")


def test_a_beginners_faults_are_found(lint: Run) -> None:
    code, out, err = lint(BEGINNER)
    assert code == 1
    heads = [line.removeprefix(f"{BEGINNER.as_posix()}#") for line in out.splitlines() if line[0] != " "]
    assert heads == [
        "beginner: Cluster-1, Cluster-2, Cluster-3, Cluster-4: info: depend on the order in the script [unsteady-ids]",
        "beginner: server: warning: web server stands in a public subnet [public-subnet]",
        "beginner: server--volume: warning: the line between web server and data volume has an arrow [arrow-at-volume]",
    ]
    assert err == "2 warnings, 1 info\n"


def test_a_finding_says_where_what_why_and_what_to_do(lint: Run) -> None:
    code, out, err = lint("fault.py")
    assert (code, err) == (1, "1 warning\n")
    assert out.splitlines() == [
        "fault.py#d: a: warning: “AWS S3” is called “Amazon S3” [official-name]",
        "    each service has an official name, with “Amazon” or “AWS”",
        "    -> use the official name",
    ]


def test_why_and_what_to_do_are_said_once_for_a_rule(lint: Run) -> None:
    _, out, _ = lint(BEGINNER)
    assert out.count("can be reached from the internet") == 1


def test_in_portuguese(lint: Run) -> None:
    _, out, _ = lint("fault.py", "--lang", "pt")
    assert out.splitlines()[0] == "fault.py#d: a: aviso: “AWS S3” se chama “Amazon S3” [official-name]"
    assert lint(BEGINNER, "--lang", "pt")[2] == "2 avisos, 1 nota\n"
    assert lint("clean.py", "--lang", "pt")[2] == "nada encontrado\n"


def test_json_has_both_languages(lint: Run) -> None:
    code, out, err = lint("fault.py", "clean.py", "--json")
    assert (code, err) == (1, "")
    (finding,) = json.loads(out)["findings"]
    assert {name: finding[name] for name in ("source", "architecture", "code", "severity", "where")} == {
        "source": "fault.py",
        "architecture": "d",
        "code": "official-name",
        "severity": "warning",
        "where": "a",
    }
    assert finding["what"] == {"pt": "“AWS S3” se chama “Amazon S3”", "en": "“AWS S3” is called “Amazon S3”"}
    assert all(set(finding[part]) == {"pt", "en"} for part in ("what", "reason", "hint"))


def test_what_is_merely_worth_knowing_fails_nothing(lint: Run) -> None:
    code, out, err = lint("info.py")
    assert (code, err) == (0, "1 info\n")
    assert "[unsteady-ids]" in out


def test_a_rule_can_be_left_out(lint: Run) -> None:
    assert lint("fault.py", "--ignore", "official-name") == (0, "", "nothing found\n")


def test_the_rules_are_listed(lint: Run) -> None:
    code, out, _ = lint("--rules")
    assert code == 0
    assert [line.partition(" ")[0] for line in out.splitlines() if line[0] != " "] == [r.code for r in all_rules()]
    rules: list[Any] = json.loads(lint("--rules", "--json")[1])["rules"]
    assert [rule["code"] for rule in rules] == [rule.code for rule in all_rules()]
    assert all(set(rule[part]) == {"pt", "en"} for rule in rules for part in ("title", "reason", "hint"))


def test_a_model_can_be_looked_at(lint: Run) -> None:
    assert main(["export", "fault.py", "-f", "json", "-o", "out"]) == 0
    code, out, _ = lint("out/d.json")
    assert (code, out.splitlines()[0].partition("#")[0]) == (1, "out/d.json")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no source is given"),
        (["none.py"], "no such file"),
        (["clean.py", "--ignore", "nothing"], "invalid choice: 'nothing'"),
        (["clean.py", "--lang", "fr"], "invalid choice: 'fr'"),
        (["clean.py", "--timeout", "0"], "no number of seconds"),
    ],
)
def test_what_means_nothing_is_an_error(arguments: list[str], words: str, lint: Run) -> None:
    code, out, err = lint(*arguments)
    assert (code, out) == (2, "")
    assert words in err


def test_the_codes_of_the_rules_are_unique() -> None:
    codes = [rule.code for rule in all_rules()]
    assert len(set(codes)) == len(codes)
