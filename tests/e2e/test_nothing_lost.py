"""Nothing is lost: each fault is made for real, on the stack as it runs, and looked at from outside."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

pytest.importorskip("moto")

from alive import CHALLENGE, ROOT, Alive, until
from deploy.workloads.shared.refusals import said
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

KEYS = [
    "a b.txt",
    "a+b.txt",
    "100% sim.txt",
    "%2Fx.txt",
    "açãõ.txt",
    "😀 e mais.txt",
    "../../x.txt",
    "é" * 507,
    "a//b.txt",
]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    return out.getvalue()


POISON = {
    "cut.png": (b"\x89PNG\r\n\x1a\n", "ends too early"),
    "cut.zip": (b"PK\x03\x04 and no more", "cannot be read"),
}
BOMBS = {
    "bomb.zip": (bomb(), "more than is safe"),
    "bomb.gz": (gzip.compress(bytes(50_000_000)), "more than is safe"),
    "bomb.png": (b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 60_000, 60_000), "is not accepted"),
    "columns.csv": (b",".join([b"x"] * 5000), "has 5000 columns"),
    "cell.csv": (b'a,b\n"' + b"x" * 1_100_000 + b'"', "the table cannot be read"),
}


@contextmanager
def patience(alive: Alive, seconds: int) -> Iterator[None]:
    """Let the function run for so many seconds only."""
    name = alive.physical("Function")
    before = alive("lambda").get_function_configuration(FunctionName=name)["Timeout"]
    alive("lambda").update_function_configuration(FunctionName=name, Timeout=seconds)
    try:
        yield
    finally:
        alive("lambda").update_function_configuration(FunctionName=name, Timeout=before)


@pytest.mark.loses_nothing(1)
def test_an_event_that_comes_twice_stores_once(alive: Alive) -> None:
    version = alive.put("twice.txt", b"twice")
    alive.stored("twice.txt", version)
    for _ in range(3):
        alive.invoke(alive.record("twice.txt", version))
    until(lambda: alive.words("twice.txt").count("stored") == 4)
    (kept,) = alive.versions("twice.txt")
    assert alive.content(kept) == b"twice"
    alive.audit()


@pytest.mark.loses_nothing(2)
def test_events_out_of_order_leave_the_newer_version_current(alive: Alive) -> None:
    with patience(alive, 30), stopped_events(alive):
        older, newer = alive.put("order.txt", b"older"), alive.put("order.txt", b"newer")
    alive.invoke(alive.record("order.txt", newer, order="0B"))
    alive.stored("order.txt", newer)
    alive.invoke(alive.record("order.txt", older, order="0A"))
    alive.stored("order.txt", older)
    current, before = alive.versions("order.txt")
    assert (current["version"], before["version"]) == (newer, older)
    assert alive.content(current) == b"newer"
    described = alive("s3").get_object(Bucket=alive.bucket, Key="processed/order.txt.json")["Body"].read()
    assert json.loads(described)["version"] == newer


@contextmanager
def stopped_events(alive: Alive) -> Iterator[None]:
    """Have the bucket start nothing for a while."""
    bucket, s3 = alive.bucket, alive("s3")
    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    told.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=told)


@pytest.mark.loses_nothing(3)
def test_keys_of_every_kind_come_through_whole(alive: Alive) -> None:
    sent = {name: alive.put(name, name.encode()) for name in KEYS}
    for name, version in sent.items():
        kept = alive.stored(name, version)
        assert alive.content(kept) == name.encode()
        assert alive("s3").head_object(Bucket=alive.bucket, Key=f"incoming/{name}")["VersionId"] == version
    outside = list(alive.state.volumes.rglob("*x.txt*"))
    assert not outside, "a name is never a path"
    alive.audit()


@pytest.mark.loses_nothing(4)
def test_an_object_that_is_gone_is_told_of_and_not_tried_again(alive: Alive) -> None:
    with stopped_events(alive):
        version = alive.put("gone.txt", b"x")
    alive("s3").delete_object(Bucket=alive.bucket, Key="incoming/gone.txt", VersionId=version)
    waiting = alive.failures()
    alive.invoke(alive.record("gone.txt", version))
    until(lambda: "gone" in alive.words("gone.txt"))
    time.sleep(3.5)  # by then the first two retries would have come
    assert alive.words("gone.txt") == ["began", "gone"]
    assert alive.failures() == waiting
    assert not alive.versions("gone.txt")


@pytest.mark.loses_nothing(5)
def test_a_poison_file_is_rejected_with_its_reason_and_wakes_nothing(alive: Alive) -> None:
    rejected(alive, POISON)
    assert not [line for line in alive.log() if '"key": "rejected/' in line], "the reason starts no function"


@pytest.mark.loses_nothing(13)
def test_a_bomb_is_rejected_before_it_is_opened(alive: Alive) -> None:
    rejected(alive, BOMBS)


def rejected(alive: Alive, files: dict[str, tuple[bytes, str]]) -> None:
    """Upload files and see each rejected once, with its reason."""
    waiting = alive.failures()
    for name, (content, _) in files.items():
        alive.put(name, content)
    for name, (_, why) in files.items():
        until(lambda name=name: "rejected" in alive.words(name))
        told = alive.rejected(name)
        assert why in told["reason"]
        assert said(told["code"], told["values"], "pt"), "the page of the demo says it in Portuguese too"
        assert alive.words(name) == ["began", "rejected"]
        assert not alive.versions(name)
    assert alive.failures() == waiting


def failed_events_alarm(alive: Alive) -> str:
    """The state of the alarm about failed events, as CloudWatch tells it."""
    name = alive.physical("FunctionFailedEventsAlarm")
    return alive("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]


@pytest.mark.loses_nothing(6)
def test_what_the_app_missed_waits_and_is_stored_once_when_it_is_sent_again(
    alive: Alive, capsys: pytest.CaptureFixture[str]
) -> None:
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    version = alive.put("missed.txt", b"missed")
    until(lambda: alive.failures() == 1, 40)
    assert alive.words("missed.txt") == ["began", "failed"] * 3
    assert failed_events_alarm(alive) == "ALARM"
    assert main(["deploy", "status", str(CHALLENGE), "--local"]) == 1
    told = capsys.readouterr().out
    assert re.search(r"!! FunctionFailedEventsAlarm \(.+\) +of AWS Lambda: ALARM: Failed events wait", told)
    assert re.search(r"!! FunctionErrorsAlarm \(.+\) +of AWS Lambda: ALARM: The function failed", told)
    assert main(["deploy", "redrive", str(CHALLENGE), "--local", "--dry-run"]) == 1
    out, _ = capsys.readouterr()
    assert "waits  incoming/missed.txt" in out
    assert "nothing listens at" in out
    alive("ec2").start_instances(InstanceIds=[server])
    assert alive.url
    assert main(["deploy", "redrive", str(CHALLENGE), "--local", "--json"]) == 0
    (event,) = json.loads(capsys.readouterr().out)["events"]
    assert (event["keys"], event["sent"]) == (["incoming/missed.txt"], True)
    kept = alive.stored("missed.txt", version)
    assert alive.content(kept) == b"missed"
    assert len(alive.versions("missed.txt")) == 1
    assert alive.failures() == 0
    assert failed_events_alarm(alive) == "OK"
    assert main(["deploy", "redrive", str(CHALLENGE), "--local"]) == 0
    assert "no failed event waits" in capsys.readouterr().err


@pytest.mark.loses_nothing(7)
def test_a_slow_app_is_a_clean_failure_before_the_timeout_and_the_file_is_stored_once(alive: Alive) -> None:
    app = alive.app_pid()
    with patience(alive, 4):
        os.kill(app, signal.SIGSTOP)
        try:
            version = alive.put("slow.txt", b"slow")
            until(lambda: "failed" in alive.words("slow.txt"))
        finally:
            os.kill(app, signal.SIGCONT)
        kept = alive.stored("slow.txt", version)
        until(lambda: alive.words("slow.txt")[-1] == "stored")
    assert "timed out" in next(t for t in alive.said("slow.txt") if t["what"] == "failed")["reason"]
    assert not [line for line in alive.log() if "Task timed out" in line]
    assert alive.content(kept) == b"slow"
    assert len(alive.versions("slow.txt")) == 1


@pytest.mark.loses_nothing(8)
def test_a_disk_that_is_full_keeps_what_it_has_and_stores_the_rest_when_it_is_larger(tmp_path: Path) -> None:
    """In namespaces of its own, where anybody may mount a small disk for the volume."""
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*inside, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no namespaces to mount a small disk in")
    code = [sys.executable, str(Path(__file__).with_name("full_disk.py")), str(tmp_path)]
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [*inside, *code],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.loses_nothing(9)
def test_an_app_that_is_killed_again_and_again_keeps_whole_files_only(alive: Alive) -> None:
    files = {f"killed-{n}.bin": os.urandom(1 + n * 20_011 % 1_500_000) for n in range(24)}
    done = threading.Event()

    def killing() -> None:
        while not done.wait(0.7):
            with_app = None
            try:
                with_app = alive.app_pid()
            except AssertionError:
                continue
            os.kill(with_app, signal.SIGKILL)

    killer = threading.Thread(target=killing)
    killer.start()
    sent: dict[str, str] = {}
    try:
        for name, content in files.items():
            sent[name] = alive.put(name, content)
    finally:
        done.set()
        killer.join()
    settled(alive, list(files))
    for name, version in sent.items():
        kept = alive.stored(name, version)
        assert hashlib.sha256(alive.content(kept)).digest() == hashlib.sha256(files[name]).digest()
    alive.audit()
    assert alive.failures() == 0


def settled(alive: Alive, names: list[str]) -> None:
    """Wait until each file is kept or its event waits with the failed ones, and send those again."""
    assert alive.url

    def all_settled() -> bool:
        kept = {file["name"] for file in alive.files()}
        return len([name for name in names if name not in kept]) <= alive.failures()

    until(all_settled, 60)
    main(["deploy", "redrive", str(CHALLENGE), "--local"])


@pytest.mark.loses_nothing(10)
def test_a_stop_and_a_start_of_the_instance_keep_all(alive: Alive) -> None:
    version = alive.put("kept.txt", b"kept")
    alive.stored("kept.txt", version)
    before = {(f["name"], f["version"]) for f in alive.files()}
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    alive("ec2").start_instances(InstanceIds=[server])
    assert {(f["name"], f["version"]) for f in alive.files()} == before
    assert alive.content(alive.stored("kept.txt", version)) == b"kept"


@pytest.mark.loses_nothing(10)
def test_killing_the_local_cloud_keeps_all_and_what_was_accepted_arrives(alive: Alive) -> None:
    before = {(f["name"], f["version"]) for f in alive.files()}
    sent = {f"accepted-{n}.txt": alive.put(f"accepted-{n}.txt", b"%d" % n) for n in range(8)}
    alive.kill_cloud()
    settled(alive, list(sent))
    for name, version in sent.items():
        kept = alive.stored(name, version)
        assert alive.content(kept) == name.removeprefix("accepted-").removesuffix(".txt").encode()
    assert before <= {(f["name"], f["version"]) for f in alive.files()}
    alive.audit()


@pytest.mark.loses_nothing(11)
def test_what_others_left_on_the_volume_stays(alive: Alive) -> None:
    (alive.volume / "unknown").write_bytes(b"not ours")
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    alive("ec2").start_instances(InstanceIds=[server])
    assert alive.url
    assert (alive.volume / "unknown").read_bytes() == b"not ours"


@pytest.mark.loses_nothing(12)
def test_a_huge_file_travels_in_parts_and_by_link_in_little_memory(alive: Alive, tmp_path: Path) -> None:
    path = tmp_path / "huge.bin"
    digest = hashlib.sha256()
    with path.open("wb") as file:
        block = os.urandom(1024 * 1024)
        for n in range(130):
            part = n.to_bytes(8, "big") + block[8:]
            digest.update(part)
            file.write(part)
    assert main(["deploy", "upload", str(CHALLENGE), str(path), "--local", "--wait", "60"]) == 0
    (kept,) = alive.versions("huge.bin")
    assert kept["sha256"] == digest.hexdigest()
    assert kept["kind"] == "data"
    status = (Path("/proc") / str(alive.app_pid()) / "status").read_text()
    app = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    functions = [int(mb) for line in alive.log() for mb in re.findall(r"Max Memory Used: (\d+) MB", line)]
    assert app < 200_000
    assert max(functions) < 200


@pytest.mark.loses_nothing(12)
def test_a_file_above_the_limit_is_refused_by_its_size(alive: Alive) -> None:
    name = alive.physical("Function")
    before = alive("lambda").get_function_configuration(FunctionName=name)["Environment"]
    small = {"Variables": {**before["Variables"], "MAX_BYTES": "1000"}}
    alive("lambda").update_function_configuration(FunctionName=name, Environment=small)
    try:
        alive.put("above.bin", bytes(1001))
        until(lambda: "rejected" in alive.words("above.bin"))
    finally:
        alive("lambda").update_function_configuration(FunctionName=name, Environment=before)
    assert alive.rejected("above.bin")["reason"] == "1001 bytes are more than the limit of 1000"
    assert not alive.versions("above.bin")


TABLE = "região;preço\nSão Paulo;€ 5\nCeará;“7”\n"


@pytest.mark.loses_nothing(14)
@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_text_of_any_encoding_is_kept_as_it_is_and_read_as_it_was_meant(alive: Alive, encoding: str, told: str) -> None:
    name = f"table-{encoding}.csv"
    kept = alive.stored(name, alive.put(name, TABLE.encode(encoding)))
    assert alive.content(kept) == TABLE.encode(encoding)
    assert (kept["encoding"], kept["columns"], kept["rows"]) == (told, ["região", "preço"], 2)


@pytest.mark.loses_nothing(15)
def test_a_formula_stays_data_and_is_harmless_in_the_list_for_spreadsheets(alive: Alive) -> None:
    name, content = "=cmd|' C calc'!A0.csv", b"=1+1,@SUM(A1)\n-2,+3\n"
    kept = alive.stored(name, alive.put(name, content))
    assert alive.content(kept) == content
    assert (kept["name"], kept["columns"]) == (name, ["=1+1", "@SUM(A1)"])
    rows = csv.DictReader(io.StringIO(alive.get("/files.csv").decode("utf-8-sig")))
    assert [row["name"] for row in rows if "cmd|" in row["name"]] == [f"'{name}"]


@pytest.mark.loses_nothing(16)
def test_many_records_in_one_event_all_arrive_and_other_events_are_ignored(alive: Alive) -> None:
    with stopped_events(alive):
        sent = {f"many-{n}.txt": alive.put(f"many-{n}.txt", b"%d" % n) for n in range(5)}
    test_event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": alive.bucket}
    waiting = alive.failures()
    alive("lambda").invoke(
        FunctionName=alive.physical("Function"), InvocationType="Event", Payload=json.dumps(test_event).encode()
    )
    alive.invoke(*(alive.record(name, version) for name, version in sent.items()))
    for name, version in sent.items():
        alive.stored(name, version)
    assert alive.failures() == waiting


@pytest.mark.loses_nothing(17)
def test_a_deploy_that_fails_half_way_leaves_nothing_and_the_next_one_works(
    alive: Alive, capsys: pytest.CaptureFixture[str]
) -> None:
    alive.cloud.ask("faults", {"stack": "half", "logical_id": "Server", "action": "create"})
    words = ["deploy", "up", str(CHALLENGE), "--stack", "half", "--local", "--yes"]
    assert main(words) == 2
    assert "a fault was injected" in capsys.readouterr().err
    resources = alive("cloudformation").describe_stack_resources(StackName="half")["StackResources"]
    assert {r["ResourceStatus"] for r in resources} <= {"DELETE_COMPLETE"}
    assert not [b["Name"] for b in alive("s3").list_buckets()["Buckets"] if b["Name"].startswith("half-")]
    assert main(words) == 0
    assert (
        main(["deploy", "down", "--stack", "half", "--region", "sa-east-1", "--local", "--yes", "--delete-data"]) == 0
    )
    capsys.readouterr()


@pytest.mark.loses_nothing(18)
def test_of_two_deploys_at_once_the_second_says_who_is_running(alive: Alive) -> None:
    words = [sys.executable, "-m", "desenho", "deploy", "up", str(CHALLENGE), "--stack", "both", "--local", "--yes"]
    two = [
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[1] for process in two]
    codes = sorted(process.returncode for process in two)
    assert codes in ([0, 0], [0, 2]), said
    if codes == [0, 2]:
        late = next(text for process, text in zip(two, said, strict=True) if process.returncode == 2)
        assert re.search(r"started by .* \(process \d+\)|somebody else has changed the stack", late), late
    assert alive("cloudformation").describe_stacks(StackName="both")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert (
        main(["deploy", "down", "--stack", "both", "--region", "sa-east-1", "--local", "--yes", "--delete-data"]) == 0
    )


@pytest.mark.loses_nothing(18)
def test_who_deploys_while_another_does_is_told_who_that_is(alive: Alive) -> None:
    words = [sys.executable, "-m", "desenho", "deploy", "up", str(CHALLENGE), "--stack", "held", "--local", "--yes"]
    first = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    held = Alive(alive.state, "held")
    app = held.await_app()
    os.kill(app, signal.SIGSTOP)  # so that the first one waits for it
    try:
        second = subprocess.run(words, capture_output=True, text=True, env=dict(os.environ), check=False, timeout=60)
    finally:
        os.kill(app, signal.SIGCONT)
    _, said = first.communicate(timeout=120)
    assert first.returncode == 0, said
    assert second.returncode == 2, second.stderr
    assert re.search(rf"started by \S+ .*\(process {first.pid}\)", second.stderr), second.stderr
    down = ["deploy", "down", "--stack", "held", "--region", "sa-east-1", "--local", "--yes", "--delete-data"]
    assert main(down) == 0


@pytest.mark.loses_nothing(19)
def test_clients_that_do_harm_are_answered_and_let_go_and_others_are_served(alive: Alive) -> None:
    harm = {
        b"408": [b"GET / HTTP/1.1\r\n", *[b"X-a: b\r\n"] * 60],
        b"431": [b"GET / HTTP/1.1\r\nX: " + b"a" * 10_000_000],
        b"413": [b"POST /files HTTP/1.1\r\nContent-Length: 5368709120\r\n\r\n", b"x" * 1_000_000],
    }
    address = urlsplit(alive.url)
    with ThreadPoolExecutor() as clients:
        answers = [clients.submit(harmful, str(address.hostname), address.port or 80, said) for said in harm.values()]
        while not all(answer.done() for answer in answers):
            assert json.loads(alive.get("/healthz"))["ok"]
            time.sleep(0.5)
    assert [answer.result().split(b" ")[1] for answer in answers] == list(harm)


def harmful(host: str, port: int, said: list[bytes]) -> bytes:
    """Say pieces of a request, a quarter of a second apart, and return what is answered before the connection ends."""
    answer = b""
    with socket.create_connection((host, port), timeout=30) as connection:
        for piece in said:
            try:
                connection.sendall(piece)
            except OSError:
                break  # the app has had enough
            time.sleep(0.25)
        with suppress(ConnectionResetError):
            while block := connection.recv(65536):
                answer += block
    return answer
