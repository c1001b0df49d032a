"""The background process: one for a folder, on loopback, gone without a trace, back after whatever ended it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deploy.local import State, ensure_running, find, stop
from desenho.cli import main
from local_clients import Account, unlike
from local_templates import COMPUTE, NETWORK, resource, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.local import LocalCloud


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    found = State(tmp_path / "state")
    yield found
    stop(found)


OBJECT = {"Bucket": "of-many-origins", "Key": "a"}


def ask(cloud: LocalCloud, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    host, port = cloud.endpoint_url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_it_starts_once_however_many_ask(state: State) -> None:
    with ThreadPoolExecutor(4) as pool:
        clouds = list(pool.map(lambda _: ensure_running(state, until_exit_of=os.getpid()), range(4)))
    assert len({c.pid for c in clouds}) == 1
    assert find(state) == clouds[0]
    assert stop(state)
    assert find(state) is None
    assert not stop(state)
    assert not state.scratch.exists()
    assert not state.run.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(clouds[0].pid, 0)


def test_it_keeps_its_address(state: State) -> None:
    first = ensure_running(state, until_exit_of=os.getpid())
    stop(state)
    assert ensure_running(state, until_exit_of=os.getpid()).endpoint_url == first.endpoint_url


def test_it_listens_on_loopback_only(local_cloud: LocalCloud) -> None:
    port = int(local_cloud.endpoint_url.rsplit(":", 1)[1])
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].split(":")[1], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""])
def test_another_host_is_refused(local_cloud: LocalCloud, host: str) -> None:
    code, body = ask(local_cloud, "/", Host=host)
    assert code == 403
    assert b"127.0.0.1" in body


def test_a_page_of_another_origin_is_refused_but_for_s3(local_cloud: LocalCloud) -> None:
    signed = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/{}/aws4_request, SignedHeaders=a, Signature=b"
    code, _ = ask(local_cloud, "/", Origin="https://evil.example", Authorization=signed.format("iam"))
    assert code == 403
    code, _ = ask(local_cloud, "/", Origin="https://evil.example", Authorization=signed.format("s3"))
    assert code == 200
    code, _ = ask(local_cloud, "/", Origin="http://localhost:8000", Authorization=signed.format("s3"))
    assert code == 200


def test_a_page_of_another_origin_reads_a_bucket_only_where_its_rules_say_so(local_cloud: LocalCloud) -> None:
    s3 = Account(local_cloud)("s3")
    s3.create_bucket(Bucket="of-many-origins")
    rule = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://friend.example"]}
    s3.put_bucket_cors(Bucket="of-many-origins", CORSConfiguration={"CORSRules": [rule]})
    s3.put_object(Bucket="of-many-origins", Key="a", Body=b"")
    address = local_cloud.endpoint_url.removeprefix("http://")
    for origin, allowed in (("https://friend.example", "https://friend.example"), ("https://evil.example", None)):
        for method in ("OPTIONS", "GET"):
            connection = http.client.HTTPConnection(address, timeout=10)
            asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
            connection.request(method, s3.generate_presigned_url("get_object", Params=OBJECT), headers=asked)
            answer = connection.getresponse()
            assert answer.headers["Access-Control-Allow-Origin"] == allowed, method
            connection.close()


def test_only_who_knows_the_token_controls_it(local_cloud: LocalCloud) -> None:
    assert ask(local_cloud, "/_local/health")[0] == 200
    assert ask(local_cloud, "/_local/stop")[0] == 405
    assert ask(local_cloud, "/_local/stop", "POST")[0] == 403


def test_it_ends_with_the_process_it_is_for(state: State) -> None:
    script = (
        "import os, sys; from pathlib import Path; from deploy.local import State, ensure_running;"
        "print(ensure_running(State(Path(sys.argv[1])), until_exit_of=os.getpid()).pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(state.folder)], capture_output=True, text=True, timeout=60, check=True
    )
    pid = int(done.stdout)
    until = time.monotonic() + 10
    while time.monotonic() < until and Path(f"/proc/{pid}").exists():
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_a_start_that_fails_says_why(state: State) -> None:
    state.folder.mkdir()
    state.scratch.write_text("in the way")
    with pytest.raises(Exception, match="did not start") as caught:
        ensure_running(state, timeout=20)
    assert "scratch" in str(caught.value)


def settled(state: State) -> Account:
    return Account(ensure_running(state, until_exit_of=os.getpid()), "sa-east-1")


def kill(account: Account) -> None:
    os.kill(account.cloud.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while find(account.cloud.state) and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.parametrize("words", [["local", "start"], ["local", "status"], ["demo", "--once"], ["demo", "--stop"]])
def test_a_state_that_cannot_be_kept_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DESENHO_STATE", str(tmp_path / "file"))
    assert main(words) == 2
    said, hint = capsys.readouterr().err.splitlines()
    assert said.startswith(f"error: {tmp_path / 'file'}: the local cloud cannot keep its state here: ")
    assert hint == "  name a folder of yours with the variable DESENHO_STATE"


def test_everything_is_back_after_it_was_killed(state: State) -> None:
    account = settled(state)
    values = account.prepare()
    resources = {
        **{n: COMPUTE[n] for n in ("Vpc", "Subnet", "Far", "Role", "Profile", "Instance", "Data", "Attached")},
        "Bucket": resource("S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}),
        "Queue": resource("SQS::Queue", {}),
        "Handle": resource("CloudFormation::WaitConditionHandle"),
    }
    outputs = {"Id": {"Value": {"Ref": "Instance"}}}
    assert account.apply("kept", template(resources, Outputs=outputs), parameters=values) == "CREATE_COMPLETE"
    bucket = account.ids("kept")["Bucket"]
    put = account("s3").put_object(Bucket=bucket, Key="a ü/+%", Body=b"one", Metadata={"my_key": "é".encode().hex()})
    account("s3").put_object(Bucket=bucket, Key="a ü/+%", Body=b"two")
    account("s3").put_object(Bucket=bucket, Key="gone", Body=b"")
    account("s3").delete_object(Bucket=bucket, Key="gone")
    (state.volumes / "kept" / "Data" / "file").write_text("data")
    queue = account.ids("kept")["Queue"]
    asked = {"QueueUrl": queue, "MessageAttributeNames": ["All"]}
    for text in ("gone", "é"):
        said = {"Kind": {"DataType": "String", "StringValue": text}}
        account("sqs").send_message(QueueUrl=queue, MessageBody=text, MessageAttributes=said)
    taken = account("sqs").receive_message(**asked)["Messages"][0]
    account("sqs").delete_message(QueueUrl=queue, ReceiptHandle=taken["ReceiptHandle"])
    before = account.read("kept"), account.ids("kept"), outcome(account, "kept")
    kill(account)
    account = settled(state)
    after = account.read("kept"), account.ids("kept"), outcome(account, "kept")
    assert unlike(after[0], before[0]) == []
    assert after[1:] == before[1:]
    old = account("s3").get_object(Bucket=bucket, Key="a ü/+%", VersionId=put["VersionId"])
    assert (old["Body"].read(), old["Metadata"]) == (b"one", {"my_key": "c3a9"})
    assert account("s3").get_object(Bucket=bucket, Key="a ü/+%")["Body"].read() == b"two"
    assert [m["Key"] for m in account("s3").list_object_versions(Bucket=bucket)["DeleteMarkers"]] == ["gone"]
    assert (state.volumes / "kept" / "Data" / "file").read_text() == "data"
    messages = account("sqs").receive_message(**asked, MaxNumberOfMessages=10)["Messages"]
    assert [(m["Body"], m["MessageAttributes"]["Kind"]["StringValue"]) for m in messages] == [("é", "é")]
    drifts = {d["LogicalResourceId"]: d["StackResourceDriftStatus"] for d in account.drifts("kept")}
    assert drifts.pop("Handle") == "NOT_CHECKED", "a handle has no properties"
    assert set(drifts.values()) == {"IN_SYNC"}


def outcome(account: Account, stack: str) -> tuple[str, Any]:
    told = account.stacks.describe_stacks(StackName=stack)["Stacks"][0]
    return told["StackStatus"], told["Outputs"]


def test_an_operation_that_was_killed_is_rolled_back(state: State) -> None:
    account = settled(state)
    first = {"Queue": resource("SQS::Queue", {"VisibilityTimeout": 31}), "Topic": resource("SNS::Topic", {})}
    assert account.apply("steady", template(first), parameters=account.prepare()) == "CREATE_COMPLETE"
    ids = account.ids("steady")
    waiting = {
        **first,
        "Queue": resource("SQS::Queue", {"VisibilityTimeout": 32}),
        "Handle": resource("CloudFormation::WaitConditionHandle"),
        "Wait": resource("CloudFormation::WaitCondition", {"Handle": {"Ref": "Handle"}, "Timeout": 60, "Count": 1}),
    }
    for stack, kind in (("steady", "UPDATE"), ("fresh", "CREATE")):
        change = account.change(stack, template(waiting), kind=kind, parameters=account.prepare())
        account.stacks.execute_change_set(ChangeSetName=change["ChangeSetId"])
    until = time.monotonic() + 20
    while time.monotonic() < until and not all(
        "Wait" in str(account.ids(s)) or waits(account, s) for s in ("steady", "fresh")
    ):
        time.sleep(0.05)
    kill(account)
    account = settled(state)
    assert account.status("steady") == "UPDATE_ROLLBACK_COMPLETE"
    assert account.ids("steady") == ids
    url = ids["Queue"]
    told = account("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert told["Attributes"]["VisibilityTimeout"] == "31"
    assert account.status("fresh") == "ROLLBACK_COMPLETE"
    assert account.ids("fresh") == {}
    account.remove("fresh")
    account.remove("steady")


def waits(account: Account, stack: str) -> bool:
    events: list[dict[str, Any]] = account.stacks.describe_stack_events(StackName=stack)["StackEvents"]
    return any(e["LogicalResourceId"] == "Wait" for e in events)


def test_what_was_retained_is_back_and_can_be_taken_in_again(state: State) -> None:
    account = settled(state)
    volume = {**NETWORK, "Data": {**COMPUTE["Data"], "DeletionPolicy": "Snapshot"}}
    resources = {
        **{n: volume[n] for n in ("Vpc", "Subnet", "Data")},
        "Bucket": resource("S3::Bucket", {"BucketName": "retained"}, DeletionPolicy="RetainExceptOnCreate"),
    }
    assert account.apply("first", template(resources), parameters=account.prepare()) == "CREATE_COMPLETE"
    account("s3").put_object(Bucket="retained", Key="a", Body=b"1")
    (state.volumes / "first" / "Data" / "file").write_text("data")
    account.remove("first")
    assert not (state.volumes / "first").exists()
    kill(account)
    account = settled(state)
    assert account("s3").get_object(Bucket="retained", Key="a")["Body"].read() == b"1"
    snapshots = account("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    mine = [s["SnapshotId"] for s in snapshots if "first/Data" in s["Description"] or s["Description"].endswith("Data")]
    assert len(mine) == 1
    data = resources["Data"]
    resources["Data"] = {**data, "Properties": {**data["Properties"], "SnapshotId": mine[0]}}
    change = account.change(
        "second", template(resources), kind="CREATE", parameters=account.prepare(), ImportExistingResources=True
    )
    actions = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Action"] for c in change["Changes"]}
    assert actions == {"Vpc": "Add", "Subnet": "Add", "Data": "Add", "Bucket": "Import"}
    account.stacks.execute_change_set(ChangeSetName=change["ChangeSetId"])
    assert account.settle("second") == "CREATE_COMPLETE", account.failures("second")
    assert (state.volumes / "second" / "Data" / "file").read_text() == "data"
    assert account("s3").get_object(Bucket="retained", Key="a")["Body"].read() == b"1"


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DESENHO_STATE", str(tmp_path / "state"))

    def told(*words: str) -> tuple[int, str]:
        code = main(["local", *words])
        return code, capsys.readouterr().out

    assert told("status")[0] == 1
    assert told("stop")[0] == 1
    assert told("logs")[0] == 1
    try:
        code, out = told("start", "--json")
        started = json.loads(out)
        assert (code, started["started"], started["status"]) == (0, True, "ready")
        assert json.loads(told("start", "--json")[1])["started"] is False
        assert f"export AWS_ENDPOINT_URL={started['endpoint']}" in told("start", "--env")[1].splitlines()
        account = Account(ensure_running(), "sa-east-1")
        account.apply("shown", template({"Topic": resource("SNS::Topic", {})}), parameters=account.prepare())
        code, out = told("status")
        assert code == 0
        assert "shown" in out
        assert "CREATE_COMPLETE" in out
        assert "ready on 127.0.0.1" in told("logs", "-n", "5")[1]
        assert told("start", "--follow")[0] == 2
        assert told("logs", "--json")[0] == 2
    finally:
        assert json.loads(told("stop", "--json")[1]) == {"stopped": True}
    with socket.socket() as probe, pytest.raises(OSError, match="refused"):
        probe.connect(("127.0.0.1", int(started["endpoint"].rsplit(":", 1)[1])))
