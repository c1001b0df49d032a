"""A reference on the command line becomes a source, and a source becomes architectures."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from architecture.errors import ScriptError, SourceError
from desenho.sources import Source, find, read

SCRIPT = """
from diagrams import Diagram
from diagrams.aws.storage import S3

with Diagram("Web", filename="web", show=False):
    bucket = S3("Amazon S3")
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.py", "a.py", "_shared.py", ".hidden.py", "notes.txt", "c#1.py"):
        (tmp_path / name).write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def test_a_folder_is_its_scripts_by_name() -> None:
    assert [str(source) for source in find(["."])] == ["a.py", "b.py", "c#1.py"]


def test_a_source_named_twice_is_one(folder: Path) -> None:
    assert find(["a.py", str(folder / "a.py"), ".", "./b.py"]) == find(["a.py", "b.py", "c#1.py"])
    assert len(find(["a.py", "a.py#web"])) == 2


def test_a_diagram_of_a_script() -> None:
    assert find(["a.py#web"]) == [Source(Path("a.py"), "web")]
    assert str(find(["a.py#web"])[0]) == "a.py#web"


def test_a_file_may_have_the_sign_in_its_name() -> None:
    assert find(["c#1.py"]) == [Source(Path("c#1.py"))]
    assert find(["c#1.py#web"]) == [Source(Path("c#1.py"), "web")]


@pytest.mark.parametrize("reference", ["notes.txt", "gone.py", "gone.py#web", "notes.txt#web", "x", ""])
def test_what_is_no_source_is_refused(reference: str) -> None:
    with pytest.raises(SourceError):
        find([reference])


def test_a_name_that_is_nearly_right_is_corrected_to_what_can_be_a_source(folder: Path) -> None:
    (folder / "web.png").touch()
    (folder / "shop").mkdir()
    (folder / "shop" / "web.py").write_text(SCRIPT, encoding="utf-8")
    for reference, meant in {"shop/wbe.py": "shop/web.py", "shpo": "shop", "shop\\web.py": "shop/web.py"}.items():
        with pytest.raises(SourceError) as refused:
            find([reference])
        assert refused.value.hint == f"did you mean {meant}?"
    with pytest.raises(SourceError) as refused:
        find(["web.pn"])
    assert "web.png" not in refused.value.hint


@pytest.mark.parametrize("name", ["web.drawio", "web.drawio.png", "web.svg", "web.png"])
def test_a_drawing_is_answered_with_what_draws_it(folder: Path, name: str) -> None:
    (folder / name).touch()
    with pytest.raises(SourceError) as refused:
        find([name])
    assert refused.value.hint == "a drawing cannot be read back: name the script that draws it"


def test_a_script_is_read_in_its_own_words() -> None:
    (architecture,) = read(Source(Path("a.py")), seconds=30)
    assert architecture.name == "web"
    assert [node.id for node in architecture.nodes] == ["bucket"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer here")
def test_timer_and_handler_are_afterwards_what_they_were() -> None:
    before = signal.getsignal(signal.SIGALRM)
    Path("endless.py").write_text("while True: pass\n", encoding="utf-8")
    read(Source(Path("a.py")), seconds=30)
    with pytest.raises(ScriptError, match="has not ended after"):
        read(Source(Path("endless.py")), seconds=0.1)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_script_can_be_read_outside_the_main_thread() -> None:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend(read(Source(Path("a.py")), seconds=30)))
    thread.start()
    thread.join()
    assert len(found) == 1


def test_standard_output_is_given_back(capfd: pytest.CaptureFixture[str]) -> None:
    loud = "import os\nprint('printed')\nos.write(1, b'written')\nraise SystemError('and failed')\n"
    Path("loud.py").write_text(loud, encoding="utf-8")
    stdout = sys.stdout
    with pytest.raises(ScriptError, match="and failed"):
        read(Source(Path("loud.py")))
    assert sys.stdout is stdout
    os.write(1, b"ours")
    said = capfd.readouterr()
    assert said.out == "ours"
    assert "printed" in said.err
    assert "written" in said.err
