"""The way to an app that has no public address: a tunnel through AWS, or, on this machine, the app's own port."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from architecture.errors import DesenhoError, StackError, UsageError
from architecture.spec import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.blueprint import Part
    from deploy.running import Running

__all__ = ["Tunnel", "here", "instance", "local_url", "open_tunnel", "tunnel"]

_INSTALL = "install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tunnel:
    """A command of the AWS CLI that stays, and where the app answers while it does."""

    command: tuple[str, ...]
    url: str


def instance(running: Running, node: str | None) -> Part[Instance]:
    """Return the one instance that is meant. Raises UsageError where there is none or several."""
    drawn = running.blueprint.of(Instance)
    chosen = [i for i in drawn if node in {None, i.id}]
    if not chosen:
        what = f"the diagram has no instance {node}" if node else "the diagram has no instance"
        hint = f"there is {', '.join(i.id for i in drawn)}" if drawn else ""
        raise UsageError(what, where=running.name, hint=hint)
    if len(chosen) > 1:
        choice = " or ".join(f"--instance {i.id}" for i in chosen)
        raise UsageError("the diagram has several instances", where=running.name, hint=f"choose one: {choice}")
    return chosen[0]


def tunnel(running: Running, part: Part[Instance]) -> Tunnel:
    """Return the way to an instance's app through an Instance Connect Endpoint.

    Raises StackError where the instance does not run.
    """
    physical = running.of(part.id)
    told = running.clients("ec2").describe_instances(InstanceIds=[physical])
    state = told["Reservations"][0]["Instances"][0]["State"]["Name"]
    if state != "running":
        hint = f"start it: aws ec2 start-instances --region {running.clients.region} --instance-ids {physical}"
        raise StackError(f"the instance is {state}", where=part.id, hint=hint)
    port = part.spec.port
    command = (
        "aws", "ec2-instance-connect", "ssh", "--region", running.clients.region, "--instance-id", physical,
        "--connection-type", "eice", "--local-forwarding", f"{port}:localhost:{port}",
    )  # fmt: skip
    return Tunnel(command=command, url=f"http://localhost:{port}")


def open_tunnel(way: Tunnel) -> int:
    """Run the AWS CLI's command until it ends, and return its exit code.

    Raises DesenhoError where the AWS CLI is missing or too old for it.
    """
    program = shutil.which(way.command[0])
    if program is None:
        raise DesenhoError("the AWS CLI is not installed", where="tunnel", hint=_INSTALL)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = (said.stdout + said.stderr).strip()
    if version.startswith("aws-cli/1."):
        raise DesenhoError(f"this needs version 2 of the AWS CLI, and here is {version}", where=program, hint=_INSTALL)
    return subprocess.run([program, *way.command[1:]], check=False).returncode


def local_url(running: Running, part: Part[Instance]) -> str:
    """Return where an instance's app answers on this machine. Raises StackError where it does not run."""
    url = _apps().get(running.of(part.id))
    if not url:
        raise StackError("the app does not run here", where=part.id, hint="desenho deploy status --local says more")
    return url


def here(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the outputs of a stack as they hold on this machine: the address of each app in place of its tunnel.

    One that does not run has none.
    """
    apps, found = _apps(), dict[str, str]()
    for name, value in outputs.items():
        part = name.removesuffix("Tunnel")
        if part == name:
            found[name] = value
        elif url := apps.get(outputs.get(f"{part}Id", "")):
            found[f"{part}Url"] = url
    return found


def _apps() -> Mapping[str, str]:
    """Return where apps answer on this machine, by the ids of their instances."""
    from deploy.local import find

    cloud = find()
    return cloud.ask("health").get("apps", {}) if cloud else {}
