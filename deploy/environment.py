"""What must be looked up once before a template can be written: the account, the Region, and where the code lies.

With it the template has literals where others have parameters, mappings and macros, and the same architecture in the
same environment always gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from deploy.names import physical

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AMI_PARAMETER", "Code", "Environment", "artifact_bucket", "example"]

AMI_PARAMETER: Final[Mapping[str, str]] = {
    "arm64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "x86_64": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
}
"""Where AWS publishes the id of the newest Amazon Linux 2023 image. Source: the AL2023 user guide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Where the program of a node lies in the artifact bucket; `layer` holds a function's native libraries."""

    key: str
    layer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The account and the Region as far as a template needs to know them.

    `zones` are names, at least two. `images` maps a processor to the AMI that its instances start from; `snapshots`
    maps a volume's id to the snapshot that fills it; all three are kept as they were first deployed, since a change
    replaces resources. `code` maps node ids to their programs. `prefix_list` is the managed prefix list of S3.
    `waits` is false where no instance boots, so that nobody would answer.
    """

    stack: str
    account: str
    region: str
    zones: tuple[str, ...]
    images: Mapping[str, str]
    prefix_list: str
    artifacts: str
    code: Mapping[str, Code] = field(default_factory=dict[str, Code])
    snapshots: Mapping[str, str] = field(default_factory=dict[str, str])
    waits: bool = True

    @property
    def partition(self) -> Literal["aws", "aws-cn", "aws-us-gov"]:
        """The partition that the Region belongs to."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, service: str, resource: str) -> str:
        """Return an ARN of this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def named(self, *words: str, limit: int = 63) -> str:
        """Return a physical name that starts with the stack's."""
        return physical(self.stack, *words, limit=limit)

    def bucket_name(self, node: str) -> str:
        """Return a bucket's name. It is unique in all of AWS, and known before the bucket exists."""
        return physical(self.stack, node, self.account, self.region)


def example(stack: str, region: str) -> Environment:
    """Return an environment that stands for no account: what `deploy template` writes for, without any credentials."""
    return Environment(
        stack=stack,
        account="111122223333",
        region=region,
        zones=(f"{region}a", f"{region}b"),
        images={"arm64": "ami-0123456789abcdef0", "x86_64": "ami-0fedcba9876543210"},
        prefix_list="pl-0123456789abcdef0",
        artifacts=artifact_bucket("111122223333", region),
    )


def artifact_bucket(account: str, region: str) -> str:
    """Return the name of the bucket that holds the programs of all stacks of an account and Region."""
    return physical("desenho-artifacts", account, region)
