"""What the words of a diagram mean when it is deployed: which class becomes what, and what a line between two says.

These tables are the whole vocabulary. What is not in them is refused by name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind
from architecture.spec import (
    Api,
    Bucket,
    Distribution,
    Firewall,
    Function,
    Instance,
    Network,
    Person,
    Queue,
    Region,
    Spec,
    Subnet,
    Volume,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BOXES", "GROUPS", "LINES", "NODES", "Meaning", "line", "supported"]


class Meaning(StrEnum):
    """What a line says."""

    VISIT = "visit"
    """Somebody opens what a distribution or an API serves."""
    UPLOAD = "upload"
    """Somebody puts files into a bucket with presigned URLs."""
    EVENT = "event"
    """A new object in a bucket starts a function."""
    NOTIFY = "notify"
    """A new object in a bucket puts a message into a queue."""
    CONSUME = "consume"
    """A function takes messages out of a queue."""
    FAILURES = "failures"
    """What a function gave up on goes into a queue."""
    WRITE = "write"
    """A function writes into a bucket."""
    CALL = "call"
    """A function calls the instance's app inside the VPC, or starts the instance where its workload says so."""
    READ = "read"
    """An instance reads from a bucket what its workload needs, and writes what it makes."""
    ATTACH = "attach"
    """A volume is attached to an instance."""
    ORIGIN = "origin"
    """A distribution shows what is in a bucket."""
    ROUTE = "route"
    """An API hands its requests to a function."""


NODES: Final[Mapping[str, type[Spec]]] = {
    "aws.compute.EC2": Instance,
    "aws.compute.EC2Instance": Instance,
    "aws.compute.Lambda": Function,
    "aws.compute.LambdaFunction": Function,
    "aws.general.Client": Person,
    "aws.general.MobileClient": Person,
    "aws.general.User": Person,
    "aws.general.Users": Person,
    "aws.integration.SimpleQueueServiceSqs": Queue,
    "aws.integration.SimpleQueueServiceSqsQueue": Queue,
    "aws.mobile.APIGateway": Api,
    "aws.network.APIGateway": Api,
    "aws.network.CloudFront": Distribution,
    "aws.network.CloudFrontDownloadDistribution": Distribution,
    "aws.storage.ElasticBlockStoreEBS": Volume,
    "aws.storage.ElasticBlockStoreEBSVolume": Volume,
    "aws.storage.SimpleStorageServiceS3": Bucket,
    "aws.storage.SimpleStorageServiceS3Bucket": Bucket,
    "aws.storage.SimpleStorageServiceS3BucketWithObjects": Bucket,
    "onprem.client.Client": Person,
    "onprem.client.User": Person,
    "onprem.client.Users": Person,
}
"""What a node of the library becomes where the script says nothing else."""

GROUPS: Final[Mapping[GroupKind, type[Spec]]] = {
    GroupKind.REGION: Region,
    GroupKind.AVAILABILITY_ZONE: Zone,
    GroupKind.VPC: Network,
    GroupKind.PRIVATE_SUBNET: Subnet,
    GroupKind.PUBLIC_SUBNET: Subnet,
    GroupKind.SECURITY_GROUP: Firewall,
}
"""What a group becomes."""

BOXES: Final = frozenset({GroupKind.ACCOUNT, GroupKind.CLOUD, GroupKind.GENERIC})
"""The groups that only gather things in the picture."""

LINES: Final[Mapping[tuple[type[Spec], type[Spec]], Meaning]] = {
    (Person, Distribution): Meaning.VISIT,
    (Person, Api): Meaning.VISIT,
    (Person, Bucket): Meaning.UPLOAD,
    (Bucket, Function): Meaning.EVENT,
    (Bucket, Queue): Meaning.NOTIFY,
    (Queue, Function): Meaning.CONSUME,
    (Function, Queue): Meaning.FAILURES,
    (Function, Bucket): Meaning.WRITE,
    (Function, Instance): Meaning.CALL,
    (Instance, Bucket): Meaning.READ,
    (Instance, Volume): Meaning.ATTACH,
    (Distribution, Bucket): Meaning.ORIGIN,
    (Api, Function): Meaning.ROUTE,
}
"""What a line from one thing to another says."""

_EITHER_WAY: Final = frozenset({Meaning.ATTACH, Meaning.READ})
"""Lines that people draw in both directions for the same thing."""


def line(source: type[Spec], target: type[Spec]) -> tuple[Meaning, bool] | None:
    """Return what a line says and whether it is to be read backwards, or None where it says nothing."""
    if (source, target) in LINES:
        return LINES[source, target], False
    backwards = LINES.get((target, source))
    return (backwards, True) if backwards is not None and backwards in _EITHER_WAY else None


def supported() -> str:
    """Return the vocabulary in one paragraph, for an error."""
    nodes = ", ".join(sorted({cls.__name__.lower() for cls in NODES.values()}))
    lines = ", ".join(f"{a.__name__.lower()} to {b.__name__.lower()} ({m})" for (a, b), m in LINES.items())
    groups = ", ".join(str(kind).replace("_", " ") for kind in (*GROUPS, *sorted(BOXES)))
    return f"nodes: {nodes}\n  groups: {groups}\n  lines: {lines}"
