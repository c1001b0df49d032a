"""What is remembered of a stack: plain records that become JSON and come back."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.parameters import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.schema import Props

__all__ = ["ChangeSet", "Event", "Made", "Stack", "Target", "now"]

_EVENTS_KEPT: Final = 1000


def now() -> str:
    """Return the time, UTC, as ISO 8601 with milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Made:
    """A resource of a stack.

    `properties` are canonical and hold no functions. `generation` counts replacements, so that a replacement is named
    otherwise. `imported` is how it was found, while the operation that took it in is not complete.
    """

    logical_id: str
    type: str
    physical_id: str
    status: str
    reason: str = ""
    time: str = ""
    properties: Props = field(default_factory=dict[str, Any])
    attributes: dict[str, Any] = field(default_factory=dict[str, Any])
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    depends_on: list[str] = field(default_factory=list[str])
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    generation: int = 0
    imported: Props | None = None
    drift: str = "NOT_CHECKED"
    drift_time: str = ""


@dataclass(slots=True, kw_only=True)
class Event:
    """Something that happened to a resource, or to the stack itself."""

    id: str
    time: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str = ""
    properties: str = ""
    token: str = ""
    operation: str = ""


@dataclass(slots=True, kw_only=True)
class Target:
    """What a stack is to become: a template, the values of its parameters, and tags for everything."""

    body: str
    parameters: dict[str, Value]
    tags: dict[str, str]


@dataclass(slots=True, kw_only=True)
class ChangeSet:
    """A change that was computed and waits to be executed."""

    id: str
    name: str
    kind: str
    created: str
    target: Target
    status: str = "CREATE_COMPLETE"
    reason: str = ""
    execution: str = "AVAILABLE"
    description: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    capabilities: list[str] = field(default_factory=list[str])
    imports: dict[str, str] = field(default_factory=dict[str, str])
    import_existing: bool = False
    on_failure: str = ""
    mode: str = ""
    basis: str = ""


@dataclass(slots=True, kw_only=True)
class Stack:
    """A stack. `target` is what it is, or was last asked to become; `basis` changes with every operation."""

    id: str
    name: str
    region: str
    created: str
    status: str
    target: Target
    reason: str = ""
    updated: str = ""
    deleted: str = ""
    description: str = ""
    capabilities: list[str] = field(default_factory=list[str])
    resources: dict[str, Made] = field(default_factory=dict[str, Made])
    replaced: list[Made] = field(default_factory=list[Made])
    before: dict[str, Made] | None = None
    before_target: Target | None = None
    outputs: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    events: list[Event] = field(default_factory=list[Event])
    change_sets: dict[str, ChangeSet] = field(default_factory=dict[str, ChangeSet])
    disable_rollback: bool = False
    on_failure: str = "ROLLBACK"
    protected: bool = False
    change_set: str = ""
    basis: str = ""
    operation: str = ""
    token: str = ""
    drift: str = "NOT_CHECKED"
    drift_time: str = ""
    role: str = ""
    topics: list[str] = field(default_factory=list[str])
    minutes: int = 0

    @classmethod
    def new(cls, name: str, region: str, account: str, status: str, target: Target) -> Stack:
        """Return a stack that has nothing yet."""
        arn = f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"
        return cls(id=arn, name=name, region=region, created=now(), status=status, target=target)

    @property
    def is_busy(self) -> bool:
        """Whether an operation runs."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted; it can still be asked about by its id."""
        return self.status == "DELETE_COMPLETE"

    def tell(self, made: Made | None, status: str, reason: str = "", properties: str = "") -> None:
        """Note an event of a resource (of the stack itself without one)."""
        time = now()
        if self.events and time <= self.events[-1].time:  # clients sort by time, so no two events have the same
            last = dt.datetime.fromisoformat(self.events[-1].time) + dt.timedelta(milliseconds=1)
            time = last.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = Event(
            id=str(uuid.uuid4()),
            time=time,
            logical_id=made.logical_id if made else self.name,
            physical_id=made.physical_id if made else self.id,
            type=made.type if made else "AWS::CloudFormation::Stack",
            status=status,
            reason=reason,
            properties=properties,
            token=self.token,
            operation=self.operation,
        )
        self.events.append(event)
        del self.events[:-_EVENTS_KEPT]
        if made:
            made.status, made.reason, made.time = status, reason, event.time
        else:
            self.status, self.reason = status, reason

    def begin(self, token: str = "") -> None:
        """Begin an operation: events belong to it, and change sets made before it are void."""
        self.operation, self.token, self.basis = str(uuid.uuid4()), token, secrets.token_hex(8)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Stack:
        """Return what `to_json` was told."""
        said = dict(said)
        said["target"] = _target(said["target"])
        said["before_target"] = _target(said["before_target"]) if said["before_target"] else None
        said["resources"] = {k: Made(**v) for k, v in said["resources"].items()}
        said["before"] = None if said["before"] is None else {k: Made(**v) for k, v in said["before"].items()}
        said["replaced"] = [Made(**v) for v in said["replaced"]]
        said["events"] = [Event(**v) for v in said["events"]]
        said["change_sets"] = {
            k: ChangeSet(target=_target(v.pop("target")), **v) for k, v in said["change_sets"].items()
        }
        return cls(**said)


def _target(said: dict[str, Any]) -> Target:
    return Target(
        body=said["body"], parameters={k: Value(**v) for k, v in said["parameters"].items()}, tags=said["tags"]
    )
