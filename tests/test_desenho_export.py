"""`desenho export` on good sources and bad ones, through the command."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """
from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2
from diagrams.aws.storage import S3
from desenho import Text
"""


def diagram(filename: str = "web", label: str = "Amazon S3", title: str = "Web") -> str:
    return f"""
with Diagram({title!r}, filename={filename!r}, show=False):
    bucket = S3({label!r}, nodeid="bucket")
    server = EC2("Amazon EC2", nodeid="server")
    bucket >> Edge(label="reads") >> server
"""


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Run `desenho export` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def export(*argv: str) -> Done:
        code = main(["export", *argv])
        return Done(code, *capsys.readouterr())

    return export


def script(folder: Path, text: str, name: str = "web.py") -> str:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(HEAD + text, encoding="utf-8")
    return name


def files(folder: Path) -> set[str]:
    return {
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")
    }


# ---------------------------------------------------------------- what is written


def test_three_formats_into_out(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run(script(tmp_path, diagram()))
    assert done.code == 0
    assert files(tmp_path) == {"out/web.png", "out/web.svg", "out/web.drawio"}
    lines = [line.split() for line in done.out.splitlines()]
    assert [line[:2] for line in lines] == [[f"out/web.{f}", f] for f in ("png", "svg", "drawio")]
    assert all(line[3] in {"B", "kB"} for line in lines)
    assert done.err.startswith("3 files in ")


def test_formats_and_folder_are_chosen(run: Callable[..., Done], tmp_path: Path) -> None:
    assert run(script(tmp_path, diagram()), "-o", "a/b", "-f", "svg", "-f", "dot", "-f", "json", "-f", "svg").code == 0
    assert files(tmp_path) == {"a/b/web.svg", "a/b/web.dot", "a/b/web.json"}


def test_folders_in_the_filename_are_kept_only_without_a_folder(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram("aws/web"))
    assert run(name, "-f", "svg").code == 0
    assert run(name, "-f", "svg", "-o", "flat").code == 0
    assert files(tmp_path) == {"out/aws/web.svg", "flat/web.svg"}


def test_languages_have_names_and_one_model(run: Callable[..., Done], tmp_path: Path) -> None:
    text = diagram().replace("'Amazon S3'", "Text('Balde', en='Bucket')")
    assert run(script(tmp_path, text), "-f", "svg", "-f", "json", "--lang", "pt", "--lang", "en").code == 0
    assert files(tmp_path) == {"out/web.svg", "out/web.en.svg", "out/web.json"}
    assert "Balde" in (tmp_path / "out/web.svg").read_text(encoding="utf-8").partition("</svg>")[0]
    assert ">Bucket<" in (tmp_path / "out/web.en.svg").read_text(encoding="utf-8")
    assert ">Balde<" not in (tmp_path / "out/web.en.svg").read_text(encoding="utf-8")


def test_one_diagram_of_a_script(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram("one") + diagram("two", title="Two"))
    assert run(f"{name}#two", "-f", "svg").code == 0
    assert files(tmp_path) == {"out/two.svg"}
    done = run(f"{name}#three")
    assert done.code == 2
    assert "the script draws no diagram 'three'" in done.err
    assert "it draws: one, two" in done.err


def test_a_folder_is_all_its_scripts_but_shared_modules(run: Callable[..., Done], tmp_path: Path) -> None:
    script(tmp_path, "from _shared import NAME\n" + diagram("a", title="A"), "d/a.py")
    script(tmp_path, diagram("b", title="B"), "d/b.py")
    script(tmp_path, "NAME = 'shared'\n", "d/_shared.py")
    done = run("d", "d/b.py", "-f", "svg")
    assert done.code == 0, done.err
    assert files(tmp_path) == {"out/a.svg", "out/b.svg"}


def test_a_model_draws_the_same_as_its_script(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram())
    assert run(name, "-o", "one", "-f", "png", "-f", "svg", "-f", "drawio", "-f", "json").code == 0
    assert run("one/web.json", "-o", "two").code == 0
    for path in ("web.png", "web.svg", "web.drawio"):
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()


def test_the_same_bytes_alone_and_beside_others(run: Callable[..., Done], tmp_path: Path) -> None:
    name, other = script(tmp_path, diagram()), script(tmp_path, diagram("other", title="Other"), "other.py")
    assert run(name, "-o", "alone").code == 0
    assert run(name, other, "-o", "beside").code == 0
    for path in ("web.png", "web.svg", "web.drawio"):
        assert (tmp_path / "alone" / path).read_bytes() == (tmp_path / "beside" / path).read_bytes()


def test_json_for_programs(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run(script(tmp_path, "print('I speak')\n" + diagram()), "--json")
    assert done.code == 0
    said = json.loads(done.out)
    assert list(said) == ["files", "architectures", "notes"]
    assert [f["path"] for f in said["files"]] == ["out/web.png", "out/web.svg", "out/web.drawio"]
    for file in said["files"]:
        assert list(file) == ["path", "format", "sha256"]
        assert hashlib.sha256((tmp_path / file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert [node["id"] for node in said["architectures"][0]["nodes"]] == ["bucket", "server"]
    assert "I speak" in done.err


def test_what_did_not_change_is_told_and_left_untouched(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram())
    run(name, "-f", "svg")
    os.utime(tmp_path / "out/web.svg", (1, 1))
    assert run(name, "-f", "svg").out.endswith("unchanged\n")
    assert (tmp_path / "out/web.svg").stat().st_mtime == 1


@pytest.mark.parametrize(
    "label",
    [
        "<λ> & \"quotes\" 'too'",
        "two\nlines",
        "ação à vista",
        "x" * 120,
        " ".join(["long words"] * 11),
        "]]> <!-- -->",
        "100% #1 $x",
    ],
)
def test_hard_labels_are_drawn(run: Callable[..., Done], tmp_path: Path, label: str) -> None:
    done = run(
        script(tmp_path, diagram(label=label)), "-f", "png", "-f", "svg", "-f", "drawio", "-f", "dot", "-f", "json"
    )
    assert done.code == 0, done.err
    model = json.loads((tmp_path / "out/web.json").read_text(encoding="utf-8"))
    assert model["nodes"][0]["label"] == label


def test_a_note_on_many_things_names_some_and_says_what_is_the_matter(run: Callable[..., Done], tmp_path: Path) -> None:
    servers = "\n".join(f"    EC2('server {n}')" for n in range(40))
    done = run(script(tmp_path, f"with Diagram('Web', show=False):\n{servers}\n"), "-f", "svg")
    assert done.code == 0
    assert "note: web: EC2-1, EC2-2, EC2-3 and 37 more: named by their place in the script" in done.err
    assert "--json" not in done.err


def test_a_note_on_several_diagrams_is_told_once(run: Callable[..., Done], tmp_path: Path) -> None:
    for name in ("one", "two", "three", "four"):
        script(tmp_path, f"with Diagram('{name}', show=False):\n    EC2()\n", f"d/{name}.py")
    done = run("d", "-f", "svg")
    assert done.code == 0
    assert "note: four, one, three and 1 more: EC2-1: named by their place in the script" in done.err
    assert done.err.count("note:") == 1


def test_a_script_that_writes_beside_its_folder_is_drawn_into_the_output_folder(
    run: Callable[..., Done], tmp_path: Path
) -> None:
    done = run(script(tmp_path, diagram("../assets/web")), "-f", "svg")
    assert (done.code, (tmp_path / "out/web.svg").is_file()) == (0, True)
    assert "note: web: the filename leads out of the output folder: only its last part, 'web', is kept" in done.err


def test_glyphs_that_the_font_lacks_are_named(run: Callable[..., Done], tmp_path: Path) -> None:
    done = run(script(tmp_path, diagram(label="桶 bucket")))
    assert done.code == 0
    assert "note: web: " in done.err
    assert "桶" in done.err
    assert "web: web" not in done.err


# ---------------------------------------------------------------- --check


def test_check_names_what_is_stale_or_missing_and_writes_nothing(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram())
    assert run(name).code == 0
    fine = run(name, "--check")
    assert (fine.code, fine.out) == (0, "")
    script(tmp_path, diagram(label="Balde"))
    (tmp_path / "out/web.png").unlink()
    (tmp_path / "out/web.drawio").write_bytes(b"")
    before = (tmp_path / "out/web.svg").read_bytes()
    done = run(name, "--check")
    assert done.code == 1
    assert done.out.splitlines() == ["missing  out/web.png", "stale    out/web.svg", "stale    out/web.drawio"]
    assert files(tmp_path) == {"out/web.svg", "out/web.drawio"}
    assert (tmp_path / "out/web.svg").read_bytes() == before
    assert json.loads(run(name, "--check", "--json").out)["stale"] == ["out/web.png", "out/web.svg", "out/web.drawio"]


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("web.drawio", b'host="desenho"', b'host="app.diagrams.net"'),
        ("web.svg", b"host=&quot;desenho&quot;", b"host=&quot;Electron&quot;"),
        ("web.png", b"host%3D%22desenho%22", b"host%3D%22Electron%22"),
    ],
)
def test_what_was_saved_in_drawio_is_not_written_over(
    run: Callable[..., Done], tmp_path: Path, name: str, ours: bytes, theirs: bytes
) -> None:
    source = script(tmp_path, diagram())
    assert run(source).code == 0
    path = tmp_path / "out" / name
    path.write_bytes(path.read_bytes().replace(ours, theirs, 1))
    edited = path.read_bytes()
    (tmp_path / "out" / ("web.svg" if name != "web.svg" else "web.png")).unlink()
    before = files(tmp_path)

    done = run(source)
    assert done.code == 2
    assert f"error: out/{name}: saved in draw.io since" in done.err
    assert "--overwrite" in done.err
    assert (path.read_bytes(), files(tmp_path)) == (edited, before)

    checked = run(source, "--check")
    assert checked.code == 1
    assert f"edited   out/{name}" in checked.out.splitlines()
    assert "replaced only with --overwrite" in checked.err

    assert run(source, "--overwrite").code == 0
    assert run(source, "--check").code == 0


@pytest.mark.parametrize("icons", ["native", "library"])
def test_check_draws_with_the_icons_of_the_files(run: Callable[..., Done], tmp_path: Path, icons: str) -> None:
    name = script(tmp_path, diagram())
    assert run(name, "--icons", icons).code == 0
    assert run(name, "--check").code == 0
    other = {"native": "library", "library": "native"}[icons]
    assert run(name, "--check", "--icons", other).code == 1


def test_icons_that_are_not_there_are_an_error_if_asked_for_and_a_note_if_not(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = script(tmp_path, diagram())
    assert run(name, "-o", "native").code == 0
    monkeypatch.setattr("export.stencils.installed", lambda: False)
    for argv in (["--icons", "native"], ["-o", "native", "--check"]):
        done = run(name, *argv)
        assert done.code == 2
        assert "draw.io's icons are not installed here" in done.err
    done = run(name, "-o", "library")
    assert done.code == 0
    assert "draw.io's icons are not installed" in done.err
    assert run(name, "-o", "library", "--check").code == 0


# ---------------------------------------------------------------- what is refused

REFUSED = {
    "a script that raises": (
        "def broken():\n    return 1 / 0\nbroken()\n",
        ["web.py:", "ZeroDivisionError", "return 1 / 0"],
    ),
    "a script that raises in a diagram": (
        "with Diagram('X', filename='x', show=False):\n    S3('a') >> None\n",
        ["web.py:7", "S3('a') >> None"],
    ),
    "a script that is no Python": ("with Diagram(:\n", ["web.py:6", "the script is not Python"]),
    "a script that exits": ("import sys\nsys.exit(0)\n", ["web.py:7", "sys.exit"]),
    "a script that draws nothing": ("x = 1\n", ["web.py", "draws nothing"]),
    "a script whose module is missing": ("import there_is_no_such_module\n", ["web.py:6", "there_is_no_such_module"]),
    "a filename of a folder": (diagram("../.."), ["'../..' names no file"]),
    "two diagrams of one file": (
        diagram() + diagram(title="Other"),
        ["two diagrams would be this one file: both of web.py", "out/web.png"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_script_is_refused_and_nothing_written(run: Callable[..., Done], tmp_path: Path, case: str) -> None:
    text, said = REFUSED[case]
    done = run(script(tmp_path, text))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert all(words in done.err for words in said), done.err
    assert "site-packages" not in done.err
    assert "runpy" not in done.err
    assert files(tmp_path) == set()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["gone.py"], ["error: gone.py: no such file or folder"]),
        (["wbe.py"], ["did you mean web.py?"]),
        (["web.txt"], ["error: web.txt: this kind of source cannot be read", "a JSON model (x.json)"]),
        (["empty"], ["error: empty: the folder has no scripts (*.py)"]),
        (["broken.json"], ["error: broken.json"]),
        (["model.json"], ["error: model.json"]),
        (["latin.json"], ["error: latin.json", "UTF-8"]),
    ],
)
def test_a_bad_source_is_refused(run: Callable[..., Done], tmp_path: Path, argv: list[str], said: list[str]) -> None:
    script(tmp_path, diagram())
    (tmp_path / "empty").mkdir()
    (tmp_path / "web.txt").write_text("x", encoding="utf-8")
    (tmp_path / "broken.json").write_text('{"schema": 1,', encoding="utf-8")
    (tmp_path / "model.json").write_text('{"schema": 1}', encoding="utf-8")
    (tmp_path / "latin.json").write_bytes("{'título': 1}".encode("latin-1"))
    before = files(tmp_path)
    done = run(*argv)
    assert (done.code, done.out) == (2, "")
    assert all(words in done.err for words in said), done.err
    assert files(tmp_path) == before


@pytest.mark.parametrize("filename", ["../web", "a/../../web", "/web", "C:\\web", "..\\web"])
def test_a_model_cannot_write_elsewhere(run: Callable[..., Done], tmp_path: Path, filename: str) -> None:
    assert run(script(tmp_path, diagram()), "-f", "json").code == 0
    model = json.loads((tmp_path / "out/web.json").read_text(encoding="utf-8"))
    (tmp_path / "evil.json").write_text(json.dumps(model | {"filename": filename}), encoding="utf-8")
    before = files(tmp_path)
    done = run("evil.json")
    assert done.code == 2
    assert "the output folder" in done.err
    assert files(tmp_path) == before


def test_an_output_that_cannot_be_written_is_refused(run: Callable[..., Done], tmp_path: Path) -> None:
    name = script(tmp_path, diagram())
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    done = run(name, "-o", "taken")
    assert done.code == 2
    assert "taken/web.png" in done.err
    assert files(tmp_path) == {"taken"}


def test_one_bad_source_among_several_stops_all_and_each_is_told(run: Callable[..., Done], tmp_path: Path) -> None:
    script(tmp_path, diagram("good"), "d/good.py")
    script(tmp_path, "x = 1\n", "d/nothing.py")
    script(tmp_path, "raise ValueError('mine')\n", "d/raises.py")
    done = run("d")
    assert (done.code, done.out) == (2, "")
    assert "d/nothing.py" in done.err
    assert "ValueError: mine" in done.err
    assert files(tmp_path) == set()


def test_two_scripts_of_one_file_are_refused(run: Callable[..., Done], tmp_path: Path) -> None:
    one, two = script(tmp_path, diagram(title="One"), "one.py"), script(tmp_path, diagram(title="Two"), "two.py")
    done = run(one, two)
    assert done.code == 2
    assert "out/web.png: two diagrams would be this one file: of one.py and of two.py" in done.err
    assert files(tmp_path) == set()


# ---------------------------------------------------------------- scripts that never end

ENDLESS = {
    "spins": "while True: pass\n",
    "sleeps": "import time\ntime.sleep(1e6)\n",
    "goes on after errors": "while True:\n  try:\n    x = 0\n    while True: x += 1\n  except Exception: pass\n",
    "waits for itself": "import threading\nthreading.Event().wait()\n",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_a_script_that_never_ends_is_ended(run: Callable[..., Done], tmp_path: Path, case: str) -> None:
    name = script(tmp_path, ENDLESS[case])
    done = run(name, "--timeout", "0.2")
    assert (done.code, done.out) == (2, "")
    assert "web.py:" in done.err
    assert "the script has not ended after 0.2 s" in done.err
    assert "--timeout" in done.err


def test_a_script_that_never_ends_beside_others_is_ended(run: Callable[..., Done], tmp_path: Path) -> None:
    swallows = "while True:\n    try:\n        x = 0\n        while True: x += 1\n    except BaseException: pass\n"
    names = [script(tmp_path, diagram()), script(tmp_path, ENDLESS["spins"], "spins.py")]
    done = run(*names, script(tmp_path, swallows, "swallows.py"), "--timeout", "2")
    assert (done.code, done.out) == (2, "")
    assert "error: spins.py:6: the script has not ended after 2 s" in done.err
    assert "error: swallows.py: the script has not ended after 2 s" in done.err
    assert files(tmp_path) == set()


def test_time_is_given_to_the_script_only(
    run: Callable[..., Done], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from export import compose

    real = compose.draw

    def slow(*args: object, **options: object) -> object:
        time.sleep(0.8)
        return real(*args, **options)

    monkeypatch.setattr(compose, "draw", slow)
    assert run(script(tmp_path, diagram()), "--timeout", "0.7", "-f", "svg").code == 0
