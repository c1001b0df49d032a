"""What the options of a command mean for a stack: which diagram, which name, which cloud."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import StackError, UsageError
from desenho import installed, sources
from desenho.batch import DEFAULT_SECONDS
from desenho.parser import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from architecture.model import Architecture
    from deploy.blueprint import Blueprint
    from deploy.client import Clients, ServiceName
    from deploy.deployer import Deployment
    from deploy.running import Running
    from desenho.console import Console

__all__ = [
    "Chosen",
    "Listener",
    "clients",
    "deployment",
    "functions",
    "options",
    "places",
    "read",
    "region_of",
    "require",
    "running",
    "stack_name",
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The one architecture that a source means, and the folder that its paths start from."""

    architecture: Architecture
    base: Path


def options(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    """Add what every command about a stack takes: SOURCE, `--stack` and `--region`."""
    add = parser.add_argument
    add("source", metavar="SOURCE", nargs="?" if optional else None, help="script.py, script.py#name or model.json")
    add("--stack", metavar="NAME", help="name of the stack (default: the source's own)")
    add("--region", metavar="R", help="Region of AWS (default: the diagram's, else the one configured)")
    add(
        "--timeout",
        type=seconds,
        default=DEFAULT_SECONDS,
        metavar="S",
        help=f"seconds a script may run (default: {DEFAULT_SECONDS:g})",
    )


def places(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which cloud."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--local", action="store_true", help="this machine: no account, no cost")
    where.add_argument("--endpoint-url", metavar="U", help="speak to another service that answers as AWS does")


def require(given: argparse.Namespace) -> None:
    """Raise DesenhoError where the packages are not installed that speak to the cloud that is meant."""
    installed.require("local" if given.local else "aws")


def read(given: argparse.Namespace) -> Chosen:
    """Return the architecture that SOURCE means. Raises UsageError where it means several."""
    wanted = sources.find([given.source])
    if len(wanted) != 1:
        raise UsageError("a deploy has one source", where=given.source, hint="name one script of that folder")
    found = sources.read(wanted[0], seconds=given.timeout)
    if len(found) != 1:
        names = ", ".join(f"{wanted[0].path}#{a.name}" for a in found)
        raise UsageError("the script draws several diagrams", where=given.source, hint=f"choose one: {names}")
    return Chosen(found[0], wanted[0].path.resolve().parent)


def stack_name(given: argparse.Namespace) -> str:
    """Return the name of the stack. Raises UsageError where neither `--stack` nor SOURCE tells it."""
    if given.stack:
        if getattr(given, "action", "") in _MAKES and not _NAME.fullmatch(given.stack):
            hint = "letters, digits and hyphens, with a letter first; 128 at most"
            raise UsageError("CloudFormation takes no such name", where=f"--stack {given.stack}", hint=hint)
        return str(given.stack)
    if not given.source:
        raise UsageError(
            "which stack?", where=f"desenho deploy {given.action}", hint="name it with --stack, or give SOURCE"
        )
    source = sources.find([given.source])[0]
    name = re.sub(r"[^A-Za-z0-9]+", "-", source.diagram or source.path.stem).strip("-")
    return name if name[:1].isalpha() else f"stack-{name}"


def clients(given: argparse.Namespace, console: Console, region: str | None = None) -> Clients:
    """Return the clients of the cloud that is meant; `region` is the diagram's. The local cloud is started."""
    if given.source and region is None and not given.region:
        from deploy.blueprint import read as read_blueprint

        region = read_blueprint(read(given).architecture).region
    if given.local:
        name = given.stack if not given.source else None
        return _local(given.region or region, name, console, remains=getattr(given, "action", "") == "down")
    from deploy.client import connect

    return connect(given.region or region, endpoint_url=given.endpoint_url)


def _local(region: str | None, name: str | None, console: Console, *, remains: bool) -> Clients:
    """Return the clients of the local cloud. Where nothing tells the Region, it is the one of the stack `name`.

    Raises StackError where there is no such stack, unless it is about what `remains` of one.
    """
    from deploy.local import ensure_running

    lost = region is None and name is not None
    cloud = ensure_running(progress=lambda text: console.passing(f"local cloud: {text}"), wait=lost)
    if region is None:
        there = cloud.ask("health")["stacks"]
        names = sorted({s["name"] for s in there})
        if name and name not in names and not remains:
            hint = f"there is {', '.join(names)}" if names else "desenho deploy up makes it"
            raise StackError(f"there is no stack {name} on the local cloud", hint=hint)
        region = region_of(name, there) if name else _REGION
    from deploy.client import connect  # takes its time to load, and the local cloud loads meanwhile

    made = connect(region, endpoint_url=cloud.endpoint_url, access_key=("local", "local"))
    if cloud.status != "ready":
        for service in _ASKED_FIRST:
            made(service)
    return made


def region_of(name: str, stacks: Iterable[Mapping[str, str]]) -> str:
    """Return the Region of a stack among those of a cloud, each with `name` and `region`, or the usual one.

    Raises UsageError where several Regions have a stack of that name.
    """
    found = sorted({s["region"] for s in stacks if s["name"] == name})
    if len(found) > 1:
        raise UsageError(
            f"there is a stack {name} in {', '.join(found)}", where="desenho deploy", hint="choose one with --region"
        )
    return found[0] if found else _REGION


_MAKES: Final = frozenset({"plan", "template", "up"})
"""The actions that may make a stack; the others find one by whatever name it has."""

_NAME: Final = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")
"""Source: CloudFormation, CreateStack, StackName."""

_REGION: Final = "us-east-1"
"""The Region of a local cloud where nothing says another."""

_ASKED_FIRST: Final[tuple[ServiceName, ...]] = ("cloudformation", "sts", "ssm", "ec2", "service-quotas", "s3")
"""What a deploy speaks to. Its clients are made while there is nobody to answer yet."""


def deployment(given: argparse.Namespace, console: Console) -> Deployment:
    """Return what is to be deployed, with the notes of its diagram told."""
    from deploy.deployer import Deployment

    chosen = read(given)
    blueprint = _blueprint(chosen, console)
    return Deployment(
        clients=clients(given, console, blueprint.region),
        blueprint=blueprint,
        name=stack_name(given),
        base=chosen.base,
        audience=Listener(console, yes=getattr(given, "yes", False)),
        here=given.local,
        waits=not given.endpoint_url,  # no instance boots there, so nobody would answer
    )


def running(given: argparse.Namespace, console: Console) -> Running:
    """Return the stack that runs. Raises StackError where there is none."""
    from deploy.blueprint import read as read_blueprint
    from deploy.running import find

    blueprint = read_blueprint(read(given).architecture)
    return find(clients(given, console, blueprint.region), blueprint, stack_name(given))


def functions(stack: Running, node: str | None) -> list[str]:
    """Return the ids of the functions of a stack's diagram, or the one named. Raises UsageError where it has none."""
    from architecture.spec import Function

    drawn = [f.id for f in stack.blueprint.of(Function)]
    chosen = [f for f in drawn if node in {None, f}]
    if not chosen:
        what = f"the diagram has no function {node}" if node else "the diagram has no function"
        raise UsageError(what, where=stack.name, hint=f"there is {', '.join(drawn)}" if drawn else "")
    return chosen


def _blueprint(chosen: Chosen, console: Console) -> Blueprint:
    from deploy.blueprint import read as read_blueprint

    blueprint = read_blueprint(chosen.architecture)
    for note in blueprint.notes:
        console.note(str(note))
    return blueprint


class Listener:
    """The person at the terminal."""

    def __init__(self, console: Console, *, yes: bool) -> None:
        self._console = console
        self._yes = yes

    def say(self, text: str) -> None:
        """Print what stays."""
        self._console.say(text)

    def passing(self, text: str) -> None:
        """Show what goes on just now."""
        self._console.passing(text)

    def agrees(self, question: str) -> bool:
        """Ask. Raises StackError where there is nobody to answer."""
        if self._yes:
            return True
        if not sys.stdin.isatty():
            raise StackError("there is nobody to ask", hint="add --yes to go on without being asked")
        self._console.say(f"{question} [y/N]")
        return sys.stdin.readline().strip().lower() in {"y", "yes", "s", "sim"}
