"""Typed nodes of AWS: nodes that know what they become when deployed. Their properties are those of the specs."""
# ruff: noqa: A002 - `id` is the word for it
# pyright: reportIncompatibleMethodOverride=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagrams.aws import compute, general, integration, network, storage

from architecture import spec
from architecture.pins import Pin, pin_of
from desenho.closed import closed
from desenho.operators import Joins

if TYPE_CHECKING:
    from collections.abc import Mapping

    Attrs = Mapping[str, str] | None
    Spot = tuple[float, float] | None

__all__ = ["EBS", "EC2", "S3", "SQS", "APIGateway", "CloudFront", "Lambda", "User"]


class User(Joins, general.User):
    """Somebody or something outside that uses the system."""

    @closed
    def __init__(self, label: str, *, id: str | None = None, attrs: Attrs = None, pin: Spot = None) -> None:
        """Make a user with a label."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Person()


class S3(Joins, storage.S3):
    """A bucket of Amazon S3. The properties are those of `architecture.spec.Bucket`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon S3",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        versioned: bool = True,
        keep_versions_days: int = 30,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Make a bucket. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Bucket(versioned=versioned, keep_versions_days=keep_versions_days, origins=origins)


class Lambda(Joins, compute.Lambda):
    """A function of AWS Lambda. The properties are those of `architecture.spec.Function`."""

    @closed
    def __init__(
        self,
        label: str = "AWS Lambda",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        workload: str | None = None,
        code: str | None = None,
        handler: str | None = None,
        memory_mb: int = 512,
        timeout_s: int = 60,
        storage_mb: int = 1024,
        max_object_mb: int | None = None,
        concurrency: int | None = None,
        log_days: int = 14,
    ) -> None:
        """Make a function. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Function(
            workload=workload,
            code=code,
            handler=handler,
            memory_mb=memory_mb,
            timeout_s=timeout_s,
            storage_mb=storage_mb,
            max_object_mb=max_object_mb,
            concurrency=concurrency,
            log_days=log_days,
        )


class EC2(Joins, compute.EC2):
    """An instance of Amazon EC2. The properties are those of `architecture.spec.Instance`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon EC2",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        instance_type: str = "t4g.micro",
        workload: str | None = None,
        app: str | None = None,
        port: int = 8080,
        root_gb: int = 8,
        public_ip: bool = False,
    ) -> None:
        """Make an instance. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Instance(
            instance_type=instance_type, workload=workload, app=app, port=port, root_gb=root_gb, public_ip=public_ip
        )


class EBS(Joins, storage.EBS):
    """A volume of Amazon EBS. The properties are those of `architecture.spec.Volume`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon EBS",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        size_gb: int = 10,
        snapshot: str | None = None,
    ) -> None:
        """Make a volume. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Volume(size_gb=size_gb, snapshot=snapshot)


class SQS(Joins, integration.SQS):
    """A queue of Amazon SQS. The properties are those of `architecture.spec.Queue`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon SQS",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        retention_days: int = 14,
    ) -> None:
        """Make a queue. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Queue(retention_days=retention_days)


class CloudFront(Joins, network.CloudFront):
    """A distribution of Amazon CloudFront. The properties are those of `architecture.spec.Distribution`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon CloudFront",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        index: str = "index.html",
    ) -> None:
        """Make a distribution. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Distribution(index=index)


class APIGateway(Joins, network.APIGateway):
    """An HTTP API of Amazon API Gateway. The properties are those of `architecture.spec.Api`."""

    @closed
    def __init__(
        self,
        label: str = "Amazon API Gateway",
        *,
        id: str | None = None,
        attrs: Attrs = None,
        pin: Spot = None,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Make an API. Raises SpecError for a property out of range."""
        super().__init__(label, **_given(id, attrs))
        self.pin = _pinned(pin)
        self.spec = spec.Api(origins=origins)


def _given(id: str | None, attrs: Attrs) -> dict[str, Any]:
    return {"nodeid": id, **(attrs or {})}


def _pinned(pin: Spot) -> Pin | None:
    return None if pin is None else pin_of(pin)
