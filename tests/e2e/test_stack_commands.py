"""The commands about a stack that runs, as a user types them: what they print, and with which code they end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("moto")

from alive import CHALLENGE, REGION, ROOT, Alive, until

pytestmark = pytest.mark.slow
DESENHO = [sys.executable, "-m", "desenho"]
SOURCE = [str(CHALLENGE), "--local"]


def desenho(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command as a process, on the local cloud that DESENHO_STATE means."""
    return subprocess.run(
        [*DESENHO, *map(str, words)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def ended(done: subprocess.CompletedProcess[str], code: int) -> str:
    """Hold the exit code of a command and return what it printed."""
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


# ---- deploy down


def test_what_went_with_its_data_does_not_come_back(alive: Alive) -> None:
    def snapshots() -> list[str]:  # images have some, whose ids are never the same
        return sorted(s["Description"] for s in alive("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"])

    before = snapshots()
    up = ["deploy", "up", *SOURCE, "--stack", "brief", "--yes"]
    ended(desenho(*up), 0)
    ended(desenho("deploy", "down", *SOURCE, "--stack", "brief", "--yes", "--delete-data"), 0)
    alive.kill_cloud()
    assert not [b["Name"] for b in alive("s3").list_buckets()["Buckets"] if b["Name"].startswith("brief-")]
    assert snapshots() == before
    assert not list(alive.state.snapshots.iterdir())
    ended(desenho(*up), 0)
    ended(desenho("deploy", "down", *SOURCE, "--stack", "brief", "--yes", "--delete-data"), 0)


# ---- deploy upload


def test_a_file_is_followed_from_the_bucket_to_the_volume(alive: Alive, tmp_path: Path) -> None:
    (tmp_path / "ação 1.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    out = ended(desenho("deploy", "upload", *SOURCE, tmp_path / "ação 1.csv", "--follow"), 0)
    hops = [re.fullmatch(r"  ok +\d+\.\d{3} s  ([ \d]{2})  (.+?)  +(\w+)", line) for line in out.splitlines()[:-1]]
    assert [hop.groups() for hop in hops if hop] == [
        (" 1", "Amazon S3", "arrived"),
        (" 2", "AWS Lambda", "began"),
        ("  ", "AWS Lambda", "described"),
        (" 3", "Amazon EC2", "received"),
        (" 4", "Amazon EBS", "kept"),
    ]
    assert re.search(r"ação 1\.csv  8 B  stored in \d\.\d\d s  incoming/ação 1\.csv$", out.rstrip())
    assert alive.versions("ação 1.csv")


def test_an_upload_as_json_tells_each_file_and_each_step(alive: Alive, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("good", encoding="utf-8")
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 and no more")
    files = [tmp_path / "good.txt", tmp_path / "bad.zip"]
    told = json.loads(ended(desenho("deploy", "upload", *SOURCE, *files, "--wait", "30", "--json"), 1))
    good, bad = told["files"]
    assert (good["key"], good["bytes"], good["state"]) == ("incoming/good.txt", 4, "stored")
    assert [step["what"] for step in good["steps"]] == ["arrived", "began", "described", "received", "kept"]
    assert (bad["state"], "cannot be read" in bad["reason"]) == ("rejected", True)
    assert good["version"] == alive.versions("good.txt")[0]["version"]


def test_without_waiting_an_upload_ends_when_the_file_is_in_the_bucket(alive: Alive, tmp_path: Path) -> None:
    (tmp_path / "quick.txt").write_text("quick", encoding="utf-8")
    out = ended(desenho("deploy", "upload", *SOURCE, tmp_path / "quick.txt"), 0)
    assert re.search(r"quick\.txt  5 B  uploaded in \d\.\d\d s  incoming/quick\.txt$", out.rstrip())


def test_an_upload_that_cannot_begin_says_why(alive: Alive, tmp_path: Path) -> None:
    done = desenho("deploy", "upload", *SOURCE, tmp_path / "none.txt", tmp_path, os.devnull)
    assert ended(done, 2) == ""
    assert f"{tmp_path / 'none.txt'}: there is no such file" in done.stderr
    assert f"{tmp_path}: is a folder" in done.stderr
    assert f"{os.devnull}: is no regular file" in done.stderr
    done = desenho("deploy", "upload", *SOURCE, CHALLENGE, "--stack", "nowhere")
    assert ended(done, 2) == ""
    assert "nowhere: there is no such stack" in done.stderr
    assert "desenho deploy up" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_a_large_file_shows_its_progress_on_a_terminal(alive: Alive, tmp_path: Path) -> None:
    import pty

    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(101_000_000)
    shown, terminal = pty.openpty()
    words = [*DESENHO, "deploy", "upload", *SOURCE, str(tmp_path / "large.bin")]
    env = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"}
    command = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    said = b""
    with suppress(OSError):  # the terminal ends with the command
        while block := os.read(shown, 65536):
            said += block
    os.close(shown)
    out, _ = command.communicate(timeout=60)
    assert command.returncode == 0, said
    percents = [int(found) for found in re.findall(rb"(\d+) ?%", said)]
    assert percents == sorted(percents)
    assert len(set(percents)) > 3
    assert b"large.bin" in said
    assert b"101.0 MB  uploaded" in out
    (part,) = alive("s3").list_object_versions(Bucket=alive.bucket, Prefix="incoming/large.bin")["Versions"]
    assert part["ETag"].strip('"').endswith("-4"), "it went in four parts"
    assert not alive("s3").list_multipart_uploads(Bucket=alive.bucket).get("Uploads")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_upload_that_is_broken_off_leaves_no_parts(alive: Alive, tmp_path: Path) -> None:
    with (tmp_path / "broken.bin").open("wb") as file:
        file.truncate(900_000_000)
    words = [*DESENHO, "deploy", "upload", *SOURCE, str(tmp_path / "broken.bin")]
    command = subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)
    until(lambda: alive("s3").list_multipart_uploads(Bucket=alive.bucket).get("Uploads"))
    command.send_signal(signal.SIGINT)
    _, said = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "Traceback" not in said
    assert not alive("s3").list_multipart_uploads(Bucket=alive.bucket).get("Uploads")
    assert not alive("s3").list_object_versions(Bucket=alive.bucket, Prefix="incoming/broken.bin").get("Versions")


# ---- what a presigned URL permits


def put(url: str, body: bytes, **headers: str) -> tuple[int, str]:
    """Put something to a URL, and return the status and what the answer says."""
    given = {"Content-Type": "text/plain"} | {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data=body, method="PUT", headers=given)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def taken(alive: Alive, path: Path, monkeypatch: pytest.MonkeyPatch, *, sends: bool) -> tuple[str, dict[str, str]]:
    """Upload a file and return the URL and the headers that were used, as somebody has them who listens on the wire.

    Without `sends` nobody uses them.
    """
    from deploy import uploads
    from deploy.client import connect

    heard: list[urllib.request.Request] = []
    opener = uploads._opener

    def listening(host: str | None) -> urllib.request.OpenerDirector:
        found = opener(host)
        opened = found.open

        def tell(request: urllib.request.Request, timeout: float) -> object:
            heard.append(request)
            if not sends:
                raise KeyboardInterrupt
            return opened(request, timeout=timeout)

        found.open = tell
        return found

    clients = connect(REGION, endpoint_url=alive.cloud.endpoint_url, access_key=("local", "local"))
    with monkeypatch.context() as patch, path.open("rb") as content, suppress(KeyboardInterrupt):
        patch.setattr(uploads, "_opener", listening)
        to = uploads.Target(node="bucket", bucket=alive.bucket)
        uploads.upload(clients, to, uploads.key_of(path.name), content, path.stat().st_size)
    (request,) = heard
    return request.full_url, {name.lower(): value for name, value in request.header_items()}


def test_a_presigned_upload_carries_size_digest_and_time_and_no_secret(
    alive: Alive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signed.txt").write_bytes(b"signed")
    url, _ = taken(alive, tmp_path / "signed.txt", monkeypatch, sends=True)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    assert int(asked["X-Amz-Expires"]) <= 900
    assert {"content-length", "content-md5", "content-type", "host"} == set(asked["X-Amz-SignedHeaders"].split(";"))
    assert asked["X-Amz-Credential"].startswith("local/"), "the key's name; never its secret"


def test_a_presigned_upload_of_anything_else_is_refused(
    alive: Alive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exact.txt").write_bytes(b"exact")
    url, headers = taken(alive, tmp_path / "exact.txt", monkeypatch, sends=False)
    digest = headers["content-md5"]
    for body in (b"exactly", b"exac", b""):
        status, said = put(url, body, Content_MD5=digest)
        assert (status, "<Code>SignatureDoesNotMatch</Code>" in said) == (403, True), body
    status, said = put(url, b"other", Content_MD5=digest)
    assert (status, "<Code>BadDigest</Code>" in said) == (400, True)
    status, said = put(url, b"exact", Content_MD5=digest, Content_Type="text/html")
    assert (status, "<Code>SignatureDoesNotMatch</Code>" in said) == (403, True)
    status, said = put(url.replace("exact.txt", "another.txt"), b"exact", Content_MD5=digest)
    assert (status, "<Code>SignatureDoesNotMatch</Code>" in said) == (403, True)
    for name in ("exact.txt", "another.txt"):
        assert not alive("s3").list_object_versions(Bucket=alive.bucket, Prefix=f"incoming/{name}").get("Versions")
    assert put(url, b"exact", Content_MD5=digest) == (200, ""), "and what was signed is taken"


def test_a_presigned_upload_after_its_time_is_refused(
    alive: Alive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deploy import uploads

    monkeypatch.setattr(uploads, "_SECONDS", 1)
    (tmp_path / "late.txt").write_bytes(b"late")
    url, headers = taken(alive, tmp_path / "late.txt", monkeypatch, sends=False)
    time.sleep(2.1)
    status, said = put(url, b"late", Content_MD5=headers["content-md5"])
    assert (status, "<Message>Request has expired</Message>" in said) == (403, True)
    assert not alive("s3").list_object_versions(Bucket=alive.bucket, Prefix="incoming/late.txt").get("Versions")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("path.write_bytes(b'later!')", "the file is not what it was when its upload began"),
        ("path.write_bytes(b'less')", "the file has become shorter while it was read"),
        ("time.sleep(2.1)", "the address of the upload was not valid when S3 got it: S3's clock says 20"),
        ("request.add_header('Content-type', 'x/y')", "S3 refuses the upload: its size, its digest or its type"),
    ],
)
def test_an_upload_that_s3_refuses_is_told_plainly(alive: Alive, tmp_path: Path, change: str, said: str) -> None:
    """Something happens between the signing and the sending; the command is a process of its own."""
    path = tmp_path / "change.txt"
    path.write_bytes(b"before")
    script = tmp_path / "late.py"
    script.write_text(
        f"""
import sys, time
from pathlib import Path
from deploy import uploads
from desenho.cli import main
path, opener, uploads._SECONDS = Path({str(path)!r}), uploads._opener, 1
def late(host):
    found = opener(host)
    opened = found.open
    def send(request, timeout):
        {change}
        return opened(request, timeout=timeout)
    found.open = send
    return found
uploads._opener = late
sys.exit(main(["deploy", "upload", {str(CHALLENGE)!r}, str(path), "--local"]))
""",
        encoding="utf-8",
    )
    words = [sys.executable, str(script)]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert ended(done, 2) == ""
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert not alive("s3").list_object_versions(Bucket=alive.bucket, Prefix="incoming/change.txt").get("Versions")


# ---- logs, redrive, tunnel


def test_logs_tell_what_became_of_a_file_and_show_no_secret(alive: Alive, tmp_path: Path) -> None:
    (tmp_path / "logged.txt").write_text("logged", encoding="utf-8")
    ended(desenho("deploy", "upload", *SOURCE, tmp_path / "logged.txt", "--wait", "30"), 0)
    out = ended(desenho("deploy", "logs", *SOURCE, "--since", "1m"), 0)
    assert re.search(r"^\d{4}-\d\d-\d\d [\d:]{8}\.\d{3}  began     incoming/logged.txt", out, re.MULTILINE)
    assert re.search(r"  stored    incoming/logged.txt  .*sha256 [0-9a-f]{64}", out)
    lines = ended(desenho("deploy", "logs", *SOURCE, "--since", "1m", "--json"), 0).splitlines()
    assert all({"time", "function", "text"} == set(json.loads(line)) for line in lines)
    done = desenho("deploy", "logs", *SOURCE, "--since", "soon")
    assert "soon is no span of time" in done.stderr
    ended(done, 2)
    done = desenho("deploy", "logs", *SOURCE, "--function", "none")
    assert "the diagram has no function none" in done.stderr
    assert "there is function" in done.stderr
    ended(done, 2)


def test_logs_go_on_until_they_are_interrupted(alive: Alive) -> None:
    words = [*DESENHO, "deploy", "logs", *SOURCE, "--since", "5m", "--follow"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
        version = alive.put("followed.txt", b"followed")
        assert command.stdout is not None
        assert command.stderr is not None
        for line in command.stdout:
            if "stored    incoming/followed.txt" in line and version in line:
                break
        command.send_signal(signal.SIGINT)
        said = command.stderr.read()
    assert command.returncode == 130
    assert "Traceback" not in said


def test_redrive_shows_what_waits_and_sends_it_again(alive: Alive) -> None:
    assert "no failed event waits" in desenho("deploy", "redrive", *SOURCE).stderr
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    alive.put("again.txt", b"again")
    until(lambda: alive.failures() == 1, 40)
    alive("ec2").start_instances(InstanceIds=[server])
    assert alive.url
    done = desenho("deploy", "redrive", *SOURCE, "--dry-run")
    assert ended(done, 1).startswith("waits  incoming/again.txt  (it had failed: ")
    assert "1 wait" in done.stderr
    done = desenho("deploy", "redrive", *SOURCE)
    assert ended(done, 0).startswith("sent  incoming/again.txt")
    assert "1 of 1 sent again" in done.stderr
    until(lambda: alive.versions("again.txt"))


def test_a_tunnel_to_this_machine_is_the_address_of_the_app(alive: Alive) -> None:
    assert ended(desenho("deploy", "tunnel", *SOURCE), 0) == f"{alive.url}\n"
    told = json.loads(ended(desenho("deploy", "tunnel", *SOURCE, "--json"), 0))
    assert (told["instance"], told["url"], told["command"]) == ("server", alive.url, None)
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    try:
        done = desenho("deploy", "tunnel", *SOURCE)
        assert ended(done, 2) == ""
        assert "error: " in done.stderr
    finally:
        alive("ec2").start_instances(InstanceIds=[server])
        assert alive.url


def test_the_outputs_of_a_stack_on_this_machine_lead_to_its_app(alive: Alive) -> None:
    out = ended(desenho("deploy", "outputs", *SOURCE), 0)
    assert re.search(rf"^ServerUrl +{alive.url}$", out, re.MULTILINE)
    assert "ec2-instance-connect" not in out
    told = json.loads(ended(desenho("deploy", "outputs", *SOURCE, "--json"), 0))["outputs"]
    assert (told["ServerUrl"], told["ServerId"]) == (alive.url, alive.physical("Server"))
    assert "ServerTunnel" not in told


# ---- probe


def test_a_probe_lights_every_line_and_leaves_nothing_in_the_bucket(alive: Alive, tmp_path: Path) -> None:
    before = len(alive("s3").list_object_versions(Bucket=alive.bucket).get("Versions", []))
    done = desenho("probe", *SOURCE, "-o", tmp_path / "probe.svg", "--lang", "en")
    out = ended(done, 0)
    assert [line.split("  ")[1].split()[0] for line in out.splitlines()[:-1]] == ["ok"] * 4
    assert out.splitlines()[-1] == "4 of 4 lines were taken that a file has to take"
    picture = ET.parse(tmp_path / "probe.svg")
    assert picture.getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert len(alive("s3").list_object_versions(Bucket=alive.bucket).get("Versions", [])) == before


def test_a_probe_tells_which_line_was_not_taken(alive: Alive, tmp_path: Path) -> None:
    server = alive.physical("Server")
    alive("ec2").stop_instances(InstanceIds=[server])
    until(lambda: not alive.cloud.ask("health")["apps"])
    try:
        told = json.loads(ended(desenho("probe", *SOURCE, "--wait", "30", "--json"), 1))
    finally:
        alive("ec2").start_instances(InstanceIds=[server])
        assert alive.url
        desenho("deploy", "redrive", *SOURCE)
    assert told["well"] is False
    assert [line["travelled"] for line in told["lines"]] == [True, True, False, False]
    assert all(line["why_not"] for line in told["lines"] if not line["travelled"])
    assert "this kind of file is not drawn" in desenho("probe", *SOURCE, "-o", tmp_path / "x.pdf").stderr


# ---- who listens, and what can be seen


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="/proc")
def test_the_app_listens_where_its_diagram_says_and_nowhere_else(alive: Alive) -> None:
    listening = {(host, port) for pid, host, port in listeners() if pid == alive.app_pid()}
    address = urlsplit(alive.url)
    assert listening == {("127.0.0.1", address.port)}
    assert {host for pid, host, _ in listeners() if pid == alive.cloud.pid} == {"127.0.0.1"}


def listeners() -> list[tuple[int, str, int]]:
    """Return process, address and port of everything that listens on this machine. Source: proc(5), /proc/net/tcp."""
    sockets: dict[str, tuple[str, int]] = {}
    for name, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A":  # TCP_LISTEN
                words, port = local.split(":")
                raw = b"".join(bytes.fromhex(words[i : i + 8])[::-1] for i in range(0, len(words), 8))
                sockets[f"socket:[{rest[5]}]"] = socket.inet_ntop(family, raw), int(port, 16)
    found: list[tuple[int, str, int]] = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit():
                links = {str(handle.readlink()) for handle in (process / "fd").iterdir()}
                found += [(int(process.name), *sockets[link]) for link in links & set(sockets)]
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="/proc")
def test_no_secret_is_in_logs_outputs_or_lists_of_processes(alive: Alive, tmp_path: Path) -> None:
    path = tmp_path / "secret.bin"
    path.write_bytes(os.urandom(2_000_000))  # travels by a link, which is a secret
    words = [*DESENHO, "deploy", "upload", *SOURCE, str(path), "--follow", "--json"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as command:
        seen: set[str] = set()
        while command.poll() is None:
            seen |= commands_of(alive)
            time.sleep(0.05)
        out, err = command.communicate()
    assert command.returncode == 0, err
    outputs = json.dumps(alive("cloudformation").describe_stacks(StackName=alive.name)["Stacks"][0]["Outputs"])
    logs = "\n".join(alive.log())
    files = [p for p in alive.state.folder.rglob("*.log") if p.is_file()]
    assert files
    assert len(seen) >= 4, "the command, the local cloud, the function, the app"
    said = {"output": out + err, "outputs": outputs, "function": logs, "processes": "\n".join(seen)}
    said |= {str(p): p.read_text(encoding="utf-8", errors="replace") for p in files}
    for where, text in said.items():
        for secret in ("X-Amz-Signature", "X-Amz-Security-Token", "AWS_SECRET_ACCESS_KEY", alive.cloud.token):
            assert secret not in text, where


def commands_of(alive: Alive) -> set[str]:
    """Return what the processes of a stack were started with, as everybody on the machine may read it."""
    ours, found = str(alive.state.folder).encode(), set[str]()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if ours in words or ours in (process / "environ").read_bytes():
                found.add(words.decode(errors="replace"))
    return found
