"""CloudFormation as its clients know it: change sets, events, failures and their ways out, retention, drift."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local_clients import CAPABILITIES, Account
from local_templates import POLICY, resource, template, trust

if TYPE_CHECKING:
    from deploy.local import LocalCloud

QUEUE = {"Queue": resource("SQS::Queue", {"QueueName": "q", "VisibilityTimeout": 31})}
PAIR = {
    "Topic": resource("SNS::Topic", {}),
    "Queue": resource("SQS::Queue", {"VisibilityTimeout": 31}, DependsOn="Topic"),
}


@pytest.fixture
def account(local_cloud: LocalCloud) -> Account:
    return Account(local_cloud, "eu-central-1")


@pytest.fixture
def values(account: Account) -> dict[str, str]:
    return account.prepare()


def changed(said: dict[str, Any]) -> dict[str, Any]:
    return {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in said["Changes"]}


def test_a_change_set_tells_every_property(account: Account, values: dict[str, str]) -> None:
    before = {
        "Keep": resource("SNS::Topic", {}),
        "Gone": resource("SNS::Topic", {}, DeletionPolicy="Retain"),
        "Queue": resource("SQS::Queue", {"VisibilityTimeout": 31, "Tags": [{"Key": "a", "Value": "1"}]}),
        "Table": resource(
            "DynamoDB::Table",
            {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
        "Alarm": resource(
            "SSM::Parameter", {"Type": "String", "Value": {"Fn::GetAtt": ["Table", "Arn"]}, "Description": "x"}
        ),
    }
    assert account.apply("told", template(before), parameters=values) == "CREATE_COMPLETE"
    after = json.loads(json.dumps(before))
    del after["Gone"]
    after["Queue"]["Properties"] = {"VisibilityTimeout": 32, "DelaySeconds": 1, "Tags": [{"Key": "a", "Value": "2"}]}
    after["Table"]["Properties"]["AttributeDefinitions"][0]["AttributeName"] = "key"
    after["Table"]["Properties"]["KeySchema"][0]["AttributeName"] = "key"
    after["New"] = resource("SNS::Topic", {"DisplayName": {"Fn::GetAtt": ["Table", "Arn"]}})
    said = changed(account.change("told", template(after), parameters=values))
    assert set(said) == {"Gone", "Queue", "Table", "Alarm", "New"}
    assert (said["Gone"]["Action"], said["Gone"]["PolicyAction"]) == ("Remove", "Retain")
    assert said["New"]["Action"] == "Add"
    assert (said["Queue"]["Action"], said["Queue"]["Replacement"]) == ("Modify", "False")
    assert said["Queue"]["Scope"] == ["Properties", "Tags"]
    details = {d["Target"]["Name"]: d for d in said["Queue"]["Details"]}
    assert details["VisibilityTimeout"]["Target"] == {
        "Attribute": "Properties",
        "Name": "VisibilityTimeout",
        "Path": "/Properties/VisibilityTimeout",
        "RequiresRecreation": "Never",
        "AttributeChangeType": "Modify",
        "BeforeValue": "31",
        "AfterValue": "32",
    }
    assert details["DelaySeconds"]["Target"]["AttributeChangeType"] == "Add"
    assert (said["Table"]["Replacement"], said["Table"]["PolicyAction"]) == ("True", "ReplaceAndDelete")
    value = said["Alarm"]["Details"][0]
    assert (value["Evaluation"], value["ChangeSource"], value["CausingEntity"]) == (
        "Dynamic",
        "ResourceAttribute",
        "Table.Arn",
    )
    assert value["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"
    account.remove("told")


def test_no_change_is_said_as_cloudformation_says_it(account: Account, values: dict[str, str]) -> None:
    account.apply("same", template(PAIR), parameters=values)
    said = account.change("same", template(PAIR), parameters=values)
    assert (said["Status"], said["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in said["StatusReason"]
    words = {"Description": "other words", "Metadata": {"other": "words"}}
    said = account.change("same", template(PAIR, **words), parameters=values)
    assert "didn't contain changes" in said["StatusReason"], "neither is a change by itself"
    with pytest.raises(ClientError, match="No updates are to be performed"):
        account.stacks.update_stack(
            StackName="same",
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": k, "UsePreviousValue": True} for k in values],
        )
    account.remove("same")


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ({"A": resource("SQS::Queue", {"QueueNaem": "x"})}, "A/QueueNaem is not supported"),
        ({"A": resource("EC2::Fleet", {})}, "AWS::EC2::Fleet is not supported by the local cloud"),
        ({"A": resource("SNS::Topic", {"DisplayName": {"Fn::ImportValue": "x"}})}, "Fn::ImportValue"),
        ({"A": resource("SSM::Parameter", {"Type": "String"})}, "A/Value is missing"),
        (
            {"A": resource("SNS::Topic", {"DisplayName": {"Fn::GetAtt": ["B", "Nix"]}}), "B": resource("SNS::Topic")},
            "Nix",
        ),
    ],
)
def test_what_is_not_supported_is_refused_before_anything_is_made(
    account: Account, values: dict[str, str], resources: dict[str, Any], said: str
) -> None:
    change = account.change("refused", template(resources), kind="CREATE", parameters=values)
    assert change["Status"] == "FAILED"
    assert said in change["StatusReason"]
    account.remove("refused")


def test_a_failed_creation_is_rolled_back_and_can_be_removed(account: Account, values: dict[str, str]) -> None:
    account.fail("broken", logical_id="Queue", action="create", message="no room")
    assert account.apply("broken", template(PAIR), parameters=values) == "ROLLBACK_COMPLETE"
    assert account.failures("broken")[0].startswith("Queue CREATE_FAILED: no room")
    stack = account.stacks.describe_stacks(StackName="broken")["Stacks"][0]
    assert "[Queue]" in stack["StackStatusReason"]
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE"):
        account.stacks.execute_change_set(
            ChangeSetName=account.change("broken", template(QUEUE), parameters=values)["ChangeSetId"]
        )
    account.remove("broken")


def test_an_update_whose_rollback_fails_can_be_continued(account: Account, values: dict[str, str]) -> None:
    account.apply("stuck", template(PAIR), parameters=values)
    after = json.loads(json.dumps(PAIR))
    after["Topic"]["Properties"] = {"DisplayName": "new"}
    after["Queue"]["Properties"]["VisibilityTimeout"] = 32
    account.fail("stuck", logical_id="Queue", action="update", message="first")
    account.fail("stuck", logical_id="Topic", action="update", call=-1, message="never reached")
    account.heal()
    account.fail("stuck", logical_id="Queue", action="update", times=2, message="twice")
    assert account.apply("stuck", template(after), parameters=values) == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(ClientError, match="UPDATE_ROLLBACK_FAILED"):
        account.stacks.execute_change_set(
            ChangeSetName=account.change("stuck", template(QUEUE), parameters=values)["ChangeSetId"]
        )
    account.stacks.continue_update_rollback(StackName="stuck")
    assert account.settle("stuck") == "UPDATE_ROLLBACK_COMPLETE"
    assert {d["StackResourceDriftStatus"] for d in account.drifts("stuck")} == {"IN_SYNC"}
    account.remove("stuck")


def test_a_deletion_that_fails_can_leave_something_behind(account: Account, values: dict[str, str]) -> None:
    bucket = {"Bucket": resource("S3::Bucket", {}), "Topic": resource("SNS::Topic", {})}
    account.apply("full", template(bucket), parameters=values)
    name = account.ids("full")["Bucket"]
    account("s3").put_object(Bucket=name, Key="a", Body=b"")
    account.stacks.delete_stack(StackName="full")
    assert account.settle("full") == "DELETE_FAILED"
    assert any("not empty" in reason for reason in account.failures("full"))
    assert list(account.ids("full")) == ["Bucket"]
    account.stacks.delete_stack(StackName="full", RetainResources=["Bucket"])
    assert account.settle("full") == ""
    account("s3").delete_object(Bucket=name, Key="a")
    account("s3").delete_bucket(Bucket=name)


def test_rollback_can_be_left_out_and_asked_for_later(account: Account, values: dict[str, str]) -> None:
    account.fail("kept", logical_id="Queue", action="create")
    change = account.change("kept", template(PAIR), kind="CREATE", parameters=values)
    account.stacks.execute_change_set(ChangeSetName=change["ChangeSetId"], DisableRollback=True)
    assert account.settle("kept") == "CREATE_FAILED"
    assert list(account.ids("kept")) == ["Topic"]
    account.stacks.rollback_stack(StackName="kept")
    assert account.settle("kept") == "ROLLBACK_COMPLETE"
    assert account.ids("kept") == {}
    account.remove("kept")


def waiting(seconds: int) -> dict[str, Any]:
    return {
        "Handle": resource("CloudFormation::WaitConditionHandle"),
        "Wait": resource(
            "CloudFormation::WaitCondition", {"Handle": {"Ref": "Handle"}, "Timeout": seconds, "Count": 1}
        ),
        "Topic": resource("SNS::Topic", {}),
    }


def begin(account: Account, stack: str, resources: dict[str, Any], values: dict[str, str], **more: Any) -> str:
    """Start making a stack that waits, and return the address that it waits at."""
    change = account.change(stack, template(resources, **more), kind="CREATE", parameters=values)
    account.stacks.execute_change_set(ChangeSetName=change["ChangeSetId"])
    until = time.monotonic() + 20
    while "Topic" not in account.ids(stack) and time.monotonic() < until:
        time.sleep(0.02)
    return account.ids(stack)["Handle"]


def put(url: str, **said: str) -> None:
    request = urllib.request.Request(url, data=json.dumps(said).encode(), method="PUT")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_a_wait_condition_waits_for_its_signal(account: Account, values: dict[str, str]) -> None:
    outputs = {"Said": {"Value": {"Fn::GetAtt": ["Wait", "Data"]}}}
    url = begin(account, "waits", waiting(60), values, Outputs=outputs)
    assert url.startswith(account.cloud.endpoint_url)
    assert account.status("waits") == "CREATE_IN_PROGRESS"
    kept = [{"ParameterKey": k, "UsePreviousValue": True} for k in values]
    with pytest.raises(ClientError, match="CREATE_IN_PROGRESS"):
        account.stacks.update_stack(StackName="waits", TemplateBody=template(PAIR), Parameters=kept)
    put(url, Status="SUCCESS", UniqueId="1", Reason="", Data="ready")
    assert account.settle("waits") == "CREATE_COMPLETE"
    told = account.stacks.describe_stacks(StackName="waits")["Stacks"][0]["Outputs"]
    assert json.loads(told[0]["OutputValue"]) == {"1": "ready"}
    account.remove("waits")


def test_a_signal_may_say_that_it_failed_and_may_not_come(account: Account, values: dict[str, str]) -> None:
    put(begin(account, "fails", waiting(60), values), Status="FAILURE", UniqueId="1", Reason="no disk")
    assert account.settle("fails") == "ROLLBACK_COMPLETE"
    assert "no disk" in account.failures("fails")[0]
    begin(account, "late", waiting(1), values)
    assert account.settle("late") == "ROLLBACK_COMPLETE"
    assert "Received 0 conditions when expecting 1" in account.failures("late")[0]
    for stack in ("fails", "late"):
        account.remove(stack)


def test_a_stack_that_waits_can_be_deleted(account: Account, values: dict[str, str]) -> None:
    begin(account, "gone", waiting(600), values)
    account.remove("gone")  # which gives up long before the condition does


def test_two_operations_at_once(account: Account, values: dict[str, str]) -> None:
    account.apply("one", template(PAIR), parameters=values)
    changes = []
    for timeout in (40, 41):
        after = {**PAIR, "Queue": resource("SQS::Queue", {"VisibilityTimeout": timeout}, DependsOn="Topic")}
        changes.append(account.change("one", template(after), parameters=values)["ChangeSetId"])
    results: list[str] = []

    def execute(change: str) -> None:
        try:
            account.stacks.execute_change_set(ChangeSetName=change)
            results.append("done")
        except ClientError as error:
            results.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=execute, args=(c,)) for c in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(results) == "done"
    assert min(results) in {"InvalidChangeSetStatus", "ValidationError"}
    assert account.settle("one") == "UPDATE_COMPLETE"
    account.remove("one")


def test_a_custom_name_cannot_be_replaced_in_place(account: Account, values: dict[str, str]) -> None:
    fifo = {"Queue": resource("SQS::Queue", {"QueueName": "a.fifo", "FifoQueue": True})}
    role = {
        "Role": resource(
            "IAM::Role", {"RoleName": "r", "Path": "/a/", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com")}
        )
    }
    account.apply("named", template({**fifo, **role}), parameters=values)
    role["Role"]["Properties"]["Path"] = "/b/"
    assert account.apply("named", template({**fifo, **role}), parameters=values) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Rename r and update the stack again" in account.failures("named")[0]
    account.remove("named")


@pytest.mark.parametrize("name", ["my_stack", "9lives", "-a", "a.b", "é"])
def test_a_name_that_aws_takes_for_none_is_refused(account: Account, name: str) -> None:
    body = json.dumps({"Resources": {"Queue": resource("SQS::Queue")}})
    for operation in ("create_stack", "create_change_set"):
        more = {"ChangeSetName": "first", "ChangeSetType": "CREATE"} if operation == "create_change_set" else {}
        with pytest.raises(ClientError, match=r"regular expression pattern: \[a-zA-Z\]\[-a-zA-Z0-9\]\*"):
            getattr(account("cloudformation"), operation)(StackName=name, TemplateBody=body, **more)


def test_capabilities_are_asked_for(account: Account) -> None:
    role = {"Role": resource("IAM::Role", {"RoleName": "r", "AssumeRolePolicyDocument": trust("ec2.amazonaws.com")})}
    body = json.dumps({"Resources": role})
    with pytest.raises(ClientError, match="CAPABILITY_NAMED_IAM"):
        account.stacks.create_stack(StackName="able", TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
    assert account.status("able") == ""


def test_drift_is_found_and_reverted(account: Account, values: dict[str, str]) -> None:
    account.apply("drifts", template(PAIR), parameters=values)
    url = account.ids("drifts")["Queue"]
    account("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "99"})
    account("sns").delete_topic(TopicArn=account.ids("drifts")["Topic"])
    found = {d["LogicalResourceId"]: d for d in account.drifts("drifts")}
    assert found["Topic"]["StackResourceDriftStatus"] == "DELETED"
    assert found["Queue"]["PropertyDifferences"] == [
        {
            "PropertyPath": "/VisibilityTimeout",
            "ExpectedValue": "31",
            "ActualValue": "99",
            "DifferenceType": "NOT_EQUAL",
        }
    ]
    account("sns").create_topic(Name=account.ids("drifts")["Topic"].rsplit(":", 1)[1])
    change = account.change("drifts", template(PAIR), parameters=values, DeploymentMode="REVERT_DRIFT")
    assert set(changed(change)) == {"Queue"}
    account.stacks.delete_stack(StackName="drifts")
    account.settle("drifts")


def test_a_template_may_lie_in_a_bucket(account: Account, values: dict[str, str]) -> None:
    account("s3").put_object(Bucket="artifacts", Key="t/a b.json", Body=template(PAIR).encode())
    url = f"{account.cloud.endpoint_url}/artifacts/t/a%20b.json"
    account.stacks.create_stack(
        StackName="stored",
        TemplateURL=url,
        Capabilities=CAPABILITIES,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
    )
    assert account.settle("stored") == "CREATE_COMPLETE"
    assert account.stacks.get_template(StackName="stored")["TemplateBody"]["Resources"].keys() == PAIR.keys()
    account.remove("stored")


def test_a_bucket_policy_is_kept_whole_and_does_not_lock_out(account: Account, values: dict[str, str]) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::shut/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    resources = {
        "Bucket": resource("S3::Bucket", {"BucketName": "shut"}),
        "Policy": resource(
            "S3::BucketPolicy", {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {**POLICY, "Statement": [deny]}}
        ),
    }
    account.apply("shut", template(resources), parameters=values)
    assert json.loads(account("s3").get_bucket_policy(Bucket="shut")["Policy"])["Statement"] == [deny]
    account("s3").put_object(Bucket="shut", Key="a", Body=b"1")
    account("s3").delete_object(Bucket="shut", Key="a")
    account.remove("shut")


def test_what_moto_lacks_is_answered(account: Account) -> None:
    assert account("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 1000
    quotas = account("service-quotas").list_service_quotas(ServiceCode="vpc")["Quotas"]
    assert {"VPCs per Region"} <= {q["QuotaName"] for q in quotas}
    pricing = Account(account.cloud, "us-east-1")("pricing")
    assert pricing.get_products(ServiceCode="AmazonEC2")["PriceList"] == []
