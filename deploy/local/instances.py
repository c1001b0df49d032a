"""Instances that run: which apps there are to be, as EC2 says.

The agent looks whenever EC2 is asked to change something. A running instance whose script names a bundle, and whose
volume is attached, gets its app; stopping, detaching and terminating end it.
"""

from __future__ import annotations

import base64
import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from deploy.local.apps import App, Runner, free_port, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local.aws import Clients
    from deploy.local.state import State
    from deploy.local.volumes import Volumes

__all__ = ["Instances"]

log = logging.getLogger("deploy.local")

_CHANGES: Final = frozenset(
    {
        "RunInstances", "StartInstances", "StopInstances", "TerminateInstances", "RebootInstances", "AttachVolume",
        "DetachVolume", "ModifyInstanceAttribute",
    }
)  # fmt: skip


class Instances:
    """The apps of all instances of the regions that are in use."""

    def __init__(self, state: State, clients: Callable[[str], Clients], volumes: Volumes, endpoint_url: str) -> None:
        self._clients = clients
        self._runner = Runner(state, clients, volumes, endpoint_url)
        self._apps: dict[str, App] = {}
        self._regions: set[str] = set()
        self._changed = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="agent", daemon=True)

    def start(self) -> None:
        """Begin to run apps: only now is it known again which folder is which volume."""
        self._thread.start()

    def noticed(self, region: str, action: str) -> None:
        """Hear of a request to EC2."""
        if action in _CHANGES:
            self._regions.add(region)
            self._changed.set()

    def at(self, network: str, address: str, port: int) -> App | None:
        """Return the app that listens at a private address of a VPC."""
        wanted = network, address, port
        with self._lock:
            return next((a for a in self._apps.values() if (a.network, a.address, a.settings.port) == wanted), None)

    def urls(self) -> dict[str, str]:
        """Return where the apps answer on this machine, by instance id."""
        with self._lock:
            return {a.instance: f"http://127.0.0.1:{a.port}" for a in self._apps.values()}

    def close(self) -> None:
        """End all apps."""
        self._closing.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(15)
        for app in list(self._apps.values()):
            self._end(app)

    def _watch(self) -> None:
        while not self._closing.is_set():
            self._changed.wait()
            self._changed.clear()
            if self._closing.is_set():
                return
            time.sleep(0.02)  # the request that was noticed is still being answered
            for region in list(self._regions):
                try:
                    self._look(region)
                except Exception:
                    log.exception("the agent could not look at the instances of %s", region)

    def _look(self, region: str) -> None:
        wanted = {app.instance: app for app in self._wanted(region)}
        for app in list(self._apps.values()):
            if app.settings.region == region and (app.instance not in wanted or wanted[app.instance].same != app.same):
                self._end(app)
        for app in wanted.values():
            if app.instance in self._apps:
                self._apps[app.instance].groups = app.groups
                continue
            app.port = free_port()
            with self._lock:
                self._apps[app.instance] = app
            self._runner.start(app)

    def _wanted(self, region: str) -> list[App]:
        ec2 = self._clients(region)("ec2")
        running = [{"Name": "instance-state-name", "Values": ["running"]}]
        found: list[App] = []
        for reservation in ec2.describe_instances(Filters=running)["Reservations"]:
            for instance in reservation["Instances"]:
                asked = {"InstanceId": instance["InstanceId"], "Attribute": "userData"}
                encoded: str = ec2.describe_instance_attribute(**asked).get("UserData", {}).get("Value") or ""
                said = settings(base64.b64decode(encoded).decode("utf-8", "replace"))
                attached = [b["Ebs"]["VolumeId"] for b in instance.get("BlockDeviceMappings", [])]
                if said is None or (said.volume and said.volume not in attached):
                    continue
                size = 0
                if said.volume:
                    size = ec2.describe_volumes(VolumeIds=[said.volume])["Volumes"][0]["Size"]
                found.append(
                    App(
                        instance=instance["InstanceId"],
                        network=instance.get("VpcId", ""),
                        address=instance.get("PrivateIpAddress", ""),
                        groups=frozenset(g["GroupId"] for g in instance.get("SecurityGroups", [])),
                        settings=said,
                        capacity=size * 2**30,
                        launched=str(instance["LaunchTime"]),
                        port=0,
                    )
                )
        return found

    def _end(self, app: App) -> None:
        with self._lock:
            self._apps.pop(app.instance, None)
        self._runner.end(app)
