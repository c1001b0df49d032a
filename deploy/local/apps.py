"""The apps of instances: a process each, which has a folder for its volume and says when it answers.

What the boot script does on AWS is done here without it: the bundle is unpacked, its `run` started with the script's
settings, and the signal given that a deploy waits for.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
import shutil
import socket
import sys
import tarfile
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from deploy.local import children
from deploy.local.aws import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local.aws import Clients
    from deploy.local.state import State
    from deploy.local.volumes import Volumes

__all__ = ["App", "Runner", "Settings", "free_port", "settings"]

log = logging.getLogger("deploy.local")

_SETTING: Final = re.compile(r"^(?P<name>[A-Z]+)='(?P<value>[^']*)'$", re.MULTILINE)
_READY_WITHIN: Final = 120.0
"""Seconds that an app has to answer /healthz, as in the boot script."""
_DIRECT: Final = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the head of a boot script says. `volume` is empty where the app has none."""

    stack: str
    region: str
    bundle: str
    port: int
    buckets: str = ""
    volume: str = ""
    signal: str = ""


@dataclass(slots=True, kw_only=True)
class App:
    """An app that runs, where it is reached from its VPC (`address`, `settings.port`) and from here (`port`)."""

    instance: str
    network: str
    address: str
    groups: frozenset[str]
    settings: Settings
    capacity: int
    launched: str
    port: int
    child: children.Child | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def same(self) -> tuple[object, ...]:
        """What must be the same for the process to stay."""
        return self.address, self.settings, self.launched


def settings(user_data: str) -> Settings | None:
    """Read the settings of a boot script from an instance's user data; None if it is not one of ours."""
    said = dict(_SETTING.findall(user_data))
    if not {"STACK", "REGION", "BUNDLE", "PORT"} <= set(said) or not said["PORT"].isdigit():
        return None
    return Settings(
        stack=said["STACK"],
        region=said["REGION"],
        bundle=said["BUNDLE"],
        port=int(said["PORT"]),
        buckets=said.get("BUCKETS", ""),
        volume=said.get("VOLUME", ""),
        signal=said.get("SIGNAL", ""),
    )


class Runner:
    """Runs apps, with the endpoint of the local cloud for AWS's own."""

    def __init__(self, state: State, clients: Callable[[str], Clients], volumes: Volumes, endpoint_url: str) -> None:
        self._state = state
        self._clients = clients
        self._volumes = volumes
        self._endpoint = endpoint_url

    def start(self, app: App) -> None:
        """Begin to run an app, and return at once."""
        threading.Thread(target=self._serve, args=(app,), name=f"app {app.instance}", daemon=True).start()

    def end(self, app: App) -> None:
        """End an app and its process."""
        app.ended.set()
        if app.child is not None:
            children.end(app.child, 10)

    def _serve(self, app: App) -> None:
        """Run an app until it is to end; one that ends by itself is started again, as the service on AWS does."""
        try:
            folder = self._unpack(app)
        except (ClientError, OSError, tarfile.TarError, ValueError) as error:
            log.error("%s: the bundle %s cannot be unpacked: %s", app.instance, app.settings.bundle, error)
            self._signal(app, "FAILURE", f"the bundle cannot be unpacked: {error}")
            return
        data = self._volumes.folder(app.settings.volume or app.instance)
        signalled = False
        while not app.ended.is_set():
            with (self._state.folder / "apps" / f"{app.instance}.log").open("ab") as out:
                app.child = children.start([str(folder / "run")], cwd=folder, env=self._env(app, data), output=out)
            if app.ended.is_set():
                children.end(app.child, 10)
                return
            if not signalled:
                signalled = True
                threading.Thread(target=self._await, args=(app,), daemon=True).start()
            app.child.wait()
            if not app.ended.wait(2):
                log.warning("%s: its app ended with %s and is started again", app.instance, app.child.returncode)

    def _env(self, app: App, data: Path) -> dict[str, str]:
        said = app.settings
        env = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHON": sys.executable,
            "STACK": said.stack,
            "PORT": str(app.port),
            "HOST": "127.0.0.1",
            "DATA_DIR": str(data),
            "BUCKETS": said.buckets,
            "AWS_REGION": said.region,
            "AWS_DEFAULT_REGION": said.region,
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "LINKS": self._endpoint,
            "TMPDIR": str(self._state.scratch),
        }
        return {**env, "DATA_BYTES": str(app.capacity)} if app.capacity else env

    def _unpack(self, app: App) -> Path:
        """Return the folder of a bundle, unpacked once: its key tells its content."""
        place = urlsplit(app.settings.bundle)
        name = Path(place.path).name.removesuffix(".tar.gz")
        folder = self._state.folder / "apps" / name
        if folder.is_dir():
            return folder
        part = folder.with_name(f"{name}.{uuid.uuid4().hex}.part")
        part.mkdir(parents=True)
        try:
            s3 = self._clients(app.settings.region)("s3")
            body = s3.get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"]
            (part / ".tar.gz").write_bytes(body.read())
            with tarfile.open(part / ".tar.gz") as bundle:
                bundle.extractall(part, filter="data")
            (part / ".tar.gz").unlink()
            with suppress(OSError):  # another instance was faster
                part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return folder

    def _await(self, app: App) -> None:
        """Wait until an app answers, and say so."""
        until = time.monotonic() + _READY_WITHIN
        while time.monotonic() < until and not app.ended.is_set():
            if _is_healthy(app.port):
                log.info("%s: its app answers at 127.0.0.1:%d", app.instance, app.port)
                self._signal(app, "SUCCESS", "ready")
                return
            app.ended.wait(0.05)
        if not app.ended.is_set():
            self._signal(app, "FAILURE", f"the app did not answer within {_READY_WITHIN:.0f} s")

    def _signal(self, app: App, status: str, reason: str) -> None:
        if not app.settings.signal:
            return
        said: dict[str, Any] = {
            "Status": status,
            "Reason": reason,
            "UniqueId": str(uuid.uuid4()),
            "Data": app.settings.bundle,
        }
        request = Request(app.settings.signal, data=json.dumps(said).encode(), method="PUT")  # noqa: S310 - our own address
        try:
            with _DIRECT.open(request, timeout=10):
                pass
        except OSError as error:
            log.error("%s: nobody took its signal: %s", app.instance, error)


def _is_healthy(port: int) -> bool:
    try:
        with _DIRECT.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False


def free_port() -> int:
    """Return a port of loopback that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
