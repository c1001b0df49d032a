"""A VPC before its resources: its address ranges, where things stand in it, what its parts are called."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

from architecture.errors import ModelError
from architecture.spec import Instance, Network, Subnet
from deploy.addresses import DEFAULT, subnets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from architecture.spec import Spec
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["Net", "read_nets"]


class Net:
    """One VPC with its subnets: what is drawn, and what has to be there besides.

    `owner` is the id that the parts belong to, `drawn` the group if there is one. `ranges` maps the id of each drawn
    subnet to its address range, and `ID/pair` to that of a second one in another zone, which functions may need; a VPC
    in which no subnet is drawn has `OWNER/own` and its pair.

    Raises ModelError where the range of the VPC has no room for them.
    """

    def __init__(self, plan: Blueprint, environment: Environment, drawn: Part[Network] | None, owner: str) -> None:
        self.plan = plan
        self.environment = environment
        self.drawn = drawn
        self.owner = owner
        self.logical = plan.names.logical(owner, "" if drawn else "Network")
        self.range = IPv4Network(drawn.spec.cidr) if drawn and drawn.spec.cidr else DEFAULT
        self.groups = tuple(s for s in plan.of(Subnet) if s.place.network == (drawn.id if drawn else None))
        self.instances = tuple(i for i in plan.of(Instance) if i.place.network == (drawn.id if drawn else None))
        given = {s.id: IPv4Network(s.spec.cidr) for s in self.groups if s.spec.cidr}
        wanted = [s.id for s in self.groups if not s.spec.cidr]
        extra = [f"{s.id}/pair" for s in self.groups] or [f"{owner}/own", f"{owner}/pair"]
        try:
            self.ranges: Mapping[str, IPv4Network] = given | subnets(self.range, [*wanted, *extra], given)
        except ValueError:
            what = f"{owner}: {self.range} has no room for its subnets, and for one more beside each"
            hint = "give the VPC a larger range (cidr=), or draw fewer subnets"
            raise ModelError(what, where=plan.architecture.name, hint=hint) from None

    def part(self, name: str) -> str:
        """Return the logical id of a part of this VPC."""
        return self.plan.names.logical(self.owner, name)

    def zone(self, part: Part[Spec] | None, *, other: bool = False) -> str:
        """Return the name of the zone that something stands in, or of another one."""
        zones = self.environment.zones
        if part and part.place.letter:
            name = f"{self.environment.region}{part.place.letter}"
        else:
            name = zones[(part.place.zone if part else 0) % len(zones)]
        return next(z for z in zones if z != name) if other else name

    def home(self, part: Part[Spec]) -> Part[Subnet] | None:
        """Return the subnet that something stands in; without one drawn round it, the VPC's first private one."""
        drawn = next((s for s in self.groups if s.id == part.place.subnet), None)
        private = [s for s in self.groups if not s.public]
        return drawn or next(iter((*private, *self.groups)), None)

    def subnet(self, part: Part[Spec]) -> str:
        """Return the logical id of the subnet that something stands in."""
        home = self.home(part)
        return self.plan.names.logical(home.id) if home else self.part("Subnet")

    def pair(self, part: Part[Spec]) -> tuple[str, str]:
        """Return the logical ids of two subnets in two zones, the first of them something's own."""
        home = self.home(part)
        if home is None:
            return self.part("Subnet"), self.part("SubnetPair")
        mine = self.zone(home)
        twin = next((s for s in self.groups if s.public == home.public and self.zone(s) != mine), None)
        second = self.plan.names.logical(twin.id) if twin else self.plan.names.logical(home.id, "Pair")
        return self.plan.names.logical(home.id), second

    @property
    def admin(self) -> str:
        """The logical id of the security group that the Instance Connect Endpoint has."""
        return self.part("AdminGroup")

    @property
    def endpoint(self) -> str:
        """The logical id of the gateway endpoint of S3."""
        return self.part("S3Endpoint")

    def routes(self, subnet: str) -> str:
        """Return the logical id of what joins a subnet to its routes, by the subnet's."""
        return self.plan.names.logical(subnet, "Routes")

    def ways_out(self, *subnets: str) -> tuple[str, ...]:
        """Return what must exist before something in the subnets can reach S3."""
        return (self.endpoint, *map(self.routes, subnets))


def read_nets(plan: Blueprint, environment: Environment) -> dict[str | None, Net]:
    """Return the VPCs by the id of their group; the key of the one that is not drawn is None. Raises ModelError."""
    found: dict[str | None, Net] = {n.id: Net(plan, environment, n, n.id) for n in plan.of(Network)}
    homeless = [i for i in plan.of(Instance) if i.place.network is None]
    if homeless:
        found[None] = Net(plan, environment, None, homeless[0].id)
    return found
