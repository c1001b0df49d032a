"""Nothing that a template says is dropped: every property is read back through plain boto3 describe calls."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local.cloudformation.drift import differences
from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.resources.base import Resource
from deploy.local.cloudformation.schema import Kind, Record, elements
from local_clients import CAPABILITIES, Account, given
from local_templates import FULL, PARAMETERS, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.local import LocalCloud


@pytest.fixture(scope="module")
def account(local_cloud: LocalCloud) -> Account:
    return Account(local_cloud, "us-east-1")


def paths(kind: Kind, value: Any, path: str = "") -> Iterator[str]:
    """The places of a table that a value fills."""
    if isinstance(kind, Record) and isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}/{name}"
            yield from paths(kind.members[name], inner, f"{path}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(elements(kind), inner, path)


def places(kind: Kind, path: str = "") -> Iterator[str]:
    """All places of a table."""
    kind = elements(kind)
    if isinstance(kind, Record):
        for name, inner in kind.members.items():
            yield f"{path}/{name}"
            yield from places(inner, f"{path}/{name}")


def test_the_templates_use_every_property_of_every_type() -> None:
    used: dict[str, set[str]] = {}
    for resources in FULL.values():
        for resource in resources.values():
            table = HANDLERS[resource["Type"]].PROPERTIES
            used.setdefault(resource["Type"], set()).update(paths(table, resource.get("Properties", {})))
    own = {"AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle", "AWS::CDK::Metadata"}
    assert set(HANDLERS) - set(used) - own == set()
    missing = {
        f"{kind}{place}" for kind, found in used.items() for place in set(places(HANDLERS[kind].PROPERTIES)) - found
    }
    assert missing == UNTRIED


UNTRIED = {
    "AWS::EC2::Instance/BlockDeviceMappings/Ebs/SnapshotId",  # these need a snapshot that exists: tried with retention
    "AWS::EC2::Volume/SnapshotId",
    "AWS::EC2::Instance/LaunchTemplate/LaunchTemplateName",  # the other way to say which
}


@pytest.mark.parametrize("topic", sorted(FULL))
def test_every_property_is_read_back(account: Account, topic: str) -> None:
    stack = f"read-{topic}"
    status = account.apply(stack, template(FULL[topic]), parameters=account.prepare())
    assert status == "CREATE_COMPLETE", account.failures(stack)
    found = account.stacks.describe_stack_resources(StackName=stack)["StackResources"]
    assert {r["LogicalResourceId"] for r in found} == set(FULL[topic])
    expected = {d["LogicalResourceId"]: json.loads(d["ExpectedProperties"]) for d in account.drifts(stack)}
    ids = frozenset(r["PhysicalResourceId"] for r in found)
    for resource in found:
        name, kind = resource["LogicalResourceId"], HANDLERS[resource["ResourceType"]]
        wanted = expected[name]
        assert set(wanted) == set(FULL[topic][name].get("Properties", {}))
        told = kind.read(
            Resource(
                aws=account,
                logical_id=name,
                physical_id=resource["PhysicalResourceId"],
                properties=wanted,
                siblings=ids - {resource["PhysicalResourceId"]},
            )
        )
        assert list(differences(kind.PROPERTIES, wanted, told)) == [], name
    before = leftovers(account)
    account.remove(stack)
    assert not {r["PhysicalResourceId"] for r in found} & set(leftovers(account))
    assert len(leftovers(account)) < len(before) or not before


def leftovers(account: Account) -> list[str]:
    """What is there beside the default network and the artifacts."""
    ec2 = account("ec2")
    groups = ec2.describe_security_groups()["SecurityGroups"]
    volumes = [v["VolumeId"] for v in ec2.describe_volumes()["Volumes"]]
    return [
        *(v["VpcId"] for v in ec2.describe_vpcs()["Vpcs"] if not v["IsDefault"]),
        *(g["GroupId"] for g in groups if g["GroupName"] != "default"),
        *volumes,
        *(b["Name"] for b in account("s3").list_buckets()["Buckets"] if b["Name"] != "artifacts"),
        *account("sqs").list_queues().get("QueueUrls", []),
        *(t["TopicArn"] for t in account("sns").list_topics()["Topics"]),
        *(r["RoleName"] for r in account("iam").list_roles()["Roles"]),
        *(f["FunctionName"] for f in account("lambda").list_functions()["Functions"]),
        *(g["logGroupName"] for g in account("logs").describe_log_groups()["logGroups"]),
        *(a["AlarmName"] for a in account("cloudwatch").describe_alarms()["MetricAlarms"]),
    ]


@pytest.mark.slow
def test_the_same_check_shows_what_moto_itself_drops() -> None:
    """So that the check is known to be able to fail."""
    from moto import mock_aws

    wanted = {
        n: FULL["storage"][n] for n in ("Bucket", "Dead", "Function", "FunctionRole", "Permission", "Queue", "Topic")
    }
    bucket = {k: v for k, v in wanted["Bucket"].items() if k != "DependsOn"}
    with mock_aws():
        dropped = moto_drops({**wanted, "Bucket": bucket})
    assert {
        "Bucket/NotificationConfiguration",
        "Bucket/VersioningConfiguration",
        "Bucket/PublicAccessBlockConfiguration",
    } <= dropped


def moto_drops(resources: dict[str, Any]) -> set[str]:
    """Have moto's own CloudFormation apply resources, and return which properties are not there afterwards."""
    import boto3

    def client(service: str) -> Any:
        return boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")

    client.region = "us-east-1"
    formation = client("cloudformation")
    values = given({**dict.fromkeys(PARAMETERS, "-"), "ImageId": "ami-12c6146b"})
    formation.create_stack(
        StackName="moto", TemplateBody=template(resources), Capabilities=CAPABILITIES, Parameters=values
    )
    dropped: set[str] = set()
    for found in formation.describe_stack_resources(StackName="moto")["StackResources"]:
        kind = HANDLERS[found["ResourceType"]]
        properties = resources[found["LogicalResourceId"]].get("Properties", {})
        told: dict[str, Any] = {}
        with contextlib.suppress(Exception):
            told = kind.read(
                Resource(
                    aws=client,
                    logical_id="",
                    physical_id=found["PhysicalResourceId"],
                    properties=properties,
                )
            )
        dropped |= {
            f"{found['LogicalResourceId']}/{name}"
            for name, wanted in properties.items()
            if name not in told or (isinstance(told[name], dict) and wanted.keys() - told[name].keys())
        }
    return dropped
