"""`desenho demo` as a process: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

pytest.importorskip("moto")

from alive import ROOT, until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="the local cloud needs POSIX")]


class Desk:
    """A user with a state folder and a folder for temporary files of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state, self.scratch = folder, folder / "state", folder / "scratch"
        self.scratch.mkdir()
        self._env = os.environ | {
            "PYTHONPATH": str(ROOT),
            "DESENHO_STATE": str(self.state),
            "TMPDIR": str(self.scratch),
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "desenho", *words]
        return subprocess.Popen(
            command, cwd=self.folder, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        with self.start(*words) as command:
            out, err = command.communicate(timeout=120)
        return command.returncode, out, err

    def processes(self) -> list[str]:
        """Everything that still runs with this user's folders."""
        wanted = f"DESENHO_STATE={self.state}".encode(), f"{self.state}/".encode()
        found: list[str] = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if any(word in (process / "environ").read_bytes() for word in wanted):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        return [line for line in found if line]

    def leaves_nothing(self) -> None:
        """Hold the demo to leaving no process and no temporary file."""
        until(lambda: not self.processes())
        assert not list(self.scratch.iterdir())
        assert not list((self.state / "scratch").glob("*"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def address(demo: subprocess.Popen[str]) -> str:
    """Wait for the address of a demo."""
    assert demo.stdout is not None
    return next(line.strip() for line in demo.stdout if line.startswith("http://"))


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc")
def test_once_follows_a_file_says_so_and_leaves_nothing(desk: Desk) -> None:
    code, out, err = desk.run("demo", "--once")
    assert code == 0, err
    table = out.splitlines()[-5:]
    assert [line.split()[0] for line in table[:4]] == ["ok"] * 4
    assert table[4] == "4 of 4 lines were taken that a file has to take"
    assert "The way of out/challenge.png through the stack:" in err
    desk.leaves_nothing()
    assert not list((desk.state / "volumes").rglob("*"))
    # What it has removed is in nobody's way.
    code, out, err = desk.run("demo", "--once", "-o", "again")
    assert code == 0, err
    code, out, err = desk.run("demo", "--stop")
    assert (code, out) == (1, "")
    assert "no demo runs" in err
    desk.leaves_nothing()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc")
def test_there_is_one_demo_and_it_is_stopped_from_elsewhere(desk: Desk) -> None:
    with desk.start("demo") as demo:
        url = address(demo)
        assert len(desk.processes()) >= 3, "the demo, the local cloud, the app"
        code, out, err = desk.run("demo")
        assert (code, out) == (0, f"{url}\n")
        assert "a demo runs already; desenho demo --stop ends it" in err
        assert desk.run("demo", "--once")[0] == 1, "no file was followed"
        code, _, err = desk.run("demo", "--stop")
        assert code == 0
        assert "the demo has ended" in err
        _, said = demo.communicate(timeout=30)
    assert demo.returncode == 0
    assert "The demo has ended." in said
    desk.leaves_nothing()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc")
def test_ctrl_c_ends_it_and_what_was_sent_is_there_the_next_time(desk: Desk) -> None:
    with desk.start("demo") as demo:
        url = address(demo)
        request = urllib.request.Request(f"{url}files?name=mine.txt", data=b"mine", method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert "number" in json.load(answer)
        until(lambda: "mine.txt" in names(url))
        demo.send_signal(signal.SIGINT)
        _, said = demo.communicate(timeout=30)
    assert demo.returncode == 0, said
    assert "Traceback" not in said
    desk.leaves_nothing()
    with desk.start("demo") as demo:
        url = address(demo)
        assert "mine.txt" in names(url)
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=30)
    assert demo.returncode == 143
    desk.leaves_nothing()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc")
def test_ctrl_c_on_its_way_up_leaves_nothing(desk: Desk) -> None:
    with desk.start("demo") as demo:
        until(lambda: (desk.folder / "out" / "challenge.png").exists(), 60)
        demo.send_signal(signal.SIGINT)
        _, said = demo.communicate(timeout=30)
    assert demo.returncode == 130, said
    assert "Traceback" not in said
    desk.leaves_nothing()


def names(url: str) -> list[str]:
    """The names of the files that the app keeps, as its page's own address leads there."""
    with urllib.request.urlopen(f"{url}app?lang=en", timeout=30) as answer:
        app = answer.url.partition("?")[0]
    with urllib.request.urlopen(f"{app}files", timeout=30) as answer:
        return [file["name"] for file in json.load(answer)["files"]]


def test_the_page_answers_to_itself_only(desk: Desk) -> None:
    """Another page in the same browser can neither send files nor stop it, whatever name it gives the address."""
    with desk.start("demo") as demo:
        url = address(demo)
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            for path in ("", "files?name=x.txt", "stop?token="):
                request = urllib.request.Request(f"{url}{path}", headers=headers, data=b"x" if path else None)
                with pytest.raises(urllib.error.HTTPError, match="403"):
                    urllib.request.urlopen(request, timeout=10)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(urllib.request.Request(f"{url}stop?token=guess", data=b""), timeout=10)
        assert desk.run("demo", "--stop")[0] == 0
        demo.communicate(timeout=30)
