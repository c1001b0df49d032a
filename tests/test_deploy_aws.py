"""The challenge on a real account: made, looked at, changed by nothing, removed to the last byte.

It is skipped where no credentials are found, costs a few cents where they are, and takes up to an hour: AWS takes its
time to remove a function from a VPC. `DESENHO_AWS_REGION` chooses the Region (us-east-1 by default). Everything that is
made carries the tag `desenho:stack` with the name of the stack, which is new each time.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.aws

REGION = os.environ.get("DESENHO_AWS_REGION", "us-east-1")
CHALLENGE = str(Path(__file__).parents[1] / "diagrams" / "challenge.py")


@pytest.fixture
def stack() -> Iterator[str]:
    """The name of a stack, which is removed with all its data however the test ends."""
    if boto3.Session().get_credentials() is None:
        pytest.skip("there are no AWS credentials")
    name = f"desenho-test-{uuid.uuid4().hex[:8]}"
    yield name
    code = main(["deploy", "down", "--stack", name, "--region", REGION, "--yes", "--delete-data"])
    assert code == 0, f"{name} in {REGION} could not be removed: do it by hand"
    assert left_of(name) == [], "everything is removed"


def left_of(name: str) -> list[str]:
    """What still exists of a stack, by its tag. The tagging service keeps names of what is gone for a while."""
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    stacks = cloudformation.describe_stacks()["Stacks"]
    filters = [{"Name": "tag:desenho:stack", "Values": [name]}]
    ec2 = boto3.client("ec2", region_name=REGION)
    found = [s["StackId"] for s in stacks if s["StackName"] == name]
    found += [v["VolumeId"] for v in ec2.describe_volumes(Filters=filters)["Volumes"]]
    found += [s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"], Filters=filters)["Snapshots"]]
    buckets = boto3.client("s3", region_name=REGION).list_buckets()["Buckets"]
    return found + [b["Name"] for b in buckets if b["Name"].startswith(name)]


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["deploy", *words])
    out, err = capsys.readouterr()
    return code, out or err


def test_the_challenge(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--stack", stack, "--region", REGION]
    assert run(capsys, "plan", CHALLENGE, *where)[0] == 2
    code, said = run(capsys, "up", CHALLENGE, *where, "--yes")
    assert code == 0, said
    assert run(capsys, "plan", CHALLENGE, *where)[0] == 0, "what is deployed is what is wanted"
    code, said = run(capsys, "outputs", *where, "--json")
    told: dict[str, Any] = json.loads(said)
    assert code == 0
    resources = {r["id"]: r["physical_id"] for r in told["resources"] if r["id"]}
    s3 = boto3.client("s3", region_name=REGION)
    s3.put_object(Bucket=resources["bucket"], Key="incoming/hello.txt", Body=b"hello")
    for _ in range(60):
        if s3.list_objects_v2(Bucket=resources["bucket"], Prefix="processed/").get("KeyCount"):
            return
        time.sleep(2)
    pytest.fail("the function has made nothing of the file within two minutes")
