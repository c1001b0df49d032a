"""Deploying, from one end to the other: look, compare, ask, do, tell.

    read the diagram -> look up the account -> write the template -> change set -> events -> outputs

Nothing is kept here between two runs: CloudFormation holds the state, so an interrupted deploy goes on when it is asked
for again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from architecture.errors import CloudError, StackError
from deploy import artifacts, data, events, lookup, preflight, stack
from deploy.places import places
from deploy.plan import Plan, compare, created, serves
from deploy.programs import libraries, programs
from deploy.removal import remove, stop
from deploy.replacing import paused, stands_on
from deploy.states import STILLBORN, busy, half_removed, overtaken, resumed, rolled_back, stuck
from deploy.telling import listen
from deploy.template import dumps, template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from deploy.blueprint import Blueprint
    from deploy.client import Clients
    from deploy.environment import Environment
    from deploy.programs import Programs
    from deploy.stack import Stack
    from deploy.telling import Audience
    from deploy.template import Template

__all__ = ["Deployment", "Outcome", "plan", "resolved", "up"]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """What is to be deployed, under which name and where.

    `base` is the folder that `code=` and `app=` start from. `here` means this machine, `waits` that instances boot
    there, so that a deploy can wait until their apps answer.
    """

    clients: Clients
    blueprint: Blueprint
    name: str
    base: Path
    audience: Audience
    here: bool = False
    waits: bool = True


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a deploy ended: what it changed, and the stack that there is now."""

    plan: Plan
    stack: Stack | None


@dataclass(frozen=True, kw_only=True)
class _Prepared:
    """All that is known before CloudFormation is asked."""

    environment: Environment
    programs: Programs
    wanted: Template
    body: str
    before: Template | None
    adopted: dict[str, str]
    notes: tuple[str, ...]


def plan(deployment: Deployment) -> Plan:
    """Return what a deploy would change. It changes nothing, and leaves nothing behind.

    Raises UnsupportedError and ModelError for the diagram, CloudError for the account and the stack.
    """
    clients, name = deployment.clients, deployment.name
    found = stack.find(clients, name)
    if found and found.busy:
        raise busy(clients, found)
    if found and found.status == "DELETE_FAILED":
        raise half_removed(clients, found)
    if found and found.status == "UPDATE_ROLLBACK_FAILED":
        raise stuck(found)
    before = stack.template_of(clients, name) if found and found.sound else None
    ready = _prepare(deployment, found if before else None, before)
    if found is None or before is None:
        clients("cloudformation").validate_template(TemplateBody=ready.body)
        again = (
            [f"the stack is {found.status}: what is left of it is removed first"] if found and _failed(found) else []
        )
        return created(name, clients.region, ready.wanted, (*again, *ready.notes), adopted=frozenset(ready.adopted))
    change_set = _propose(deployment, ready, creates=False)
    if change_set is None:
        return Plan(stack=name, region=clients.region, changes=(), notes=ready.notes)
    stack.discard(clients, change_set.id, name, creates=False)
    return compare(name, clients.region, before, ready.wanted, change_set.changes, ready.notes)


def up(
    deployment: Deployment, *, replacing: Sequence[str] = (), show: Callable[[Plan], None] = lambda _: None
) -> Outcome:
    """Deploy: make the stack or change it, until it is as the diagram says. It asks before it changes anything.

    `replacing` names the nodes that may be replaced. `show` gets the plan before the question.

    Raises StackError where the stack or the deploy needs a word, with what to do.
    """
    clients, name = deployment.clients, deployment.name
    found = _settled(deployment)
    before = stack.template_of(clients, name) if found else None
    ready = _prepare(deployment, found, before)
    if artifacts.make_bucket(clients, ready.environment.artifacts):
        deployment.audience.say(f"made the bucket {ready.environment.artifacts} for programs; all stacks share it")
    deployment.audience.passing("sending programs")
    artifacts.put(clients, ready.environment.artifacts, ready.programs.archives)
    change_set = _propose(deployment, ready, creates=found is None)
    if change_set is None:
        return Outcome(plan=Plan(stack=name, region=clients.region, changes=(), notes=ready.notes), stack=found)
    if before is None:
        told = created(name, clients.region, ready.wanted, ready.notes, adopted=frozenset(ready.adopted))
    else:
        told = compare(name, clients.region, before, ready.wanted, change_set.changes, ready.notes)
    show(told)
    try:
        _allowed(told, replacing)
        if not deployment.audience.agrees(f"Deploy this to {_where(deployment)}?"):
            raise StackError("nothing was changed", where=name)
    except BaseException:
        stack.discard(clients, change_set.id, name, creates=found is None)
        raise
    if told.refused and found and before:
        stack.discard(clients, change_set.id, name, creates=False)
        return _in_two_steps(deployment, found, before, frozenset(c.item for c in told.refused), told)
    _execute(deployment, change_set, ready.wanted)
    return Outcome(plan=told, stack=stack.find(clients, name))


def resolved(deployment: Deployment) -> Template:
    """Return the template as `up` would deploy it now. It changes nothing.

    Raises UnsupportedError and ModelError for the diagram, CloudError for the account.
    """
    found = stack.find(deployment.clients, deployment.name)
    before = stack.template_of(deployment.clients, deployment.name) if found and found.sound else None
    return _prepare(deployment, found if before else None, before).wanted


def _prepare(deployment: Deployment, found: Stack | None, before: Template | None) -> _Prepared:
    clients, blueprint = deployment.clients, deployment.blueprint
    brought = ", ".join(libraries(blueprint))
    deployment.audience.passing(
        f"packing programs with {brought}, downloaded the first time" if brought else "packing programs"
    )
    packed = programs(blueprint, deployment.base, here=deployment.here)
    deployment.audience.passing("looking at the account")
    env = lookup.environment(clients, blueprint, deployment.name, code=packed.code, stack=found, before=before)
    env = replace(env, waits=deployment.waits)
    wanted = template(blueprint.architecture, env)
    body = dumps(wanted, compact=True)
    notes = preflight.check(clients, blueprint, env, wanted, body, before)
    adopted = preflight.adoptable(clients, blueprint, env, before)
    notes += [
        f"the bucket {name}, left by an earlier stack, is taken over with what is in it" for name in adopted.values()
    ]
    known = set(cast("dict[str, Any]", lookup.pinned(before).get("snapshots") or {})) if before else set[str]()
    notes += [f"{v} is filled from {s}, left by an earlier stack" for v, s in env.snapshots.items() if v not in known]
    if blueprint.region and blueprint.region != clients.region:
        notes.append(f"the diagram says {blueprint.region}, this goes to {clients.region}")
    return _Prepared(
        environment=env,
        programs=packed,
        wanted=wanted,
        body=body,
        before=before,
        adopted=adopted,
        notes=tuple(notes),
    )


def _propose(deployment: Deployment, ready: _Prepared, *, creates: bool) -> stack.ChangeSet | None:
    deployment.audience.passing("comparing with what there is")
    try:
        return stack.propose(
            deployment.clients,
            deployment.name,
            ready.body,
            creates=creates,
            adopt=bool(ready.adopted),
            bucket=ready.environment.artifacts,
        )
    except CloudError as error:
        raise overtaken(deployment.clients, deployment.name, error) from error


def _settled(deployment: Deployment) -> Stack | None:
    """Bring a stack into a state that can be deployed to, and return it; None if there is nothing yet."""
    clients, audience = deployment.clients, deployment.audience
    found = stack.find(clients, deployment.name)
    if found and found.busy:
        found = resumed(clients, audience, found, places(deployment.blueprint.architecture))
    if found is None or found.status == "REVIEW_IN_PROGRESS":
        return None
    if found.status in STILLBORN:
        audience.say(f"{found.name} is {found.status}: its creation failed. What is left of it is removed first.")
        remove(clients, audience, found, stack.template_of(clients, found.name))
        return None
    if found.status == "DELETE_FAILED":
        raise half_removed(clients, found)
    if found.status == "UPDATE_ROLLBACK_FAILED":
        found = rolled_back(clients, audience, found)
    if not found.sound:
        raise StackError(
            f"the stack is {found.status}: {found.reason}".rstrip(": "),
            where=found.name,
            hint=f"desenho deploy down --stack {found.name} removes it and keeps its data; then up makes it again",
        )
    return found


def _allowed(told: Plan, replacing: Sequence[str]) -> None:
    unknown = set(replacing) - {c.item for c in told.changes if c.main}
    refused = [c for c in told.refused if c.item not in replacing]
    if not refused:
        if unknown:
            raise StackError(
                f"nothing replaces {', '.join(sorted(unknown))}", where=told.stack, hint="leave out --replace"
            )
        return
    because = [f"{c.item}: {d}" for c in refused for d in c.details if d.replaces]
    raise StackError(
        f"this would replace {', '.join(c.item for c in refused)}:\n" + "\n".join(f"  {line}" for line in because),
        where=told.stack,
        hint="allow it with " + " ".join(f"--replace {c.item}" for c in refused) + "; data on volumes are kept",
    )


def _in_two_steps(deployment: Deployment, found: Stack, before: Template, items: frozenset[str], told: Plan) -> Outcome:
    """Replace nodes: take them away, then deploy what is wanted. A volume comes back from its snapshot."""
    clients, audience, name = deployment.clients, deployment.audience, deployment.name
    gone = stands_on(before, items)
    physical = {r.logical: r for r in stack.resources(clients, name)}
    known = {logical: r.physical for logical, r in physical.items()} | _attributes(before, found)
    audience.say(f"first without {', '.join(sorted(items))}")
    stop(clients, audience, [physical[g].physical for g in gone if physical[g].type == "AWS::EC2::Instance"])
    away = paused(before, gone, known)
    change_set = stack.propose(clients, name, dumps(away, compact=True), creates=False)
    if change_set:
        _execute(deployment, change_set, away)
    volumes = {physical[g].physical: serves(before, g)[0] for g in gone if physical[g].type == "AWS::EC2::Volume"}
    data.tag_snapshots(clients, name, volumes)
    audience.say("now with what is wanted")
    now = stack.find(clients, name)
    ready = _prepare(deployment, now, away)
    wanted = _propose(deployment, ready, creates=False)
    if wanted:
        _execute(deployment, wanted, ready.wanted)
    return Outcome(plan=told, stack=stack.find(clients, name))


def _attributes(before: Template, found: Stack) -> dict[str, str]:
    """Return the attributes of resources that the outputs of a stack tell."""
    known: dict[str, str] = {}
    for name, output in cast("dict[str, dict[str, Any]]", before.get("Outputs", {})).items():
        value = output["Value"]
        if isinstance(value, dict) and "Fn::GetAtt" in value and name in found.outputs:
            known[".".join(cast("list[str]", value["Fn::GetAtt"]))] = found.outputs[name]
    return known


def _execute(deployment: Deployment, change_set: stack.ChangeSet, wanted: Template) -> None:
    clients, name = deployment.clients, deployment.name
    found = stack.find(clients, name)
    assert found is not None
    try:
        after = events.newest(clients, found.id)
        stack.execute(clients, change_set, name)
    except CloudError:
        stack.discard(clients, change_set.id, name, creates=change_set.creates)
        raise
    listen(clients, deployment.audience, found.id, wanted, places(deployment.blueprint.architecture), after=after)


def _where(deployment: Deployment) -> str:
    here = "the local cloud" if deployment.here else deployment.clients.endpoint_url or "AWS"
    return f"{here} ({deployment.clients.region})"


def _failed(found: Stack) -> bool:
    return found.status in STILLBORN
