"""Architectures built by hand, for tests that need no script."""

from __future__ import annotations

from architecture.model import Architecture, Edge, Group, GroupKind, Node
from architecture.spec import Bucket, Function, Instance, Network, Region, Volume
from architecture.text import Text


def challenge(**changes: object) -> Architecture:
    """The challenge, as diagrams/challenge.py draws it; `changes` replaces the specs of nodes and groups by id."""
    specs = {
        "region": Region(name="sa-east-1"),
        "bucket": Bucket(),
        "function": Function(workload="challenge"),
        "vpc": Network(cidr="10.0.0.0/16"),
        "server": Instance(workload="challenge"),
        "volume": Volume(size_gb=10),
    } | changes
    return Architecture(
        filename="challenge",
        title=Text("Desafio de arquitetura", en="Architecture challenge"),
        lang="pt",
        groups=(
            Group(id="cloud", kind=GroupKind.CLOUD, label="AWS Cloud"),
            Group(id="region", kind=GroupKind.REGION, label="sa-east-1", parent="cloud", spec=specs["region"]),
            Group(id="vpc", kind=GroupKind.VPC, label="VPC", parent="region", spec=specs["vpc"]),
            Group(
                id="subnet",
                kind=GroupKind.PRIVATE_SUBNET,
                label=Text("Sub-rede privada", en="Private subnet"),
                parent="vpc",
            ),
        ),
        nodes=(
            Node(id="user", kind="aws.general.User", label=Text("Usuário", en="User")),
            Node(
                id="bucket",
                kind="aws.storage.SimpleStorageServiceS3",
                label="Amazon S3",
                parent="region",
                spec=specs["bucket"],
            ),
            Node(id="function", kind="aws.compute.Lambda", label="AWS Lambda", parent="region", spec=specs["function"]),
            Node(id="server", kind="aws.compute.EC2", label="Amazon EC2", parent="subnet", spec=specs["server"]),
            Node(
                id="volume",
                kind="aws.storage.ElasticBlockStoreEBS",
                label="Amazon EBS",
                parent="subnet",
                spec=specs["volume"],
            ),
        ),
        edges=(
            Edge(
                id="user--bucket",
                source="user",
                target="bucket",
                label=Text("envia arquivo", en="uploads a file"),
                step=1,
            ),
            Edge(id="bucket--function", source="bucket", target="function", label="s3:ObjectCreated", step=2),
            Edge(id="function--server", source="function", target="server", label="HTTP POST", step=3),
            Edge(
                id="server--volume",
                source="server",
                target="volume",
                label=Text("grava", en="stores"),
                step=4,
                arrow="none",
            ),
        ),
    )
