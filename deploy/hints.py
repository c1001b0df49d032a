"""What to do about what AWS says when it cannot make or remove a resource."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["hint"]

_HINTS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), says)
    for pattern, says in (
        (
            r"WaitCondition timed out|did not receive|timed out.*WaitCondition|Received 0 conditions",
            "the app has not said that it is ready: look into /var/log/desenho-boot.log on the instance",
        ),
        (
            r"WaitCondition received failed message",
            "the instance says itself what went wrong; the whole story is in /var/log/desenho-boot.log on it",
        ),
        (
            r"UnreservedConcurrentExecution|ReservedConcurrentExecutions",
            "the account has too few concurrent executions to reserve any: leave out concurrency=",
        ),
        (
            r"not authorized to perform|AccessDenied|UnauthorizedOperation",
            "the credentials lack this permission: ask who administers the account",
        ),
        (
            r"vCPU limit|VcpuLimitExceeded|InstanceLimitExceeded",
            "ask for more with Service Quotas (Running On-Demand instances), or choose a smaller instance_type",
        ),
        (r"VpcLimitExceeded|maximum number of VPCs", "remove a VPC that is not used, or ask for more (Service Quotas)"),
        (
            r"InsufficientInstanceCapacity|sufficient .*capacity",
            "AWS has none left in that zone now: try later, or draw another zone",
        ),
        (
            r"Unsupported.*instance type|instance type .*not supported",
            "draw another zone, or choose another instance_type",
        ),
        (r"InvalidAMIID", "the image is gone: up --replace INSTANCE takes the newest one"),
        (
            r"already exists|BucketAlreadyOwnedByYou|AlreadyExists",
            "something of this name is left over: choose another --stack",
        ),
        (r"BucketNotEmpty|bucket you tried to delete is not empty", "down --delete-data empties it first"),
        (
            r"DependencyViolation|has a dependent object|currently in use",
            "something outside of this stack still uses it: remove that first, then run the same command",
        ),
        (
            r"Unable to validate the following destination",
            "the bucket may not start its function: run the same command again; if it stays, report it",
        ),
        (r"Rate exceeded|Throttl", "AWS asked for fewer calls: run the same command again"),
        (r"device is already in use|VolumeInUse|is already attached", "up --replace INSTANCE moves the volume safely"),
    )
)


def hint(reason: str) -> str:
    """Return what to do about a reason, empty where we know nothing better than the reason itself."""
    return next((says for pattern, says in _HINTS if pattern.search(reason)), "")
