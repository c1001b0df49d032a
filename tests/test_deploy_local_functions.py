"""Functions and instances that really run: calls, failures, limits, events of buckets, the VPC."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from deploy.local import State, ensure_running, find, stop
from deploy.local.apps import settings
from deploy.local.functions.service import permits
from deploy.local.vpc import allowed
from local_clients import Account
from local_templates import att, ref, resource, template, trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy.local import LocalCloud

CODE = """
import importlib.util, json, os, time, urllib.error, urllib.request
count = 0

def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode()}"

def note(record):
    import boto3
    told = record["s3"]["object"]
    if "poison" in told["key"]:
        raise ValueError("poison")
    body = json.dumps(record).encode()
    boto3.client("s3").put_object(Bucket=os.environ["OUT"], Key=told["sequencer"], Body=body)

def main(event, context):
    global count
    count += 1
    do = event.get("do", "event")
    print("doing", do)
    if do == "fail": raise ValueError("no good")
    if do == "exit": os._exit(3)
    if do == "sleep": time.sleep(event["seconds"])
    if do == "wait": time.sleep(0.1)
    if do == "eat": return len(bytearray(event["mb"] * 2**20))
    if do == "modules": return {name: importlib.util.find_spec(name) is not None for name in event["names"]}
    if do == "get": return get(event["url"])
    if do == "event": return note(event["Records"][0])
    left = context.get_remaining_time_in_millis()
    return {"count": count, "left": left, "id": context.aws_request_id, "var": os.environ.get("VAR")}
"""
APP = """
import os, http.server
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        path = os.environ["DATA_DIR"] + "/name"
        body = open(path, "rb").read() if self.path == "/name" else b"fine"
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer((os.environ["HOST"], int(os.environ["PORT"])), H).serve_forever()
"""


@pytest.fixture(scope="module")
def account(local_cloud: LocalCloud) -> Iterator[Account]:
    found = Account(local_cloud, "us-west-2")
    yield found
    for bucket in {b["Name"] for b in found("s3").list_buckets()["Buckets"]} & {"wired-in", "wired-out"}:
        for kind in ("Versions", "DeleteMarkers"):
            for entry in found("s3").list_object_versions(Bucket=bucket).get(kind, []):
                found("s3").delete_object(Bucket=bucket, Key=entry["Key"], VersionId=entry["VersionId"])
    found.clear()


def role() -> dict[str, Any]:
    return resource("IAM::Role", {"AssumeRolePolicyDocument": trust("lambda.amazonaws.com")})


def function(**more: Any) -> dict[str, Any]:
    said = {"Runtime": "python3.13", "Handler": "index.main", "Role": att("Role", "Arn"), "Code": {"ZipFile": CODE}}
    return resource("Lambda::Function", {**said, "MemorySize": 256, "Timeout": 2, **more})


@pytest.fixture(scope="module")
def called(account: Account) -> str:
    resources = {"Role": role(), "Function": function(Environment={"Variables": {"VAR": "é 1"}})}
    assert account.apply("called", template(resources), parameters=account.prepare()) == "CREATE_COMPLETE"
    return account.ids("called")["Function"]


def call(account: Account, name: str, **event: Any) -> tuple[Any, str, list[str]]:
    """What a function answers, the kind of its failure, and what it printed."""
    done = account("lambda").invoke(FunctionName=name, Payload=json.dumps(event).encode(), LogType="Tail")
    lines = base64.b64decode(done["LogResult"]).decode().splitlines()
    return json.loads(done["Payload"].read()), done.get("FunctionError", ""), lines


def test_a_function_answers_and_stays_warm(account: Account, called: str) -> None:
    first, error, lines = call(account, called, do="count")
    again, _, warm = call(account, called, do="count")
    assert error == ""
    assert again["count"] == first["count"] + 1
    assert 0 < again["left"] <= 2000
    assert again["var"] == "é 1"
    assert again["id"] != first["id"]
    assert lines[0].startswith(f"START RequestId: {first['id']}")
    assert "doing count" in lines
    assert "Init Duration" in lines[-1]
    assert "Init Duration" not in warm[-1]
    logs = account("logs").filter_log_events(logGroupName=f"/aws/lambda/{called}")["events"]
    assert any(e["message"].startswith("REPORT") and first["id"] in e["message"] for e in logs)


def test_a_failure_is_told(account: Account, called: str) -> None:
    said, error, lines = call(account, called, do="fail")
    assert (error, said["errorType"], said["errorMessage"]) == ("Unhandled", "ValueError", "no good")
    assert any("ValueError" in line for line in lines)
    said, error, _ = call(account, called, do="exit")
    assert (error, said["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert call(account, called, do="count")[0]["count"] == 1


def test_a_function_that_takes_too_long_is_ended(account: Account, called: str) -> None:
    call(account, called, do="count")
    said, error, lines = call(account, called, do="sleep", seconds=30)
    assert (error, said["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    assert any("Task timed out after 2.00 seconds" in line for line in lines)


def test_a_function_that_takes_too_much_memory_is_ended(account: Account, called: str) -> None:
    said, error, _ = call(account, called, do="eat", mb=2000)
    assert (error, said["errorType"]) == ("Unhandled", "Runtime.OutOfMemory")


def test_nothing_of_the_host_leaks_in(account: Account, called: str) -> None:
    found, _, _ = call(account, called, do="modules", names=["boto3", "moto", "diagrams", "pytest", "deploy"])
    assert found == {"boto3": True, "moto": False, "diagrams": False, "pytest": False, "deploy": False}


def test_reserved_concurrency_of_none_refuses(account: Account, called: str) -> None:
    account("lambda").put_function_concurrency(FunctionName=called, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="TooManyRequests"):
        call(account, called, do="count")
    account("lambda").delete_function_concurrency(FunctionName=called)
    assert call(account, called, do="count")[1] == ""


def test_what_reserved_concurrency_leaves_no_room_for_is_refused(account: Account, called: str) -> None:
    account("lambda").put_function_concurrency(FunctionName=called, ReservedConcurrentExecutions=1)
    call(account, called, do="count")  # it is warm from here on
    before = len(printed(account, called, "doing sleep", 0))
    with ThreadPoolExecutor(1) as aside:
        running = aside.submit(call, account, called, do="sleep", seconds=1.2)
        printed(account, called, "doing sleep", before + 1)
        with pytest.raises(ClientError) as refused:
            impatient(account).invoke(FunctionName=called, Payload=b'{"do": "count"}')
        told = refused.value.response
        assert told["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert told["Error"]["Code"] == "TooManyRequestsException"
        assert told["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        assert running.result()[1] == ""
    account("lambda").delete_function_concurrency(FunctionName=called)


def test_events_that_reserved_concurrency_holds_back_are_handled_later(account: Account, called: str) -> None:
    account("lambda").put_function_concurrency(FunctionName=called, ReservedConcurrentExecutions=1)
    before = len(printed(account, called, "doing wait", 0))
    for _ in range(5):
        account("lambda").invoke(FunctionName=called, InvocationType="Event", Payload=b'{"do": "wait"}')
    assert len(printed(account, called, "doing wait", before + 5)) == before + 5
    account("lambda").delete_function_concurrency(FunctionName=called)


def impatient(account: Account) -> Any:
    """A client of Lambda that tries once."""
    given = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": account.region}
    once = Config(retries={"max_attempts": 0})
    return boto3.client("lambda", endpoint_url=account.cloud.endpoint_url, config=once, **given)


def printed(account: Account, name: str, line: str, count: int) -> list[str]:
    """Wait until a function has printed a line so many times; all times it has."""
    until = time.monotonic() + 20
    while True:
        told = account("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}").get("events", [])
        found = [event["message"] for event in told if event["message"] == line]
        if len(found) >= count or time.monotonic() > until:
            return found
        time.sleep(0.02)


def wired(name: str) -> dict[str, Any]:
    """A bucket that calls a function, which writes what it heard into another; failures go to two queues."""
    return {
        "Role": role(),
        "Out": resource("S3::Bucket", {"BucketName": f"{name}-out"}),
        "Failed": resource("SQS::Queue", {"QueueName": f"{name}-failed"}),
        "Dead": resource("SQS::Queue", {"QueueName": f"{name}-dead"}),
        "Function": function(
            FunctionName=name,
            Environment={"Variables": {"OUT": ref("Out")}},
            DeadLetterConfig={"TargetArn": att("Dead", "Arn")},
        ),
        "Async": resource(
            "Lambda::EventInvokeConfig",
            {
                "FunctionName": ref("Function"),
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 1,
                "DestinationConfig": {"OnFailure": {"Destination": att("Failed", "Arn")}},
            },
        ),
        "May": resource(
            "Lambda::Permission",
            {
                "FunctionName": ref("Function"),
                "Action": "lambda:InvokeFunction",
                "Principal": "s3.amazonaws.com",
                "SourceAccount": ref("AWS::AccountId"),
                "SourceArn": f"arn:aws:s3:::{name}-in",
            },
        ),
        "In": resource(
            "S3::Bucket",
            {
                "BucketName": f"{name}-in",
                "VersioningConfiguration": {"Status": "Enabled"},
                "NotificationConfiguration": {
                    "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": att("Function", "Arn")}]
                },
            },
            DependsOn="May",
        ),
    }


def heard(account: Account, bucket: str, count: int, seconds: float = 15) -> list[dict[str, Any]]:
    """The events that a function has written down, in order of their sequencers."""
    until = time.monotonic() + seconds
    while True:
        found = account("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
        if len(found) >= count or time.monotonic() > until:
            keys = sorted(o["Key"] for o in found)
            return [json.loads(account("s3").get_object(Bucket=bucket, Key=k)["Body"].read()) for k in keys]
        time.sleep(0.05)


def messages(account: Account, queue: str, count: int, seconds: float = 15) -> list[dict[str, Any]]:
    url, found = account("sqs").get_queue_url(QueueName=queue)["QueueUrl"], []
    until = time.monotonic() + seconds
    while len(found) < count and time.monotonic() < until:
        asked = {"QueueUrl": url, "MessageAttributeNames": ["All"], "WaitTimeSeconds": 1}
        found += account("sqs").receive_message(**asked).get("Messages", [])
    return found


@pytest.fixture(scope="module")
def bound(account: Account) -> Account:
    """The account with a bucket that calls a function."""
    assert account.apply("wired", template(wired("wired")), parameters=account.prepare()) == "CREATE_COMPLETE"
    return account


def test_a_bucket_calls_a_function_with_whole_events(bound: Account) -> None:
    versions = [
        bound("s3").put_object(Bucket="wired-in", Key="c/a b+é.txt", Body=body)["VersionId"] for body in (b"1", b"22")
    ]
    found = heard(bound, "wired-out", 2)
    assert [r["s3"]["object"]["versionId"] for r in found] == versions
    assert [r["s3"]["object"]["size"] for r in found] == [1, 2]
    assert {r["s3"]["object"]["key"] for r in found} == {"c/a+b%2B%C3%A9.txt"}
    assert found[0]["s3"]["object"]["sequencer"] < found[1]["s3"]["object"]["sequencer"]
    assert found[0]["awsRegion"] == "us-west-2"


def test_an_upload_in_parts_is_one_event(bound: Account) -> None:
    s3, given = bound("s3"), {"Bucket": "wired-in", "Key": "parts"}
    before = len(heard(bound, "wired-out", 0))
    begun = {**given, "UploadId": s3.create_multipart_upload(**given)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**begun, PartNumber=1, Body=b"last")["ETag"]}
    version = s3.complete_multipart_upload(**begun, MultipartUpload={"Parts": [part]})["VersionId"]
    s3.put_object(Bucket="wired-in", Key="after", Body=b"")
    wait_until(lambda: any(r["s3"]["object"]["key"] == "after" for r in heard(bound, "wired-out", 0)))
    found = heard(bound, "wired-out", before + 2)
    assert [r["eventName"] for r in found[before:]] == ["ObjectCreated:CompleteMultipartUpload", "ObjectCreated:Put"]
    assert found[before]["s3"]["object"]["versionId"] == version


def test_an_event_that_fails_is_tried_again_and_then_told_of_twice(bound: Account) -> None:
    bound("s3").put_object(Bucket="wired-in", Key="poison", Body=b"")
    told = json.loads(messages(bound, "wired-failed", 1)[0]["Body"])
    assert told["requestContext"]["condition"] == "RetriesExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == 2
    assert told["requestPayload"]["Records"][0]["s3"]["object"]["key"] == "poison"
    assert told["responsePayload"]["errorMessage"] == "poison"
    dead = messages(bound, "wired-dead", 1)[0]
    assert json.loads(dead["Body"])["Records"][0]["s3"]["object"]["key"] == "poison"
    assert dead["MessageAttributes"]["ErrorMessage"]["StringValue"] == "poison"


def test_a_bucket_without_permission_is_not_heard(bound: Account) -> None:
    bound("lambda").remove_permission(FunctionName="wired", StatementId=bound.ids("wired")["May"])
    before = len(heard(bound, "wired-out", 0))
    bound("s3").put_object(Bucket="wired-in", Key="unheard", Body=b"")
    time.sleep(0.5)
    assert len(heard(bound, "wired-out", 0)) == before


def test_a_queue_feeds_a_function_and_keeps_what_fails(account: Account) -> None:
    resources = {
        "Role": role(),
        "Dead": resource("SQS::Queue", {"QueueName": "fed-dead"}),
        "Queue": resource(
            "SQS::Queue",
            {
                "QueueName": "fed",
                "VisibilityTimeout": 5,
                "RedrivePolicy": {"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": 1},
            },
        ),
        "Function": function(Code={"ZipFile": FED}),
        "Mapping": resource(
            "Lambda::EventSourceMapping",
            {
                "FunctionName": ref("Function"),
                "EventSourceArn": att("Queue", "Arn"),
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        ),
    }
    assert account.apply("fed", template(resources), parameters=account.prepare()) == "CREATE_COMPLETE"
    url = account.ids("fed")["Queue"]
    for text in ("one", "bad", "two"):
        account("sqs").send_message(QueueUrl=url, MessageBody=text)
    assert [m["Body"] for m in messages(account, "fed-dead", 1)] == ["bad"]
    group = f"/aws/lambda/{account.ids('fed')['Function']}"
    said = [e["message"] for e in account("logs").filter_log_events(logGroupName=group)["events"]]
    assert {line for line in said if line.startswith("got")} == {"got one", "got bad", "got two"}
    assert said.count("got one") == said.count("got two") == 1
    account.remove("fed")


def test_a_queue_is_read_again_when_a_function_has_room_again(account: Account) -> None:
    resources = {
        "Role": role(),
        "Queue": resource("SQS::Queue", {"VisibilityTimeout": 2}),
        "Function": function(Code={"ZipFile": FED}, ReservedConcurrentExecutions=0),
        "Mapping": resource(
            "Lambda::EventSourceMapping", {"FunctionName": ref("Function"), "EventSourceArn": att("Queue", "Arn")}
        ),
    }
    assert account.apply("held", template(resources), parameters=account.prepare()) == "CREATE_COMPLETE"
    ids = account.ids("held")
    account("sqs").send_message(QueueUrl=ids["Queue"], MessageBody="one")
    received = "ApproximateNumberOfMessagesNotVisible"
    asked = {"QueueUrl": ids["Queue"], "AttributeNames": [received]}
    wait_until(lambda: account("sqs").get_queue_attributes(**asked)["Attributes"][received] == "1")
    account("lambda").delete_function_concurrency(FunctionName=ids["Function"])
    group = {"logGroupNamePrefix": f"/aws/lambda/{ids['Function']}"}
    wait_until(lambda: bool(account("logs").describe_log_groups(**group)["logGroups"]))
    assert printed(account, ids["Function"], "got one", 1) == ["got one"]
    account.remove("held")


FED = """
def main(event, context):
    for record in event["Records"]:
        print("got", record["body"])
    failed = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": i} for i in failed]}
"""


def boot(app_key: str, signal_url: str = "${Handle}") -> dict[str, Any]:
    script = (
        "#!/bin/bash\nSTACK='${AWS::StackName}'\nREGION='${AWS::Region}'\nBUNDLE='s3://artifacts/" + app_key + "'\n"
        "PORT='8080'\nBUCKETS=''\nVOLUME='${Data}'\nSIGNAL='" + signal_url + "'\n"
    )
    return {"Fn::Base64": {"Fn::Sub": script}}


def network(**more: Any) -> dict[str, Any]:
    return {
        "Vpc": resource("EC2::VPC", {"CidrBlock": "10.2.0.0/16"}),
        "Subnet": resource(
            "EC2::Subnet",
            {"VpcId": ref("Vpc"), "CidrBlock": "10.2.0.0/24", "AvailabilityZone": "us-west-2a"},
        ),
        "Caller": resource(
            "EC2::SecurityGroup",
            {
                "GroupDescription": "caller",
                "VpcId": ref("Vpc"),
                "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "127.0.0.1/32"}],
            },
        ),
        "Called": resource("EC2::SecurityGroup", {"GroupDescription": "called", "VpcId": ref("Vpc")}),
        "Data": resource("EC2::Volume", {"AvailabilityZone": "us-west-2a", "Size": 1, "VolumeType": "gp3"}),
        "Handle": resource("CloudFormation::WaitConditionHandle"),
        "Server": resource(
            "EC2::Instance",
            {
                "ImageId": ref("ImageId"),
                "InstanceType": "t4g.nano",
                "SubnetId": ref("Subnet"),
                "PrivateIpAddress": "10.2.0.10",
                "SecurityGroupIds": [att("Called", "GroupId")],
                "UserData": boot("apps/app.tar.gz"),
            },
        ),
        "Attached": resource(
            "EC2::VolumeAttachment",
            {"InstanceId": ref("Server"), "VolumeId": ref("Data"), "Device": "/dev/sdf"},
        ),
        "Ready": resource(
            "CloudFormation::WaitCondition",
            {"Handle": ref("Handle"), "Timeout": 60, "Count": 1},
            DependsOn=["Attached"],
        ),
        "Role": role(),
        "Function": function(
            FunctionName="in-vpc",
            VpcConfig={"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [att("Caller", "GroupId")]},
        ),
        **more,
    }


RULES = {
    "Out": resource(
        "EC2::SecurityGroupEgress",
        {
            "GroupId": att("Caller", "GroupId"),
            "DestinationSecurityGroupId": att("Called", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 8080,
            "ToPort": 8080,
        },
    ),
    "In": resource(
        "EC2::SecurityGroupIngress",
        {
            "GroupId": att("Called", "GroupId"),
            "SourceSecurityGroupId": att("Caller", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 8080,
            "ToPort": 8080,
        },
    ),
}


def put_app(account: Account) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as bundle:
        for name, text, mode in (("run", '#!/bin/sh\nexec "$PYTHON" app.py\n', 0o755), ("app.py", APP, 0o644)):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), mode
            bundle.addfile(info, io.BytesIO(text.encode()))
    account("s3").put_object(Bucket="artifacts", Key="apps/app.tar.gz", Body=packed.getvalue())


def apps(account: Account) -> dict[str, str]:
    found = find(account.cloud.state)
    return found.ask("health")["apps"] if found else {}


def test_an_instance_runs_its_app_and_security_groups_hold(account: Account) -> None:
    values = account.prepare()
    put_app(account)
    assert account.apply("vpc", template(network(**RULES)), parameters=values) == "CREATE_COMPLETE"
    server, volume = account.ids("vpc")["Server"], account.ids("vpc")["Data"]
    folder = account.cloud.state.volumes / "vpc" / "Data"
    (folder / "name").write_text("kept")
    assert list(apps(account)) == [server]
    assert call(account, "in-vpc", do="get", url="http://10.2.0.10:8080/name")[0] == "kept"
    assert "504" in call(account, "in-vpc", do="get", url="http://10.2.0.11:8080/")[0]
    for gone, why in (("Out", "lets a request out"), ("In", "lets a request in")):
        rules = {k: v for k, v in RULES.items() if k != gone}
        assert account.apply("vpc", template(network(**rules)), parameters=values) == "UPDATE_COMPLETE"
        assert why in call(account, "in-vpc", do="get", url="http://10.2.0.10:8080/")[0]
    account.apply("vpc", template(network(**RULES)), parameters=values)
    account("ec2").stop_instances(InstanceIds=[server])
    wait_until(lambda: not apps(account))
    account("ec2").start_instances(InstanceIds=[server])
    wait_until(lambda: "kept" in str(call(account, "in-vpc", do="get", url="http://10.2.0.10:8080/name")[0]))
    account("ec2").detach_volume(VolumeId=volume)
    wait_until(lambda: not apps(account))
    account("ec2").attach_volume(VolumeId=volume, InstanceId=server, Device="/dev/sdf")
    wait_until(lambda: bool(apps(account)))
    account.remove("vpc")
    assert not apps(account)
    assert not folder.exists()


def test_two_networks_may_have_the_same_addresses(account: Account) -> None:
    values = account.prepare()
    put_app(account)
    for name in ("one", "two"):
        resources = network(**RULES)
        resources["Function"]["Properties"]["FunctionName"] = f"in-{name}"
        assert account.apply(name, template(resources), parameters=values) == "CREATE_COMPLETE"
        (account.cloud.state.volumes / name / "Data" / "name").write_text(name)
    for name in ("one", "two"):
        assert call(account, f"in-{name}", do="get", url="http://10.2.0.10:8080/name")[0] == name
    account.remove("one")
    assert call(account, "in-two", do="get", url="http://10.2.0.10:8080/name")[0] == "two"
    account.remove("two")


def wait_until(holds: Any, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_an_app_that_cannot_be_fetched_fails_the_stack(account: Account) -> None:
    broken = network()
    broken["Server"]["Properties"]["UserData"] = boot("apps/missing.tar.gz")
    broken["Function"]["Properties"]["FunctionName"] = "in-vpc-2"
    assert account.apply("unfit", template(broken), parameters=account.prepare()) == "ROLLBACK_COMPLETE"
    assert "cannot be unpacked" in account.failures("unfit")[0]
    account.remove("unfit")


def test_an_accepted_event_outlives_the_cloud(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    try:
        account = Account(ensure_running(state, until_exit_of=os.getpid()), "us-west-2")
        assert account.apply("alive", template(wired("alive")), parameters=account.prepare()) == "CREATE_COMPLETE"
        for number in range(6):
            account("s3").put_object(Bucket="alive-in", Key=f"{number}", Body=b"")
        os.kill(account.cloud.pid, signal.SIGKILL)
        wait_until(lambda: find(state) is None)
        account = Account(ensure_running(state, until_exit_of=os.getpid()), "us-west-2")
        found = heard(account, "alive-out", 6)
        assert {r["s3"]["object"]["key"] for r in found} == set("012345")
        wait_until(lambda: not list((state.folder / "events").glob("*.json")))
        other = f"runs on python{sys.version_info.major}.{sys.version_info.minor} here, and on python3.13 on AWS"
        assert (other in state.log.read_text()) == (sys.version_info[:2] != (3, 13))
    finally:
        stop(state)
    assert not list(state.folder.glob("scratch/*"))


def test_settings_are_read_from_a_boot_script_only() -> None:
    script = "#!/bin/bash\n# Settings\nSTACK='s'\nREGION='r'\nBUNDLE='s3://b/k'\nPORT='80'\nVOLUME='vol-1'\n"
    found = settings(script)
    assert found is not None
    assert (found.stack, found.port, found.volume, found.signal) == ("s", 80, "vol-1", "")
    assert settings("#!/bin/sh\necho hello\n") is None
    assert settings(script.replace("'80'", "'x'")) is None


def test_permits() -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction"}
    source = {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::mine*"}, "StringEquals": {"AWS:SourceAccount": "1"}}
    policy = {"Statement": [{**statement, "Condition": source}]}
    assert permits(policy, "mine-1", "1")
    assert not permits(policy, "other", "1")
    assert not permits(policy, "mine-1", "2")
    assert not permits({"Statement": []}, "mine", "1")


def test_allowed() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 81, "UserIdGroupPairs": [{"GroupId": "sg-1"}]}
    assert [port for port in range(78, 84) if allowed([rule], port, ["sg-1"])] == [80, 81]
    assert not allowed([rule], 80, ["sg-2"])
    assert allowed([rule | {"IpProtocol": "6"}], 80, ["sg-1"]), "TCP by its number"
    others = [rule | {"IpProtocol": "udp"}, rule | {"ToPort": 79}, rule | {"UserIdGroupPairs": []}]
    assert not allowed(others, 80, ["sg-1"])
    assert allowed([*others, rule], 80, ["sg-2", "sg-1"])
    assert allowed([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}], 9, ["sg-2"])
    assert not allowed([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "127.0.0.1/32"}]}], 9, ["sg-2"])
