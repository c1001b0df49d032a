# ruff: noqa: N803 - the parameters have the names that AWS gives them
"""A small AWS account in memory, as far as a deploy looks at one: the services behind `deploy.client.Clients`.

It keeps buckets, snapshots and stacks, makes change sets by comparing templates, and tells events. Faults are asked for
by name: `fail["Bucket"] = reason` breaks the making of a resource, `raises("sts.get_caller_identity", error)` a call.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from architecture.errors import CloudError

ACCOUNT = "111122223333"
REPLACING = {"ImageId", "SubnetId", "AvailabilityZone", "BucketName", "SnapshotId", "CidrBlock"}
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass
class FakeStack:
    name: str
    id: str
    status: str = "REVIEW_IN_PROGRESS"
    template: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)


class FakeAccount:
    region = "us-east-1"
    endpoint_url: str | None = None
    poll_s = 0.0

    def __init__(self) -> None:
        self.stacks: dict[str, FakeStack] = {}
        self.gone: dict[str, FakeStack] = {}
        self.buckets: dict[str, dict[str, Any]] = {}
        self.snapshots: list[dict[str, Any]] = []
        self.instances: dict[str, str] = {}
        self.fail: dict[str, str] = {}
        self.fail_rollback: set[str] = set()
        self.fail_delete: dict[str, str] = {}
        self.slow = False
        self.calls: list[str] = []
        self.images = {"arm64": "ami-0aaaaaaaaaaaaaaa1", "x86_64": "ami-0aaaaaaaaaaaaaaa2"}
        self.quotas = {"L-F678F1CE": 5.0, "L-1216C47A": 16.0}
        self.vpcs = 1
        self.unreserved = 1000
        self._errors: defaultdict[str, list[BaseException]] = defaultdict(list)
        self._ticks = 0
        self._made = 0

    def __call__(self, service: str) -> Any:
        return _Service(self, service)

    def raises(self, call: str, *errors: BaseException) -> None:
        """Let the next calls of an operation (`service.operation`) raise."""
        self._errors[call] += errors

    def answer(self, service: str, operation: str, given: dict[str, Any]) -> Any:
        name = f"{service}.{operation}"
        self.calls.append(name)
        if self._errors[name]:
            raise self._errors[name].pop(0)
        return getattr(self, f"{service.replace('-', '_')}_{operation}")(**given)

    def finish(self, name: str) -> None:
        """Let a slow operation come to its end."""
        self._finish(self.stacks[name])

    # ---- CloudFormation

    def cloudformation_describe_stacks(self, StackName: str) -> Any:
        stack = self._stack(StackName)
        outputs = []
        if stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}:
            for key, output in stack.template.get("Outputs", {}).items():
                outputs.append({"OutputKey": key, "OutputValue": self._value(stack, output["Value"])})
        return {
            "Stacks": [
                {
                    "StackName": stack.name,
                    "StackId": stack.id,
                    "StackStatus": stack.status,
                    "CreationTime": START,
                    "Outputs": outputs,
                    "Tags": stack.tags,
                }
            ]
        }

    def cloudformation_get_template(self, StackName: str) -> Any:
        return {"TemplateBody": self._stack(StackName).template}

    def cloudformation_validate_template(self, TemplateBody: str) -> Any:
        return {"Description": json.loads(TemplateBody)["Description"]}

    def cloudformation_create_change_set(
        self, StackName: str, ChangeSetName: str, ChangeSetType: str, **given: Any
    ) -> Any:
        stack = self.stacks.get(StackName)
        if ChangeSetType == "CREATE":
            if stack is None:
                self._made += 1
                arn = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{StackName}/{self._made:08d}"
                stack = self.stacks[StackName] = FakeStack(StackName, arn)
                self._event(stack, StackName, "REVIEW_IN_PROGRESS", of_stack=True)
            assert stack.status == "REVIEW_IN_PROGRESS", "CREATE is for a stack that does not exist"
        assert stack is not None
        if ChangeSetType == "UPDATE":
            assert stack.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}, stack.status
        body = given.get("TemplateBody") or self.buckets_content(given["TemplateURL"])
        wanted = json.loads(body)
        changes = _changes(stack.template.get("Resources", {}), wanted["Resources"])
        arn = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:changeSet/{ChangeSetName}/{StackName}"
        told = {"Status": "CREATE_COMPLETE", "Changes": changes, "wanted": wanted, "type": ChangeSetType}
        told |= {"adopt": given.get("ImportExistingResources", False), "tags": given.get("Tags", [])}
        if not changes:
            told |= {"Status": "FAILED", "StatusReason": "The submitted information didn't contain changes."}
        stack.change_sets[arn] = told
        return {"Id": arn, "StackId": stack.id}

    def cloudformation_describe_change_set(self, ChangeSetName: str, **_: Any) -> Any:
        return {k: v for s in self.stacks.values() for k, v in s.change_sets.get(ChangeSetName, {}).items()}

    def cloudformation_list_change_sets(self, StackName: str) -> Any:
        return {"Summaries": [{"ChangeSetId": c} for c in self._stack(StackName).change_sets]}

    def cloudformation_delete_change_set(self, ChangeSetName: str, **_: Any) -> Any:
        for stack in self.stacks.values():
            stack.change_sets.pop(ChangeSetName, None)
        return {}

    def cloudformation_execute_change_set(self, ChangeSetName: str, StackName: str, ClientRequestToken: str) -> Any:
        stack = self._stack(StackName)
        told = stack.change_sets.pop(ChangeSetName)
        stack.change_sets.clear()
        stack.tags = told["tags"]
        kind = told["type"]
        stack.status = f"{kind}_IN_PROGRESS"
        self._event(stack, stack.name, stack.status, of_stack=True, token=ClientRequestToken, reason="User Initiated")
        self._pending = (stack, told, ClientRequestToken)
        stack.template, stack.before = told["wanted"], stack.template
        if not self.slow:
            self._finish(stack)
        return {}

    def _finish(self, stack: FakeStack) -> None:
        _, told, token = self._pending
        kind = told["type"]
        wanted, before = told["wanted"], stack.before
        done: list[tuple[str, dict[str, Any] | None]] = []
        for change in told["Changes"]:
            logical, action = change["ResourceChange"]["LogicalResourceId"], change["ResourceChange"]["Action"]
            if action == "Remove":
                continue
            word = "CREATE" if action == "Add" else "UPDATE"
            self._event(stack, logical, f"{word}_IN_PROGRESS", token=token, template=wanted)
            reason = self.fail.pop(logical, None) or self._cannot(wanted["Resources"][logical], told)
            if reason:
                self._event(stack, logical, f"{word}_FAILED", reason=reason, token=token, template=wanted)
                self._roll_back(stack, kind, done, before, token)
                return
            done.append((logical, stack.resources.get(logical)))
            self._make(stack, logical, wanted["Resources"][logical])
            self._event(stack, logical, f"{word}_COMPLETE", token=token, template=wanted)
        for logical in [k for k in stack.resources if k not in wanted["Resources"]]:
            self._unmake(stack, logical, before["Resources"][logical])
            self._event(stack, logical, "DELETE_COMPLETE", token=token, template=before)
        stack.template = wanted
        stack.status = f"{kind}_COMPLETE"
        self._event(stack, stack.name, stack.status, of_stack=True, token=token)

    def _roll_back(self, stack: FakeStack, kind: str, done: list[Any], before: dict[str, Any], token: str) -> None:
        prefix = "ROLLBACK" if kind == "CREATE" else "UPDATE_ROLLBACK"
        self._event(stack, stack.name, f"{prefix}_IN_PROGRESS", of_stack=True, token=token)
        for logical, was in reversed(done):
            if logical in self.fail_rollback:
                self._event(stack, logical, "UPDATE_FAILED", reason="it does not go back", token=token)
                stack.status = f"{prefix}_FAILED"
                self._event(stack, stack.name, stack.status, of_stack=True, token=token)
                stack.template = before
                return
            if was is None:
                stack.resources.pop(logical)
                self._event(stack, logical, "DELETE_COMPLETE", token=token)
        stack.template = before or stack.template
        stack.status = f"{prefix}_COMPLETE"
        self._event(stack, stack.name, stack.status, of_stack=True, token=token)

    def cloudformation_continue_update_rollback(self, StackName: str, ClientRequestToken: str, **given: Any) -> Any:
        stack = self._stack(StackName)
        assert stack.status == "UPDATE_ROLLBACK_FAILED"
        token = ClientRequestToken
        self._event(stack, stack.name, "UPDATE_ROLLBACK_IN_PROGRESS", of_stack=True, token=token)
        left = self.fail_rollback - set(given.get("ResourcesToSkip", []))
        for logical in sorted(left):
            self._event(stack, logical, "UPDATE_FAILED", reason="it still does not go back", token=token)
        stack.status = "UPDATE_ROLLBACK_FAILED" if left else "UPDATE_ROLLBACK_COMPLETE"
        self._event(stack, stack.name, stack.status, of_stack=True, token=token)
        return {}

    def cloudformation_delete_stack(self, StackName: str, **given: Any) -> Any:
        stack = self._stack(StackName)
        token = given.get("ClientRequestToken", "")
        stack.status = "DELETE_IN_PROGRESS"
        self._event(stack, stack.name, stack.status, of_stack=True, token=token)
        if not self.slow:
            self.finish_removal(stack, token)
        return {}

    def finish_removal(self, stack: FakeStack, token: str = "") -> None:
        """Let the removal of a stack come to its end."""
        for logical in [*stack.resources]:
            if logical in self.fail_delete:
                self._event(stack, logical, "DELETE_FAILED", reason=self.fail_delete[logical], token=token)
                continue
            self._unmake(stack, logical, stack.template["Resources"][logical])
            self._event(stack, logical, "DELETE_COMPLETE", token=token)
        stack.status = "DELETE_FAILED" if stack.resources else "DELETE_COMPLETE"
        self._event(stack, stack.name, stack.status, of_stack=True, token=token)
        if not stack.resources:
            self.gone[stack.id] = self.stacks.pop(stack.name)

    def cloudformation_describe_stack_events(self, StackName: str, **_: Any) -> Any:
        return {"StackEvents": [*reversed(self._stack(StackName).events)]}

    def cloudformation_list_stack_resources(self, StackName: str, **_: Any) -> Any:
        return {"StackResourceSummaries": [*self._stack(StackName).resources.values()]}

    def _stack(self, name: str) -> FakeStack:
        by_id = {s.id: s for s in self.stacks.values()} | self.gone
        found = self.stacks.get(name) or by_id.get(name)
        if found is None:
            raise CloudError(f"Stack with id {name} does not exist", code="ValidationError")
        return found

    def _cannot(self, body: dict[str, Any], told: dict[str, Any]) -> str | None:
        if body["Type"] == "AWS::S3::Bucket" and not told["adopt"]:
            name = body["Properties"]["BucketName"]
            return f"{name} already exists" if name in self.buckets and told["type"] == "CREATE" else None
        return None

    def _make(self, stack: FakeStack, logical: str, body: dict[str, Any]) -> None:
        known = stack.resources.get(logical, {}).get("PhysicalResourceId")
        self._made += 1
        prefix = {"AWS::EC2::Instance": "i-", "AWS::EC2::Volume": "vol-"}.get(body["Type"], f"{logical}-")
        physical = known or f"{prefix}{self._made:08x}"
        if body["Type"] == "AWS::S3::Bucket":
            physical = body["Properties"]["BucketName"]
            self.buckets.setdefault(physical, {"tag": stack.name, "objects": {}})
        if body["Type"] == "AWS::EC2::Instance":
            self.instances.setdefault(physical, "running")
        stack.resources[logical] = {
            "LogicalResourceId": logical,
            "PhysicalResourceId": physical,
            "ResourceType": body["Type"],
            "ResourceStatus": "CREATE_COMPLETE",
        }

    def _unmake(self, stack: FakeStack, logical: str, body: dict[str, Any]) -> None:
        physical = stack.resources.pop(logical)["PhysicalResourceId"]
        if body["Type"] == "AWS::EC2::Instance":
            assert self.instances.pop(physical) == "stopped", "a volume in use hangs"
        if body["Type"] == "AWS::EC2::Volume":
            self.snapshots.append(
                {
                    "SnapshotId": f"snap-{len(self.snapshots):08x}",
                    "VolumeId": physical,
                    "State": "completed",
                    "StartTime": START + timedelta(minutes=len(self.snapshots)),
                    "VolumeSize": body["Properties"]["Size"],
                    "Tags": [],
                }
            )

    def _value(self, stack: FakeStack, value: Any) -> str:
        if "Ref" in value:
            return stack.resources[value["Ref"]]["PhysicalResourceId"]
        if "Fn::GetAtt" in value:
            return "10.0.0.10" if value["Fn::GetAtt"][1] == "PrivateIp" else ":".join(value["Fn::GetAtt"])
        return value["Fn::Sub"]

    def _event(
        self,
        stack: FakeStack,
        logical: str,
        status: str,
        *,
        of_stack: bool = False,
        reason: str = "",
        token: str = "",
        template: dict[str, Any] | None = None,
    ) -> None:
        self._ticks += 1
        resources = (template or stack.template or {}).get("Resources", {})
        stack.events.append(
            {
                "EventId": f"{self._ticks}",
                "StackId": stack.id,
                "LogicalResourceId": logical,
                "PhysicalResourceId": stack.id
                if of_stack
                else stack.resources.get(logical, {}).get("PhysicalResourceId", ""),
                "ResourceType": resources.get(logical, {}).get("Type", "AWS::CloudFormation::Stack"),
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "Timestamp": START + timedelta(seconds=self._ticks),
                "ClientRequestToken": token,
            }
        )

    # ---- S3

    def s3_head_bucket(self, Bucket: str) -> Any:
        if Bucket not in self.buckets:
            raise CloudError("Not Found", code="404")
        return {}

    def s3_create_bucket(self, Bucket: str, **_: Any) -> Any:
        self.buckets[Bucket] = {"tag": "", "objects": {}}
        return {}

    def s3_put_public_access_block(self, Bucket: str, **given: Any) -> Any:
        self.buckets[Bucket]["private"] = all(given["PublicAccessBlockConfiguration"].values())
        return {}

    def s3_put_bucket_tagging(self, Bucket: str, Tagging: Any) -> Any:
        self.buckets[Bucket]["tag"] = Tagging["TagSet"][0]["Value"]
        return {}

    def s3_get_bucket_tagging(self, Bucket: str) -> Any:
        if not self.buckets[Bucket]["tag"]:
            raise CloudError("no tags", code="NoSuchTagSet")
        return {"TagSet": [{"Key": "desenho:stack", "Value": self.buckets[Bucket]["tag"]}]}

    def s3_head_object(self, Bucket: str, Key: str) -> Any:
        if Key not in self.buckets[Bucket]["objects"]:
            raise CloudError("Not Found", code="404")
        return {}

    def s3_put_object(self, Bucket: str, Key: str, Body: bytes, **_: Any) -> Any:
        self.buckets[Bucket]["objects"][Key] = Body
        return {}

    def s3_list_buckets(self) -> Any:
        return {"Buckets": [{"Name": name} for name in self.buckets]}

    def s3_list_object_versions(self, Bucket: str, MaxKeys: int) -> Any:
        objects = self.buckets[Bucket]["objects"]
        versions = [{"Key": k, "VersionId": "v1", "Size": len(v)} for k, v in objects.items()]
        return {"Versions": versions[:MaxKeys]}

    def s3_delete_objects(self, Bucket: str, Delete: Any) -> Any:
        for each in Delete["Objects"]:
            del self.buckets[Bucket]["objects"][each["Key"]]
        return {}

    def s3_list_multipart_uploads(self, Bucket: str) -> Any:
        return {}

    def s3_delete_bucket(self, Bucket: str) -> Any:
        assert not self.buckets[Bucket]["objects"]
        del self.buckets[Bucket]
        return {}

    def buckets_content(self, url: str) -> str:
        host, _, key = url.removeprefix("https://").partition("/")
        return self.buckets[host.partition(".s3.")[0]]["objects"][key].decode()

    # ---- the rest

    def sts_get_caller_identity(self) -> Any:
        return {"Account": ACCOUNT}

    def ssm_get_parameter(self, Name: str) -> Any:
        return {"Parameter": {"Value": self.images["arm64" if Name.endswith("arm64") else "x86_64"]}}

    def ec2_describe_availability_zones(self, **_: Any) -> Any:
        return {"AvailabilityZones": [{"ZoneName": f"{self.region}{z}", "State": "available"} for z in "cba"]}

    def ec2_describe_instance_type_offerings(self, Filters: Any, **_: Any) -> Any:
        return {"InstanceTypeOfferings": [{"Location": f"{self.region}{z}"} for z in "ab"]}

    def ec2_describe_managed_prefix_lists(self, **_: Any) -> Any:
        return {"PrefixLists": [{"PrefixListId": "pl-0123", "PrefixListName": f"com.amazonaws.{self.region}.s3"}]}

    def ec2_describe_vpcs(self) -> Any:
        return {"Vpcs": [{}] * self.vpcs}

    def ec2_describe_instance_types(self, InstanceTypes: list[str]) -> Any:
        return {"InstanceTypes": [{"InstanceType": t, "VCpuInfo": {"DefaultVCpus": 2}} for t in InstanceTypes]}

    def ec2_describe_snapshots(self, Filters: list[Any], **_: Any) -> Any:
        (wanted,) = Filters
        if wanted["Name"] == "volume-id":
            return {"Snapshots": [s for s in self.snapshots if s["VolumeId"] in wanted["Values"]]}
        key = wanted["Name"].removeprefix("tag:")
        tagged = [s for s in self.snapshots if {"Key": key, "Value": wanted["Values"][0]} in s["Tags"]]
        return {"Snapshots": tagged}

    def ec2_create_tags(self, Resources: list[str], Tags: list[Any]) -> Any:
        for snapshot in self.snapshots:
            if snapshot["SnapshotId"] in Resources:
                snapshot["Tags"] = Tags
        return {}

    def ec2_delete_snapshot(self, SnapshotId: str) -> Any:
        self.snapshots = [s for s in self.snapshots if s["SnapshotId"] != SnapshotId]
        return {}

    def ec2_describe_instances(self, Filters: list[Any]) -> Any:
        known = {i: s for i, s in self.instances.items() if i in Filters[0]["Values"]}
        return {"Reservations": [{"Instances": [{"InstanceId": i, "State": {"Name": s}} for i, s in known.items()]}]}

    def ec2_stop_instances(self, InstanceIds: list[str]) -> Any:
        self.instances |= dict.fromkeys(InstanceIds, "stopped")
        return {}

    def lambda_get_account_settings(self) -> Any:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": self.unreserved}}

    def service_quotas_get_service_quota(self, QuotaCode: str, **_: Any) -> Any:
        return {"Quota": {"Value": self.quotas[QuotaCode]}}

    def cloudwatch_describe_alarms(self, AlarmNames: list[str], **_: Any) -> Any:
        return {"MetricAlarms": [{"AlarmName": a, "StateValue": "OK"} for a in AlarmNames]}


@dataclass
class _Service:
    account: FakeAccount
    name: str

    def __getattr__(self, operation: str) -> Any:
        return lambda **given: partial(self.account.answer, self.name, operation)(given)


def _changes(before: dict[str, Any], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for logical in dict.fromkeys((*wanted, *before)):
        old, new = before.get(logical), wanted.get(logical)
        if old == new:
            continue
        change: dict[str, Any] = {
            "LogicalResourceId": logical,
            "ResourceType": (new or old)["Type"],
            "Action": "Add" if old is None else "Remove" if new is None else "Modify",
        }
        if old and new:
            names = [k for k in new["Properties"] if new["Properties"][k] != old["Properties"].get(k)]
            change["Replacement"] = "True" if REPLACING & {*names} else "False"
            change["Details"] = [
                {"Target": {"Name": n, "RequiresRecreation": "Always" if n in REPLACING else "Never"}} for n in names
            ]
        found.append({"Type": "Resource", "ResourceChange": change})
    return found
