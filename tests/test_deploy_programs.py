"""Archives, the programs in them, and whether those run."""

from __future__ import annotations

import ast
import io
import json
import os
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.errors import DesenhoError, SpecError, UnsupportedError
from architecture.spec import Function, Instance
from architectures import challenge
from deploy import programs as programs_module
from deploy import wheels
from deploy.artifacts import Archive, bundle, folder, zipped
from deploy.blueprint import read
from deploy.programs import programs

if TYPE_CHECKING:
    pass

WORKLOADS = Path(__file__).parents[1] / "deploy" / "workloads"

names = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.py", fullmatch=True)
contents = st.dictionaries(names, st.tuples(st.binary(max_size=40), st.booleans()), max_size=3)


@given(contents)
def test_the_same_files_give_the_same_bytes(files: dict[str, tuple[bytes, bool]]) -> None:
    turned = dict(reversed([*files.items()]))
    for pack in (zipped, bundle):
        first = pack(files, "x")
        assert first == pack(turned, "x")
        assert first.key.startswith("x/")
        assert first.unpacked == sum(len(c) for c, _ in files.values())


@given(contents, contents)
def test_other_files_give_another_key(a: dict[str, tuple[bytes, bool]], b: dict[str, tuple[bytes, bool]]) -> None:
    assert (zipped(a, "x").key == zipped(b, "x").key) == (a == b)


@given(contents)
def test_archives_hold_what_they_are_given(files: dict[str, tuple[bytes, bool]]) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(files, "x").content)) as found:
        assert {i.filename: (found.read(i), bool(i.external_attr >> 16 & 0o100)) for i in found.infolist()} == files
    with tarfile.open(fileobj=io.BytesIO(bundle(files, "x").content)) as found:
        members = {m.name: (found.extractfile(m).read(), bool(m.mode & 0o100)) for m in found}
        assert members == files


def test_the_clock_and_the_umask_leave_no_trace(tmp_path: Path) -> None:
    keys: list[Archive] = []
    for umask, when in ((0o022, 0), (0o077, 1_000_000_000)):
        root = tmp_path / str(umask)
        before = os.umask(umask)
        try:
            root.mkdir()
            (root / "a.py").write_text("a")
            (root / "run").write_text("#!/bin/sh\n")
            (root / "run").chmod(0o700)
        finally:
            os.umask(before)
        os.utime(root / "a.py", (when, when))
        keys.append(bundle(folder(root), "x"))
    assert keys[0] == keys[1]


def test_caches_and_hidden_things_stay_behind(tmp_path: Path) -> None:
    for name in ("a.py", "a.pyc", ".env", "__pycache__/a.py", ".git/config", "sub/b.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [*folder(tmp_path)] == ["a.py", "sub/b.txt"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "src" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(DesenhoError, match="leads out"):
        folder(tmp_path / "src")


def test_a_missing_folder_says_what_it_is_relative_to(tmp_path: Path) -> None:
    blueprint = read(challenge(function=Function(code="src/fn", handler="app.main")))
    with pytest.raises(DesenhoError, match="relative to the script"):
        programs(blueprint, tmp_path, here=False)


def test_a_program_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "app.py").write_text("def main(event, context): return 1\n")
    (tmp_path / "web").mkdir()
    blueprint = read(challenge(function=Function(code="fn", handler="app.main"), server=Instance(app="web")))
    with pytest.raises(DesenhoError, match="no executable file `run`"):
        programs(blueprint, tmp_path, here=False)
    (tmp_path / "web" / "run").write_text("#!/bin/sh\n")
    (tmp_path / "web" / "run").chmod(0o755)
    packed = programs(blueprint, tmp_path, here=False)
    assert {a.key.split("/")[0] for a in packed.archives} == {"functions", "apps"}
    with zipfile.ZipFile(io.BytesIO(packed.archives[0].content)) as archive:
        assert archive.namelist() == ["app.py"]


def test_a_workload_without_code_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs_module, "files", lambda _: tmp_path)
    with pytest.raises(UnsupportedError, match="the workload challenge has no code yet"):
        programs(read(challenge()), tmp_path, here=False)


def test_a_program_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs_module, "_UNPACKED", 100)
    with pytest.raises(DesenhoError, match="Lambda takes"):
        programs(read(challenge()), tmp_path, here=False)


def test_both_ways_to_say_the_program_are_an_error() -> None:
    with pytest.raises(SpecError, match="one of the two"):
        Instance(app="web", workload="etl")


@pytest.mark.parametrize("module", sorted(WORKLOADS.rglob("*.py")), ids=lambda p: str(p.relative_to(WORKLOADS)))
def test_code_that_ships_imports_nothing_but_its_own_folder(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        imported = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            imported = [node.module or ""]
        for name in imported:
            assert name.split(".")[0] in {
                *sys.stdlib_module_names,
                "boto3",
                "botocore",
                "PIL",
                "pypdf",
                "duckdb",
                "numpy",
            }


@pytest.mark.slow
def test_native_libraries_are_those_of_the_machine_that_runs_them() -> None:
    layers = [zipped(wheels.install(("pillow==12.0.0",), wheels.AWS["arm64"], under="python"), "x") for _ in range(2)]
    assert layers[0] == layers[1], "a library that is installed again gives the same bytes"
    with zipfile.ZipFile(io.BytesIO(layers[0].content)) as archive:
        native = [n for n in archive.namelist() if n.endswith(".so")]
        assert native
        assert all(n.startswith("python/") and "cpython-313-aarch64-linux-gnu" in n for n in native)


def test_a_library_that_cannot_be_had_says_so() -> None:
    with pytest.raises(DesenhoError, match="libraries cannot be installed"):
        wheels.install(("pillow==0.0.0.1",), wheels.AWS["arm64"], under="python")


# ---- the programs, run


@pytest.fixture
def unpacked(tmp_path: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for archive in programs(read(challenge()), tmp_path, here=True).archives:
        kind = archive.key.split("/")[0]
        found[kind] = tmp_path / kind
        if kind == "functions":
            zipfile.ZipFile(io.BytesIO(archive.content)).extractall(found[kind])
        else:
            with tarfile.open(fileobj=io.BytesIO(archive.content)) as packed:
                packed.extractall(found[kind], filter="data")
    return found


def test_the_function_can_be_imported_as_lambda_does(unpacked: dict[str, Path]) -> None:
    code = "import importlib; print(callable(importlib.import_module('workloads.challenge.function').main))"
    done = subprocess.run([sys.executable, "-c", code], cwd=unpacked["functions"], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


def test_the_app_starts_by_its_run_file(unpacked: dict[str, Path], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "data").mkdir()
    env = {
        "PATH": os.environ["PATH"],
        "PYTHON": sys.executable,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DATA_DIR": str(tmp_path / "data"),
    }
    with subprocess.Popen([unpacked["apps"] / "run"], env=env, stderr=subprocess.DEVNULL) as app:
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    assert json.load(urllib.request.urlopen(f"{url}/healthz"))["ok"]
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail("the app does not answer")
        finally:
            app.kill()
