"""The background process as its clients see it: started on demand, found again, stopped, never twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.request import ProxyHandler, Request, build_opener

from architecture.errors import DesenhoError
from deploy.local.lock import is_held
from deploy.local.state import State, usable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ACCOUNT", "LocalCloud", "LocalCloudError", "ensure_running", "find", "stop"]

ACCOUNT: Final = "123456789012"
"""The account that everything in the local cloud belongs to."""

_DIRECT: Final = build_opener(ProxyHandler({}))  # a proxy of the user's has no business on loopback

_children: Final[dict[int, subprocess.Popen[bytes]]] = {}
"""What this process has started: it may outlive us, but must not become a zombie while we live."""


class LocalCloudError(DesenhoError):
    """The local cloud did not start, did not stop, or does not answer."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """A running local cloud: where it listens, and the identity its clients show it.

    `status` says what it does while it starts, then "ready". Requests that come earlier wait for that.
    """

    endpoint_url: str
    state: State
    pid: int
    token: str
    status: str
    account: str = ACCOUNT

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point any AWS client at it: aws-cli, SDKs, cdk."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, timeout: float = 10) -> dict[str, Any]:
        """Ask it about itself (`/_local/...`); a body makes it a POST. Raises OSError if it does not answer."""
        data = None if body is None else json.dumps({**body, "token": self.token}).encode()
        request = Request(f"{self.endpoint_url}/_local/{path}", data=data)  # noqa: S310 - http on loopback
        with _DIRECT.open(request, timeout=timeout) as answer:
            return json.load(answer)


def ensure_running(
    state: State | None = None,
    *,
    progress: Callable[[str], None] | None = None,
    timeout: float = 60,
    until_exit_of: int | None = None,
    wait: bool = True,
) -> LocalCloud:
    """Return the local cloud of a state folder (the user's by default), started if it does not run.

    `progress` hears in a word what goes on. With `until_exit_of` the started cloud ends when that process does. With
    `wait` false it returns as soon as there is an address: the first request waits for what is left to be done.
    `timeout` is in seconds. Raises LocalCloudError if it does not come up, with what its log says.
    """
    state = state or State.default()
    said: list[str] = []

    def say(what: str) -> None:
        if progress and said[-1:] != [what]:
            said.append(what)
            progress(what)

    deadline = time.monotonic() + timeout
    child: subprocess.Popen[bytes] | None = None
    while True:
        cloud = find(state)
        if cloud and (cloud.status == "ready" or not wait):
            return cloud
        if cloud:
            say(cloud.status)
        elif child is None and not is_held(state.lock):
            say("starting")
            child = _start(state, until_exit_of)
            _children[child.pid] = child
        elif child is not None and child.poll() not in (None, 0):
            raise LocalCloudError(
                "the local cloud did not start", where=str(state.log), hint=_tail(state) or "its log is empty"
            )
        if time.monotonic() > deadline:
            raise LocalCloudError(
                f"the local cloud was not ready after {timeout:.0f} s", where=str(state.log), hint=_tail(state)
            )
        time.sleep(0.02)


def find(state: State | None = None) -> LocalCloud | None:
    """Return the local cloud that serves a state folder, None if none does."""
    state = state or State.default()
    if not is_held(state.lock):
        return None
    try:
        told = _told(state)
        cloud = LocalCloud(f"http://127.0.0.1:{told['port']}", state, told["pid"], told["token"], told["status"])
        if cloud.status == "ready" and cloud.ask("health")["token"] != cloud.token:
            return None  # what was told is of an earlier process
    except (OSError, ValueError, KeyError):
        return None
    return cloud


def stop(state: State | None = None, *, timeout: float = 20) -> bool:
    """Stop the local cloud of a state folder and wait until it is gone; false if none ran.

    It is asked first, then told by signals. A process is signalled only while the folder's lock is held, which proves
    that the process id is still its own. Raises LocalCloudError if it stays.
    """
    state = state or State.default()
    if not is_held(state.lock):
        return False
    deadline = time.monotonic() + timeout
    pid = _told(state).get("pid")
    if cloud := find(state):
        with suppress(OSError):  # it may end before it has answered
            cloud.ask("stop", {})
    asked = time.monotonic()
    while is_held(state.lock):
        waited = time.monotonic() - asked
        if waited > timeout / 2:
            _signal(state, signal.SIGKILL if waited > timeout * 3 / 4 else signal.SIGTERM)
        if time.monotonic() > deadline:
            raise LocalCloudError("the local cloud does not stop", where=str(state.run), hint=_tail(state))
        time.sleep(0.02)
    _reap(pid)
    return True


def _start(state: State, until_exit_of: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "deploy.local.server", str(state.folder)]
    if until_exit_of is not None:
        command.append(str(until_exit_of))
    with usable(state.folder):
        state.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        log = state.log.open("ab")
    with log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=state.folder
        )


def _signal(state: State, number: signal.Signals) -> None:
    with suppress(OSError, KeyError):  # gone meanwhile, or killed before it could say who it is
        os.kill(_told(state)["pid"], number)


def _told(state: State) -> dict[str, Any]:
    try:
        return json.loads(state.run.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _reap(pid: int | None) -> None:
    """Wait for a child of ours that lets go its lock last of all, so that nothing of it is left."""
    child = _children.pop(pid or 0, None)
    if child is not None:
        child.wait(timeout=10)


def _tail(state: State, lines: int = 12) -> str:
    try:
        return "\n  ".join(state.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
