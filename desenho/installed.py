"""What is installed of the packages that an extra brings, and what to do about the rest."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from architecture.errors import DesenhoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["NEEDED", "Extra", "how", "missing", "require", "told"]

Extra: TypeAlias = Literal["aws", "local", "icons"]

NEEDED: Final[Mapping[Extra, Sequence[str]]] = {
    "aws": ("boto3", "platformdirs"),
    "local": ("boto3", "moto", "flask", "flask_cors", "docker", "yaml", "platformdirs", "awslambdaric"),
    "icons": ("jupyterlab_drawio_render_extension",),
}
"""The modules that tell whether an extra is there."""

_ROOMS: Final = frozenset({"architecture", "export", "deploy", "desenho"})


def missing(extra: Extra) -> list[str]:
    """Return the modules of an extra that are not installed."""
    return [name for name in NEEDED[extra] if importlib.util.find_spec(name) is None]


def require(extra: Extra) -> None:
    """Raise DesenhoError if a module of the extra is not installed."""
    if lacking := missing(extra):
        raise DesenhoError(f"not installed: {', '.join(lacking)}", hint=how(extra))


def how(extra: Extra) -> str:
    """Return how an extra is installed, or where it can be."""
    if extra == "local" and sys.platform != "linux":
        # AWS's own runtime of functions, awslambdaric, is compiled for Linux alone.
        return "the local cloud runs on Linux, in WSL too; a deploy to AWS does not need it"
    return f"install the extra `{extra}`: {_command(extra)}"


def told(error: ModuleNotFoundError) -> DesenhoError | None:
    """Return what to say of a package that ought to be there, None for a module of ours: that is a fault.

    A checkout that was brought up to date may need what the installation does not have yet.
    """
    name = (error.name or "").partition(".")[0]
    if not name or name in _ROOMS:
        return None
    return DesenhoError(f"not installed: {name}", hint=f"install what this version needs: {_command('dev')}")


def _command(extra: str) -> str:
    return f"uv sync, or pip install -e '.[{extra}]' -c constraints.txt"
