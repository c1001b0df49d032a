"""The rules of the house that no tool knows by itself."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "diagrams").glob("*.py"))


def tracked() -> list[Path]:
    """The files of the project, as git knows them."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a clone")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pyproject() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_diagrams_is_no_package() -> None:
    """With an `__init__.py` the folder would take the name of the library that its scripts import."""
    assert SCRIPTS
    assert not (ROOT / "diagrams" / "__init__.py").exists()


def test_tests_are_no_packages() -> None:
    """`tests/export/__init__.py` would shadow `export`."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_script_has_the_name_of_a_module() -> None:
    """A script is run with its folder first on the path: `graphviz.py` would break its neighbours."""
    taken = sys.stdlib_module_names | packages_distributions().keys() | {p.name for p in ROOT.iterdir() if p.is_dir()}
    assert not {script.stem for script in SCRIPTS} & taken
    assert not [script.stem for script in SCRIPTS if importlib.util.find_spec(script.stem)]


def test_uv_and_pip_are_held_to_the_same_versions() -> None:
    project = pyproject()
    for_uv = project["tool"]["uv"]["constraint-dependencies"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    for_pip = [line for line in lines if line and not line.startswith("#")]
    assert for_pip == for_uv
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line) for line in for_pip)


def test_everything_that_an_extra_needs_is_in_dev() -> None:
    extras = pyproject()["project"]["optional-dependencies"]
    assert f"desenho[{','.join(name for name in extras if name != 'dev')}]" in extras["dev"]


def test_no_file_names_a_machine_or_a_package_host() -> None:
    # Put together here, so that this file does not name them either.
    hosts = ["pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org"]
    folders = [
        r"(?<![/\w])/ro" + "ot/",
        "/wo" + r"rk/(?:main|shared)",
        "/ho" + "me/(?!ec2-user|ssm-user)[a-z]",
        "/Use" + "rs/[a-z]",
    ]
    wrong = re.compile("|".join([*map(re.escape, hosts), *folders]).encode())
    found = {
        f"{path.relative_to(ROOT)}: {hit[0].decode()}"
        for path in tracked()
        for hit in wrong.finditer(path.read_bytes())
    }
    assert not found


def test_what_is_made_anew_is_not_tracked() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert "uv.lock" not in names
    assert not [name for name in names if name.startswith(("out/", "site/", ".venv/")) or "__pycache__" in name]


def test_text_has_unix_line_ends_and_no_folder_but_ours_is_at_the_top() -> None:
    crlf = [
        p
        for p in tracked()
        if p.suffix in {".py", ".md", ".toml", ".yml", ".svg", ".drawio"} and b"\r\n" in p.read_bytes()
    ]
    assert not crlf
    tops = {p.relative_to(ROOT).parts[0] for p in tracked() if len(p.relative_to(ROOT).parts) > 1}
    rooms = {"architecture", "benchmarks", "deploy", "desenho", "diagrams", "docs", "export", "tests"}
    assert tops <= rooms | {".ci", ".github"}


def test_ruff_reads_every_python_file() -> None:
    """A pattern that leaves out a folder leaves out every folder of that name."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    read = {Path(line) for line in done.stdout.splitlines()}
    assert not {path for path in tracked() if path.suffix == ".py"} - read


def test_arrows_point_one_way() -> None:
    """The contracts of import-linter in pyproject.toml."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
