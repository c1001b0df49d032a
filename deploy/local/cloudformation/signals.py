"""What wait conditions wait for: signals that arrive by HTTP at the address of a handle.

A handle is a presigned S3 URL, as on AWS, on the local S3; what is put there never becomes an object.
Source: "Create wait conditions in a CloudFormation template" in the user guide.
"""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.values import is_map

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BUCKET", "Signals"]

BUCKET: Final = "cloudformation-waitcondition-"
"""The bucket of handles, followed by the Region."""


class Signals:
    """The signals of every handle, by the handle's key."""

    def __init__(self) -> None:
        self._arrived = threading.Condition()
        self._by_key: dict[str, dict[str, dict[str, str]]] = {}

    def receive(self, key: str, body: bytes) -> None:
        """Take a signal. Raises ValueError for what is none."""
        said = json.loads(body)
        if not is_map(said) or said.get("Status") not in {"SUCCESS", "FAILURE"} or not said.get("UniqueId"):
            raise ValueError("a signal is JSON with Status (SUCCESS or FAILURE), UniqueId, Reason and Data")
        with self._arrived:
            received = self._by_key.setdefault(key, {})
            received.setdefault(str(said["UniqueId"]), {k: str(v) for k, v in said.items()})
            self._arrived.notify_all()

    def wait(self, key: str, count: int, timeout: float, cancelled: Callable[[], bool]) -> dict[str, str]:
        """Wait for `count` signals and return their data by unique id.

        `timeout` is in seconds. Raises ResourceError for a failure that is signalled, for a timeout, and when the
        operation is cancelled meanwhile.
        """
        until = time.monotonic() + timeout
        with self._arrived:
            while True:
                received = self._by_key.get(key, {})
                for unique, signal in received.items():
                    if signal["Status"] == "FAILURE":
                        reason = signal.get("Reason", "")
                        raise ResourceError(f"WaitCondition received failed message: '{reason}' for uniqueId: {unique}")
                if len(received) >= count:
                    return {unique: signal.get("Data", "") for unique, signal in received.items()}
                if cancelled():
                    raise ResourceError("Resource creation cancelled")
                left = until - time.monotonic()
                if left <= 0:
                    raise ResourceError(
                        f"WaitCondition timed out. Received {len(received)} conditions when expecting {count}"
                    )
                self._arrived.wait(min(left, 0.2))
