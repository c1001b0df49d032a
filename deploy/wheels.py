"""Native libraries for the machine that runs a program: unpacked from wheels, nothing is compiled.

The one module of `deploy` that starts programs (the local cloud has its own).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import DesenhoError
from deploy.artifacts import folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.artifacts import Files

__all__ = ["AWS", "HERE", "Platform", "install"]


@dataclass(frozen=True, slots=True)
class Platform:
    """A processor and a Python, in the words of pip (every tag that fits) and of uv; all empty for this machine."""

    pip: tuple[str, ...] = ()
    uv: str = ""
    python: str = ""


def _tags(machine: str) -> tuple[str, ...]:
    return tuple(
        f"{name}_{machine}" for name in ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014")
    )


AWS: Final[Mapping[str, Platform]] = {
    "arm64": Platform(_tags("aarch64"), "aarch64-manylinux_2_28", "3.13"),
    "x86_64": Platform(_tags("x86_64"), "x86_64-manylinux_2_28", "3.13"),
}
"""The processors of AWS, with the Python of our functions and apps, on Amazon Linux 2023, whose glibc is 2.34."""

HERE: Final = Platform()
"""This machine, with the Python that runs now."""

_SECONDS: Final = 300
_HINT: Final = (
    "they come from PyPI by uv or pip, which keep what they have downloaded: the network is needed the first time"
)


def install(requirements: tuple[str, ...], platform: Platform, *, under: str) -> Files:
    """Return requirements, which name exact versions, as files under a folder.

    Raises DesenhoError where a package cannot be had.
    """
    with tempfile.TemporaryDirectory(prefix="desenho-wheels-") as place:
        command = _command(platform, place)
        try:
            done = subprocess.run(
                [*command, *requirements], capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DesenhoError(
                f"libraries cannot be installed: {error}", where=", ".join(requirements), hint=_HINT
            ) from error
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()[-3:]
            raise DesenhoError(
                f"libraries cannot be installed: {' '.join(said)}", where=", ".join(requirements), hint=_HINT
            )
        found = folder(Path(place), under=under)
    # Records of the installation name times and tools, and nobody reads them there.
    return {n: c for n, c in found.items() if not n.endswith((".dist-info/RECORD", "direct_url.json", "INSTALLER"))}


def _command(platform: Platform, place: str) -> list[str]:
    uv = shutil.which("uv")
    if uv:
        other = ["--python-platform", platform.uv, "--python-version", platform.python] if platform.uv else []
        return [
            uv, "pip", "install", "-q", "--no-config", "--python", sys.executable, "--target", place,
            "--only-binary", ":all:", "--no-compile-bytecode", *other,
        ]  # fmt: skip
    other = [word for tag in platform.pip for word in ("--platform", tag)]
    other += ["--python-version", platform.python] if platform.python else []
    return [
        sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--target", place,
        "--only-binary", ":all:", "--no-compile", *other,
    ]  # fmt: skip
