from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.capture import capture
from architecture.errors import ModelError, UnsupportedError
from architecture.model import Architecture, Edge, Group, GroupKind, Node
from architecture.spec import Bucket, Function, Instance, Network, Subnet, Volume, Zone
from architectures import challenge
from deploy.blueprint import read
from deploy.environment import Code, Environment, example
from deploy.template import dumps, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.template import Template

SCRIPTS = sorted(p.stem for p in (Path(__file__).parents[1] / "diagrams").glob("*.py"))
REGIONS = ["us-east-1", "sa-east-1"]

S3, LAMBDA, EC2 = "aws.storage.SimpleStorageServiceS3", "aws.compute.Lambda", "aws.compute.EC2"
EBS, SQS, USER = "aws.storage.ElasticBlockStoreEBS", "aws.integration.SimpleQueueServiceSqs", "aws.general.User"


def script(name: str) -> Architecture:
    return capture(Path(__file__).parents[1] / "diagrams" / f"{name}.py")[0]


def made(architecture: Architecture, env: Environment | None = None) -> dict[str, Any]:
    return template(architecture, env or example("demo", "us-east-1"))


def plain(*edges: str, groups: tuple[Group, ...] = (), parents: dict[str, str] | None = None) -> Architecture:
    """A plain diagram: the first letters of a node's name tell its class (`s3a`, `fn`, `ec2`, `ebs`, `sqs`, `user`)."""
    kinds = {"s3": S3, "fn": LAMBDA, "ec2": EC2, "ebs": EBS, "sqs": SQS, "user": USER, "ecs": "aws.compute.ECS"}
    pairs = [e.split("-") for e in edges]
    ids = dict.fromkeys(i for pair in pairs for i in pair)
    nodes = tuple(
        Node(id=i, kind=next(k for p, k in kinds.items() if i.startswith(p)), parent=(parents or {}).get(i))
        for i in ids
    )
    lines = tuple(Edge(id="--".join(p), source=p[0], target=p[1]) for p in pairs if len(p) == 2)
    return Architecture(filename="plain", nodes=nodes, edges=lines, groups=groups)


def of_type(body: Template, kind: str) -> dict[str, Any]:
    return {logical: r for logical, r in body["Resources"].items() if r["Type"] == f"AWS::{kind}"}


def references(value: Any) -> Iterator[str]:
    """The logical ids that a value refers to."""
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, dict):
        if "Ref" in value:
            yield value["Ref"]
        elif "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        elif "Fn::Sub" in value:
            yield from (m.partition(".")[0] for m in re.findall(r"\$\{([^!}][^}]*)\}", value["Fn::Sub"]))
        else:
            for inner in value.values():
                yield from references(inner)


def sound(body: dict[str, Any]) -> None:
    """Whatever refers, refers to something; nothing goes in circles; every resource says what it serves."""
    resources = body["Resources"]
    waits = {k: {*references(r.get("Properties", {})), *r.get("DependsOn", [])} for k, r in resources.items()}
    for logical, others in waits.items():
        assert others <= resources.keys(), f"{logical} refers to {others - resources.keys()}"
    assert {*references(body["Outputs"])} <= resources.keys()
    done: set[str] = set()
    while len(done) < len(waits):
        ready = {k for k, others in waits.items() if k not in done and others <= done}
        assert ready, f"a circle in {set(waits) - done}"
        done |= ready
    for logical, resource in resources.items():
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,254}", logical)
        ((kind, _),) = resource["Metadata"]["desenho"].items()
        assert kind in {"node", "group", "edge", "part"}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_golden(name: str, region: str, golden: Callable[[str, str], None]) -> None:
    body = made(script(name), example("demo", region))
    sound(body)
    golden(f"templates/{name}.{region}.json", dumps(body))


def test_the_challenge_by_hand_is_the_one_of_the_script() -> None:
    assert dumps(made(challenge())) == dumps(made(script("challenge")))


@pytest.mark.parametrize("name", SCRIPTS)
def test_both_languages_give_the_same_template(name: str) -> None:
    found = script(name)
    other = "en" if found.lang == "pt" else "pt"
    in_other = made(replace(found, lang=other))
    ours = made(found)
    assert ours["Resources"] == in_other["Resources"]
    assert ours["Outputs"] == in_other["Outputs"]


def test_words_and_steps_are_kept_in_both_languages() -> None:
    ours = made(challenge())["Metadata"]["desenho"]
    assert ours["words"]["user"] == {"pt": "Usuário", "en": "User"}
    assert ours["steps"] == {"user--bucket": 1, "bucket--function": 2, "function--server": 3, "server--volume": 4}
    assert ours["pinned"]["zones"] == ["us-east-1a", "us-east-1b"]


def test_renaming_and_translating_change_no_resource() -> None:
    before = challenge()
    nodes = tuple(replace(n, label=f"{n.label} renamed") for n in before.nodes)
    assert made(replace(before, nodes=nodes))["Resources"] == made(before)["Resources"]


def test_a_new_neighbour_moves_nothing() -> None:
    before = challenge()
    groups = (
        *before.groups[:3],
        Group(id="other", kind=GroupKind.PRIVATE_SUBNET, parent="vpc"),
        before.groups[3],
    )
    nodes = (Node(id="archive", kind=S3), *before.nodes)
    was, now = made(before)["Resources"], made(replace(before, groups=groups, nodes=nodes))["Resources"]
    changed = {k for k in was if was[k] != now.get(k)}
    assert changed == {"VpcS3Endpoint"}, "only the endpoint's policy knows of the new bucket"


def test_what_is_said_reaches_the_template() -> None:
    body = made(
        challenge(
            bucket=Bucket(keep_versions_days=7, origins=("https://example.com",)),
            function=Function(memory_mb=256, timeout_s=10, concurrency=3, log_days=30, max_object_mb=5),
            vpc=Network(cidr="10.1.0.0/20"),
            server=Instance(instance_type="t4g.small", port=9000),
            volume=Volume(size_gb=50, snapshot="snap-0123456789abcdef0"),
        )
    )["Resources"]
    bucket, function = body["Bucket"]["Properties"], body["Function"]["Properties"]
    assert bucket["CorsConfiguration"]["CorsRules"][0]["AllowedOrigins"] == ["https://example.com"]
    assert bucket["LifecycleConfiguration"]["Rules"][1]["NoncurrentVersionExpiration"]["NoncurrentDays"] == 7
    assert (function["MemorySize"], function["Timeout"], function["ReservedConcurrentExecutions"]) == (256, 10, 3)
    assert function["Environment"]["Variables"]["MAX_BYTES"] == str(5 * 1024 * 1024)
    assert function["Environment"]["Variables"]["APP_URL"] == {"Fn::Sub": "http://${Server.PrivateIp}:9000"}
    assert body["FunctionLog"]["Properties"]["RetentionInDays"] == 30
    assert body["Vpc"]["Properties"]["CidrBlock"] == "10.1.0.0/20"
    assert body["Server"]["Properties"]["InstanceType"] == "t4g.small"
    assert "PORT='9000'" in body["Server"]["Properties"]["UserData"]["Fn::Base64"]["Fn::Sub"]
    assert body["Volume"]["Properties"]["Size"] == 50
    assert body["Volume"]["Properties"]["SnapshotId"] == "snap-0123456789abcdef0"


def test_the_processor_chooses_the_image() -> None:
    arm = made(challenge())["Resources"]["Server"]["Properties"]["ImageId"]
    intel = made(challenge(server=Instance(instance_type="t3.micro")))["Resources"]["Server"]["Properties"]["ImageId"]
    assert {arm, intel} == set(example("demo", "us-east-1").images.values())


def test_a_plain_script_deploys_with_defaults() -> None:
    body = made(plain("user-s3", "s3-fn", "fn-ec2", "ec2-ebs"))
    sound(body)
    assert len(of_type(body, "EC2::VPC")) == 1, "a VPC that nobody has drawn"
    assert len(of_type(body, "EC2::Subnet")) == 2
    assert of_type(body, "EC2::VPC").popitem()[1]["Metadata"]["desenho"] == {"part": "ec2"}
    assert body["Resources"]["Fn"]["Properties"]["VpcConfig"]["SubnetIds"] == [
        {"Ref": "Ec2Subnet"},
        {"Ref": "Ec2SubnetPair"},
    ]


def test_a_function_that_calls_nothing_stands_outside_of_every_vpc() -> None:
    body = made(plain("user-s3", "s3-fn"))
    sound(body)
    assert not of_type(body, "EC2::VPC")
    assert "VpcConfig" not in body["Resources"]["Fn"]["Properties"]


def test_a_queue_between_bucket_and_function() -> None:
    body = made(plain("s3-sqs", "sqs-fn"))
    sound(body)
    resources = body["Resources"]
    assert resources["S3"]["Properties"]["NotificationConfiguration"]["QueueConfigurations"]
    assert resources["S3"]["DependsOn"] == ["SqsPolicy"], "S3 asks whether it may send before it takes the notification"
    assert resources["SqsFnSource"]["Metadata"]["desenho"] == {"edge": "sqs--fn"}
    assert resources["Sqs"]["Properties"]["VisibilityTimeout"] == 360
    assert "FnRetries" not in resources, "messages have a dead-letter queue instead"


def test_a_queue_that_is_drawn_takes_the_failures() -> None:
    body = made(plain("s3-fn", "fn-sqs"))
    sound(body)
    destination = body["Resources"]["FnRetries"]["Properties"]["DestinationConfig"]["OnFailure"]["Destination"]
    assert destination == {"Fn::GetAtt": ["Sqs", "Arn"]}
    assert len(of_type(body, "SQS::Queue")) == 1


def test_permission_comes_before_notification() -> None:
    assert made(challenge())["Resources"]["Bucket"]["DependsOn"] == ["BucketFunctionPermission"]


def test_a_function_never_wakes_itself() -> None:
    resources = made(challenge())["Resources"]
    configuration = resources["Bucket"]["Properties"]["NotificationConfiguration"]["LambdaConfigurations"][0]
    assert configuration["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "incoming/"}]
    statements = [
        s
        for p in resources["FunctionRole"]["Properties"]["Policies"]
        for s in p["PolicyDocument"]["Statement"]
        if "s3:PutObject" in s["Action"]
    ]
    targets = [r for s in statements for r in s["Resource"]]
    assert targets
    assert not any("incoming" in r for r in targets)


def test_private_means_private() -> None:
    for name in SCRIPTS:
        body = made(script(name))
        for subnet in of_type(body, "EC2::Subnet").values():
            assert subnet["Properties"]["MapPublicIpOnLaunch"] is False
        for kind in ("EC2::NatGateway", "EC2::EIP"):
            assert not of_type(body, kind)
        for rule in of_type(body, "EC2::SecurityGroupIngress").values():
            assert "CidrIp" not in rule["Properties"], "nothing lets in an address"


def test_zones_and_subnets_that_are_drawn() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC, label="VPC 10.9.0.0/16"),
        Group(id="za", kind=GroupKind.AVAILABILITY_ZONE, label="us-east-1a", parent="vpc"),
        Group(id="zb", kind=GroupKind.AVAILABILITY_ZONE, parent="vpc", spec=Zone(letter="b")),
        Group(id="a", kind=GroupKind.PRIVATE_SUBNET, parent="za", spec=Subnet(cidr="10.9.1.0/24")),
        Group(id="b", kind=GroupKind.PRIVATE_SUBNET, parent="zb"),
        Group(id="door", kind=GroupKind.PUBLIC_SUBNET, parent="za"),
    )
    found = plain("s3-fn", "fn-ec2", "ec2-ebs", groups=groups, parents={"ec2": "b", "ebs": "b"})
    body = made(found)
    sound(body)
    resources = body["Resources"]
    assert resources["Vpc"]["Properties"]["CidrBlock"] == "10.9.0.0/16"
    assert resources["A"]["Properties"]["AvailabilityZone"] == "us-east-1a"
    assert resources["B"]["Properties"]["AvailabilityZone"] == "us-east-1b"
    assert resources["Fn"]["Properties"]["VpcConfig"]["SubnetIds"] == [{"Ref": "B"}, {"Ref": "A"}], "no third subnet"
    assert len(of_type(body, "EC2::Subnet")) == 3
    assert resources["VpcInternetRoute"]["Properties"]["DestinationCidrBlock"] == "0.0.0.0/0"
    notes = {n.where: n.text for n in read(found).notes}
    assert "10.9.0.0/16" in notes["vpc"]
    assert "zone a" in notes["za"]


def test_a_security_group_that_is_drawn() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC),
        Group(id="net", kind=GroupKind.PRIVATE_SUBNET, parent="vpc"),
        Group(id="wall", kind=GroupKind.SECURITY_GROUP, parent="net"),
    )
    parents = {"ec2a": "wall", "ec2b": "wall"}
    body = made(plain("s3-fn", "fn-ec2a", "ec2b-ebs", groups=groups, parents=parents))
    sound(body)
    for instance in ("Ec2a", "Ec2b"):
        assert body["Resources"][instance]["Properties"]["SecurityGroupIds"] == [{"Fn::GetAtt": ["Wall", "GroupId"]}]
    assert body["Resources"]["Wall"]["Metadata"]["desenho"] == {"group": "wall"}


def test_a_public_address_only_where_asked_for() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC),
        Group(id="door", kind=GroupKind.PUBLIC_SUBNET, parent="vpc"),
    )
    found = plain("s3-ec2", groups=groups, parents={"ec2": "door"})
    assert "NetworkInterfaces" not in made(found)["Resources"]["Ec2"]["Properties"]
    nodes = tuple(replace(n, spec=Instance(public_ip=True)) if n.id == "ec2" else n for n in found.nodes)
    body = made(replace(found, nodes=nodes))
    sound(body)
    (interface,) = body["Resources"]["Ec2"]["Properties"]["NetworkInterfaces"]
    assert interface["AssociatePublicIpAddress"] is True


def test_a_release_waits_again() -> None:
    def ready(key: str) -> list[str]:
        env = replace(example("demo", "us-east-1"), code={"server": Code(key=key)})
        return [k for k in made(challenge(), env)["Resources"] if k.startswith("ServerReady")]

    assert ready("apps/1.tar.gz") == ready("apps/1.tar.gz")
    assert not {*ready("apps/1.tar.gz")} & {*ready("apps/2.tar.gz")}


def test_nobody_waits_where_no_instance_boots() -> None:
    body = made(challenge(), replace(example("demo", "us-east-1"), waits=False))
    sound(body)
    assert not of_type(body, "CloudFormation::WaitCondition")
    assert not of_type(body, "CloudFormation::WaitConditionHandle")


def test_data_stay_when_the_stack_goes() -> None:
    resources = made(challenge())["Resources"]
    assert resources["Bucket"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources["Bucket"]["UpdateReplacePolicy"] == "Retain"
    assert resources["Volume"]["DeletionPolicy"] == resources["Volume"]["UpdateReplacePolicy"] == "Snapshot"


def test_only_ref_getatt_and_sub() -> None:
    def functions(value: Any) -> Iterator[str]:
        if isinstance(value, list):
            for inner in value:
                yield from functions(inner)
        elif isinstance(value, dict):
            for key, inner in value.items():
                if key.startswith("Fn::") or key in {"Ref", "Condition"}:
                    yield key
                yield from functions(inner)

    for name in SCRIPTS:
        body = made(script(name))
        assert not body.keys() & {"Parameters", "Conditions", "Mappings", "Transform"}
        used = {f for r in body["Resources"].values() for f in functions(r.get("Properties", {}))}
        assert used - {"Condition"} <= {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Base64"}


def test_everything_without_a_meaning_is_listed_at_once() -> None:
    found = plain("user-s3", "s3-ecs", "user-fn", groups=(Group(id="fleet", kind=GroupKind.AUTO_SCALING_GROUP),))
    with pytest.raises(UnsupportedError) as error:
        made(found)
    said = str(error.value)
    for words in ("ecs: aws.compute.ECS", "user--fn: a line from person to function", "fleet", "auto_scaling_group"):
        assert words in said
    assert "bucket to function (event)" in error.value.hint


@pytest.mark.parametrize(
    ("arrow", "says"),
    [("forward", {"event"}), ("back", {"write"}), ("both", {"event", "write"}), ("none", {"event"})],
)
def test_the_direction_of_a_line(arrow: Any, says: set[str]) -> None:
    found = plain("s3-fn")
    lines = read(replace(found, edges=(replace(found.edges[0], arrow=arrow),))).links
    assert {link.meaning.value for link in lines} == says


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (plain("s3-fna", "s3-fnb"), "it wakes fna, fnb"),
        (plain("ec2a-ebs", "ec2b-ebs"), "a volume has one instance"),
        (plain("ec2-ebsa", "ec2-ebsb"), "one data volume is supported"),
        (plain("s3-ebs"), "no meaning"),
        (plain("fn-ec2a", "fn-ec2b"), "its app is one"),
        (plain("sqs-fn", "fn-sqs"), "its own failures"),
        (plain("s3-fn", groups=(Group(id="net", kind=GroupKind.PRIVATE_SUBNET),)), "net: it stands in no VPC"),
    ],
)
def test_what_aws_would_refuse_is_refused_first(found: Architecture, says: str) -> None:
    with pytest.raises(ModelError, match=re.escape(says)):
        made(found)


def test_a_volume_that_nobody_uses_is_refused() -> None:
    with pytest.raises(ModelError, match="no line joins it"):
        made(Architecture(filename="x", nodes=(Node(id="disk", kind=EBS),)))


def test_ranges_are_checked() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC, spec=Network(cidr="10.0.0.0/16")),
        Group(id="a", kind=GroupKind.PRIVATE_SUBNET, parent="vpc", spec=Subnet(cidr="10.0.0.0/24")),
        Group(id="b", kind=GroupKind.PRIVATE_SUBNET, parent="vpc", spec=Subnet(cidr="10.0.0.128/25")),
        Group(id="c", kind=GroupKind.PRIVATE_SUBNET, parent="vpc", spec=Subnet(cidr="10.7.0.0/24")),
    )
    with pytest.raises(ModelError) as error:
        made(Architecture(filename="x", groups=groups))
    assert "b: 10.0.0.128/25 overlaps 10.0.0.0/24 of a" in str(error.value)
    assert "c: 10.7.0.0/24 lies outside" in str(error.value)


def test_a_vpc_without_room_for_its_subnets_is_refused() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC, spec=Network(cidr="10.0.0.0/28")),
        Group(id="a", kind=GroupKind.PRIVATE_SUBNET, parent="vpc"),
    )
    with pytest.raises(ModelError, match=r"vpc: 10\.0\.0\.0/28 has no room for its subnets") as error:
        made(Architecture(filename="x", groups=groups))
    assert "cidr=" in error.value.hint


def test_a_zone_that_does_not_exist_is_refused() -> None:
    groups = (
        Group(id="vpc", kind=GroupKind.VPC),
        Group(id="z", kind=GroupKind.AVAILABILITY_ZONE, parent="vpc", spec=Zone(letter="f")),
        Group(id="a", kind=GroupKind.PRIVATE_SUBNET, parent="z"),
    )
    with pytest.raises(ModelError, match="no zone us-east-1f"):
        made(Architecture(filename="x", groups=groups))


@given(data=st.data())
def test_whatever_is_accepted_is_sound(data: st.DataObject) -> None:
    """Any diagram of the supported kinds is refused with a reason, or gives a template that holds together."""
    kinds = {"s3": S3, "fn": LAMBDA, "ec2": EC2, "ebs": EBS, "sqs": SQS, "user": USER}
    ids = data.draw(st.lists(st.sampled_from([f"{p}{n}" for p in kinds for n in "ab"]), unique=True, min_size=1))
    groups = (
        Group(id="vpc", kind=GroupKind.VPC),
        Group(id="net", kind=GroupKind.PRIVATE_SUBNET, parent="vpc"),
        Group(id="door", kind=GroupKind.PUBLIC_SUBNET, parent="vpc"),
        Group(id="wall", kind=GroupKind.SECURITY_GROUP, parent="net"),
    )
    place = st.sampled_from([None, "vpc", "net", "door", "wall"])
    nodes = tuple(Node(id=i, kind=kinds[i[:-1]], parent=data.draw(place)) for i in ids)
    ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids))
    pairs = data.draw(st.lists(ends, unique=True, max_size=8))
    edges = tuple(Edge(id=f"{a}--{b}", source=a, target=b) for a, b in pairs)
    with suppress(ModelError):
        body = made(Architecture(filename="any", nodes=nodes, groups=groups, edges=edges))
        sound(body)
        assert json.loads(dumps(body)) == body
