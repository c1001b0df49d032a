"""Where the local cloud keeps what it must not lose: one folder, and what lies where in it."""

from __future__ import annotations

import json
import os
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from architecture.errors import DesenhoError

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["State", "usable", "write_json"]


@dataclass(frozen=True, slots=True)
class State:
    """The folder of one local cloud. Two processes never serve the same folder: `lock` sees to that."""

    folder: Path

    @classmethod
    def default(cls) -> State:
        """Return the folder that `DESENHO_STATE` names, else the one that this system has for a user's state."""
        named = os.environ.get("DESENHO_STATE")
        return cls(Path(named).absolute() if named else platformdirs.user_state_path("desenho", appauthor=False))

    @property
    def lock(self) -> Path:
        """Held by the background process as long as it lives, however it ends."""
        return self.folder / "lock"

    @property
    def run(self) -> Path:
        """Who serves: process id, port, and the token that proves it is the same process."""
        return self.folder / "running.json"

    @property
    def port(self) -> Path:
        """The port of the last time, so that addresses stay valid when the cloud is started again."""
        return self.folder / "port"

    @property
    def log(self) -> Path:
        """What the background process has to say."""
        return self.folder / "local.log"

    @property
    def stacks(self) -> Path:
        """The journal of stacks."""
        return self.folder / "stacks"

    @property
    def objects(self) -> Path:
        """The objects of all buckets."""
        return self.folder / "objects"

    @property
    def volumes(self) -> Path:
        """The contents of volumes, keyed `<stack>/<logical id>`."""
        return self.folder / "volumes"

    @property
    def snapshots(self) -> Path:
        """The contents of snapshots, keyed by snapshot id."""
        return self.folder / "snapshots"

    @property
    def scratch(self) -> Path:
        """Temporary files of the background process; emptied when it starts and when it stops."""
        return self.folder / "scratch"


@contextmanager
def usable(folder: Path) -> Generator[None]:
    """Turn what the system says of a folder that cannot be used into words for people: DesenhoError."""
    try:
        yield
    except OSError as error:
        raise DesenhoError(
            f"the local cloud cannot keep its state here: {error.strerror}",
            where=str(folder),
            hint="name a folder of yours with the variable DESENHO_STATE",
        ) from None


def write_json(path: Path, content: Any) -> None:
    """Write a file whole or not at all: a reader, and a process that is killed, never see half of it."""
    said = json.dumps(content, ensure_ascii=False).encode()
    part = path.with_name(f"{uuid.uuid4().hex}.part")
    try:
        handle = _create(part)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _create(part)
    with os.fdopen(handle, "wb") as file:
        file.write(said)
    part.replace(path)


def _create(path: Path) -> int:
    """Open a new file that nobody else may read: what is kept may hold secrets."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
