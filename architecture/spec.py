"""What a node or a group becomes when it is deployed: the properties a person may set, each with its default."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bucket", "Function", "Instance", "Network", "Spec", "Subnet", "Volume"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """An S3 bucket."""

    versioned: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function; `workload` names code that this project brings."""

    workload: str = "challenge"
    memory_mb: int = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """An EC2 instance; `workload` names code that this project brings."""

    instance_type: str = "t4g.micro"
    workload: str = "challenge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """An EBS volume of `size_gb` GiB."""

    size_gb: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A VPC; without `cidr` an address range is computed."""

    cidr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    """A subnet; without `cidr` an address range is computed."""

    cidr: str | None = None


Spec = Bucket | Function | Instance | Volume | Network | Subnet
