"""The small pure parts of deploying: names, addresses, words about changes, replacing, costs, errors of AWS."""

from __future__ import annotations

import json
import re
from ipaddress import IPv4Network
from typing import Any

import botocore.exceptions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.errors import AccessError, CloudError, CredentialsError, ThrottledError, UsageError
from architecture.spec import Instance
from architectures import challenge
from deploy import client, cost
from deploy.addresses import subnets
from deploy.blueprint import read
from deploy.data import Kept
from deploy.environment import example
from deploy.hints import hint
from deploy.names import Names, physical
from deploy.places import places_of
from deploy.plan import compare, serves
from deploy.replacing import paused, stands_on
from deploy.running import Running
from deploy.template import template
from deploy.tunnel import instance
from fake_account import FakeAccount

# ---- places


def test_a_place_is_one_line_whatever_the_label_is() -> None:
    words = {"bucket": {"pt": "Amazon S3\nrelatórios", "en": "Amazon S3\nreports"}, "vpc": "VPC\n10.0.0.0/16"}
    told = places_of({"Metadata": {"desenho": {"words": words}}})
    assert told == {"bucket": "Amazon S3 reports", "vpc": "VPC 10.0.0.0/16"}


# ---- names


@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=12))
def test_logical_ids_are_valid_and_never_shared(ids: list[str]) -> None:
    names = Names(ids)
    found = [names.logical(i) for i in ids] + [names.logical(i, "Policy") for i in ids]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", f) for f in found)
    assert [Names(ids).logical(i) for i in ids] == found[: len(ids)]


def test_logical_ids_are_what_a_person_expects() -> None:
    names = Names(["bucket", "private-subnet", "função", "bucket--function"])
    assert names.logical("bucket", "Policy") == "BucketPolicy"
    assert names.logical("private-subnet") == "PrivateSubnet"
    assert names.logical("função") == "Funcao"
    assert names.logical("bucket--function", "Permission") == "BucketFunctionPermission"


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4))
def test_physical_names_are_valid_for_buckets(words: list[str]) -> None:
    name = physical("stack", *words)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name)
    assert len(name) <= 63


def test_long_names_stay_apart() -> None:
    assert physical("x" * 80, "a") != physical("x" * 80, "b")


# ---- addresses

ids = st.lists(st.text("abcdef", min_size=1, max_size=6), unique=True, max_size=12)


@given(ids, st.integers(16, 24))
def test_ranges_lie_inside_and_apart(wanted: list[str], prefix: int) -> None:
    network = IPv4Network(("10.0.0.0", prefix))
    found = [*subnets(network, wanted, {"given": IPv4Network("10.0.0.0/28")}).values()]
    assert all(f.subnet_of(network) for f in found)
    assert not any(a.overlaps(b) for i, a in enumerate(found) for b in [*found[:i], IPv4Network("10.0.0.0/28")])


@given(ids)
def test_a_new_neighbour_moves_no_range_unless_they_meet(wanted: list[str]) -> None:
    network = IPv4Network("10.0.0.0/16")
    before = subnets(network, wanted, {})
    after = subnets(network, [*wanted, "zz"], {})
    assert {i: after[i] for i in wanted} == before


def test_a_full_network_says_so() -> None:
    with pytest.raises(ValueError, match="no range is left"):
        subnets(IPv4Network("10.0.0.0/28"), ["a", "b"], {})


# ---- changes in words


def made(**specs: Any) -> dict[str, Any]:
    return template(challenge(**specs), example("demo", "us-east-1"))


def test_a_release_is_told_by_the_setting_that_changes() -> None:
    before = made()
    after = json.loads(json.dumps(before).replace("apps/app.tar.gz", "apps/new.tar.gz"))
    told = {
        "LogicalResourceId": "Server",
        "ResourceType": "AWS::EC2::Instance",
        "Action": "Modify",
        "Replacement": "False",
    }
    (change,) = compare("demo", "us-east-1", before, after, (told,)).changes
    (detail,) = change.details
    assert detail.path == "UserData.BUNDLE"
    assert str(detail).endswith("apps/app.tar.gz -> s3://desenho-artifacts-111122223333-us-east-1/apps/new.tar.gz")


def test_a_change_that_only_follows_says_what_it_follows() -> None:
    body = made()
    details = [{"Target": {"Name": "InstanceId", "RequiresRecreation": "Always"}, "CausingEntity": "Server"}]
    told = {
        "LogicalResourceId": "ServerVolumeAttachment", "ResourceType": "AWS::EC2::VolumeAttachment",
        "Action": "Modify", "Replacement": "Conditional", "Details": details,
    }  # fmt: skip
    (change,) = compare("demo", "us-east-1", body, body, (told,)).changes
    assert (change.action, change.because) == ("may replace", ("Server",))
    assert [*change.lines({"server--volume": "step 4"})] == [
        "! may replace ServerVolumeAttachment (AWS::EC2::VolumeAttachment), step 4",
        "      follows Server",
    ]


def told(logical: str, action: str = "Modify", kind: str = "T") -> dict[str, Any]:
    return {"LogicalResourceId": logical, "ResourceType": kind, "Action": action, "Replacement": "False"}


def body(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": "T", "Properties": has} for name, has in properties.items()}}


def test_changes_stand_in_the_order_of_the_diagram_whatever_the_order_they_are_told_in() -> None:
    before, after = body(Old={}, B={"x": 1}, A={"x": 1}), body(B={"x": 2}, A={"x": 2}, New={})
    changes = [told("Other"), told("Old", "Remove"), told("New", "Add"), told("A"), told("B")]
    plan = compare("demo", "us-east-1", before, after, tuple(changes))
    assert [c.logical for c in plan.changes] == ["B", "A", "New", "Old", "Other"]
    assert plan.summary == "demo in us-east-1: 1 to create, 3 to update, 1 to remove"


@pytest.mark.parametrize("name", ["Role", "UserData"])
@pytest.mark.parametrize(("before", "after"), [({"Ref": "R"}, "arn"), ("arn", {"Ref": "R"}), ([1], [2])])
def test_a_value_that_becomes_another_kind_of_value_is_one_line(name: str, before: Any, after: Any) -> None:
    (change,) = compare("demo", "r", body(A={name: before}), body(A={name: after}), (told("A"),)).changes
    assert [(d.path, d.before, d.after) for d in change.details] == [(name, before, after)]


def test_a_property_that_comes_or_goes_is_told_against_nothing() -> None:
    before, after = body(A={"Old": 1, "In": {"a": 1}}), body(A={"New": "x", "In": {"a": 1, "b": 2}})
    (change,) = compare("demo", "r", before, after, (told("A"),)).changes
    assert [str(detail) for detail in change.details] == [
        "Old: 1 -> nothing",
        "In.b: nothing -> 2",
        "New: nothing -> x",
    ]


# ---- replacing


def test_what_stands_on_an_instance_goes_with_it() -> None:
    body = made()
    gone = stands_on(body, frozenset({"server"}))
    assert {re.sub(r"[0-9a-f]{8}$", "", g) for g in gone} == {
        "Server", "ServerVolumeAttachment", "ServerReady", "ServerReadyHandle",
    }  # fmt: skip
    assert stands_on(body, frozenset({"volume"})) == gone | {"Volume"}, "an instance names its volume"


def test_what_stays_keeps_the_values_it_has() -> None:
    body = made()
    known = {"Server": "i-1", "Server.PrivateIp": "10.0.0.9"}
    left = paused(body, stands_on(body, frozenset({"server"})), known)
    text = json.dumps(left["Resources"])
    assert '"Ref": "Server"' not in text
    assert "${Server" not in text
    resources: Any = left["Resources"]
    variables = resources["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["APP_URL"] == {"Fn::Sub": "http://10.0.0.9:8080"}
    assert resources["ServerStatusAlarm"]["Properties"]["Dimensions"][0]["Value"] == "i-1"
    assert "ServerId" not in left["Outputs"]
    assert "Volume" in resources
    with pytest.raises(KeyError):
        paused(body, stands_on(body, frozenset({"server"})), {})


def test_nothing_that_stays_refers_to_what_is_away() -> None:
    values = {"ref": {"Ref": "Gone"}, "att": {"Fn::GetAtt": ["Gone", "Arn"]}, "sub": {"Fn::Sub": "${Gone.Arn}/${Kept}"}}
    kept = {"ref": {"Ref": "Kept"}, "att": {"Fn::GetAtt": ["Kept", "Arn"]}, "list": [{"Ref": "Kept"}, 5]}
    whole = body(Gone={}, Kept={}, User={**values, "kept": kept})
    whole["Resources"]["User"]["DependsOn"] = ["Gone", "Kept"]
    left: Any = paused(whole, frozenset({"Gone"}), {"Gone": "g-1", "Gone.Arn": "arn:g"})["Resources"]
    assert [*left] == ["Kept", "User"]
    assert left["User"]["DependsOn"] == ["Kept"]
    assert left["User"]["Properties"] == {
        "ref": "g-1", "att": "arn:g", "sub": {"Fn::Sub": "arn:g/${Kept}"}, "kept": kept,
    }  # fmt: skip


def test_serves_tells_parts_from_things() -> None:
    assert serves(made(), "Bucket") == ("bucket", True)
    assert serves(made(), "BucketPolicy") == ("bucket", False)
    assert serves({"Resources": {"X": {"Type": "T"}}}, "X") == ("", False)


# ---- costs


@pytest.mark.parametrize(("region", "idle", "stopped"), [("us-east-1", 7.57, 1.44), ("sa-east-1", 12.52, 2.74)])
def test_the_challenge_costs_what_the_table_says(region: str, idle: float, stopped: float) -> None:
    bill = cost.bill(read(challenge()), cost.prices(region))
    assert round(bill.total("idle")[0], 2) == idle
    assert round(bill.total("stopped")[0], 2) == stopped
    assert bill.total("typical")[0] > idle


def test_what_is_not_known_is_said_and_never_nothing() -> None:
    bill = cost.bill(read(challenge(server=Instance(instance_type="m7g.large"))), cost.prices("us-east-1"))
    text = "\n".join(bill.lines())
    assert bill.total("idle") == (1.44, False)
    assert re.search(r"m7g.large +unknown", text)
    assert re.search(r"total +>1.44", text)
    elsewhere = cost.bill(read(challenge()), cost.prices("eu-west-1"))
    assert elsewhere.total("idle") == (0, False)


def test_every_price_has_a_date_a_source_and_a_mark() -> None:
    for region in ("us-east-1", "sa-east-1"):
        table = cost.prices(region).by_name
        assert len(table) >= 20
        for price in table.values():
            assert price.usd
            assert price.as_of == "2026-11-24"
            assert price.source.startswith("aws.amazon.com/")
            assert not price.verified
    assert "* not verified" in "\n".join(cost.bill(read(challenge()), cost.prices("us-east-1")).lines())


def test_the_figures_of_a_bill_stand_under_their_heads() -> None:
    head, *rows = cost.bill(read(challenge()), cost.prices("sa-east-1")).lines()
    assert head.startswith("a month in sa-east-1, USD ")
    table = rows[: next(at for at, row in enumerate(rows) if row.startswith("total")) + 1]
    ends = [found.end() for found in re.finditer("idle|stopped|typical", head)]
    for row in table:
        assert [row[end - 10 : end].split()[-1] for end in ends] == row.removesuffix(" *").split()[-3:], row


def test_use_is_a_rate() -> None:
    lines = [*cost.bill(read(challenge()), cost.prices("us-east-1")).lines()]
    assert "  objects          0.023 a GB-month *" in lines
    told = cost.bill(read(challenge()), cost.prices("us-east-1")).as_json()
    assert told["monthly"]["idle"] == {"usd": 7.57, "complete": True}


class PriceList:
    """The Price List API with one price for gp3 volumes, two for snapshots, and one for an instance."""

    region, endpoint_url, poll_s = "us-east-1", None, 0.0

    def __call__(self, service: str) -> Any:
        assert service == "pricing"
        return self

    def get_products(self, Filters: list[dict[str, str]], **_: Any) -> Any:  # noqa: N803
        asked = {f["Field"]: f["Value"] for f in Filters}
        assert asked["regionCode"] == "us-east-1"
        if asked.get("volumeApiName") == "gp3":
            return {"PriceList": [self.product("0.0850000000")]}
        if asked.get("productFamily") == "Storage Snapshot":
            return {"PriceList": [self.product("0.05"), self.product("0.06")]}
        if asked.get("instanceType") == "m7g.large":
            return {"PriceList": [self.product("0.0816")]}
        return {"PriceList": []}

    @staticmethod
    def product(usd: str) -> str:
        dimension = {"unit": "GB-Mo", "pricePerUnit": {"USD": usd}, "beginRange": "0"}
        return json.dumps({"terms": {"OnDemand": {"a": {"priceDimensions": {"b": dimension}}}}})


def test_refresh_takes_what_is_clear_and_leaves_the_rest() -> None:
    before = cost.prices("us-east-1")
    after = cost.refreshed(PriceList(), before, frozenset({"instance:m7g.large"}))
    assert (after.of("volume").usd, after.of("volume").verified) == (0.085, True)
    assert after.of("snapshot") == before.of("snapshot"), "two prices are none"
    assert after.of("instance:m7g.large").usd == 0.0816
    assert after.of("volume").as_of > "2026"


def test_what_stays_has_a_price() -> None:
    snapshot = Kept(kind="snapshot", name="snap-1", says="", gb=10)
    assert cost.monthly_of_kept(snapshot, "us-east-1") == "at most 0.50 USD a month *"
    assert "not known" in cost.monthly_of_kept(snapshot, "eu-west-1")


# ---- what AWS says


def aws_error(code: str, message: str = "words") -> Exception:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.mark.parametrize(
    ("error", "becomes", "says"),
    [
        (aws_error("ExpiredToken"), CredentialsError, "have expired"),
        (aws_error("InvalidClientTokenId"), CredentialsError, "does not accept"),
        (aws_error("AccessDenied", "not authorized to perform: s3:PutObject"), AccessError, "s3:PutObject"),
        (aws_error("UnauthorizedOperation"), AccessError, "permission"),
        (aws_error("Throttling"), ThrottledError, "fewer calls"),
        (aws_error("RequestLimitExceeded"), ThrottledError, "fewer calls"),
        (aws_error("ValidationError", "Stack does not exist"), CloudError, "does not exist"),
        (botocore.exceptions.NoCredentialsError(), CredentialsError, "no usable AWS credentials"),
        (botocore.exceptions.PartialCredentialsError(provider="env", cred_var="x"), CredentialsError, "no usable"),
        (botocore.exceptions.TokenRetrievalError(provider="sso", error_msg="x"), CredentialsError, "sign-in has ended"),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="http://x"), CloudError, "does not answer"),
        (botocore.exceptions.ParamValidationError(report="x"), CloudError, "Parameter validation"),
    ],
)
def test_errors_of_aws_become_ours(error: Exception, becomes: type[CloudError], says: str) -> None:
    ours = client.translated(error, "s3 put_object")
    assert type(ours) is becomes
    assert says in ours.what
    assert ours.where == "s3 put_object"
    assert ours.hint or becomes is CloudError


def test_without_credentials_the_local_cloud_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(CredentialsError, match="--local") as error:
        client.connect("us-east-1")("sts").get_caller_identity()
    assert "no account" in error.value.hint
    with pytest.raises(CloudError, match="no Region is known"):
        client.connect()


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("WaitCondition timed out. Received 0 conditions when expecting 1", "desenho-boot.log"),
        ("You have requested more vCPU capacity than your current vCPU limit of 0", "Service Quotas"),
        ("Specified ReservedConcurrentExecutions for function decreases", "leave out concurrency="),
        ("User: x is not authorized to perform: ec2:RunInstances", "permission"),
        ("demo-bucket already exists", "choose another --stack"),
        ("The bucket you tried to delete is not empty", "--delete-data"),
        ("resource sg-1 has a dependent object", "still uses it"),
        ("We currently do not have sufficient t4g.micro capacity", "draw another zone"),
    ],
)
def test_reasons_have_hints(reason: str, says: str) -> None:
    assert says in hint(reason)


def test_a_reason_that_says_it_all_has_no_hint() -> None:
    assert hint("The CIDR '10.0.0.0/8' is invalid.") == ""


# ---- the tunnel


def test_the_instance_that_is_meant_is_named_or_the_only_one() -> None:
    running = Running(clients=FakeAccount(), blueprint=read(challenge()), name="demo", physical={}, outputs={})
    assert instance(running, None).id == instance(running, "server").id == "server"
    with pytest.raises(UsageError, match="the diagram has no instance web") as error:
        instance(running, "web")
    assert error.value.hint == "there is server"
