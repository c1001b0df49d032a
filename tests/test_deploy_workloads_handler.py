"""The function's handler: events of a bucket become files of the app, or reasons why not."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any, BinaryIO
from urllib.parse import quote, quote_plus, unquote

import pytest

pytest.importorskip("moto")
import boto3
from botocore.client import BaseClient
from moto import mock_aws

from deploy.workloads.challenge.transform import transform
from deploy.workloads.shared.delivery import INLINE
from deploy.workloads.shared.handler import handler
from deploy.workloads.shared.results import Made
from deploy.workloads.shared.upload import Upload, uploads

MAIN = handler(transform)


class _App(BaseHTTPRequestHandler):
    got: list[tuple[dict[str, object], str | None, bytes]]
    status = 201
    previewed: list[tuple[str, str, str, bytes]]
    preview_status = 201
    pause = 0.0

    def log_message(self, *args: object) -> None: ...

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        time.sleep(self.pause)
        preview = self.path.endswith("/preview")
        if preview:
            self.previewed.append((self.path, self.headers["x-order"], self.headers["content-type"], body))
        else:
            self.got.append((json.loads(unquote(self.headers["x-description"])), self.headers["x-link"], body))
        answer = json.dumps({"id": "1", "disk_used_percent": 12.5}).encode()
        self.send_response(self.preview_status if preview else self.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


class Cloud:
    def __init__(self, s3: Any, bucket: str, app: type[_App]) -> None:
        self.app, self.s3, self.bucket = app, s3, bucket
        self.s3.create_bucket(Bucket=bucket)
        self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def put(self, key: str, content: bytes) -> str:
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=content).get("VersionId", "")

    def event(self, *keys: str, version: str = "", order: str = "0A") -> dict[str, object]:
        def one(key: str) -> dict[str, object]:
            told = {"key": quote_plus(key, safe="/"), "size": 1, "sequencer": order}
            return {
                "s3": {"bucket": {"name": self.bucket}, "object": told | ({"versionId": version} if version else {})}
            }

        return {"Records": [one(key) for key in keys]}

    def run(self, event: dict[str, object], seconds: float = 30, main: Any = MAIN) -> list[dict[str, str]]:
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: seconds * 1000)
        return main(event, context)["handled"]

    def document(self, key: str) -> dict[str, object]:
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def listed(self) -> list[str]:
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]


@pytest.fixture(scope="module")
def s3():
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3.client("s3")


@pytest.fixture
def cloud(s3: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MAX_BYTES", str(4 * INLINE))
    app = type("App", (_App,), {"got": [], "previewed": []})
    server = HTTPServer(("127.0.0.1", 0), app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("APP_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield Cloud(s3, f"uploads-{server.server_address[1]}", app)
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_described_and_delivered(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    version = cloud.put("incoming/vendas.csv", b"a,b\n1,2\n")
    assert cloud.run(cloud.event("incoming/vendas.csv", version=version)) == [
        {"key": "incoming/vendas.csv", "result": "stored"}
    ]
    told, link, body = cloud.app.got[0]
    assert (body, link) == (b"a,b\n1,2\n", None)
    assert told["sha256"] == hashlib.sha256(body).hexdigest()
    known = {"bucket": cloud.bucket, "key": "incoming/vendas.csv", "name": "vendas.csv", "order": "0A", "size": 8}
    assert told.items() >= known.items()
    assert (told["kind"], told["rows"], told["version"]) == ("table", 1, version)
    assert cloud.document("processed/vendas.csv.json") == told
    metric = json.loads(next(line for line in capsys.readouterr().out.splitlines() if "_aws" in line))
    assert metric["DataVolumeUsedPercent"] == 12.5


@pytest.mark.parametrize(
    "key", ["a b.txt", "a+b.txt", "100%.txt", "%2Fx.txt", "ação.txt", "😀.txt", "../../x.txt", "é" * 507]
)
def test_a_key_is_decoded_once(cloud: Cloud, key: str) -> None:
    cloud.put(f"incoming/{key}", b"x")
    cloud.run(cloud.event(f"incoming/{key}"))
    assert cloud.app.got[0][0]["key"] == f"incoming/{key}"
    assert len([k for k in cloud.listed() if k.startswith("processed/")]) == 1


def test_names_that_are_too_long_for_what_is_made_of_them_stay_apart() -> None:
    one, two = (Upload("b", "incoming/" + "é" * 507 + end, "", 1, "") for end in "ab")
    assert one.made("rejected/") != two.made("rejected/")
    assert len(one.made("rejected/").encode()) <= 1024


def test_a_large_file_travels_as_a_link_to_its_version(cloud: Cloud) -> None:
    version = cloud.put("incoming/large.bin", b"\0" * (INLINE + 1))
    cloud.run(cloud.event("incoming/large.bin", version=version))
    told, link, body = cloud.app.got[0]
    assert body == b""
    assert link is not None
    assert quote(version) in link
    assert told["size"] == INLINE + 1


def test_what_is_gone_is_logged_and_not_tried_again(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    assert cloud.run(cloud.event("incoming/gone.txt"))[0]["result"] == "gone"
    assert '"what": "gone"' in capsys.readouterr().out


def test_a_file_that_is_too_large_is_rejected_before_it_is_read(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_BYTES", "10")
    cloud.put("incoming/big.txt", b"x" * 11)
    assert cloud.run(cloud.event("incoming/big.txt"))[0]["result"] == "rejected"
    assert "limit of 10" in str(cloud.document("rejected/big.txt.json")["reason"])
    assert cloud.app.got == []
    cloud.put("incoming/full.txt", b"x" * 10)
    assert cloud.run(cloud.event("incoming/full.txt"))[0]["result"] == "stored"


def test_a_poison_file_is_rejected_with_its_reason_and_wakes_nothing(cloud: Cloud) -> None:
    cloud.put("incoming/bad.zip", b"PK\x03\x04 no archive")
    assert cloud.run(cloud.event("incoming/bad.zip"))[0]["result"] == "rejected"
    assert "cannot be read" in str(cloud.document("rejected/bad.zip.json")["reason"])
    assert not [k for k in cloud.listed() if k.startswith("incoming/") and k != "incoming/bad.zip"]


def test_many_records_are_all_tried_and_other_events_ignored(cloud: Cloud) -> None:
    for key in ("incoming/a.txt", "incoming/b.txt"):
        cloud.put(key, key.encode())
    done = cloud.run(cloud.event("incoming/a.txt", "incoming/gone.txt", "incoming/b.txt"))
    assert [d["result"] for d in done] == ["stored", "gone", "stored"]
    assert list(uploads({"Service": "Amazon S3", "Event": "s3:TestEvent"})) == []
    assert list(uploads({"Records": [{"Sns": {}}]})) == []


def test_an_app_that_refuses_is_a_failure_with_its_reason(cloud: Cloud) -> None:
    cloud.put("incoming/a.txt", b"a")
    cloud.app.status = 507
    with pytest.raises(RuntimeError, match="507"):
        cloud.run(cloud.event("incoming/a.txt"))


def test_the_log_tells_how_each_upload_went(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("incoming/a.txt", "incoming/b.txt"):
        cloud.put(key, b"x")
    cloud.run(cloud.event("incoming/a.txt", "incoming/gone.txt"))
    cloud.app.status = 507
    with pytest.raises(RuntimeError):
        cloud.run(cloud.event("incoming/b.txt"))
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "what" in line]
    assert [(line["what"], line["key"]) for line in told] == [
        ("began", "incoming/a.txt"),
        ("stored", "incoming/a.txt"),
        ("began", "incoming/gone.txt"),
        ("gone", "incoming/gone.txt"),
        ("began", "incoming/b.txt"),
        ("failed", "incoming/b.txt"),
    ]
    assert told[-1]["reason"].startswith("RuntimeError: the app answers 507")


def test_a_slow_app_is_a_clean_failure_before_the_function_is_ended(cloud: Cloud) -> None:
    cloud.put("incoming/a.txt", b"a")
    cloud.app.pause = 1.0  # it would answer, and nothing would be raised, if the function waited for it
    with pytest.raises(TimeoutError):
        cloud.run(cloud.event("incoming/a.txt"), seconds=2.3)
    with pytest.raises(TimeoutError, match="no time left"):
        cloud.run(cloud.event("incoming/a.txt"), seconds=1)


def test_two_failures_in_one_event_are_both_told(cloud: Cloud) -> None:
    for key in ("incoming/a.txt", "incoming/b.txt"):
        cloud.put(key, b"x")
    cloud.app.status = 503
    with pytest.raises(ExceptionGroup, match="2 uploads failed"):
        cloud.run(cloud.event("incoming/a.txt", "incoming/b.txt"))


def test_of_two_versions_out_of_order_the_newer_stays_described(cloud: Cloud) -> None:
    older, newer = cloud.put("incoming/a.txt", b"older"), cloud.put("incoming/a.txt", b"newer!")
    cloud.run(cloud.event("incoming/a.txt", version=newer, order="0055AED6DCD90281E5"))
    cloud.run(cloud.event("incoming/a.txt", version=older, order="0055AED6DCD9"))
    assert cloud.document("processed/a.txt.json")["version"] == newer
    assert len(cloud.app.got) == 2


def test_a_small_file_takes_two_requests_and_its_second_version_looks_first(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    call = BaseClient._make_api_call

    def noted(self: Any, operation_name: str, api_params: dict[str, Any]) -> Any:
        asked.append(operation_name)
        return call(self, operation_name, api_params)

    one, two = cloud.put("incoming/a.txt", b"one"), cloud.put("incoming/a.txt", b"two")
    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    cloud.run(cloud.event("incoming/a.txt", version=one, order="0A"))
    assert asked == ["GetObject", "PutObject"]
    asked.clear()
    cloud.run(cloud.event("incoming/a.txt", version=two, order="0B"))
    assert asked == ["GetObject", "PutObject", "HeadObject", "PutObject"]
    assert cloud.document("processed/a.txt.json")["version"] == two


class Maker:
    """Makes two files of each upload."""

    def __init__(self, size: int = 3) -> None:
        self.size = size
        self.files: list[io.BytesIO] = []
        self.main = handler(self.transform)

    def transform(self, upload: Upload, content: BinaryIO | None) -> Made:
        assert content is not None
        files = {".parquet": io.BytesIO(content.read() * self.size), ".log": io.BytesIO(b"log")}
        self.files += files.values()
        return Made({"kind": "table", "arrived": upload.arrived}, files, delivered=".parquet")


def test_of_the_files_that_are_made_all_are_stored_and_one_is_delivered(cloud: Cloud) -> None:
    maker = Maker()
    version = cloud.put("incoming/a.csv", b"ab")
    event = cloud.event("incoming/a.csv", version=version)
    event["Records"][0]["eventTime"] = "2026-01-02T03:04:05.000Z"
    assert cloud.run(event, main=maker.main)[0]["result"] == "stored"
    told, link, body = cloud.app.got[0]
    assert (link, body) == (None, b"ababab")
    assert (told["name"], told["key"], told["version"]) == ("a.csv.parquet", "incoming/a.csv", version)
    assert (told["size"], told["sha256"]) == (6, hashlib.sha256(b"ababab").hexdigest())
    assert (told["source_size"], told["source_sha256"]) == (2, hashlib.sha256(b"ab").hexdigest())
    assert told["arrived"] == "2026-01-02T03:04:05.000Z"
    made = ["processed/a.csv.json", "processed/a.csv.log", "processed/a.csv.parquet"]
    assert cloud.listed() == ["incoming/a.csv", *made]
    assert cloud.document(made[0]) == told
    assert all(file.closed for file in maker.files)


def test_a_file_whose_preview_has_no_room_is_stored_all_the_same(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    def transform(upload: Upload, content: BinaryIO | None) -> Made:
        files = {".png": io.BytesIO(b"large"), ".thumb.png": io.BytesIO(b"small")}
        return Made({"kind": "image"}, files, delivered=".png", preview=".thumb.png")

    cloud.put("incoming/a.png", b"ab")
    cloud.app.preview_status = 507
    assert cloud.run(cloud.event("incoming/a.png"), main=handler(transform))[0]["result"] == "stored"
    (stored,) = (line for line in capsys.readouterr().out.splitlines() if '"stored"' in line)
    assert "the app answers 507" in json.loads(stored)["preview"]
    assert cloud.app.previewed == [("/files/1/preview", "0A", "image/png", b"small")], "the app orders them by 0A"


def test_a_large_file_that_was_made_is_fetched_from_where_it_was_put(cloud: Cloud) -> None:
    cloud.put("incoming/a.csv", b"ab")
    cloud.run(cloud.event("incoming/a.csv"), main=Maker(INLINE).main)
    _, link, body = cloud.app.got[0]
    assert (body, "/processed/a.csv.parquet?" in str(link), "versionId=" in str(link)) == (b"", True, True)


def test_what_would_be_made_of_an_older_version_replaces_nothing(cloud: Cloud) -> None:
    maker = Maker()
    older, newer = cloud.put("incoming/a.csv", b"older"), cloud.put("incoming/a.csv", b"newer!")
    cloud.run(cloud.event("incoming/a.csv", version=newer, order="0B"), main=maker.main)
    told = cloud.document("processed/a.csv.json")
    assert cloud.run(cloud.event("incoming/a.csv", version=older, order="0A"), main=maker.main)[0]["result"] == (
        "described"
    )
    assert (len(cloud.app.got), cloud.document("processed/a.csv.json")) == (1, told)
    body = cloud.s3.get_object(Bucket=cloud.bucket, Key="processed/a.csv.parquet")["Body"].read()
    assert body == b"newer!" * 3
