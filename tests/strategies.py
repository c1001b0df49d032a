"""Architectures by Hypothesis: any words, any nesting, lines between anything."""

from __future__ import annotations

from hypothesis import strategies as st

from architecture.identity import edge_ids
from architecture.model import Architecture, Edge, Group, GroupKind, Node, Note
from architecture.spec import SPECS, Bucket, Function, Instance, Network, Queue, Region, Spec, Subnet, Volume
from architecture.text import Text

__all__ = ["architectures", "labels", "names", "specs"]

KINDS = (
    "Node",
    "aws.compute.EC2",
    "aws.compute.Lambda",
    "aws.database.RDS",
    "aws.general.User",
    "aws.storage.ElasticBlockStoreEBS",
    "aws.storage.SimpleStorageServiceS3",
    "c4.Container",
    "gcp.compute.Functions",
    "k8s.compute.Pod",
)

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30) | st.sampled_from(
    [
        '<λ> & "quotes"',
        "linha\noutra linha",
        "uma palavra muito longa de verdade " * 3,
        "Amazon S3",
        "]]>",
        "{0}",
        "\\n",
    ]
)
labels = words | st.builds(lambda pt, en: Text(pt, en=en), words, st.none() | words)
"""Words of a label: plain, or in one or two languages."""

names = st.text("abcdefghijkl_-0123456789", min_size=1, max_size=8)
attrs = st.dictionaries(
    st.sampled_from(["color", "style", "fontsize"]), st.sampled_from(["red", "dashed", "9"]), max_size=2
)
specs: st.SearchStrategy[Spec] = st.one_of(
    *(st.just(cls()) for cls in SPECS.values()),
    st.builds(Bucket, versioned=st.booleans(), origins=st.sampled_from([(), ("https://example.com",)])),
    st.builds(Function, workload=st.sampled_from([None, "etl"]), memory_mb=st.integers(128, 10240)),
    st.builds(Instance, instance_type=st.sampled_from(["t4g.micro", "g4dn.xlarge"]), public_ip=st.booleans()),
    st.builds(Network, cidr=st.sampled_from([None, "10.0.0.0/16"])),
    st.builds(Queue, retention_days=st.integers(1, 14)),
    st.builds(Region, name=st.sampled_from([None, "sa-east-1"])),
    st.builds(Subnet, cidr=st.sampled_from([None, "10.0.1.0/24"])),
    st.builds(Volume, size_gb=st.integers(1, 16384)),
)


@st.composite
def architectures(draw: st.DrawFn, *, most_nodes: int = 8, most_groups: int = 5, most_edges: int = 10) -> Architecture:
    """Any architecture with at least one node: groups at any depth, empty ones, lines to groups, loops, parallels."""
    ids = draw(
        st.lists(
            names.filter(lambda n: n not in {"0", "1"}), min_size=1, max_size=most_nodes + most_groups, unique=True
        )
    )
    count = draw(st.integers(max(0, len(ids) - most_nodes), min(most_groups, len(ids) - 1)))
    groups: list[Group] = []
    for name in ids[:count]:
        parent = draw(st.sampled_from([None, *(g.id for g in groups)]))
        direction = draw(st.sampled_from([None, "LR", "TB", "RL", "BT"]))
        groups.append(
            Group(
                id=name,
                kind=draw(st.sampled_from(GroupKind)),
                label=draw(labels),
                parent=parent,
                direction=direction,
                attrs=draw(attrs),
                spec=draw(st.none() | specs),
            )
        )
    nodes = [
        Node(
            id=name,
            kind=draw(st.sampled_from(KINDS)),
            label=draw(labels),
            parent=draw(st.sampled_from([None, *(g.id for g in groups)])),
            icon=draw(st.sampled_from([None, "lib:aws/compute/ec2.png"])),
            attrs=draw(attrs),
            spec=draw(st.none() | specs),
        )
        for name in ids[count:]
    ]
    ends = draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=most_edges))
    edges = [
        Edge(
            id=name,
            source=source,
            target=target,
            label=draw(labels),
            arrow=draw(st.sampled_from(["forward", "back", "both", "none"])),
            step=draw(st.none() | st.integers(1, 20)),
            ranked=draw(st.booleans()),
            attrs=draw(attrs),
        )
        for name, (source, target) in zip(edge_ids(ends, ids), ends, strict=True)
    ]
    return Architecture(
        filename=draw(st.sampled_from(["diagram", "folder/diagram"])),
        title=draw(labels),
        lang=draw(st.sampled_from(["pt", "en"])),
        direction=draw(st.sampled_from(["LR", "TB", "RL", "BT"])),
        nodes=tuple(nodes),
        groups=tuple(groups),
        edges=tuple(edges),
        attrs=draw(attrs),
        notes=tuple(draw(st.lists(st.builds(Note, code=names, text=words, where=names), max_size=2))),
    )
