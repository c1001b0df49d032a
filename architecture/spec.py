"""What a node or a group becomes when it is deployed: the properties a person may set, each with its default.

A spec is checked when it is built, so a wrong one never travels. Sizes are MiB (`_mb`) and GiB (`_gb`), times are
seconds (`_s`) and days (`_days`). The bounds are the ones that AWS documents for each service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from architecture.checked import Spec, all_matching, between, flag, matching, network, one_of, properties
from architecture.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "SPECS",
    "WORKLOADS",
    "Api",
    "Bucket",
    "Distribution",
    "Firewall",
    "Function",
    "Instance",
    "Network",
    "Person",
    "Queue",
    "Region",
    "Spec",
    "Subnet",
    "Volume",
    "Zone",
    "make",
    "properties",
]

WORKLOADS: Final = ("challenge", "etl", "file_processing", "ml_pipeline", "web_app")
"""The code that this project brings: a handler for the function, an app for the instance."""

LOG_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288)
"""The retentions that CloudWatch Logs accepts, up to nine years. Source: PutRetentionPolicy in its API reference."""


class Person(Spec):
    """Somebody or something outside that uses the system; nothing is made for it."""


class Bucket(Spec):
    """An S3 bucket.

    `keep_versions_days` is how long an overwritten or deleted object can be brought back. `origins` are the web
    origins (`https://example.com`) whose pages may upload to it with presigned URLs.
    """

    versioned: bool = flag(default=True)
    keep_versions_days: int = between(1, 3650, default=30)
    origins: tuple[str, ...] = all_matching(
        r"https?://[A-Za-z0-9.-]+(:\d+)?", "web origins such as https://example.com", default=()
    )


class Function(Spec):
    """A Lambda function.

    It runs a `workload` of this project ("challenge" if nothing is said), or your own `code`: a folder, relative to the
    script, with `handler` as `module.function`. `max_object_mb` bounds the size of an object it accepts; without it
    the workload's own bound holds. `concurrency` reserves executions; new accounts refuse any reservation.
    """

    workload: str | None = one_of(WORKLOADS, default=None)
    code: str | None = matching(r"(?!/)(?!.*\.\.).+", "a folder, written relative to the script", default=None)
    handler: str | None = matching(r"[\w.]+\.\w+", "a module and a function such as app.main", default=None)
    memory_mb: int = between(128, 10240, default=512)
    timeout_s: int = between(1, 900, default=60)
    storage_mb: int = between(512, 10240, default=1024)
    max_object_mb: int | None = between(1, 5 * 1024 * 1024, default=None)
    concurrency: int | None = between(1, 1000, default=None)
    log_days: int = one_of(LOG_DAYS, default=14)

    def _check(self) -> None:
        _one_program(self, "code", self.workload, self.code)
        if (self.code is None) != (self.handler is None):
            raise SpecError(
                "code and handler go together", where="Function", hint='write code="src/fn", handler="app.main"'
            )

    @property
    def runs(self) -> str | None:
        """The workload that it runs, None for the user's own code."""
        return None if self.code is not None else self.workload or WORKLOADS[0]


class Instance(Spec):
    """An EC2 instance.

    It runs a `workload` of this project ("challenge" if nothing is said), or your own `app`: a folder, relative to the
    script, with an executable `run` that listens on `PORT`. `port` is where it listens, `root_gb` its system disk.
    """

    instance_type: str = matching(
        r"[a-z][a-z0-9-]*\.[a-z0-9-]+", "an instance type such as t4g.micro", default="t4g.micro"
    )
    workload: str | None = one_of(WORKLOADS, default=None)
    app: str | None = matching(r"(?!/)(?!.*\.\.).+", "a folder, written relative to the script", default=None)
    port: int = between(1024, 65535, default=8080)
    root_gb: int = between(8, 16384, default=8)
    public_ip: bool = flag(default=False)

    def _check(self) -> None:
        _one_program(self, "app", self.workload, self.app)

    @property
    def runs(self) -> str | None:
        """The workload that it runs, None for the user's own app."""
        return None if self.app is not None else self.workload or WORKLOADS[0]

    @property
    def machine(self) -> str:
        """Its processor, `arm64` or `x86_64`.

        A `g` after the generation is AWS's Graviton (`t4g`, `m7gd`, `im4gn`); `a1` was the first of them.
        Source: the naming conventions in the EC2 instance types guide.
        """
        family = self.instance_type.partition(".")[0]
        options = re.sub(r"^[a-z]+\d+", "", family)
        return "arm64" if "g" in options or family == "a1" else "x86_64"


class Volume(Spec):
    """An EBS volume (gp3). `snapshot` fills a new volume with an earlier one's data."""

    size_gb: int = between(1, 16384, default=10)
    snapshot: str | None = matching(
        r"snap-[0-9a-f]{8,17}", "a snapshot id such as snap-0123456789abcdef0", default=None
    )


class Queue(Spec):
    """An SQS queue. `retention_days` is how long a message waits for somebody to take it."""

    retention_days: int = between(1, 14, default=14)


class Distribution(Spec):
    """A CloudFront distribution in front of a bucket; `index` is the page that `/` shows."""

    index: str = matching(r"[\w.-]+", "a file name such as index.html", default="index.html")


class Api(Spec):
    """An HTTP API of API Gateway. `origins` are the web origins whose pages may call it."""

    origins: tuple[str, ...] = all_matching(
        r"https?://[A-Za-z0-9.-]+(:\d+)?", "web origins such as https://example.com", default=()
    )


class Region(Spec):
    """A Region of AWS by its name; without it the one of the command."""

    name: str | None = matching(r"[a-z]{2}(-[a-z]+)+-\d", "a Region such as sa-east-1", default=None)


class Zone(Spec):
    """An Availability Zone by its letter; without it one is chosen."""

    letter: str | None = matching(r"[a-f]", "a letter such as a", default=None)


class Network(Spec):
    """A VPC; without `cidr` an address range is computed."""

    cidr: str | None = network(default=None)


class Subnet(Spec):
    """A subnet; without `cidr` an address range is computed."""

    cidr: str | None = network(default=None)


class Firewall(Spec):
    """A security group; its rules come from the lines of the diagram."""


SPECS: Final[Mapping[str, type[Spec]]] = {
    cls.__name__.lower(): cls
    for cls in (
        Person, Bucket, Function, Instance, Volume, Queue, Distribution, Api, Region, Zone, Network, Subnet, Firewall,
    )
}  # fmt: skip
"""Every kind of spec by the name that it has in JSON: its class's, in lower case."""


def make(kind: str, given: Mapping[str, object]) -> Spec:
    """Build a spec of a kind (a name of `SPECS`) from its properties, as `properties` gave them or JSON brings them.

    Raises SpecError, which names what is allowed, for an unknown kind or property and for a value out of range.
    """
    if kind not in SPECS:
        raise SpecError(f"there is no spec {kind!r}", hint=f"use one of: {', '.join(SPECS)}")
    plain = {name: tuple(cast("list[object]", v)) if isinstance(v, list) else v for name, v in given.items()}
    return cast("Callable[..., Spec]", SPECS[kind])(**plain)


def _one_program(spec: Spec, name: str, workload: str | None, own: str | None) -> None:
    if workload is not None and own is not None:
        raise SpecError(
            f"workload and {name} are both given", where=type(spec).__name__, hint="a node runs one of the two"
        )
