"""Many uploads while things break: every file is stored exactly once, or it is known where it is and why.

    SOAK_FILES=2000 pytest -m slow tests/e2e/test_soak.py -s

uploads 2,000 files by 8 workers, kills the app every 10 s, stops and starts the instance once, and kills the local
cloud once. Fewer files have their faults in the same proportion. All is counted from outside: by plain boto3, the app's
HTTP and the folder of the volume.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest

pytest.importorskip("moto")

from alive import CHALLENGE, Alive, until
from deploy.local import State, stop
from desenho.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

FILES = int(os.environ.get("SOAK_FILES", "200"))
WORKERS = 8
RATE = 50
"""Files that are uploaded a second, at most: so that what breaks meets some on their way up too."""

EVERY = max(3.0, FILES / 200)
"""Seconds between two kills of the app, which is there again after two."""

SETTLED = 40 + FILES / 10
"""Seconds in which what was uploaded must have come to its end."""

POISON = b"\x89PNG\r\n\x1a\n"


@dataclass
class Soak:
    """The stack, what was sent, and what was done to it."""

    alive: Alive
    acknowledged: dict[str, set[str]] = field(default_factory=dict[str, "set[str]"])
    done: Counter[str] = field(default_factory=Counter[str])

    @cached_property
    def bucket(self) -> str:
        return self.alive.bucket

    # ---- files in

    def upload(self, number: int) -> None:
        """Upload a file until it is taken, as a person does who is told that it was not."""
        name = f"{number:05}{'.png' if poisoned(number) else ''}"
        while True:
            try:
                version = self.alive.put(name, content(number), bucket=self.bucket)
            except (OSError, http.client.HTTPException):
                self.done["uploads refused"] += 1
                time.sleep(0.2)
            else:
                self.acknowledged.setdefault(name, set()).add(version)
                time.sleep(WORKERS / RATE)
                return

    # ---- faults

    def kill_app(self) -> None:
        with suppress(AssertionError, ProcessLookupError):  # it may just be down
            os.kill(self.alive.app_pid(), signal.SIGKILL)
            self.done["app killed"] += 1

    def restart_instance(self) -> None:
        given = {"InstanceIds": [self.alive.physical("Server")]}
        self.alive("ec2").stop_instances(**given)
        until(lambda: not self.runs())
        self.alive("ec2").start_instances(**given)
        self.done["instance stopped and started"] += 1

    def kill_cloud(self) -> None:
        self.alive.kill_cloud()
        self.done["local cloud killed"] += 1

    def runs(self) -> bool:
        try:
            return bool(self.alive.app_pid())
        except AssertionError:
            return False

    # ---- where the files are

    def rows(self) -> set[str]:
        """The names that have a row on the volume, whether or not the app runs."""
        with closing(sqlite3.connect(f"file:{self.alive.volume}/catalogue.sqlite3?mode=ro", uri=True)) as catalogue:
            return {name for (name,) in catalogue.execute("select distinct name from files")}

    def rejected(self) -> set[str]:
        pages = self.alive("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="rejected/")
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return {key.removeprefix("rejected/").removesuffix(".json") for key in keys}

    def failed(self) -> dict[str, str]:
        """The files whose events wait in the queue of failed ones, and why; they stay there."""
        sqs, queue = self.alive("sqs"), self.alive.failed_events
        taken: list[str] = []
        found: dict[str, str] = {}
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=60).get(
            "Messages"
        ):
            for message in messages:
                taken.append(message["ReceiptHandle"])
                told: dict[str, Any] = json.loads(message["Body"])
                for record in told["requestPayload"]["Records"]:
                    name = unquote_plus(record["s3"]["object"]["key"]).removeprefix("incoming/")
                    found[name] = told["responsePayload"]["errorMessage"]
        for receipt in taken:
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=receipt, VisibilityTimeout=0)
        return found

    def everywhere(self) -> set[str]:
        return self.rows() | self.rejected() | set(self.failed())


def content(number: int) -> bytes:
    """The content of a file: most are small, one in a hundred is too large for a request to the app, two are poison."""
    if poisoned(number):
        return POISON
    chance = random.Random(number)
    small, large = (20, 20_000), (1_100_000, 3_000_000)
    size = chance.randint(*large) if number % 100 == 50 else int(small[0] * (small[1] / small[0]) ** chance.random())
    return chance.randbytes(size)


def poisoned(number: int) -> bool:
    return number % 50 == 7


@pytest.fixture
def soak(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Soak]:
    state = State(tmp_path_factory.mktemp("soak"))
    monkeypatch.setenv("DESENHO_STATE", str(state.folder))
    found = Soak(Alive(state))
    try:
        found.alive.up()
        yield found
    finally:
        stop(state)


def test_whatever_breaks_meanwhile_no_file_is_lost(soak: Soak) -> None:
    names = {f"{n:05}{'.png' if poisoned(n) else ''}" for n in range(FILES)}
    good = {name for name in names if not name.endswith(".png")}
    began = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as workers:
        sent = [workers.submit(soak.upload, n) for n in range(FILES)]
        faults: list[tuple[float, Callable[[], None]]] = [(1 / 3, soak.restart_instance), (2 / 3, soak.kill_cloud)]
        next_kill = time.monotonic() + EVERY
        while len(soak.rows()) < 0.9 * len(good) and time.monotonic() < began + SETTLED:
            if faults and len(soak.rows()) > faults[0][0] * FILES:
                faults.pop(0)[1]()
            elif time.monotonic() > next_kill:
                soak.kill_app()
                next_kill = time.monotonic() + EVERY
            time.sleep(0.1)
            if all(s.done() for s in sent) and len(soak.everywhere()) == FILES:
                break  # so many have failed, as they may, that the volume will not have them
        for fault in faults:
            fault[1]()
    for upload in sent:
        upload.result()
    with suppress(AssertionError):  # what is missing says more
        until(lambda: soak.everywhere() >= names, SETTLED)
    assert names - soak.everywhere() == set(), "lost"
    took = time.monotonic() - began
    failed, rejected, rows = soak.failed(), soak.rejected(), soak.rows()
    print(
        f"\n{FILES} uploads in {took:.0f} s: {len(rows)} stored, {len(rejected)} rejected, {len(failed)} failed;",
        end=" ",
    )
    print(", ".join(f"{what} {times}" for what, times in soak.done.items()))
    assert rejected == names - good
    assert rows <= good
    assert all(failed.values()), "each tells its reason"

    assert main(["deploy", "redrive", str(CHALLENGE), "--stack", soak.alive.name, "--local"]) == 0
    until(lambda: soak.rows() >= good and not soak.failed(), SETTLED)
    listed = soak.alive.files()
    assert Counter(file["name"] for file in listed) == Counter(good), "each is listed once"
    for file in listed:
        data = content(int(file["name"]))
        versions = json.loads(soak.alive.get(f"/files/{file['id']}"))["versions"]
        told = Counter(v["version"] for v in versions)
        assert soak.acknowledged[file["name"]] <= set(told)
        assert set(told.values()) == {1}
        assert {v["sha256"] for v in versions} == {hashlib.sha256(data).hexdigest()}
    rows_now = soak.alive.audit()
    print(f"after redrive: {len(listed)} files in {rows_now} versions, each whole and stored once")
    assert soak.done["local cloud killed"] == soak.done["instance stopped and started"] == 1
    assert soak.done["app killed"]
