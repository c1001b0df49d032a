"""The command as a process: what only a process can show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DESENHO = [sys.executable, "-m", "desenho"]
WEB = """
from diagrams import Diagram
from diagrams.aws.storage import S3

with Diagram("Web", filename="web", show=False):
    bucket = S3("Amazon S3")
"""


def run(*command: str, cwd: Path, **options: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120)


def written(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".py"}


def test_the_demo_draws_every_architecture_and_says_what_is_next(tmp_path: Path) -> None:
    """Where the local cloud is not installed: with it, the demo goes on after this."""
    code = """
import importlib.util, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name.startswith("moto") else real(name, package)
from desenho.cli import main
sys.exit(main(["demo"]))
"""
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    names = {p.stem for p in (ROOT / "diagrams").glob("*.py")}
    assert len(names) == 5
    assert written(tmp_path) == {f"out/{name}.{suffix}" for name in names for suffix in ("png", "svg", "drawio")}
    assert {line.split()[0] for line in done.stdout.splitlines()} == written(tmp_path)
    assert f"desenho export {ROOT.as_posix()}/diagrams/challenge.py" in done.stderr
    assert "error" not in done.stderr
    assert done.stderr.count("note:") == 1, "the architectures that are shown first have nothing to be noted"
    assert "the drawings are there, and they could come alive too" in done.stderr


def test_the_challenge_is_the_same_by_every_way_and_in_every_folder(tmp_path: Path) -> None:
    script = ROOT / "diagrams" / "challenge.py"
    ways = {
        "command": [*DESENHO, "export", str(script), "-o", "."],
        "room": [sys.executable, "-m", "export", str(script), "-o", "."],
        "script": [sys.executable, str(script)],
    }
    found: dict[str, list[bytes]] = {}
    for number, (way, command) in enumerate(ways.items()):
        folder = tmp_path / way
        folder.mkdir()
        # A hash seed of its own for each: no order may hang on it.
        done = run(*command, cwd=folder, PYTHONHASHSEED=str(number))
        assert done.returncode == 0, done.stderr
        found[way] = [(folder / f"challenge.{suffix}").read_bytes() for suffix in ("png", "svg", "drawio")]
    assert found["command"] == found["room"] == found["script"]
    assert not [data for data in found["command"] if str(ROOT).encode() in data]


def test_what_a_script_prints_never_reaches_the_result(tmp_path: Path) -> None:
    loud = "import os, sys\nprint('by print')\nos.system('echo by a program')\nsys.__stdout__.write('by the stream')\n"
    (tmp_path / "web.py").write_text(loud + WEB, encoding="utf-8")
    done = run(*DESENHO, "export", "web.py", "-f", "svg", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["files"][0]["path"] == "out/web.svg"
    assert all(way in done.stderr for way in ("by print", "by a program", "by the stream"))


def test_a_script_that_swallows_its_interruption_is_ended_with_its_process(tmp_path: Path) -> None:
    text = "while True:\n    try:\n        x = 0\n        while True: x += 1\n    except BaseException: pass\n"
    (tmp_path / "endless.py").write_text(text, encoding="utf-8")
    done = run(*DESENHO, "export", "endless.py", "--timeout", "0.2", cwd=tmp_path)
    assert done.returncode == 2
    assert "error: endless.py:4: the script has not ended after 0.2 s" in done.stderr


def test_a_thread_that_a_script_leaves_behind_does_not_keep_the_command(tmp_path: Path) -> None:
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(300,)).start()\n"
    (tmp_path / "web.py").write_text(thread + WEB, encoding="utf-8")
    done = run(*DESENHO, "export", "web.py", "-f", "svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert written(tmp_path) == {"out/web.svg"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("scripts", [["endless.py"], ["endless.py", "web.py"]])
def test_an_interrupted_command_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals, code: int, scripts: list[str]
) -> None:
    beat = "import pathlib, time\nwhile True:\n    pathlib.Path('beat').touch()\n    time.sleep(0.02)\n"
    (tmp_path / "endless.py").write_text(beat, encoding="utf-8")
    (tmp_path / "web.py").write_text(WEB, encoding="utf-8")
    command = subprocess.Popen(
        [*DESENHO, "export", *scripts, "-f", "svg"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has Ctrl-C ignored, in all that they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for(tmp_path / "beat")
    command.send_signal(number)
    out, err = command.communicate(timeout=30)
    assert (command.returncode, out) == (code, "")
    assert "Traceback" not in err
    assert written(tmp_path) == {"beat"}
    # No process of it goes on.
    (tmp_path / "beat").unlink()
    time.sleep(0.2)
    assert not (tmp_path / "beat").exists()


def wait_for(path: Path) -> None:
    for _ in range(1500):
        if path.exists():
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} never came")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(WEB, encoding="utf-8")
    read, write = os.pipe()
    os.close(read)
    command = subprocess.run(
        [*DESENHO, "export", "web.py", "-f", "json", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert command.returncode == 2
    assert "Traceback" not in command.stderr
    assert "fault" not in command.stderr


def test_a_terminal_that_lacks_a_letter_gets_its_number(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(WEB.replace('"web"', '"ação"'), encoding="utf-8")
    done = run(*DESENHO, "export", "web.py", "-f", "json", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("out/a\\xe7\\xe3o.json")


def test_export_needs_none_of_the_extras(tmp_path: Path) -> None:
    """Without boto3, the site's packages and draw.io's icons it draws, with a note."""
    (tmp_path / "web.py").write_text(WEB, encoding="utf-8")
    code = """
import importlib.metadata, sys
MISSING = {"boto3", "botocore", "moto", "flask", "mkdocs", "material", "pygraphviz"}
MISSING |= {"jupyterlab_drawio_render_extension"}
class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Without())
from desenho.cli import main
code = main(["export", "web.py", "-f", "png", "-f", "svg", "-f", "drawio", "-f", "dot", "-f", "json"])
assert not MISSING & {name.partition(".")[0] for name in sys.modules}
sys.exit(code)
"""
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert written(tmp_path) == {f"out/web.{suffix}" for suffix in ("png", "svg", "drawio", "dot", "json")}


def test_export_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "web.py").write_text(WEB, encoding="utf-8")
    code = (
        "import sys; from desenho.cli import main; main(['export', 'web.py']); sys.stderr.write(' '.join(sys.modules))"
    )
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    loaded = set(done.stderr.split())
    heavy = {
        "asyncio",
        "boto3",
        "jinja2",
        "mkdocs",
        "multiprocessing",
        "numpy",
        "pygraphviz",
        "unittest",
        "urllib.request",
    }
    assert not loaded & heavy
    assert not [name for name in loaded if name.startswith("deploy")]
