"""The hook by which a test makes a resource fail, at any step of any operation."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any, Literal

from deploy.local.cloudformation.errors import ResourceError

__all__ = ["Fault", "Faults"]

Action = Literal["create", "update", "delete", "any"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """A failure to come.

    It hits a resource (`*`: any) of a stack when `action` is done to it, at the API call of that number (0: the first;
    -1: after the last, when all is done), `times` times.
    """

    stack: str
    logical_id: str = "*"
    action: Action = "any"
    call: int = 0
    times: int = 1
    message: str = "a fault was injected"


class Faults:
    """The failures to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def set(self, **said: Any) -> None:
        """Add a failure; `clear=True` takes all away."""
        with self._lock:
            if said.pop("clear", False):
                self._faults.clear()
            if said:
                self._faults.append(Fault(**said))

    def describe(self) -> list[dict[str, Any]]:
        """Return the failures to come as plain data."""
        with self._lock:
            return [asdict(f) for f in self._faults]

    def strike(self, stack: str, logical_id: str, action: str, call: int) -> None:
        """Raise ResourceError if a failure is due at this point."""
        with self._lock:
            for fault in self._faults:
                hits = fault.stack == stack and fault.logical_id in {"*", logical_id}
                if hits and fault.action in {"any", action} and fault.call == call:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._faults.remove(fault)
                    raise ResourceError(fault.message)
