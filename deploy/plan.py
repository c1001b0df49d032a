"""What a deploy would change, in words: each resource with its place in the diagram, each property before and after.

What is done to a resource comes from CloudFormation's change set; what a property was and will be, from the two
templates.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from deploy import boot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.client import Answer
    from deploy.resources.resource import Value
    from deploy.template import Template

__all__ = ["Action", "Change", "Detail", "Plan", "compare", "created", "serves"]

Action = Literal["create", "update", "replace", "may replace", "remove", "adopt"]

PRECIOUS: Final[Mapping[str, str]] = {
    "AWS::EC2::Instance": "the instance",
    "AWS::EC2::Volume": "a data volume",
    "AWS::S3::Bucket": "a bucket",
}
"""What is never replaced without `--replace`, and what to call it."""

_ACTIONS: Final[Mapping[str, Action]] = {"Add": "create", "Remove": "remove", "Import": "adopt"}
_SIGNS: Final[Mapping[Action, str]] = {
    "create": "+", "update": "~", "replace": "!", "may replace": "!", "remove": "-", "adopt": "=",
}  # fmt: skip
_WORDS: Final[Mapping[Action, str]] = {
    "create": "to create", "update": "to update", "replace": "to replace", "may replace": "that may be replaced",
    "remove": "to remove", "adopt": "to adopt",
}  # fmt: skip
_SHORT: Final = 110
"""Characters of a value that a line shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A property that changes: its path, and what it was and will be (None where there is nothing)."""

    path: str
    before: Value | None
    after: Value | None
    replaces: bool = False

    def __str__(self) -> str:
        says = f"{self.path}: {_short(self.before)} -> {_short(self.after)}"
        return f"{says} (this replaces it)" if self.replaces else says


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A resource that changes. `item` is the id of what it serves in the diagram; `main` says that it is that itself.

    `because` names what else changes where none of its own properties do.
    """

    action: Action
    logical: str
    type: str
    item: str
    main: bool
    details: tuple[Detail, ...] = ()
    because: tuple[str, ...] = ()

    @property
    def replaces(self) -> bool:
        """Whether there will, or may, be another resource in its place."""
        return self.action in {"replace", "may replace"}

    @property
    def precious(self) -> bool:
        """Whether it takes an explicit word to replace it."""
        return self.replaces and self.type in PRECIOUS

    def lines(self, places: Mapping[str, str]) -> Iterator[str]:
        """Yield it in words; `places` tells where items stand in the diagram."""
        place = places.get(self.item, self.item)
        whose = place if self.main else f"of {place}"
        yield f"{_SIGNS[self.action]} {self.action:<11} {self.logical} ({self.type}), {whose}"
        for detail in self.details:
            yield f"      {detail}"
        for other in self.because:
            yield f"      follows {other}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All changes of a deploy. `notes` are what else a person should know before it."""

    stack: str
    region: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> tuple[Change, ...]:
        """The changes that need `--replace`."""
        return tuple(c for c in self.changes if c.precious)

    @property
    def summary(self) -> str:
        """How much changes, in one line."""
        counts = Counter(c.action for c in self.changes)
        told = [f"{counts[action]} {words}" for action, words in _WORDS.items() if counts[action]]
        return f"{self.stack} in {self.region}: {', '.join(told) or 'nothing to change'}"

    def as_json(self) -> dict[str, object]:
        """Return it for programs."""
        return {
            "stack": self.stack,
            "region": self.region,
            "changes": [
                {
                    "action": c.action,
                    "logical_id": c.logical,
                    "type": c.type,
                    "id": c.item,
                    "main": c.main,
                    "properties": [
                        {"path": d.path, "before": d.before, "after": d.after, "replaces": d.replaces}
                        for d in c.details
                    ],
                    "follows": [*c.because],
                }
                for c in self.changes
            ],
            "notes": [*self.notes],
        }


def serves(template: Template, logical: str) -> tuple[str, bool]:
    """Return the id that a resource of a template serves, and whether it is that itself rather than a part of it."""
    resource = cast("dict[str, dict[str, object]]", template["Resources"]).get(logical, {})
    ours = cast("dict[str, dict[str, str]]", resource.get("Metadata") or {}).get("desenho") or {}
    for kind, item in ours.items():
        return item, kind != "part"
    return "", False


def created(
    stack: str, region: str, wanted: Template, notes: tuple[str, ...] = (), *, adopted: frozenset[str] = frozenset()
) -> Plan:
    """Return the plan of a stack that does not exist yet: everything is made, or taken over (`adopted`)."""
    made = cast("dict[str, dict[str, str]]", wanted["Resources"])
    changes: list[Change] = []
    for logical, body in made.items():
        action: Action = "adopt" if logical in adopted else "create"
        changes.append(_change(action, logical, body["Type"], wanted))
    return Plan(stack=stack, region=region, changes=tuple(changes), notes=notes)


def compare(
    stack: str,
    region: str,
    before: Template,
    wanted: Template,
    changes: tuple[Answer, ...],
    notes: tuple[str, ...] = (),
) -> Plan:
    """Return the plan of an update from the changes that CloudFormation has found (`ResourceChange`)."""
    found = tuple(_told(c, before, wanted) for c in changes)
    order = [*cast("dict[str, object]", wanted["Resources"]), *cast("dict[str, object]", before["Resources"])]
    return Plan(
        stack=stack,
        region=region,
        changes=tuple(sorted(found, key=lambda c: order.index(c.logical) if c.logical in order else len(order))),
        notes=notes,
    )


def _told(told: Answer, before: Template, wanted: Template) -> Change:
    logical, kind = str(told["LogicalResourceId"]), str(told["ResourceType"])
    details = cast("list[dict[str, dict[str, str]]]", told.get("Details") or [])
    replacing = {
        d["Target"].get("Name", "")
        for d in details
        if d["Target"].get("RequiresRecreation") in {"Always", "Conditionally"}
    }
    action = _ACTIONS.get(str(told["Action"]))
    if action is None:
        action = {"True": "replace", "Conditional": "may replace"}.get(str(told.get("Replacement")), "update")
    changed = _differences(_properties(before, logical), _properties(wanted, logical))
    mine = tuple(
        Detail(path=p, before=b, after=a, replaces=action != "update" and p.partition(".")[0] in replacing)
        for p, b, a in changed
    )
    causes = dict.fromkeys(
        str(d["CausingEntity"]).partition(".")[0] for d in details if d.get("CausingEntity") and not mine
    )
    template = wanted if logical in cast("dict[str, object]", wanted["Resources"]) else before
    keep = action in {"update", "replace", "may replace"}
    return _change(cast("Action", action), logical, kind, template, mine if keep else (), tuple(causes) if keep else ())


def _change(
    action: Action,
    logical: str,
    kind: str,
    template: Template,
    details: tuple[Detail, ...] = (),
    because: tuple[str, ...] = (),
) -> Change:
    item, main = serves(template, logical)
    return Change(action=action, logical=logical, type=kind, item=item, main=main, details=details, because=because)


def _properties(template: Template, logical: str) -> Value:
    resource = cast("dict[str, dict[str, Value]]", template["Resources"]).get(logical, {})
    return resource.get("Properties", {})


def _differences(before: Value, after: Value, path: str = "") -> Iterator[tuple[str, Value | None, Value | None]]:
    """Yield the paths at which two values differ, as deep as they are both tables."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*before, *after)):
            inner = f"{path}.{key}" if path else key
            if key not in before or key not in after:
                yield inner, before.get(key), after.get(key)
            else:
                yield from _differences(before[key], after[key], inner)
    elif path.startswith("UserData") and isinstance(before, str) and isinstance(after, str):
        yield from _settings(before, after)
    else:
        yield path, before, after


def _settings(before: str, after: str) -> Iterator[tuple[str, Value | None, Value | None]]:
    """Yield what differs between two scripts of an instance: settings by name, the rest as one."""
    old, new = boot.settings(before), boot.settings(after)
    for name in dict.fromkeys((*old, *new)):
        # The name of the signal follows from the release, which has a line of its own.
        if old.get(name) != new.get(name) and name != "SIGNAL":
            yield f"UserData.{name}", old.get(name), new.get(name)
    if boot.without_settings(before) != boot.without_settings(after):
        yield "UserData.script", "the boot script", "a new one"


def _short(value: Value | None) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
