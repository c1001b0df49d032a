"""Puts together what each function and each instance of an architecture runs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import DesenhoError, UnsupportedError
from architecture.spec import Function, Instance
from deploy import catalogue, wheels
from deploy.artifacts import bundle, folder, zipped
from deploy.environment import Code

if TYPE_CHECKING:
    from deploy.artifacts import Archive, Files
    from deploy.blueprint import Blueprint
    from deploy.wheels import Platform

__all__ = ["Programs", "libraries", "programs"]

_UNPACKED: Final = 250 * 1024 * 1024
"""Bytes that a function and its layers may unpack to. Source: Lambda quotas."""

_RUN: Final = """#!/bin/sh
# Starts the app: on the instance by its service, locally by the local cloud, which names its own Python.
cd "$(dirname "$0")" || exit 1
PYTHONPATH="$PWD/lib" PYTHONDONTWRITEBYTECODE=1 exec "${{PYTHON:-python3.13}}" -m workloads.{name}.app
"""


@dataclass(frozen=True, slots=True)
class Programs:
    """The archives to store, and where each node finds its own."""

    archives: tuple[Archive, ...]
    code: dict[str, Code]


def libraries(plan: Blueprint) -> tuple[str, ...]:
    """Return the requirements that the programs of an architecture bring, each once."""
    found = [r for f in plan.of(Function) for r in catalogue.of(f.spec.runs).layer]
    found += [r for i in plan.of(Instance) for r in catalogue.of(i.spec.runs).libraries]
    return tuple(dict.fromkeys(found))


def programs(plan: Blueprint, base: Path, *, here: bool) -> Programs:
    """Pack the programs of an architecture. `base` is the folder that `code=` and `app=` are relative to.

    `here` packs native libraries for this machine, where the local cloud runs them, instead of for AWS.

    Raises UnsupportedError for a workload that has no code, DesenhoError for a folder that is missing or too large.
    """
    archives: dict[str, Archive] = {}
    code: dict[str, Code] = {}
    for function in plan.of(Function):
        workload = catalogue.of(function.spec.runs)
        own = base / function.spec.code if function.spec.code else None
        program = zipped(folder(own) if own else _workload(function.spec.runs), "functions")
        layer = None
        if workload.layer:
            layer = zipped(wheels.install(workload.layer, _platform("arm64", here=here), under="python"), "layers")
        unpacked = program.unpacked + (layer.unpacked if layer else 0)
        if unpacked > _UNPACKED:
            raise DesenhoError(
                f"its program unpacks to {unpacked / 2**20:.0f} MiB, and Lambda takes {_UNPACKED / 2**20:.0f}",
                where=function.id,
                hint="leave out of its folder what it does not run: tests, data, packages that the runtime has",
            )
        archives |= {a.key: a for a in (program, layer) if a}
        code[function.id] = Code(key=program.key, layer=layer.key if layer else None)
    for instance in plan.of(Instance):
        packed = bundle(_app(instance.spec, base, here=here), "apps")
        archives[packed.key] = packed
        code[instance.id] = Code(key=packed.key)
    return Programs(tuple(archives.values()), code)


def _app(spec: Instance, base: Path, *, here: bool) -> Files:
    if spec.app:
        found = folder(base / spec.app)
        if "run" not in found or not found["run"][1]:
            raise DesenhoError(
                "it has no executable file `run`",
                where=str(base / spec.app),
                hint="run is what the instance starts; it listens on PORT and keeps its data in DATA_DIR",
            )
        return found
    name = spec.runs or ""
    found = _workload(name) | {"run": (_RUN.format(name=name).encode(), True)}
    libraries = catalogue.of(name).libraries
    return found | (wheels.install(libraries, _platform(spec.machine, here=here), under="lib") if libraries else {})


def _workload(name: str | None) -> Files:
    """Return the code of a workload, and what all of them share, as the package `workloads`."""
    root = Path(str(files("deploy.workloads")))
    if not name or not (root / name).is_dir():
        raise UnsupportedError(f"the workload {name} has no code yet", hint="give your own with code= and app=")
    found: Files = {"workloads/__init__.py": ((root / "__init__.py").read_bytes(), False)}
    return found | folder(root / "shared", under="workloads/shared") | folder(root / name, under=f"workloads/{name}")


def _platform(machine: str, *, here: bool) -> Platform:
    return wheels.HERE if here else wheels.AWS[machine]
