"""Plain boto3 clients of a local cloud, and what the tests do with its stacks."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import time
import zipfile
from typing import TYPE_CHECKING, Any

import boto3

from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.resources.base import Resource
from local_templates import HANDLER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from deploy.local import LocalCloud

AMI = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


class Account:
    """The account of a local cloud in one Region, as any client outside sees it."""

    def __init__(self, cloud: LocalCloud, region: str = "us-east-1") -> None:
        self.cloud = cloud
        self.region = region
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name=self.region,
                endpoint_url=self.cloud.endpoint_url,
                aws_access_key_id="local",
                aws_secret_access_key="local",
            )
        return self._clients[service]

    @property
    def stacks(self) -> Any:
        return self("cloudformation")

    def prepare(self) -> dict[str, str]:
        """Put the code where the templates look for it, and return the values of their parameters."""
        s3 = self("s3")
        if not any(b["Name"] == "artifacts" for b in s3.list_buckets()["Buckets"]):
            place = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
            s3.create_bucket(Bucket="artifacts", **({} if self.region == "us-east-1" else place))
            s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr("handler.py", HANDLER)
            s3.put_object(Bucket="artifacts", Key="code.zip", Body=packed.getvalue())
        if not self("ec2").describe_key_pairs()["KeyPairs"]:
            self("ec2").create_key_pair(KeyName="key")
        code = s3.get_object(Bucket="artifacts", Key="code.zip")
        digest = base64.b64encode(hashlib.sha256(code["Body"].read()).digest()).decode()
        lists = self("ec2").describe_managed_prefix_lists()["PrefixLists"]
        image = self("ssm").get_parameter(Name=AMI)["Parameter"]["Value"]
        return {
            "ImageId": image,
            "PrefixList": lists[0]["PrefixListId"],
            "CodeVersion": code["VersionId"],
            "CodeSha256": digest,
        }

    def change(
        self, stack: str, body: str, *, kind: str = "UPDATE", parameters: dict[str, str] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Make a change set and return what it says."""
        made = self.stacks.create_change_set(
            StackName=stack,
            ChangeSetName=f"c{time.monotonic_ns()}",
            ChangeSetType=kind,
            TemplateBody=body,
            Capabilities=CAPABILITIES,
            Parameters=given(parameters),
            **more,
        )
        return self.stacks.describe_change_set(ChangeSetName=made["Id"], IncludePropertyValues=True)

    def apply(self, stack: str, body: str, *, parameters: dict[str, str] | None = None, **more: Any) -> str:
        """Bring a stack to a template by a change set, if there is anything to change; return its status."""
        kind = "UPDATE" if self.status(stack) else "CREATE"
        change = self.change(stack, body, kind=kind, parameters=parameters, **more)
        if change["Status"] == "FAILED":
            assert "didn't contain changes" in change["StatusReason"], change["StatusReason"]
            return self.status(stack)
        self.stacks.execute_change_set(ChangeSetName=change["ChangeSetId"])
        return self.settle(stack)

    def status(self, stack: str) -> str:
        """The status of a stack, nothing if there is none."""
        try:
            return self.stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        except self.stacks.exceptions.ClientError:
            return ""

    def settle(self, stack: str, seconds: float = 60) -> str:
        """Wait until no operation runs, and return the status."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.status(stack)
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                return status
            time.sleep(0.02)
        raise AssertionError(f"{stack} is still {status}")

    def remove(self, stack: str) -> None:
        """Delete a stack and see it gone."""
        self.stacks.delete_stack(StackName=stack)
        status = self.settle(stack)
        assert status == "", (status, self.failures(stack))

    def clear(self) -> None:
        """Remove the stacks that a test has left."""
        self.heal()
        for stack in self.stacks.describe_stacks()["Stacks"]:
            self.stacks.delete_stack(StackName=stack["StackName"])
            self.settle(stack["StackName"])

    def failures(self, stack: str) -> list[str]:
        """What failed, and why, the latest first."""
        events = self.stacks.describe_stack_events(StackName=stack)["StackEvents"]
        return [
            f"{e['LogicalResourceId']} {e['ResourceStatus']}: {e.get('ResourceStatusReason', '')}"
            for e in events
            if e["ResourceStatus"].endswith("_FAILED")
        ]

    def ids(self, stack: str) -> dict[str, str]:
        """Physical ids by logical id."""
        found = self.stacks.describe_stack_resources(StackName=stack)["StackResources"]
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in found}

    def fail(self, stack: str, **said: Any) -> None:
        """Have something fail."""
        self.cloud.ask("faults", {"stack": stack, **said})

    def heal(self) -> None:
        """Have nothing fail any more."""
        self.cloud.ask("faults", {"clear": True})

    def read(self, stack: str) -> dict[str, dict[str, Any]]:
        """Every resource of a stack as describe calls tell it, names and ids replaced by what they are in the stack."""
        found = self.stacks.describe_stack_resources(StackName=stack)["StackResources"]
        expected = {d["LogicalResourceId"]: json.loads(d["ExpectedProperties"]) for d in self.drifts(stack)}
        ids = [r["PhysicalResourceId"] for r in found]
        told = {
            r["LogicalResourceId"]: HANDLERS[r["ResourceType"]].read(
                Resource(
                    aws=self,
                    logical_id=r["LogicalResourceId"],
                    physical_id=r["PhysicalResourceId"],
                    properties=expected[r["LogicalResourceId"]],
                    siblings=frozenset(ids) - {r["PhysicalResourceId"]},
                )
            )
            for r in found
        }
        return _named(stack, told, found, expected)

    def drifts(self, stack: str) -> list[dict[str, Any]]:
        """What drift detection says of every resource."""
        self.stacks.detect_stack_drift(StackName=stack)
        return self.stacks.describe_stack_resource_drifts(StackName=stack)["StackResourceDrifts"]


def given(parameters: dict[str, str] | None) -> list[dict[str, str]]:
    """Parameters as the API takes them."""
    return [{"ParameterKey": k, "ParameterValue": v} for k, v in (parameters or {}).items()]


def unlike(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> list[str]:
    """Say where two readings differ, in the words of the first and the second."""
    return [
        f"{name}.{key}: {one.get(name, {}).get(key)} / {other.get(name, {}).get(key)}"
        for name in sorted({*one, *other})
        for key in sorted({*one.get(name, {}), *other.get(name, {})})
        if one.get(name, {}).get(key) != other.get(name, {}).get(key)
    ]


def _named(
    stack: str, told: dict[str, dict[str, Any]], found: Iterable[dict[str, Any]], expected: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Replace what differs between two stacks of one template: ids, generated names, addresses nobody chose."""
    text = json.dumps(told, sort_keys=True, default=str)
    for resource in sorted(found, key=lambda r: -len(r["PhysicalResourceId"])):
        text = text.replace(resource["PhysicalResourceId"], f"<{resource['LogicalResourceId']}>")
    text = re.sub(rf"{stack}-(\w+)-[A-Z2-7]{{12}}", r"<\1>", text, flags=re.IGNORECASE)
    text = re.sub(r"eipalloc-[0-9a-f]+", "<address>", text)
    text = re.sub(r"sg-[0-9a-f]+", "<the VPC's own group>", text)
    text = re.sub(r":key/[0-9a-f-]{36}", ":key/default", text)  # AWS's own key, which nobody chose
    named: dict[str, dict[str, Any]] = json.loads(text)
    versions = {r["PhysicalResourceId"].rsplit(":", 1)[1] for r in found if r["ResourceType"] == "AWS::Lambda::Version"}
    for name, properties in named.items():
        if "PrivateIpAddress" not in expected[name]:
            properties.pop("PrivateIpAddress", None)
        if properties.get("FunctionVersion") in versions:
            properties["FunctionVersion"] = "<version>"  # versions count on, so a fresh stack has lower ones
        for interface in properties.get("NetworkInterfaces", []):
            interface.pop("PrivateIpAddress", None)
            if not any("AssociatePublicIpAddress" in said for said in expected[name].get("NetworkInterfaces", [])):
                interface.pop("AssociatePublicIpAddress", None)  # as the subnet had it when the instance was made
        tags = properties.get("Tags", [])
        if isinstance(tags, list):
            tags.sort(key=lambda tag: tag["Key"])
    return named
