"""The diagram that draws itself."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import diagrams
import pytest

from architecture.capture import capture
from architecture.recording import running
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent
# The script API as the documentation shows it.
EXAMPLE = """
from desenho import Diagram, Flow, Text
from desenho.aws import S3, Lambda, EC2, EBS, User, Cloud, Region, VPC, PrivateSubnet

with Diagram(Text("Desafio de arquitetura", en="Architecture challenge"), filename="challenge"):
    user = User(Text("Usuário", en="User"))
    with Cloud(id="cloud"), Region("sa-east-1", id="region"):
        bucket = S3("Amazon S3", versioned=True)
        function = Lambda("AWS Lambda", workload="challenge", memory_mb=512)
        with VPC("VPC", cidr="10.0.0.0/16") as vpc, PrivateSubnet(Text("Sub-rede privada", en="Private subnet"), id="subnet"):
            server = EC2("Amazon EC2", instance_type="t4g.micro", workload="challenge")
            volume = EBS("Amazon EBS", size_gb=10)
    user >> Flow(1, Text("envia arquivo", en="uploads a file")) >> bucket >> Flow(2, "s3:ObjectCreated") >> function
    function >> Flow(3, "HTTP POST") >> server
    server - Flow(4, Text("grava", en="stores")) - volume
"""  # noqa: E501 - one `with` line, as people write it


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write a script into the working directory."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def python(*arguments: str | Path, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run Python as a person does, on a machine without any program on its path."""
    environment = {**os.environ, "PATH": "/nowhere", "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*.*")) if p.suffix != ".py"}


def test_the_example_runs_as_it_is_and_gives_the_bytes_of_the_command(
    write: Callable[[str], Path], tmp_path: Path
) -> None:
    script = write(EXAMPLE)
    done = python(script, seed="1")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    by_itself = bytes_of(tmp_path)
    assert list(by_itself) == ["challenge.drawio", "challenge.png", "challenge.svg"]
    assert main(["export", str(script), "-o", str(tmp_path / "out")]) == 0
    assert bytes_of(tmp_path / "out") == by_itself


def test_the_example_is_the_challenge(write: Callable[[str], Path]) -> None:
    assert capture(write(EXAMPLE)) == capture(ROOT / "diagrams" / "challenge.py")


def test_captured_it_only_records(write: Callable[[str], Path], tmp_path: Path) -> None:
    script = write(EXAMPLE.replace('filename="challenge"', 'filename="challenge", show=True'))
    (read,) = capture(script)
    assert read.name == "challenge"
    assert list(tmp_path.iterdir()) == [script]


def test_the_filename_is_taken_from_the_working_directory(write: Callable[[str], Path], tmp_path: Path) -> None:
    script = write("""
        from desenho import Diagram
        from desenho.aws import EC2
        with Diagram("My web", outformat="svg"):
            web = EC2()
        with Diagram("Deep", filename="a/b/deep", outformat=["svg", "json"]):
            web = EC2()
        with Diagram("Absolute", filename=__file__.replace("script.py", "c/absolute"), outformat="svg"):
            web = EC2()
        with Diagram("Beside", filename="a/../beside", outformat="svg"):
            web = EC2()
        """)
    done = python(script)
    assert (done.returncode, done.stderr) == (0, "")
    written = bytes_of(tmp_path)
    assert list(written) == ["a/b/deep.json", "a/b/deep.svg", "beside.svg", "c/absolute.svg", "my_web.svg"]
    # No path of the machine travels in a file.
    assert str(tmp_path).encode() not in written["c/absolute.svg"]


def test_a_diagram_whose_block_raises_writes_nothing(write: Callable[[str], Path], tmp_path: Path) -> None:
    script = write("""
        from desenho import Diagram
        from desenho.aws import EC2, Cloud
        with Diagram("d"), Cloud():
            EC2()
            1 / 0
        """)
    done = python(script)
    assert done.returncode == 1
    assert done.stderr.endswith("ZeroDivisionError: division by zero\n")
    assert list(tmp_path.iterdir()) == [script]


def test_an_error_leaves_the_library_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desenho import Diagram
    from desenho.aws import EC2

    monkeypatch.chdir(tmp_path)
    usual = diagrams.Node.__init__

    def fails() -> None:
        with Diagram("d"):
            EC2()
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fails()
    with pytest.raises(Exception, match="is empty"), Diagram("d"):
        pass
    assert diagrams.Node.__init__ is usual
    assert running() is None
    assert diagrams.getdiagram() is None
    assert not list(tmp_path.iterdir())


def test_show_opens_the_first_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desenho import Diagram
    from desenho.aws import EC2

    monkeypatch.chdir(tmp_path)
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    with Diagram("d", show=True, outformat="svg"):
        EC2()
    assert opened == [(tmp_path / "d.svg").as_uri()]


def test_what_a_person_should_know_is_said(write: Callable[[str], Path]) -> None:
    script = write("""
        from diagrams.custom import Custom
        from desenho import Diagram
        with Diagram("d", outformat="svg"):
            mine = Custom("Mine", "none.png")
        """)
    assert python(script).stderr == "note: mine: there is no icon none.png\n"


def test_a_finished_diagram_is_written_again_and_shown_in_a_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desenho import Diagram
    from desenho.aws import EC2

    monkeypatch.chdir(tmp_path)
    with Diagram("d", outformat="png") as diagram:
        assert diagram._repr_png_() is None
        EC2(id="a")
    written = (tmp_path / "d.png").read_bytes()
    (tmp_path / "d.png").unlink()
    diagram.render()
    assert (tmp_path / "d.png").read_bytes() == written == diagram._repr_png_()


def test_the_own_language(write: Callable[[str], Path]) -> None:
    text = """
        from desenho import Diagram, Text
        from desenho.aws import EC2
        with Diagram("d"{lang}):
            EC2({label})
        """
    assert capture(write(text.format(lang="", label='"x"')))[0].lang == "en"
    assert capture(write(text.format(lang="", label='Text("x", en="y")')))[0].lang == "pt"
    assert capture(write(text.format(lang=', lang="en"', label='Text("x", en="y")')))[0].lang == "en"
    assert capture(write(text.format(lang=', lang="pt"', label='"x"')))[0].lang == "pt"


def test_the_faults_of_the_librarys_drawing_are_no_notes_here(write: Callable[[str], Path]) -> None:
    text = """
        from diagrams import Cluster
        from {place} import Diagram
        from desenho.aws import EC2
        with Diagram("d"):
            a = EC2("a", id="a")
            with Cluster("Zone") as zone:
                pass
            with Cluster("Zone") as other:
                pass
            a >> zone
        """
    assert not capture(write(text.format(place="desenho")))[0].notes
    codes = {note.code for note in capture(write(text.format(place="diagrams")))[0].notes}
    assert codes == {"edge-to-cluster", "merged-clusters"}


def test_a_wrong_keyword_names_the_right_ones() -> None:
    from desenho import Diagram

    with pytest.raises(TypeError, match="Diagram has no keyword theme; it takes: name=, filename=, direction=, lang="):
        Diagram("d", theme="neutral")  # pyright: ignore[reportCallIssue]


def test_the_package_is_cheap_to_import() -> None:
    code = "import sys, desenho; print(sorted(m for m in ('diagrams', 'export', 'dataclasses') if m in sys.modules))"
    assert python("-c", code).stdout == "[]\n"
    code = "import desenho; print(desenho.Text('a').translations, dir(desenho)); desenho.Nothing"
    done = python("-c", code)
    assert done.stdout == "{'pt': 'a'} ['Diagram', 'Flow', 'Text', 'deployed_as']\n"
    assert "module 'desenho' has no attribute 'Nothing'" in done.stderr
