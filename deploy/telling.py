"""What a person hears while CloudFormation works: a line for each resource, the first failure with its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from architecture.errors import StackError
from deploy import events
from deploy.hints import hint
from deploy.plan import serves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.client import Clients
    from deploy.events import Event
    from deploy.template import Template

__all__ = ["Audience", "listen", "tell"]


class Audience(Protocol):
    """Who listens to a deploy and answers its questions."""

    def say(self, text: str) -> None:
        """Tell something that stays."""

    def passing(self, text: str) -> None:
        """Tell what goes on just now."""

    def agrees(self, question: str) -> bool:
        """Ask a question of yes or no."""
        ...


def listen(
    clients: Clients,
    audience: Audience,
    stack_id: str,
    known: Template | Mapping[str, Any],
    where: Mapping[str, str],
    *,
    after: str | None,
    calm: bool = False,
) -> None:
    """Tell the events of an operation until its end. Raises StackError where it failed, unless `calm`."""
    first: Event | None = None
    begun: dict[str, Event] = {}
    last: Event | None = None
    try:
        for event in events.follow(clients, stack_id, after=after):
            tell(audience, event, known, where, begun)
            if event.failed and not event.of_stack and first is None:
                first = event
                advice = hint(event.reason)
                audience.say(f"  the cause: {event.reason}" + (f"\n  {advice}" if advice else ""))
            last = event
    except KeyboardInterrupt:
        audience.say(
            "CloudFormation goes on by itself. Run the same command again to follow it, or `desenho deploy status` "
            "with the same SOURCE, --local and --region to look at it."
        )
        raise
    failed = last is None or "ROLLBACK" in last.status or last.status.endswith("FAILED")
    if failed and not calm:
        what = f"{first.logical} failed: {first.reason}" if first else (last.reason if last else "no event came")
        state = last.status if last else "unknown"
        back = "what was there before is as it was" if state == "UPDATE_ROLLBACK_COMPLETE" else f"the stack is {state}"
        raise StackError(
            f"the deploy failed, and {back}: {what}",
            where=stack_id.split("/")[1],
            hint=(hint(first.reason) if first else "") or "mend the cause, then run up again: it clears up by itself",
        )


def tell(
    audience: Audience,
    event: Event,
    known: Template | Mapping[str, Any],
    where: Mapping[str, str],
    begun: dict[str, Event],
) -> None:
    """Tell an event: one line for each resource that is done, and what goes on meanwhile."""
    if event.of_stack:
        audience.passing(event.status)
        return
    if event.status.endswith("_IN_PROGRESS"):
        begun.setdefault(event.logical, event)
        audience.passing(f"{event.status} {event.logical}")
        return
    start = begun.pop(event.logical, event)
    item, main = serves(cast("Template", known), event.logical) if known else ("", False)
    place = where.get(item, item)
    beside = f"  {place}" if main else f"  of {place}" if place else ""
    seconds = (event.time - start.time).total_seconds()
    word = event.status.replace("_", " ").lower()
    audience.say(f"  {word:<17} {event.logical} ({event.type}){beside}  {seconds:.0f} s")
