"""What a handler of a resource type is: a property table and four verbs, said through AWS's own APIs.

Handlers hold no state. What they need to know of the resource comes in a `Resource`; what they make, they tell by the
physical id and, where templates may ask for them, by attributes.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from deploy.local.aws import ClientError, told_by
from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.schema import Props, Record, record
from deploy.local.values import is_map

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from deploy.local.aws import Clients

__all__ = [
    "Handler",
    "Resource",
    "as_attribute",
    "exchange_tags",
    "exists",
    "gained_and_lost",
    "gone_is_fine",
    "is_missing",
    "or_removed",
    "pick",
    "renamed",
    "tag_dict",
    "tag_list",
]


log = logging.getLogger("deploy.local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A resource as its handler sees it.

    `name` is what it is called if the template gives no name. `tags` are those of the stack, `tags_before` the ones it
    had before an update. `properties` are canonical. `siblings` are the physical ids of the stack's other resources.
    `waiting` waits for signals (key, count, seconds) and returns their data.
    """

    aws: Clients
    logical_id: str
    stack: str = ""
    stack_id: str = ""
    name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    tags_before: Mapping[str, str] = field(default_factory=dict[str, str])
    properties: Props = field(default_factory=dict[str, Any])
    physical_id: str = ""
    siblings: frozenset[str] = frozenset()
    waiting: Callable[[str, int, int], dict[str, str]] | None = None

    @property
    def all_tags(self) -> dict[str, str]:
        """The stack's tags and its own; its own win."""
        return {**self.tags, **tag_dict(self.properties.get("Tags", ()))}

    @property
    def user_tags(self) -> dict[str, str]:
        """All tags but AWS's own (`aws:...`), which services take from CloudFormation only."""
        return {k: v for k, v in self.all_tags.items() if not k.startswith("aws:")}


class Handler:
    """How one resource type is made, changed, removed and read.

    `NAME` is the property that names the resource, if the type has one: a resource with a name of the user's own
    cannot be replaced while it exists. `ATTRIBUTES` are what `Fn::GetAtt` may ask for. `TAGGED` types take the stack's
    tags. Where `FORGETS` is false a resource keeps its attributes when it is made again.
    """

    TYPE: ClassVar[str]
    PROPERTIES: ClassVar[Record] = record()
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()
    NAME: ClassVar[str | None] = None
    TAGGED: ClassVar[bool] = False
    FORGETS: ClassVar[bool] = True

    def create(self, resource: Resource) -> str:
        """Make it and return its physical id. What fails half way leaves nothing behind."""
        raise NotImplementedError

    def restore(self, resource: Resource) -> str:
        """Make it again after the memory of the local cloud was lost; its physical id may be another one."""
        return self.create(resource)

    def update(self, resource: Resource, before: Props) -> str:
        """Change it in place from `before` to what the resource says now; return its physical id."""
        raise ResourceError(f"{self.TYPE} cannot be changed in place by the local cloud: give it another logical id")

    def taken_back(self, wanted: Props, actual: Props) -> Props:
        """Return what a rollback brings the resource to: `wanted`, but for what its service never takes back."""
        return wanted

    def delete(self, resource: Resource) -> None:
        """Remove it. What is gone already is no failure."""
        raise NotImplementedError

    def read(self, resource: Resource) -> Props:
        """Return its properties as the APIs tell them, as far as they do. Raises ClientError if it is gone."""
        raise NotImplementedError

    def attributes(self, resource: Resource) -> dict[str, Any]:
        """Return the values of `ATTRIBUTES`."""
        return {}

    def replaces(self, before: Props, after: Props) -> tuple[str, ...]:
        """Return the changed properties that make a new resource."""
        return tuple(n for n in self.PROPERTIES.differences(before, after) if self.PROPERTIES.members[n].replace)


def is_missing(error: ClientError) -> bool:
    """Tell whether an error says that the thing does not exist."""
    code = told_by(error)["Code"]
    words = ("NotFound", "NoSuch", "NonExistentQueue", "QueueDoesNotExist", "404", "ParameterNotFound")
    return any(word in code for word in words)


def exists(look: Callable[[], object]) -> bool:
    """Tell whether what `look` asks for is there. Raises ClientError for any answer but yes and no."""
    try:
        look()
    except ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


class gone_is_fine:  # noqa: N801 - reads as the statement it is
    """Let a removal pass whose object does not exist (any more)."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return isinstance(error, ClientError) and is_missing(error)


@contextmanager
def or_removed(handler: Handler, resource: Resource) -> Generator[None]:
    """Remove what was made of a resource if finishing it fails, so that a failed creation leaves nothing."""
    try:
        yield
    except Exception:
        try:
            handler.delete(resource)
        except Exception:
            # What is told of the resource is why it failed; this is for who looks after the local cloud.
            log.exception("%s/%s: what was made of it could not be removed", resource.stack, resource.logical_id)
        raise


def tag_dict(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return a list of tags as a dict."""
    return {t["Key"]: t["Value"] for t in tags}


def tag_list(tags: Mapping[str, str], *, reserved: bool = False) -> list[dict[str, str]]:
    """Return a dict of tags as a list, without AWS's own (`aws:...`) unless `reserved`."""
    return [{"Key": k, "Value": v} for k, v in sorted(tags.items()) if reserved or not k.startswith("aws:")]


def exchange_tags(
    found: Iterable[str],
    wanted: Mapping[str, str],
    untag: Callable[[list[str]], object],
    tag: Callable[[dict[str, str]], object],
) -> None:
    """Bring the tags of a resource to those wanted: `untag` takes the names to take away, `tag` what is to be set.

    `found` are the names of the tags that it has now.
    """
    if lost := [k for k in found if k not in wanted]:
        untag(lost)
    if wanted:
        tag(dict(wanted))


def as_attribute(value: Any) -> str:
    """Return a value as the attributes of SQS and SNS take it: always as text, structures as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if is_map(value) else str(value)


def pick(props: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the members of these names that are there."""
    return {n: props[n] for n in names if n in props}


def renamed(props: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the members that `names` lists, under the names it gives them."""
    return {new: props[old] for old, new in names.items() if old in props}


def gained_and_lost(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is in `after` only and what is in `before` only."""
    return [v for v in after if v not in before], [v for v in before if v not in after]
