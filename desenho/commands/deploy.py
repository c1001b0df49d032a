"""`desenho deploy`: an architecture becomes a running stack, on AWS or on this machine."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

from desenho import installed, stacks
from desenho.actions import ACTIONS, DESCRIPTION, EPILOG

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from deploy.blueprint import Blueprint
    from deploy.plan import Plan
    from desenho.console import Console

__all__ = ["configure", "run"]

_ELSEWHERE: Final = frozenset({"upload", "logs", "redrive", "tunnel"})
"""The actions that have a module of their own."""
_ON_PAPER: Final = frozenset({"cost", "template"})
"""The actions that ask a cloud only where an option says so."""


class _Module(Protocol):
    def configure(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, options: argparse.Namespace, console: Console) -> int: ...


def configure(parser: argparse.ArgumentParser) -> None:
    """Name the actions and their options."""
    parser.description, parser.epilog = DESCRIPTION, EPILOG
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, says in ACTIONS.items():
        action = actions.add_parser(name, help=says.summary)
        action.description, action.epilog = says.description, says.epilog
        if name in _ELSEWHERE:
            _module(name).configure(action)
        else:
            _options(action, name)


def _options(action: argparse.ArgumentParser, name: str) -> None:
    add = action.add_argument
    stacks.options(action, optional=name in {"status", "outputs", "down"})
    if name != "template":
        add("--json", action="store_true", help="print the result as JSON")
    if name == "cost":
        add("--refresh", action="store_true", help="ask AWS for today's prices (needs an account; asking is free)")
        return
    if name == "template":
        add("--resolve", action="store_true", help="look up zones, image and programs instead of writing examples")
    stacks.places(action)
    if name in {"up", "down"}:
        add("--yes", action="store_true", help="do not ask")
    if name == "up":
        add("--replace", action="append", default=[], metavar="NODE", help="let this node be replaced; its data stay")
    if name == "down":
        add("--delete-data", action="store_true", help="delete buckets with all versions, volumes and snapshots too")


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what the action says."""
    if options.action not in _ON_PAPER:
        stacks.require(options)
    if options.action in _ELSEWHERE:
        return _module(options.action).run(options, console)
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


def _module(action: str) -> _Module:
    return cast("_Module", import_module(f"desenho.commands.{action}"))


def _plan(options: argparse.Namespace, console: Console) -> int:
    from deploy import deployer

    deployment = stacks.deployment(options, console)
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

    deployment = stacks.deployment(options, console)
    outcome = deployer.up(
        deployment,
        replacing=options.replace,
        show=lambda plan: _show(plan, deployment.blueprint, console, console.say),
    )
    told = report(deployment.clients, deployment.name, states=False, near=options.local)
    if options.json:
        console.result(json.dumps({**told.as_json(), "plan": outcome.plan.as_json()}, indent=2, ensure_ascii=False))
        return 0
    if not outcome.plan.changes:
        for note in outcome.plan.notes:
            console.note(note)
    console.say(f"{deployment.name} is up" if outcome.plan.changes else f"{deployment.name}: nothing to change")
    _print_outputs(told.outputs, console)
    return 0


def _status(options: argparse.Namespace, console: Console) -> int:
    from deploy.report import LOCALLY_UNCHECKED, report

    name = stacks.stack_name(options)
    told = report(stacks.clients(options, console), name, near=options.local)
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
    names = [f"{row.resource.logical} ({row.resource.type})" for row in told.rows]
    width = max(map(len, names), default=0)
    for row, named in zip(told.rows, names, strict=True):
        mark = console.paint("ok", "green") if row.well else console.paint("!!", "red")
        place = row.place if row.main or not row.place else f"of {row.place}"
        why = "" if row.well else row.says or row.resource.reason
        console.result(f"  {mark} {named:<{width}}  {': '.join(filter(None, (place, row.now, why)))}".rstrip())
    if options.local:
        for line in LOCALLY_UNCHECKED:
            console.result(f"  not checked here: {line}")
    return 0 if told.well else 1


def _outputs(options: argparse.Namespace, console: Console) -> int:
    from deploy.report import report

    name = stacks.stack_name(options)
    told = report(stacks.clients(options, console), name, states=False, near=options.local)
    if options.json:
        console.result(json.dumps(told.as_json(), indent=2, ensure_ascii=False))
    else:
        _print_outputs(told.outputs, console)
    return 0


def _down(options: argparse.Namespace, console: Console) -> int:
    from deploy.cost import monthly_of_kept
    from deploy.removal import down
    from deploy.stack import find

    clients, name = stacks.clients(options, console), stacks.stack_name(options)
    there = find(clients, name) is not None
    if not there:
        console.say(f"there is no stack {name} in {clients.region} to remove")
    kept = down(clients, name, stacks.Listener(console, yes=options.yes), delete_data=options.delete_data)
    if options.json:
        told = [{"kind": k.kind, "name": k.name, "says": k.says, "gb": round(k.gb, 3)} for k in kept]
        console.result(json.dumps({"stack": name, "removed": there, "kept": told}, indent=2))
        return 0
    if there:
        console.say(f"{name} is removed")
    for each in kept:
        price = "" if clients.endpoint_url else f", {monthly_of_kept(each, clients.region)}"
        console.result(f"stays: {each.kind} {each.name} ({each.says}{price})")
    if kept:
        console.say("up finds them again; down --delete-data removes them too")
    return 0


def _template(options: argparse.Namespace, console: Console) -> int:
    from deploy.blueprint import read
    from deploy.environment import example
    from deploy.template import dumps, template

    if options.resolve or options.local or options.endpoint_url:
        stacks.require(options)
        from deploy import deployer

        deployment = stacks.deployment(options, console)
        console.result(dumps(deployer.resolved(deployment)).rstrip())
        return 0
    chosen = stacks.read(options)
    blueprint = read(chosen.architecture)
    environment = example(stacks.stack_name(options), options.region or blueprint.region or "us-east-1")
    console.result(dumps(template(chosen.architecture, environment)).rstrip())
    return 0


def _cost(options: argparse.Namespace, console: Console) -> int:
    from deploy import cost
    from deploy.blueprint import read

    blueprint = read(stacks.read(options).architecture)
    region = options.region or blueprint.region or "us-east-1"
    prices = cost.prices(region)
    if options.refresh:
        installed.require("aws")
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
