"""What AWS would refuse, said before anything is made: rules on what an architecture means, all findings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.errors import ModelError
from architecture.spec import Api, Bucket, Distribution, Firewall, Function, Instance, Queue, Region, Subnet, Volume
from deploy.meaning import Meaning
from deploy.resources.rules import calls, speaks_http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.blueprint import Blueprint
    from deploy.environment import Environment
    from deploy.resources.net import Net

__all__ = ["check"]


def check(plan: Blueprint, env: Environment, nets: dict[str | None, Net]) -> None:
    """Raise ModelError, with every reason, where an architecture cannot be built."""
    found = [
        *_places(plan, env),
        *(problem for net in nets.values() for problem in _ranges(net)),
        *_volumes(plan, env, nets),
        *_events(plan),
        *_functions(plan, nets),
        *_doors(plan),
    ]
    if found:
        raise ModelError(
            "this architecture cannot be built:\n" + "\n".join(f"  {line}" for line in found),
            where=plan.architecture.name,
        )


def _places(plan: Blueprint, env: Environment) -> Iterator[str]:
    regions = {r.spec.name for r in plan.of(Region) if r.spec.name}
    if len(plan.of(Region)) > 1 and len(regions) > 1:
        yield f"it spans several Regions ({', '.join(sorted(regions))}); a stack lives in one"
    for group in (*plan.of(Subnet), *plan.of(Firewall)):
        if group.place.network is None:
            yield f"{group.id}: it stands in no VPC"
    for part in plan.parts:
        if part.place.letter and f"{env.region}{part.place.letter}" not in env.zones:
            zone, zones = f"{env.region}{part.place.letter}", ", ".join(env.zones)
            yield f"{part.id}: there is no zone {zone} for it; there are {zones}"
    for instance in plan.of(Instance):
        home = next((s for s in plan.of(Subnet) if s.id == instance.place.subnet), None)
        if instance.spec.public_ip and not (home and home.public):
            yield f"{instance.id}: public_ip=True needs a public subnet round it"


def _ranges(net: Net) -> Iterator[str]:
    drawn = [(s.id, net.ranges[s.id]) for s in net.groups]
    for place, (subnet, cidr) in enumerate(drawn):
        if not cidr.subnet_of(net.range):
            yield f"{subnet}: {cidr} lies outside of its VPC's {net.range}"
        for other, taken in drawn[:place]:
            if cidr.overlaps(taken):
                yield f"{subnet}: {cidr} overlaps {taken} of {other}"


def _volumes(plan: Blueprint, env: Environment, nets: dict[str | None, Net]) -> Iterator[str]:
    for volume in plan.of(Volume):
        users = [link.source for link in plan.into(volume, Meaning.ATTACH, Instance)]
        if not users:
            yield f"{volume.id}: no line joins it with an instance"
        if len(users) > 1:
            yield f"{volume.id}: it is joined with {', '.join(u.id for u in users)}; a volume has one instance"
        for user in users:
            net = nets[user.place.network]
            zone = net.zone(net.home(user))
            if volume.place.letter and f"{env.region}{volume.place.letter}" != zone:
                yield f"{volume.id}: it stands in another zone than {user.id} ({zone})"
    for instance in plan.of(Instance):
        if len(plan.volumes(instance)) > 1:
            yield f"{instance.id}: it is joined with several volumes; one data volume is supported"


def _events(plan: Blueprint) -> Iterator[str]:
    for bucket in plan.of(Bucket):
        woken = [
            *(link.target.id for link in plan.out(bucket, Meaning.EVENT, Function)),
            *(link.target.id for link in plan.out(bucket, Meaning.NOTIFY, Queue)),
        ]
        if len(woken) > 1:
            names = ", ".join(woken)
            yield f"{bucket.id}: it wakes {names}; S3 sends the events of a prefix to one place only"
    for function in plan.of(Function):
        if len(plan.out(function, Meaning.FAILURES, Queue)) > 1:
            yield f"{function.id}: it is joined with several queues; its failures go to one"
        drawn = [link.target for link in plan.out(function, Meaning.FAILURES, Queue)]
        for queue in drawn:
            if any(link.target.id == function.id for link in plan.out(queue, Meaning.CONSUME, Function)):
                yield f"{queue.id}: {function.id} would consume its own failures"


def _functions(plan: Blueprint, nets: dict[str | None, Net]) -> Iterator[str]:
    for function in plan.of(Function):
        called = calls(plan, function)
        if len({link.target.place.network for link in called}) > 1:
            yield f"{function.id}: it calls apps in several VPCs, and stands in one"
        if len(plan.out(function, Meaning.CALL, Instance)) > 1:
            yield f"{function.id}: it is joined with several instances; its app is one"
        place = function.place.network
        if place and not speaks_http(function):
            yield f"{function.id}: it starts an instance, which it cannot do from inside the VPC: draw it outside"
        elif place and all(nets[link.target.place.network] is not nets[place] for link in called):
            yield f"{function.id}: it stands in a VPC and calls nothing there: draw it outside"


def _doors(plan: Blueprint) -> Iterator[str]:
    for distribution in plan.of(Distribution):
        shown = len(plan.out(distribution, Meaning.ORIGIN, Bucket))
        if shown != 1:
            yield f"{distribution.id}: it shows {shown} buckets; a distribution shows one"
    for api in plan.of(Api):
        served = len(plan.out(api, Meaning.ROUTE, Function))
        if served != 1:
            yield f"{api.id}: it hands requests to {served} functions; an API has one"
