"""Any way to a template ends where a fresh stack of it is; a failure on the way leaves what was before."""

from __future__ import annotations

import functools
import itertools
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from deploy.local.cloudformation.functions import references
from deploy.local.cloudformation.resources import HANDLERS
from local_clients import Account, unlike
from local_templates import COMPUTE, FULL, FUNCTIONS, NETWORK, OBSERVATION, PARAMETERS, POLICY, VARIANTS, tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local import LocalCloud

Resources = dict[str, dict[str, Any]]

# Properties that a resource cannot do without although its table does not say so, because another one asks for them.
KEPT: dict[str, set[str]] = {
    "AWS::Lambda::Function": {"Runtime", "Handler", "PackageType"},
    "AWS::EC2::Instance": {
        "ImageId", "SubnetId", "SecurityGroupIds", "NetworkInterfaces", "InstanceType", "LaunchTemplate",
    },
    "AWS::EC2::Volume": {"Size", "VolumeType", "Iops", "Throughput", "Encrypted"},
    "AWS::EC2::VolumeAttachment": {"Device"},
    "AWS::EC2::SecurityGroup": {"VpcId"},
    "AWS::EC2::SecurityGroupIngress": {
        "FromPort", "ToPort", "SourceSecurityGroupId", "CidrIp", "CidrIpv6", "SourcePrefixListId",
    },
    "AWS::EC2::SecurityGroupEgress": {
        "FromPort", "ToPort", "DestinationSecurityGroupId", "DestinationPrefixListId", "CidrIp", "CidrIpv6",
    },
    "AWS::EC2::Subnet": {"AvailabilityZone"},
    "AWS::EC2::VPCEndpoint": {"VpcEndpointType", "SubnetIds"},
    "AWS::EC2::Route": {"GatewayId", "InstanceId", "NatGatewayId"},
    "AWS::EC2::NatGateway": {"AllocationId", "ConnectivityType"},
    "AWS::EC2::EIP": {"Domain"},
    "AWS::SQS::Queue": {"FifoQueue", "QueueName", "KmsMasterKeyId"},
    "AWS::CloudWatch::Alarm": {
        "Period", "Threshold", "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "DatapointsToAlarm",
    },
    "AWS::DynamoDB::Table": {"AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode", "ProvisionedThroughput"},
    "AWS::Lambda::EventSourceMapping": {"Enabled", "BatchSize"},
    "AWS::Lambda::EventInvokeConfig": {"DestinationConfig"},
}  # fmt: skip
# Other values for single properties.
OTHER: dict[str, dict[str, list[Any]]] = {
    "AWS::EC2::VPC": {"EnableDnsSupport": [True], "EnableDnsHostnames": [False]},
    "AWS::EC2::Subnet": {"MapPublicIpOnLaunch": [False]},
    "AWS::EC2::Volume": {"Size": [12]},
    "AWS::EC2::Instance": {"InstanceType": ["t4g.small"], "Monitoring": [False], "UserData": ["aGk="]},
    "AWS::EC2::SecurityGroup": {
        "SecurityGroupIngress": [[{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81, "CidrIp": "10.0.0.0/8"}], []],
        "SecurityGroupEgress": [[{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}]],
    },
    "AWS::S3::Bucket": {"VersioningConfiguration": [{"Status": "Suspended"}]},
    "AWS::SQS::Queue": {"VisibilityTimeout": [61], "DelaySeconds": [0]},
    "AWS::SNS::Topic": {"DisplayName": ["Other"], "Subscription": [[{"Protocol": "email", "Endpoint": "b@c.de"}]]},
    "AWS::IAM::Role": {
        "Policies": [[{"PolicyName": "other", "PolicyDocument": POLICY}]],
        "MaxSessionDuration": [3601],
    },
    "AWS::Lambda::Function": {
        "MemorySize": [256],
        "Timeout": [61],
        "Environment": [{"Variables": {"C": "3"}}],
        "Code": [{"ZipFile": "def main(e, c): return 2\n"}],
    },
    "AWS::Logs::LogGroup": {"RetentionInDays": [30]},
    "AWS::CloudWatch::Alarm": {"Threshold": [7], "AlarmDescription": ["another"]},
    "AWS::SSM::Parameter": {"Value": ["11"]},
}


def named(resource: dict[str, Any]) -> set[str]:
    """What a resource needs beside it."""
    depends = resource.get("DependsOn", [])
    direct = {depends} if isinstance(depends, str) else set(depends)
    return direct | {r.name for r in references(resource.get("Properties", {}))}


def closed(chosen: set[str], all_of_them: Resources) -> set[str]:
    """The chosen resources and all they need."""
    grown = set(chosen)
    while True:
        more = {n for name in grown for n in named(all_of_them[name]) if n in all_of_them} - grown
        if not more:
            return grown
        grown |= more


@cache
def edits(topic: str) -> st.SearchStrategy[Resources]:
    """Templates over the resources of a topic: some of them, each with some of its properties, some of other values."""
    resources: Resources = FULL[topic]

    @st.composite
    def build(draw: st.DrawFn) -> Resources:
        chosen = closed(set(draw(st.lists(st.sampled_from(sorted(resources)), min_size=1, max_size=6))), resources)
        made: Resources = {}
        for name in sorted(chosen):
            resource = json.loads(json.dumps(resources[name]))
            kind, properties = resource["Type"], resource.get("Properties", {})
            table = HANDLERS[kind].PROPERTIES.members
            optional = [p for p in properties if not table[p].needed and p not in KEPT.get(kind, set())]
            for gone in draw(st.lists(st.sampled_from(optional), max_size=2)) if optional else []:
                properties.pop(gone, None)
            others = {p: v for p, v in OTHER.get(kind, {}).items() if p in properties}
            for other in draw(st.lists(st.sampled_from(sorted(others)), max_size=1)) if others else []:
                properties[other] = draw(st.sampled_from(others[other]))
            if "Tags" in table and kind != "AWS::SSM::Parameter":
                properties["Tags"] = draw(st.sampled_from([tags(), tags(more="1"), [{"Key": "k", "Value": "v"}]]))
            made[name] = resource
        return made

    return build()


@pytest.fixture(scope="session")
def account(local_cloud: LocalCloud) -> Account:
    return Account(local_cloud, "eu-west-1")


_numbers = itertools.count()


def body(resources: Resources) -> str:
    return json.dumps({"Parameters": PARAMETERS, "Resources": resources})


def cleared(check: Callable[..., None]) -> Callable[..., None]:
    """Leave no stack to the next example, however a check ends."""

    @functools.wraps(check)
    def checked(account: Account, *given: Any) -> None:
        try:
            check(account, *given)
        finally:
            account.clear()

    return checked


def stays_grown(found: dict[str, dict[str, Any]], wanted: dict[str, dict[str, Any]]) -> None:
    """Overlook what no rollback takes back: a volume that has grown."""
    for name, properties in found.items():
        if properties.get("Size", 0) > wanted.get(name, {}).get("Size", 0) > 0:
            properties["Size"] = wanted[name]["Size"]


def stays_published(
    found: dict[str, dict[str, Any]], wanted: dict[str, dict[str, Any]], before: list[Resources], last: Resources
) -> None:
    """Overlook what is never taken back: that a bucket once kept versions, and the code that a version was made of."""
    for name, properties in found.items():
        once = [template[name].get("Properties", {}) for template in before if name in template]
        other = wanted.get(name, {})
        suspended = properties.get("VersioningConfiguration") == {"Status": "Suspended"}
        if suspended and "VersioningConfiguration" not in other and any("VersioningConfiguration" in p for p in once):
            del properties["VersioningConfiguration"]
        if name == "Version":
            codes = [template["Function"]["Properties"]["Code"] for template in before if name in template]
            if any(code != last["Function"]["Properties"]["Code"] for code in codes):
                properties["CodeSha256"] = other["CodeSha256"]


@cleared
def check_edits(account: Account, templates: list[Resources]) -> None:
    """Apply the templates one after the other; the end is as if only the last had been applied."""
    values = account.prepare()
    stack, fresh = f"edited{next(_numbers)}", f"fresh{next(_numbers)}"
    back = False
    done: list[Resources] = []
    for template in templates:
        status = account.apply(stack, body(template), parameters=values)
        if status == "UPDATE_ROLLBACK_COMPLETE":  # it asked for what AWS refuses; then nothing has changed
            assert account.failures(stack)
            back = True
            continue
        assert status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, account.failures(stack)
        done.append(template)
    last = done[-1]
    found = account.read(stack)
    account.remove(stack)
    status = account.apply(fresh, body(last), parameters=values)
    assert status == "CREATE_COMPLETE", account.failures(fresh)
    wanted = account.read(fresh)
    account.remove(fresh)
    if back:
        stays_grown(found, wanted)
    stays_published(found, wanted, done[:-1], last)
    assert unlike(found, wanted) == []


@cleared
def check_failure(account: Account, before: Resources, after: Resources, where: str, call: int, action: str) -> None:
    """Apply one template, then another that fails at one place: everything is as it was."""
    values = account.prepare()
    stack = f"failing{next(_numbers)}"
    status = account.apply(stack, body(before), parameters=values)
    assert status == "CREATE_COMPLETE", account.failures(stack)
    found, ids = account.read(stack), account.ids(stack)
    account.fail(stack, logical_id=where, call=call, action=action)
    status = account.apply(stack, body(after), parameters=values)
    account.heal()
    assert status in {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_COMPLETE"}, account.failures(stack)
    if status == "UPDATE_ROLLBACK_COMPLETE":
        assert account.ids(stack) == ids
        now = account.read(stack)
        stays_grown(now, found)
        assert unlike(now, found) == []
    account.remove(stack)


@cleared
def check_creation(account: Account, template: Resources, where: str, call: int) -> None:
    """Create a stack that fails at one place: nothing is left, and the next attempt works."""
    values = account.prepare()
    stack = f"broken{next(_numbers)}"
    account.fail(stack, logical_id=where, call=call, action="create")
    status = account.apply(stack, body(template), parameters=values)
    account.heal()
    if status == "ROLLBACK_COMPLETE":
        assert account.ids(stack) == {}
        account.remove(stack)
        status = account.apply(stack, body(template), parameters=values)
    assert status == "CREATE_COMPLETE", account.failures(stack)
    account.remove(stack)


quick = settings(phases=[Phase.generate], max_examples=2, suppress_health_check=list(HealthCheck), derandomize=True)
deep = settings(phases=[Phase.generate], max_examples=6, suppress_health_check=list(HealthCheck))
TOPICS = pytest.mark.parametrize("topic", sorted(FULL))


@TOPICS
@quick
@given(data=st.data())
def test_edits_end_where_a_fresh_stack_is(account: Account, topic: str, data: st.DataObject) -> None:
    check_edits(account, data.draw(st.lists(edits(topic), min_size=2, max_size=3)))


@TOPICS
@quick
@given(data=st.data())
def test_a_failure_leaves_what_was_before(account: Account, topic: str, data: st.DataObject) -> None:
    draw_failure(account, topic, data)


@TOPICS
@quick
@given(data=st.data())
def test_a_failed_creation_leaves_nothing(account: Account, topic: str, data: st.DataObject) -> None:
    template = data.draw(edits(topic))
    check_creation(account, template, data.draw(st.sampled_from(sorted(template))), data.draw(st.integers(-1, 6)))


@pytest.mark.slow
@TOPICS
@deep
@given(data=st.data())
def test_many_edits_end_where_a_fresh_stack_is(account: Account, topic: str, data: st.DataObject) -> None:
    check_edits(account, data.draw(st.lists(edits(topic), min_size=2, max_size=4)))


@pytest.mark.slow
@TOPICS
@deep
@given(data=st.data())
def test_a_failure_anywhere_leaves_what_was_before(account: Account, topic: str, data: st.DataObject) -> None:
    draw_failure(account, topic, data)


@pytest.mark.slow
@TOPICS
@deep
@given(data=st.data())
def test_a_creation_that_fails_anywhere_leaves_nothing(account: Account, topic: str, data: st.DataObject) -> None:
    template = data.draw(edits(topic))
    check_creation(account, template, data.draw(st.sampled_from(sorted(template))), data.draw(st.integers(-1, 8)))


def draw_failure(account: Account, topic: str, data: st.DataObject) -> None:
    before, after = data.draw(edits(topic)), data.draw(edits(topic))
    where = data.draw(st.sampled_from(sorted({*before, *after})))
    call, action = data.draw(st.integers(-1, 6)), data.draw(st.sampled_from(["create", "update", "delete"]))
    check_failure(account, before, after, where, call, action)


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**resource, "Properties": {n: v for n, v in resource["Properties"].items() if n not in names}}


def changed(resource: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {**resource, "Properties": {**resource["Properties"], **properties}}


def tagged(resource: dict[str, Any], **more: str) -> dict[str, Any]:
    return changed(resource, Tags=tags(**more))


STEADY = OBSERVATION["Steady"]
ENDPOINT = {n: NETWORK[n] for n in closed({"SqsEndpoint", "Other"}, NETWORK)}
ALARM: dict[str, Any] = {
    "MetricName": "Errors",
    "Namespace": "AWS/Lambda",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}
EDITS: dict[str, tuple[Resources, Resources]] = {
    "a rule for an IPv6 range goes": (
        {n: VARIANTS[n] for n in ("Vpc", "Far", "Out1")},
        {n: VARIANTS[n] for n in ("Vpc", "Far")},
    ),
    "an architecture is said no more": (
        {n: FUNCTIONS[n] for n in closed({"Function"}, FUNCTIONS)},
        {
            n: without(FUNCTIONS[n], "Architectures") if n == "Function" else FUNCTIONS[n]
            for n in closed({"Function"}, FUNCTIONS)
        },
    ),
    "an endpoint loses its policy": (
        {n: NETWORK[n] for n in ("Vpc", "Routes", "S3Endpoint")},
        {**{n: NETWORK[n] for n in ("Vpc", "Routes")}, "S3Endpoint": without(NETWORK["S3Endpoint"], "PolicyDocument")},
    ),
    "an endpoint loses its private names": (
        {n: NETWORK[n] for n in closed({"SqsEndpoint"}, NETWORK)},
        {
            n: without(NETWORK[n], "PrivateDnsEnabled") if n == "SqsEndpoint" else NETWORK[n]
            for n in closed({"SqsEndpoint"}, NETWORK)
        },
    ),
    "an endpoint moves to another subnet": (
        ENDPOINT,
        {**ENDPOINT, "SqsEndpoint": changed(ENDPOINT["SqsEndpoint"], SubnetIds=[{"Ref": "Other"}])},
    ),
    "the subnet of an endpoint is replaced": (
        ENDPOINT,
        {**ENDPOINT, "Subnet": changed(ENDPOINT["Subnet"], CidrBlock="10.1.7.0/24")},
    ),
    "a table is tagged again": ({"Steady": tagged(STEADY)}, {"Steady": tagged(STEADY, more="1")}),
    "a queue says no size": (
        {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"MaximumMessageSize": 2048}}},
        {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}},
    ),
    "an instance changes its metadata service": (
        {n: COMPUTE[n] for n in closed({"Public"}, COMPUTE)},
        {
            n: {**COMPUTE[n], "Properties": {**COMPUTE[n]["Properties"], "MetadataOptions": {"HttpTokens": "required"}}}
            if n == "Public"
            else COMPUTE[n]
            for n in closed({"Public"}, COMPUTE)
        },
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_that_went_wrong_once(account: Account, edit: str) -> None:
    check_edits(account, list(EDITS[edit]))


@pytest.mark.parametrize("enabled", [True, False])
def test_events_go_to_eventbridge_where_the_template_says_so(account: Account, enabled: bool) -> None:
    told = {"EventBridgeConfiguration": {"EventBridgeEnabled": enabled}}
    made = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": told}}}
    values = account.prepare()
    assert account.apply("bridged", body(made), parameters=values) == "CREATE_COMPLETE", account.failures("bridged")
    name = account.ids("bridged")["Bucket"]
    found = account("s3").get_bucket_notification_configuration(Bucket=name)
    assert ("EventBridgeConfiguration" in found) is enabled
    (drift,) = account.drifts("bridged")
    assert drift["StackResourceDriftStatus"] == "IN_SYNC"
    account.remove("bridged")


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::Logs::LogGroup", {"LogGroupName": "again"}),
        ("AWS::CloudWatch::Alarm", {"AlarmName": "again", **ALARM}),
    ],
)
def test_what_is_made_under_the_name_of_another_has_none_of_its_tags(
    account: Account, kind: str, properties: dict[str, Any]
) -> None:
    values = account.prepare()
    for more in ({"old": "1"}, {}):
        made = {"It": {"Type": kind, "Properties": {**properties, "Tags": tags(**more)}}}
        assert account.apply("again", body(made), parameters=values) == "CREATE_COMPLETE", account.failures("again")
        assert account.read("again")["It"]["Tags"] == sorted(tags(**more), key=lambda tag: tag["Key"])
        account.remove("again")


def test_what_was_refused_needs_no_way_back(account: Account) -> None:
    values = account.prepare()
    template = {"Template": COMPUTE["Template"]}
    assert account.apply("refused", body(template), parameters=values) == "CREATE_COMPLETE"
    account.fail("refused", logical_id="Template", call=0, action="update")
    status = account.apply(
        "refused", body({"Template": without(COMPUTE["Template"], "TagSpecifications")}), parameters=values
    )
    account.heal()
    assert status == "UPDATE_ROLLBACK_COMPLETE", account.failures("refused")
    account.remove("refused")


def test_a_volume_that_has_grown_is_no_obstacle_to_a_rollback(account: Account) -> None:
    values = account.prepare()
    template = json.loads(json.dumps({n: COMPUTE[n] for n in closed({"Attached"}, COMPUTE)}))
    assert account.apply("grown", body(template), parameters=values) == "CREATE_COMPLETE"
    template["Data"]["Properties"]["Size"] = 12
    template["Instance"]["Properties"]["PrivateIpAddress"] = "10.1.0.11"  # another instance: the volume is taken
    assert account.apply("grown", body(template), parameters=values) == "UPDATE_ROLLBACK_COMPLETE"
    assert account.read("grown")["Data"]["Size"] == 12
    account.remove("grown")


def test_a_volume_that_is_attached_is_not_replaced(account: Account) -> None:
    values = account.prepare()
    template = json.loads(json.dumps({n: COMPUTE[n] for n in closed({"Attached"}, COMPUTE)}))
    assert account.apply("attached", body(template), parameters=values) == "CREATE_COMPLETE"
    ids = account.ids("attached")
    template["Data"]["Properties"]["Encrypted"] = False
    assert account.apply("attached", body(template), parameters=values) == "UPDATE_ROLLBACK_COMPLETE"
    assert any("is in use" in f for f in account.failures("attached")), account.failures("attached")
    assert account.ids("attached") == ids
    account.remove("attached")
