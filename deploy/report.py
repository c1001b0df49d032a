"""What there is: the state of a stack and of its resources, its alarms, its outputs. Nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from architecture.errors import StackError
from deploy import events, stack
from deploy.places import places_of
from deploy.plan import serves
from deploy.tunnel import here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.client import Clients
    from deploy.stack import Stack, StackResource

__all__ = ["LOCALLY_UNCHECKED", "Report", "Row", "report"]

LOCALLY_UNCHECKED: Final = (
    "the TLS conditions of policies: the local cloud speaks plain HTTP on loopback",
    "the boot script and the status checks of instances: the app runs as a process of this machine",
    "the Instance Connect Endpoint and the routes: loopback has neither",
)
"""What a sound local stack does not prove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A resource: CloudFormation's view of it, and `now`, its own state where it has one (running, ALARM).

    `says` is what an alarm that goes off is about.
    """

    resource: StackResource
    item: str
    main: bool
    place: str
    now: str = ""
    says: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.resource.status.endswith("_COMPLETE") and self.now != "ALARM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A stack and its resources; its `outputs` as they hold where it runs."""

    stack: Stack
    region: str
    endpoint: str | None
    rows: tuple[Row, ...]
    running: str = ""
    outputs: Mapping[str, str]

    @property
    def well(self) -> bool:
        """Whether the stack is as it should be."""
        return self.stack.sound and all(row.well for row in self.rows)

    def as_json(self) -> dict[str, object]:
        """Return it for programs: enough for any other client to go on from."""
        return {
            "stack": self.stack.name,
            "region": self.region,
            "endpoint": self.endpoint,
            "status": self.stack.status,
            "well": self.well,
            "resources": [
                {
                    "id": row.item if row.main else None,
                    "part_of": None if row.main else row.item or None,
                    "logical_id": row.resource.logical,
                    "type": row.resource.type,
                    "physical_id": row.resource.physical,
                    "status": row.resource.status,
                    "state": row.now or None,
                    "says": row.says or None,
                }
                for row in self.rows
            ],
            "outputs": dict(self.outputs),
        }


def report(clients: Clients, name: str, *, states: bool = True, near: bool = False) -> Report:
    """Look at a stack. `states` also asks instances and alarms how they are; `near` is true of this machine's.

    Raises StackError where there is no such stack.
    """
    found = stack.find(clients, name)
    if found is None or found.status == "REVIEW_IN_PROGRESS":
        raise StackError(
            f"there is no stack {name} in {clients.region}",
            hint="desenho deploy up makes it; --stack and --region choose",
        )
    known = stack.template_of(clients, name)
    resources = stack.resources(clients, name)
    where = places_of(known)
    now = _states(clients, resources) if states else dict[str, tuple[str, str]]()
    rows: list[Row] = []
    for each in resources:
        item, main = serves(known, each.logical)
        state, says = now.get(each.physical, ("", ""))
        rows.append(Row(resource=each, item=item, main=main, place=where.get(item, item), now=state, says=says))
    order = [*cast("dict[str, Any]", known["Resources"])]
    rows.sort(key=lambda r: order.index(r.resource.logical) if r.resource.logical in order else len(order))
    running = events.started_by(events.under_way(clients, found.id)) if found.busy else ""
    return Report(
        stack=found,
        region=clients.region,
        endpoint=clients.endpoint_url,
        rows=tuple(rows),
        running=running,
        outputs=here(found.outputs) if near else found.outputs,
    )


def _states(clients: Clients, resources: tuple[StackResource, ...]) -> Mapping[str, tuple[str, str]]:
    """Ask instances and alarms for their state, and what alarms that go off are about, by physical id."""
    by_type: dict[str, list[str]] = {}
    for each in resources:
        if each.physical:
            by_type.setdefault(each.type, []).append(each.physical)
    found: dict[str, tuple[str, str]] = {}
    if instances := by_type.get("AWS::EC2::Instance"):
        filters = [{"Name": "instance-id", "Values": instances}]
        for reservation in clients("ec2").describe_instances(Filters=filters)["Reservations"]:
            found |= {i["InstanceId"]: (i["State"]["Name"], "") for i in reservation["Instances"]}
    alarms = by_type.get("AWS::CloudWatch::Alarm", [])
    for start in range(0, len(alarms), 100):
        told = clients("cloudwatch").describe_alarms(AlarmNames=alarms[start : start + 100], MaxRecords=100)
        for alarm in told["MetricAlarms"]:
            about = alarm.get("AlarmDescription", "") if alarm["StateValue"] == "ALARM" else ""
            found[alarm["AlarmName"]] = alarm["StateValue"], about
    return found
