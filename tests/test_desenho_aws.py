"""AWS in typed words."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from diagrams import Cluster, Diagram, Node
from diagrams.aws import compute

from architecture import spec
from architecture.errors import SpecError
from architecture.model import GroupKind
from architecture.recording import recording
from desenho import aws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from architecture.model import Architecture
    from architecture.recording import Recording

WORDS = {name: getattr(aws, name) for name in aws.__all__}
GROUPS = {name: cls for name, cls in WORDS.items() if issubclass(cls, Cluster)}
NODES = {name: cls for name, cls in WORDS.items() if issubclass(cls, Node)}
STANDARD = {"self", "label", "id", "attrs", "direction", "pin"}
SPECS = {
    "APIGateway": spec.Api,
    "AvailabilityZone": spec.Zone,
    "CloudFront": spec.Distribution,
    "EBS": spec.Volume,
    "EC2": spec.Instance,
    "Lambda": spec.Function,
    "PrivateSubnet": spec.Subnet,
    "PublicSubnet": spec.Subnet,
    "Region": spec.Region,
    "S3": spec.Bucket,
    "SQS": spec.Queue,
    "SecurityGroup": spec.Firewall,
    "User": spec.Person,
    "VPC": spec.Network,
}


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Recording]:
    with recording(None, tmp_path) as record:
        yield record


def drawn(record: Recording, draw: Callable[[], object]) -> Architecture:
    with Diagram("d"):
        draw()
    return record.done[-1]


def test_there_is_a_group_for_every_kind() -> None:
    assert {cls.kind for cls in GROUPS.values()} == set(GroupKind)
    assert aws.AZ is aws.AvailabilityZone


@pytest.mark.parametrize("name", GROUPS)
def test_typed_groups(name: str, record: Recording) -> None:
    def draw() -> None:
        with GROUPS[name]("Label", id="mine", direction="TB", attrs={"bgcolor": "red"}):
            compute.EC2("a", nodeid="a")

    (group,) = drawn(record, draw).groups
    assert (group.id, group.kind, group.label, group.direction) == ("mine", GROUPS[name].kind, "Label", "TB")
    assert group.attrs == {"bgcolor": "red"}
    assert type(group.spec) is SPECS.get(GROUPS[name].__name__, type(None))


@pytest.mark.parametrize("name", NODES)
def test_typed_nodes_are_the_librarys_own(name: str, record: Recording) -> None:
    (node,) = drawn(record, lambda: NODES[name]("Label", id="mine", attrs={"fontcolor": "red"})).nodes
    (plain,) = drawn(record, lambda: NODES[name].__mro__[2]("Label")).nodes
    assert (node.id, node.label, node.attrs) == ("mine", "Label", {"fontcolor": "red"})
    assert (node.kind, node.icon) == (plain.kind, plain.icon)
    assert type(node.spec) is SPECS[name]
    assert plain.spec is None


@pytest.mark.parametrize("name", SPECS)
def test_the_keywords_are_the_properties_and_the_defaults_are_theirs(name: str) -> None:
    parameters = inspect.signature(WORDS[name].__init__).parameters
    own = {p: v.default for p, v in parameters.items() if p not in STANDARD}
    assert own == {field: f.default for field, f in SPECS[name].fields.items()}


def test_properties_reach_the_model(record: Recording) -> None:
    def draw() -> None:
        with (
            aws.Region("sa-east-1"),
            aws.VPC(cidr="10.1.0.0/16"),
            aws.AZ("Zone a", letter="a"),
            aws.PublicSubnet("Public", cidr="10.1.1.0/24"),
        ):
            aws.S3(versioned=False, origins=("https://example.com",))
            aws.Lambda(code="src/fn", handler="app.main", memory_mb=1024)
            aws.EC2(instance_type="g4dn.xlarge", app="src/app", public_ip=True)
            aws.EBS(size_gb=100)
        with aws.Region("Ohio", name="us-east-2"), aws.Region("Somewhere"):
            pass

    read = drawn(record, draw)
    assert [g.spec for g in read.groups] == [
        spec.Region(name="sa-east-1"),
        spec.Network(cidr="10.1.0.0/16"),
        spec.Zone(letter="a"),
        spec.Subnet(cidr="10.1.1.0/24"),
        spec.Region(name="us-east-2"),
        spec.Region(),
    ]
    assert [n.spec for n in read.nodes] == [
        spec.Bucket(versioned=False, origins=("https://example.com",)),
        spec.Function(code="src/fn", handler="app.main", memory_mb=1024),
        spec.Instance(instance_type="g4dn.xlarge", app="src/app", public_ip=True),
        spec.Volume(size_gb=100),
    ]
    assert [n.label for n in read.nodes] == ["Amazon S3", "AWS Lambda", "Amazon EC2", "Amazon EBS"]


@pytest.mark.parametrize(
    ("name", "word"), [("S3", "versoned"), ("VPC", "cdir"), ("Account", "cidr"), ("User", "color")]
)
def test_a_wrong_keyword_names_the_right_ones(name: str, word: str, record: Recording) -> None:
    with pytest.raises(TypeError) as caught:
        drawn(record, lambda: WORDS[name]("Label", **{word: "x"}))
    message = str(caught.value)
    allowed = [p for p in inspect.signature(WORDS[name].__init__).parameters if p != "self"]
    assert message == f"{name} has no keyword {word}; it takes: {', '.join(f'{p}=' for p in allowed)}"


def test_a_property_out_of_range_names_the_range(record: Recording) -> None:
    with pytest.raises(SpecError, match="size_gb is 0"):
        drawn(record, lambda: aws.EBS(size_gb=0))


@pytest.mark.slow
def test_an_editor_sees_a_wrong_keyword_and_the_types_of_lines(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    sample = """
from diagrams.aws.network import CloudFront
from desenho import Diagram, Flow
from desenho.aws import EC2, S3, VPC, User

with Diagram("d"):
    user, cdn = User("u"), CloudFront("c")
    with VPC(cidr="10.0.0.0/16") as vpc:
        servers = [EC2(str(i)) for i in range(3)]
    bucket: S3 = user >> Flow(1) >> S3()
    back: list[EC2] = bucket >> servers
    servers >> Flow(7) >> bucket
    cdn >> Flow(1) >> vpc >> Flow(2) >> bucket
    user >> cdn >> vpc
    vpc - [user, bucket]
    S3(versoned=True)
    VPC(cdir="10.0.0.0/16")
    Flow("1")
"""
    (tmp_path / "sample.py").write_text(sample, encoding="utf-8")
    settings = {"include": ["sample.py"], "extraPaths": [str(root)], "typeCheckingMode": "standard"}
    settings |= {"reportUnusedExpression": False}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = {d["range"]["start"]["line"]: d["rule"] for d in json.loads(done.stdout)["generalDiagnostics"]}
    lines = sample.splitlines()
    assert {lines[at].strip(): rule for at, rule in wrong.items()} == {
        "S3(versoned=True)": "reportCallIssue",
        'VPC(cdir="10.0.0.0/16")': "reportCallIssue",
        'Flow("1")': "reportArgumentType",
    }


def test_lines_begin_and_end_at_groups(record: Recording) -> None:
    def draw() -> None:
        a, b = aws.EC2("a", id="a"), compute.EC2("b", nodeid="b")
        with aws.VPC("VPC", id="vpc") as vpc, aws.PrivateSubnet("Subnet", id="subnet") as subnet:
            pass
        join: Any = (a, b, vpc, subnet)
        _join(*join)

    read = drawn(record, draw)
    assert [(e.source, e.arrow, e.target) for e in read.edges] == [
        ("a", "forward", "vpc"),
        ("vpc", "forward", "subnet"),
        ("vpc", "back", "a"),
        ("vpc", "none", "b"),
        ("b", "none", "vpc"),
        ("a", "forward", "vpc"),
        ("b", "forward", "vpc"),
        ("vpc", "forward", "a"),
        ("vpc", "forward", "subnet"),
        ("a", "back", "vpc"),
        ("subnet", "back", "vpc"),
    ]


def _join(a: aws.EC2, b: compute.EC2, vpc: aws.VPC, subnet: aws.PrivateSubnet) -> None:
    a >> vpc >> subnet
    vpc << a
    vpc - b
    b - vpc
    [a, b] >> vpc
    vpc >> [a, subnet]
    [a, subnet] << vpc
