"""What of the stacks outlives the process: one file a stack, and one for what stands outside of every stack."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from deploy.local.cloudformation.stack import Made, Stack
from deploy.local.state import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Journal", "Kept"]

log = logging.getLogger("deploy.local")


@dataclass(slots=True)
class Kept:
    """A resource that was retained, or a snapshot: where it is, and which stack left it."""

    region: str
    stack: str
    made: Made


class Journal:
    """The files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.kept: list[Kept] = self._read_kept()

    def write(self, stack: Stack) -> None:
        """Write down what a stack is now; one that is gone is forgotten."""
        path = self._path(stack)
        if stack.is_gone:
            path.unlink(missing_ok=True)
        else:
            write_json(path, stack.to_json())

    def stacks(self) -> Iterator[Stack]:
        """Yield what was written down, in the order in which the stacks were created."""
        found: list[Stack] = []
        for path in self._folder.glob("*.stack.json"):
            try:
                found.append(Stack.from_json(json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, KeyError, TypeError):
                log.exception("%s cannot be read; it is left aside", path)
                path.replace(path.with_suffix(".unreadable"))
        yield from sorted(found, key=lambda s: s.created)

    def keep(self, stack: Stack, made: Made) -> None:
        """Note what a stack leaves behind."""
        self.kept.append(Kept(stack.region, stack.name, made))
        self._write_kept()

    def release(self, region: str, physical_id: str) -> None:
        """Forget what a stack has taken in, or a client has removed."""
        self.kept = [k for k in self.kept if (k.region, k.made.physical_id) != (region, physical_id)]
        self._write_kept()

    def _path(self, stack: Stack) -> Path:
        return self._folder / f"{stack.region}.{stack.name}.stack.json"

    def _read_kept(self) -> list[Kept]:
        try:
            said = json.loads((self._folder / "kept.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [Kept(k["region"], k["stack"], Made(**k["made"])) for k in said]

    def _write_kept(self) -> None:
        write_json(self._folder / "kept.json", [asdict(k) for k in self.kept])
