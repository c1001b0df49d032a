"""Files on their way through the challenge on the local cloud: how soon each is a row, how many a second, what is lost.

All is seen from outside: files go in through boto3, the app tells over HTTP what it has stored and when.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

import boto3
from botocore.config import Config

__all__ = ["Burst", "Traffic", "cpu_seconds"]

_DIRECT = build_opener(ProxyHandler({}))
_PATIENCE = 120.0
"""Seconds that a file may take before it counts as lost."""


@dataclass(frozen=True)
class Burst:
    """Uploads at once: files a second from the first upload to the last row, milliseconds from an upload to its row.

    `lost` files have no row with the right digest; `cpu` is the local cloud's, with app and functions, for a file, ms.
    """

    files: int
    workers: int
    rate: float
    median: float
    p99: float
    lost: int
    cpu: float


class Traffic:
    """A stack of the challenge that runs in a local cloud, found by what the state folder tells."""

    def __init__(self, state: Path, stack: str, region: str) -> None:
        told = json.loads((state / "running.json").read_text())
        self.pid: int = told["pid"]
        self._endpoint = f"http://127.0.0.1:{told['port']}"
        given = {"endpoint_url": self._endpoint, "aws_access_key_id": "local", "aws_secret_access_key": "local"}
        formation: Any = boto3.client("cloudformation", region_name=region, **given)
        self._s3: Any = boto3.client("s3", region_name=region, config=Config(max_pool_connections=16), **given)
        found = formation.describe_stack_resource(StackName=stack, LogicalResourceId="Bucket")
        self._bucket: str = found["StackResourceDetail"]["PhysicalResourceId"]

    def send(self, name: str, content: bytes) -> float:
        """Upload a file; return when that began, seconds since 1970."""
        began = time.time()
        self._s3.put_object(Bucket=self._bucket, Key=f"incoming/{name}", Body=content)
        return began

    def stored(self, search: str, count: int = 1) -> dict[str, dict[str, Any]]:
        """Wait until so many files are stored whose name holds a word; return what is known of each, by name."""
        until = time.monotonic() + _PATIENCE
        while not self._page(search, count - 1) and time.monotonic() < until:
            time.sleep(0.1)
        found, seen = dict[str, dict[str, Any]](), 0  # rows that come meanwhile move the others on: some are seen twice
        while page := self._page(search, seen):
            seen += len(page)
            found |= {row["name"]: row for row in page}
        return found

    def since(self, name: str, began: float) -> float:
        """Return the seconds from a moment until a file was stored."""
        return _when(self.stored(name)[name]) - began

    def warm(self, files: int) -> list[float]:
        """Upload one file after the other, each alone; return the milliseconds from each upload to its row."""
        run = f"warm-{time.time_ns()}"
        sent = dict[str, float]()
        for number in range(files):
            name = f"{run}-{number}"
            sent[name] = self.send(name, os.urandom(2000))
            time.sleep(0.15)
        rows = self.stored(run, files)
        return sorted(1000 * (_when(rows[name]) - began) for name, began in sent.items())

    def burst(self, files: int, workers: int) -> Burst:
        """Upload many files, of 200 bytes to 20 kB, by several workers."""
        run = f"burst-{time.time_ns()}"
        contents = {f"{run}-{n}": os.urandom(200 + 37 * n % 19_800) for n in range(files)}
        before = self._cpu()
        with ThreadPoolExecutor(workers) as pool:
            sent = dict(zip(contents, pool.map(lambda item: self.send(*item), contents.items()), strict=True))
        rows = self.stored(run, files)
        good = [n for n, c in contents.items() if rows.get(n, {}).get("sha256") == hashlib.sha256(c).hexdigest()]
        took = sorted(1000 * (_when(rows[name]) - sent[name]) for name in good)
        last = max(_when(rows[name]) for name in good)
        return Burst(
            files=files,
            workers=workers,
            rate=len(good) / (last - min(sent.values())),
            median=statistics.median(took),
            p99=took[int(0.99 * len(took))],
            lost=files - len(good),
            cpu=1000 * (self._cpu() - before) / files,
        )

    def memory(self) -> dict[str, list[float]]:
        """Return the memory of the processes of each kind, MB: what one shares with others counts in part (PSS)."""
        found = dict[str, list[float]]()
        for pid in self._processes():
            told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
            kind = "local cloud" if pid == self.pid else _kind(pid)
            found.setdefault(kind, []).append(int(told["Pss"].split()[0]) * 1024 / 1e6)
        return found

    def _page(self, search: str, after: int) -> list[dict[str, Any]]:
        """Return what the app tells of files whose name holds a word, from a number on, the newest first."""
        with _DIRECT.open(f"{self._endpoint}/_local/health", timeout=10) as answer:
            app: str = next(iter(json.load(answer)["apps"].values()))
        with _DIRECT.open(f"{app}/files?q={quote(search)}&after={after}", timeout=10) as answer:
            return json.load(answer)["files"]

    def _processes(self) -> list[int]:
        """Return the local cloud and what it has started."""
        found = [self.pid]
        for path in Path("/proc").iterdir():
            if path.name.isdigit():
                try:
                    parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                found += [int(path.name)] if parent == self.pid else []
        return found

    def _cpu(self) -> float:
        return sum(cpu_seconds(pid) for pid in self._processes())


def cpu_seconds(pid: int) -> float:
    """Return the seconds of CPU that a process has taken, 0 where it does not run (Linux only)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _kind(pid: int) -> str:
    return "function" if b"awslambdaric" in Path(f"/proc/{pid}/cmdline").read_bytes() else "app"


def _when(row: dict[str, Any]) -> float:
    return datetime.fromisoformat(row["stored"]).timestamp()
