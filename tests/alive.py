"""The challenge as it runs on the local cloud, seen from outside: through boto3, HTTP and the folder of its volume."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import boto3
from botocore.config import Config

from deploy.local import ensure_running, find
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local import LocalCloud, State

ROOT = Path(__file__).parents[1]
CHALLENGE = ROOT / "diagrams" / "challenge.py"
REGION = "sa-east-1"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Alive:
    """A stack of the challenge. Nothing here is shared with the code that runs in it."""

    def __init__(self, state: State, name: str = "challenge") -> None:
        self.state, self.name = state, name
        self._clients: dict[str, Any] = {}

    # ---- the cloud and the stack

    @property
    def cloud(self) -> LocalCloud:
        """The local cloud, started if it does not run."""
        return ensure_running(self.state, until_exit_of=os.getpid())

    def up(self, script: Path = CHALLENGE) -> None:
        """Bring the stack up by the command."""
        assert self.cloud.status == "ready"
        os.environ["DESENHO_STATE"] = str(self.state.folder)
        assert main(["deploy", "up", str(script), "--stack", self.name, "--local", "--yes"]) == 0

    def kill_cloud(self) -> None:
        """End the local cloud by kill -9, and start it again."""
        os.kill(self.cloud.pid, signal.SIGKILL)
        until(lambda: find(self.state) is None)
        assert self.cloud.status == "ready"

    def __call__(self, service: str) -> Any:
        """A plain client of boto3."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.cloud.endpoint_url,
                aws_access_key_id="local",
                aws_secret_access_key="local",
                config=Config(signature_version="s3v4") if service == "s3" else None,
            )
        return self._clients[service]

    def physical(self, logical: str) -> str:
        """The name of a resource in the account."""
        told = self("cloudformation").describe_stack_resource(StackName=self.name, LogicalResourceId=logical)
        return told["StackResourceDetail"]["PhysicalResourceId"]

    @property
    def bucket(self) -> str:
        return self.physical("Bucket")

    @property
    def failed_events(self) -> str:
        return self.physical("FunctionFailedEvents")

    # ---- files in

    def put(self, name: str, content: bytes, *, bucket: str = "") -> str:
        """Upload as a browser does: a presigned URL and one PUT. Return the version."""
        given = {"Bucket": bucket or self.bucket, "Key": f"incoming/{name}", "ContentLength": len(content)}
        url = self("s3").generate_presigned_url("put_object", Params=given, ExpiresIn=60)
        request = urllib.request.Request(url, data=content, method="PUT", headers={"Content-Type": ""})
        with _DIRECT.open(request, timeout=60) as answer:
            return answer.headers["x-amz-version-id"]

    def record(self, name: str, version: str, *, order: str = "0A", size: int = 1) -> dict[str, Any]:
        """A record of an S3 event, as S3 writes it."""
        told = {"key": quote_plus(f"incoming/{name}", safe="/"), "size": size, "sequencer": order, "versionId": version}
        return {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": self.bucket}, "object": told}}

    def invoke(self, *records: dict[str, Any]) -> None:
        """Hand an event to the function as S3 does."""
        self("lambda").invoke(
            FunctionName=self.physical("Function"),
            InvocationType="Event",
            Payload=json.dumps({"Records": [*records]}).encode(),
        )

    # ---- files out

    @property
    def url(self) -> str:
        """Where the app answers on this machine."""
        found: list[str] = []

        def answers() -> bool:
            found[:] = self.cloud.ask("health")["apps"].values()
            with suppress(OSError, IndexError):
                return _DIRECT.open(f"{found[0]}/healthz", timeout=2).status == 200
            return False

        until(answers)
        return found[0]

    def get(self, path: str) -> bytes:
        with _DIRECT.open(self.url + path, timeout=30) as answer:
            return answer.read()

    def files(self) -> list[dict[str, Any]]:
        """The current version of every file, as the app lists them."""
        found: list[dict[str, Any]] = []
        url = self.url
        while True:
            with _DIRECT.open(f"{url}/files?after={len(found)}", timeout=30) as answer:
                page = json.load(answer)["files"]
            if not page:
                return found
            found += page

    def versions(self, name: str) -> list[dict[str, Any]]:
        """Every version of a file that is kept, the current one first; nothing if it is not."""
        listed = [file for file in self.files() if file["name"] == name]
        if not listed:
            return []
        assert len(listed) == 1, "a file is listed once"
        return json.loads(self.get(f"/files/{listed[0]['id']}"))["versions"]

    def stored(self, name: str, version: str, seconds: float = 30) -> dict[str, Any]:
        """Wait until a version of a file is kept, and return what is known of it."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [v for v in self.versions(name) if v["version"] == version]
            return bool(found)

        until(there, seconds)
        assert len(found) == 1, "a version is kept once"
        return found[0]

    def content(self, file: dict[str, Any]) -> bytes:
        return self.get(f"/files/{file['id']}/content")

    @property
    def volume(self) -> Path:
        """The folder of the data volume."""
        return self.state.volumes / self.name / "Volume"

    def audit(self) -> int:
        """Hold rows and files on the volume to one another, and return how many rows there are.

        There is a row if and only if there is the whole file with the digest that the row tells.
        """
        with closing(sqlite3.connect(f"file:{self.volume}/catalogue.sqlite3?mode=ro", uri=True)) as catalogue:
            rows = catalogue.execute("select sha256, size from files").fetchall()
        kept = {path.name: path for path in (self.volume / "files").rglob("*") if path.is_file()}
        assert {digest for digest, _ in rows} == set(kept)
        for digest, size in rows:
            data = kept[digest].read_bytes()
            assert (len(data), hashlib.sha256(data).hexdigest()) == (size, digest)
        return len(rows)

    def app_pid(self) -> int:
        """The process of the app, found by what it was started with."""
        wanted = f"DATA_DIR={self.volume}".encode()
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                if process.name.isdigit() and wanted in (process / "environ").read_bytes().split(b"\0"):
                    return int(process.name)
        raise AssertionError("the app does not run")

    def await_app(self) -> int:
        """Wait until the app has a process, and return it."""
        found: list[int] = []

        def runs() -> bool:
            with suppress(AssertionError):
                found.append(self.app_pid())
            return bool(found)

        until(runs, 60)
        return found[0]

    # ---- what the function says

    def log(self) -> list[str]:
        """All lines of the function's log since the local cloud started."""
        found: list[str] = []
        given = {"logGroupName": self.physical("FunctionLog")}
        while True:
            told = self("logs").filter_log_events(**given)
            found += [event["message"] for event in told["events"]]
            if "nextToken" not in told:
                return found
            given["nextToken"] = told["nextToken"]

    def said(self, name: str, version: str | None = None) -> list[dict[str, Any]]:
        """What our handler has said of a file."""
        told = [json.loads(line) for line in self.log() if line.startswith('{"what"')]
        return [t for t in told if t["key"] == f"incoming/{name}" and version in {None, t["version"]}]

    def words(self, name: str, version: str | None = None) -> list[str]:
        return [t["what"] for t in self.said(name, version)]

    def failures(self) -> int:
        """How many events wait with the failed ones."""
        told = self("sqs").get_queue_attributes(
            QueueUrl=self.failed_events,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(int(n) for n in told["Attributes"].values())

    def rejected(self, name: str) -> dict[str, Any]:
        body = self("s3").get_object(Bucket=self.bucket, Key=f"rejected/{name}.json")["Body"]
        return json.loads(body.read())


def until(holds: Callable[[], Any], seconds: float = 30) -> None:
    """Wait until something holds."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, "it never came to that"
        time.sleep(0.05)
