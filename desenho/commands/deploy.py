"""`desenho deploy`: an architecture becomes a running stack, on AWS or on this machine."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from architecture.errors import DesenhoError, StackError, UsageError
from desenho import sources
from desenho.batch import DEFAULT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from architecture.model import Architecture
    from deploy.blueprint import Blueprint
    from deploy.client import Clients
    from deploy.deployer import Deployment
    from deploy.plan import Plan
    from desenho.console import Console

__all__ = ["configure", "run"]

DESCRIPTION: Final = """\
Deploy an architecture. SOURCE is a script, script.py#name for one of its diagrams, or a JSON model.

  plan       what would change, property by property; changes nothing (exit 0: nothing, 2: changes, 1: error)
  up         make the stack or change it; asks first; the same command again goes on where it was interrupted
  status     the stack, its resources and its alarms (exit 1 if something is wrong)
  outputs    names and addresses of what is running
  cost       what it costs a month: idle, stopped, typical
  template   the CloudFormation template; needs no account
  down       remove the stack; its data stay, unless --delete-data
"""
EPILOG: Final = """\
A deploy to AWS costs money from the moment it is there: see `cost` before, and `down` after. --local costs nothing,
needs no account, and speaks to this machine only.

examples:
  desenho deploy up diagrams/challenge.py --local
  desenho deploy plan diagrams/challenge.py --region sa-east-1
  desenho deploy down --stack challenge --local
"""

_HELP: Final = {
    "plan": "what would change",
    "up": "make the stack or change it",
    "status": "how the stack is",
    "outputs": "names and addresses of what is running",
    "cost": "what it costs a month",
    "template": "print the CloudFormation template",
    "down": "remove the stack",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the actions and their options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, says in _HELP.items():
        action = actions.add_parser(name, help=says)
        action.description = says
        _options(action, name)


def _options(action: argparse.ArgumentParser, name: str) -> None:
    add = action.add_argument
    optional = name in {"status", "outputs", "down"}
    add("source", metavar="SOURCE", nargs="?" if optional else None, help="script.py, script.py#name or model.json")
    add("--stack", metavar="NAME", help="name of the stack (default: the source's own)")
    add("--region", metavar="R", help="Region of AWS (default: the diagram's, else the one configured)")
    add("--timeout", type=float, default=DEFAULT_SECONDS, metavar="S", help=argparse.SUPPRESS)
    if name != "template":
        add("--json", action="store_true", help="print the result as JSON")
    if name == "cost":
        add("--refresh", action="store_true", help="ask AWS for today's prices (needs an account; asking is free)")
        return
    if name == "template":
        add("--resolve", action="store_true", help="look up zones, image and programs instead of writing examples")
    where = action.add_mutually_exclusive_group()
    where.add_argument("--local", action="store_true", help="deploy to this machine: no account, no cost")
    where.add_argument("--endpoint-url", metavar="U", help="speak to another service that answers as AWS does")
    if name in {"up", "down"}:
        add("--yes", action="store_true", help="do not ask")
    if name == "up":
        add("--replace", action="append", default=[], metavar="NODE", help="let this node be replaced; its data stay")
    if name == "down":
        add("--delete-data", action="store_true", help="delete buckets with all versions, volumes and snapshots too")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what the action says."""
    actions: dict[str, Callable[[argparse.Namespace, Console], int]] = {
        "plan": _plan,
        "up": _up,
        "status": _status,
        "outputs": _outputs,
        "cost": _cost,
        "template": _template,
        "down": _down,
    }
    return actions[options.action](options, console)


def _plan(options: argparse.Namespace, console: Console) -> int:
    try:
        return _planned(options, console)
    except DesenhoError as error:  # 2 means changes here, as in Terraform
        console.error(error)
        return 1


def _planned(options: argparse.Namespace, console: Console) -> int:
    from deploy import deployer

    deployment = _deployment(options, console)
    plan = deployer.plan(deployment)
    if options.json:
        console.result(json.dumps(plan.as_json(), indent=2, ensure_ascii=False))
    else:
        _show(plan, deployment.blueprint, console, console.result)
        for change in plan.refused:
            console.note(f"{change.logical} would be replaced: up needs --replace {change.item}")
    return 2 if plan.changes else 0


def _up(options: argparse.Namespace, console: Console) -> int:
    from deploy import deployer
    from deploy.report import report

    deployment = _deployment(options, console)
    outcome = deployer.up(
        deployment,
        replacing=options.replace,
        show=lambda plan: _show(plan, deployment.blueprint, console, console.say),
    )
    told = report(deployment.clients, deployment.name, states=False)
    if options.json:
        console.result(json.dumps({**told.as_json(), "plan": outcome.plan.as_json()}, indent=2, ensure_ascii=False))
        return 0
    console.say(f"{deployment.name} is up" if outcome.plan.changes else f"{deployment.name}: nothing to change")
    _print_outputs(told.stack.outputs, console)
    return 0


def _status(options: argparse.Namespace, console: Console) -> int:
    from deploy.report import LOCALLY_UNCHECKED, report

    name = _name(options)
    told = report(_clients(options, console), name)
    if options.json:
        console.result(json.dumps(told.as_json(), indent=2, ensure_ascii=False))
        return 0 if told.well else 1
    since = f" since {told.stack.since:%Y-%m-%d %H:%M:%S %Z}".rstrip() if told.stack.since else ""
    colour = "green" if told.stack.sound else "red"
    console.result(f"{name} in {told.region}: {console.paint(told.stack.status, colour)}{since}")
    if told.stack.reason and not told.stack.sound:
        console.result(f"  {told.stack.reason}")
    if told.running:
        console.result(f"  started by {told.running}")
    for row in told.rows:
        mark = console.paint("ok", "green") if row.well else console.paint("!!", "red")
        state = f" {row.now}" if row.now else ""
        place = f"  {row.place}" if row.main else f"  of {row.place}" if row.place else ""
        reason = f"  {row.resource.reason}" if row.resource.reason and not row.well else ""
        console.result(f"  {mark} {row.resource.logical} ({row.resource.type}){place}{state}{reason}")
    if options.local:
        for line in LOCALLY_UNCHECKED:
            console.result(f"  not checked here: {line}")
    return 0 if told.well else 1


def _outputs(options: argparse.Namespace, console: Console) -> int:
    from deploy.report import report

    told = report(_clients(options, console), _name(options), states=False)
    if options.json:
        console.result(json.dumps(told.as_json(), indent=2, ensure_ascii=False))
    else:
        _print_outputs(told.stack.outputs, console)
    return 0


def _down(options: argparse.Namespace, console: Console) -> int:
    from deploy.cost import monthly_of_kept
    from deploy.removal import down

    clients, name = _clients(options, console), _name(options)
    kept = down(clients, name, _Listener(console, yes=options.yes), delete_data=options.delete_data)
    if options.json:
        told = [{"kind": k.kind, "name": k.name, "says": k.says, "gb": round(k.gb, 3)} for k in kept]
        console.result(json.dumps({"stack": name, "removed": True, "kept": told}, indent=2))
        return 0
    console.say(f"{name} is removed")
    for each in kept:
        price = "" if clients.endpoint_url else f", {monthly_of_kept(each, clients.region)}"
        console.result(f"stays: {each.kind} {each.name} ({each.says}{price})")
    if kept:
        console.say("up finds them again; down --delete-data removes them too")
    return 0


def _template(options: argparse.Namespace, console: Console) -> int:
    from deploy import deployer
    from deploy.blueprint import read
    from deploy.environment import example
    from deploy.template import dumps, template

    if options.resolve or options.local or options.endpoint_url:
        deployment = _deployment(options, console)
        console.result(dumps(deployer.resolved(deployment)).rstrip())
        return 0
    chosen = _read(options)
    blueprint = read(chosen.architecture)
    environment = example(_name(options), options.region or blueprint.region or "us-east-1")
    console.result(dumps(template(chosen.architecture, environment)).rstrip())
    return 0


def _cost(options: argparse.Namespace, console: Console) -> int:
    from deploy import cost
    from deploy.blueprint import read

    blueprint = read(_read(options).architecture)
    region = options.region or blueprint.region or "us-east-1"
    prices = cost.prices(region)
    if options.refresh:
        from architecture.spec import Instance
        from deploy.client import connect

        types = frozenset(f"instance:{i.spec.instance_type}" for i in blueprint.of(Instance))
        prices = cost.refreshed(connect(region), prices, types)
    bill = cost.bill(blueprint, prices)
    console.result(json.dumps(bill.as_json(), indent=2) if options.json else "\n".join(bill.lines()))
    return 0


def _show(plan: Plan, blueprint: Blueprint, console: Console, out: Callable[[str], None]) -> None:
    from deploy.places import places

    where = places(blueprint.architecture)
    for change in plan.changes:
        for line in change.lines(where):
            out(line)
    for note in plan.notes:
        console.note(note)
    out(plan.summary)


def _print_outputs(outputs: Mapping[str, str], console: Console) -> None:
    width = max((len(name) for name in outputs), default=0)
    for name, value in outputs.items():
        console.result(f"{name:<{width}}  {value}")


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The one architecture that a source means, and the folder that its paths start from."""

    architecture: Architecture
    base: Path


def _read(options: argparse.Namespace) -> _Chosen:
    wanted = sources.find([options.source])
    if len(wanted) != 1:
        raise UsageError("a deploy has one source", where=options.source, hint="name one script of that folder")
    found = sources.read(wanted[0], seconds=options.timeout)
    if len(found) != 1:
        names = ", ".join(f"{wanted[0].path}#{a.name}" for a in found)
        raise UsageError("the script draws several diagrams", where=options.source, hint=f"choose one: {names}")
    return _Chosen(found[0], wanted[0].path.resolve().parent)


def _name(options: argparse.Namespace) -> str:
    if options.stack:
        return str(options.stack)
    if not options.source:
        raise UsageError(
            "which stack?", where=f"desenho deploy {options.action}", hint="name it with --stack, or give SOURCE"
        )
    source = sources.find([options.source])[0]
    import re

    name = re.sub(r"[^A-Za-z0-9]+", "-", source.diagram or source.path.stem).strip("-")
    return name if name[:1].isalpha() else f"stack-{name}"


def _clients(options: argparse.Namespace, console: Console, region: str | None = None) -> Clients:
    from deploy.client import connect

    if options.source and region is None and not options.region:
        from deploy.blueprint import read

        region = read(_read(options).architecture).region
    if options.local:
        from deploy.local import ensure_running

        cloud = ensure_running(progress=lambda text: console.passing(f"local cloud: {text}"), wait=False)
        return connect(
            options.region or region or "us-east-1", endpoint_url=cloud.endpoint_url, access_key=("local", "local")
        )
    return connect(options.region or region, endpoint_url=options.endpoint_url)


def _deployment(options: argparse.Namespace, console: Console) -> Deployment:
    from deploy.blueprint import read
    from deploy.deployer import Deployment

    chosen = _read(options)
    blueprint = read(chosen.architecture)
    for note in blueprint.notes:
        console.note(str(note))
    return Deployment(
        clients=_clients(options, console, blueprint.region),
        blueprint=blueprint,
        name=_name(options),
        base=chosen.base,
        audience=_Listener(console, yes=getattr(options, "yes", False)),
        here=options.local,
        waits=not (options.local or options.endpoint_url),  # no instance boots there, so nobody would answer
    )


class _Listener:
    """The person at the terminal."""

    def __init__(self, console: Console, *, yes: bool) -> None:
        self._console = console
        self._yes = yes

    def say(self, text: str) -> None:
        self._console.say(text)

    def passing(self, text: str) -> None:
        self._console.passing(text)

    def agrees(self, question: str) -> bool:
        if self._yes:
            return True
        if not sys.stdin.isatty():
            raise StackError("there is nobody to ask", hint="add --yes to go on without being asked")
        self._console.say(f"{question} [y/N]")
        return sys.stdin.readline().strip().lower() in {"y", "yes", "s", "sim"}
