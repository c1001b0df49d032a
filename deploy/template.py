"""The template: an architecture in an environment, as CloudFormation reads it. Pure, ordered, the same bytes each time.

It has literals, `Ref`, `Fn::GetAtt` and `Fn::Sub` and nothing cleverer (and the `Fn::Base64` that user data ask for).
Each resource says in its metadata what of the diagram it is: `{"desenho": {"node": ID}}`, `group`, `edge`, or, for what
belongs to something drawn, `part`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from architecture.errors import ModelError
from architecture.spec import Api, Bucket, Distribution, Firewall, Function, Instance, Queue
from architecture.text import LANGS, Text
from deploy.blueprint import read
from deploy.checks import check
from deploy.meaning import Meaning
from deploy.resources import api, bucket, distribution, function, instance, network, queue, rules
from deploy.resources.firewall import firewall
from deploy.resources.net import read_nets
from deploy.resources.resource import Value, att, ref, sub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.model import Architecture
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment
    from deploy.resources.net import Net
    from deploy.resources.resource import Resource

__all__ = ["Template", "dumps", "template"]

Template = dict[str, Value]
"""A template as plain data."""

SCHEMA = 1
"""The number of the form that our metadata has."""

_LINT: Value = {"ignore_checks": ["W3010"]}
"""W3010 warns of zones written out. Ours are looked up, and kept: a zone that moves would replace what stands in it."""


def template(architecture: Architecture, environment: Environment) -> Template:
    """Write the template of an architecture.

    Raises UnsupportedError where something in it has no meaning, and ModelError where what it says cannot be built.
    """
    plan = read(architecture)
    nets = read_nets(plan, environment)
    check(plan, environment, nets)
    resources: dict[str, Value] = {}
    for resource in _resources(plan, environment, nets):
        if resource.id in resources:
            raise ModelError(f"two resources are called {resource.id}", where=architecture.name)
        resources[resource.id] = resource.body()
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"{architecture.name}, built from its diagram by desenho",
        "Metadata": {"desenho": _metadata(architecture, environment), "cfn-lint": {"config": _LINT}},
        "Resources": resources,
        "Outputs": dict(_outputs(plan, environment)),
    }


def dumps(body: Template, *, compact: bool = False) -> str:
    """Return a template as JSON, with the order that it has."""
    if compact:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _resources(plan: Blueprint, env: Environment, nets: dict[str | None, Net]) -> Iterator[Resource]:
    homes = {f.id: _home(plan, nets, f) for f in plan.of(Function)}
    for net in nets.values():
        pairs = [net.pair(rules.calls(plan, f)[0].target) for f in plan.of(Function) if homes[f.id] is net]
        yield from network.resources(net, dict(pairs))
    for group in plan.of(Firewall):
        yield firewall(group, nets[group.place.network])
    for net in nets.values():
        yield from rules.resources(plan, env, net)
    for each in plan.of(Queue):
        yield from queue.resources(plan, env, each)
    for each in plan.of(Bucket):
        yield from bucket.resources(plan, env, each)
    for each in plan.of(Function):
        yield from function.resources(plan, env, homes[each.id], each)
    for each in plan.of(Instance):
        yield from instance.resources(plan, env, nets[each.place.network], each)
    for each in plan.of(Distribution):
        yield from distribution.resources(plan, env, each)
    for each in plan.of(Api):
        yield from api.resources(plan, env, each)


def _home(plan: Blueprint, nets: dict[str | None, Net], part: Part[Function]) -> Net | None:
    """Return the VPC that a function stands in: that of the apps it calls."""
    links = rules.calls(plan, part)
    return nets[links[0].target.place.network] if links else None


def _metadata(architecture: Architecture, env: Environment) -> Value:
    """Return what the stack keeps of its diagram: its words, and what later deploys must not change."""
    words: dict[str, Value] = {
        i.id: _words(i.label) for i in (*architecture.items.values(), *architecture.edges) if i.label
    }
    return {
        "schema": SCHEMA,
        "architecture": architecture.name,
        "title": _words(architecture.title),
        "lang": architecture.lang,
        "words": words,
        "steps": {e.id: e.step for e in architecture.edges if e.step is not None},
        "pinned": {
            "zones": [*env.zones],
            "images": dict(env.images),
            "snapshots": dict(env.snapshots),
            "prefix_list": env.prefix_list,
        },
    }


def _words(words: str) -> Value:
    return (
        {lang: words.translations[lang] for lang in LANGS if lang in words.translations}
        if isinstance(words, Text)
        else words
    )


def _outputs(plan: Blueprint, env: Environment) -> Iterator[tuple[str, Value]]:
    def out(part: str, name: str, value: Value, says: str) -> tuple[str, Value]:
        return plan.names.logical(part, name), {"Value": value, "Description": says}

    for each in plan.of(Bucket):
        yield out(each.id, "Name", ref(plan.names.logical(each.id)), "the bucket; uploads go under incoming/")
    for each in plan.of(Function):
        yield out(each.id, "Name", ref(plan.names.logical(each.id)), "the function")
        if plan.into(each, Meaning.EVENT, Bucket):
            failed, _ = queue.failures(plan, env, each)
            yield out(each.id, "FailedEventsUrl", ref(failed), "the queue of the events that it gave up on")
    for each in plan.of(Queue):
        yield out(each.id, "Url", ref(plan.names.logical(each.id)), "the queue")
    for each in plan.of(Instance):
        logical = plan.names.logical(each.id)
        yield out(each.id, "Id", ref(logical), "the instance")
        yield out(each.id, "PrivateIp", att(logical, "PrivateIp"), "its address inside the VPC")
        tunnel = (
            f"aws ec2-instance-connect ssh --region {env.region} --instance-id ${{{logical}}} --connection-type eice "
            f"--local-forwarding {each.spec.port}:localhost:{each.spec.port}"
        )
        yield out(each.id, "Tunnel", sub(tunnel), f"run it, then open http://localhost:{each.spec.port}")
        for volume in plan.volumes(each):
            yield out(volume.id, "Id", ref(plan.names.logical(volume.id)), "the data volume")
    for each in plan.of(Distribution):
        domain = f"https://${{{plan.names.logical(each.id)}.DomainName}}"
        yield out(each.id, "Url", sub(domain), "the site")
    for each in plan.of(Api):
        url = f"https://${{{plan.names.logical(each.id)}}}.execute-api.{env.region}.amazonaws.com"
        yield out(each.id, "Url", sub(url), "the API")
