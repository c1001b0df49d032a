"""What it takes to deploy the challenge to the local cloud, beside aws-cli and cdk, and to send files through it.

    uv run python benchmarks/stack.py            # measure and print
    uv run python benchmarks/stack.py --write    # and write benchmarks/stack.md

It takes about six minutes on a quiet machine. All deploy the same template: ours as `desenho deploy up` makes it, the
others as `desenho deploy template --local` prints it, with the same programs in the same artifact bucket. aws-cli is
installed by uv and cdk by npm, each into a folder of its own; what cannot be installed is left out and said so. Wall is
seconds by the clock; CPU is user and system time of the command and its children, and of the local cloud meanwhile.
Figures are medians over several runs, one after the other, after a first one that does not count: Python compiles what
it loads then.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from traffic import Burst, Traffic, cpu_seconds

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".md")
SOURCE = ROOT / "diagrams" / "challenge.py"
REGION = "us-east-1"
AWS_CLI, CDK = "awscli==1.45.11", "aws-cdk@3.0.0"
DESENHO = str(Path(sys.executable).with_name("desenho"))
DEPLOY = ["--stack", "bench", "--region", REGION, "--local", "--yes"]
LIMIT = 300.0
"""Seconds after which a command is ended and said to be so."""


@dataclass(frozen=True)
class Cost:
    """What one command took: seconds by the clock, of its own CPU, and of the local cloud's."""

    wall: float
    cpu: float
    cloud: float


@dataclass
class Step:
    """One thing that is done, and what it took each time; `failed` says why there is nothing."""

    name: str
    costs: list[Cost] = field(default_factory=list)
    failed: str = ""

    def row(self) -> str:
        """Return its line of the table."""
        if self.failed or not self.costs:
            return f"| {self.name} | {self.failed or 'not measured'} | | |"
        wall, cpu, cloud = (
            statistics.median(v) for v in zip(*((c.wall, c.cpu, c.cloud) for c in self.costs), strict=True)
        )
        return f"| {self.name} | {wall:.2f} s | {cpu:.2f} s | {cloud:.2f} s |"


class Cloud:
    """A local cloud with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        spared = ("AWS_", "PYTHONDONTWRITEBYTECODE")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(spared)} | {
            "DESENHO_STATE": str(folder / "state")
        }

    def forget(self) -> None:
        """Stop it and drop all that it knows."""
        subprocess.run([DESENHO, "local", "stop"], env=self.env, capture_output=True, check=False)
        shutil.rmtree(self.folder / "state", ignore_errors=True)

    def clients(self) -> dict[str, str]:
        """Return the environment in which other clients speak to it."""
        told = json.loads((self.folder / "state" / "running.json").read_text())
        return self.env | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{told['port']}",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def cpu(self) -> float:
        """Seconds of CPU that its process has taken, 0 where it does not run (Linux only)."""
        try:
            return cpu_seconds(json.loads((self.folder / "state" / "running.json").read_text())["pid"])
        except (OSError, ValueError, KeyError):
            return 0.0

    def traffic(self) -> Traffic:
        """Return the way of files through the stack that runs in it."""
        return Traffic(self.folder / "state", "bench", REGION)


def run(step: Step, cloud: Cloud, command: list[str], *, env: dict[str, str] | None = None) -> bool:
    """Run a command and note what it took; tell whether it succeeded."""
    if step.failed:
        return False
    print(step.name, file=sys.stderr)
    before, started, used = cloud.cpu, time.perf_counter(), os.times()
    try:
        done = subprocess.run(
            command, env=env or cloud.env, cwd=cloud.folder, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        step.failed = f"over {LIMIT:.0f} s"
        return False
    wall, now = time.perf_counter() - started, os.times()
    if done.returncode:
        step.failed = f"failed (exit {done.returncode})"
        print(f"{step.name}: {command}\n{done.stderr[-2000:]}", file=sys.stderr)
        return False
    children = now.children_user + now.children_system - used.children_user - used.children_system
    step.costs.append(Cost(wall, children, max(cloud.cpu - before, 0.0)))
    return True


def ours(cloud: Cloud, runs: int) -> tuple[list[Step], list[float], list[float]]:
    """Measure `desenho`; also return the seconds to the first row from nothing, and from a first upload to its row."""
    start, nothing, running, same, down = (
        Step(f"desenho: {words}")
        for words in (
            "local cloud start, from nothing", "up, from nothing (the cloud starts too)", "up, with the cloud running",
            "up again, nothing to change", "down with all data",
        )
    )  # fmt: skip
    first, cold = list[float](), list[float]()
    (cloud.folder / "first.txt").write_text("a file\n")
    upload = [DESENHO, "deploy", "upload", str(SOURCE), "first.txt", *DEPLOY[:-1]]
    up = [DESENHO, "deploy", "up", str(SOURCE), *DEPLOY]
    gone = [DESENHO, "deploy", "down", *DEPLOY, "--delete-data"]
    aside = Step("not measured")
    for number in range(runs + 1):
        cloud.forget()
        run(start, cloud, [DESENHO, "local", "start"])
        cloud.forget()
        began = time.time()
        run(nothing, cloud, up)
        run(aside, cloud, upload)
        first.append(cloud.traffic().since("first.txt", began))
        run(same, cloud, up)
        run(down, cloud, gone)
        run(running, cloud, up)
        traffic = cloud.traffic()
        cold.append(traffic.since("cold.txt", traffic.send("cold.txt", b"a file")))
        run(aside, cloud, gone)
        if number == 0:
            for step in (start, nothing, running, same, down):
                step.costs.clear()
    return [start, nothing, running, same, down], first[1:], cold[1:]


def theirs(cloud: Cloud, name: str, make: list[str], remove: list[list[str]], runs: int) -> list[Step]:
    """Measure another client: making a stack, making it again, removing it."""
    up, same, down = (Step(f"{name}: {words}") for words in ("deploy", "deploy again, nothing to change", "remove"))
    env = cloud.clients()
    for _ in range(runs):
        if run(up, cloud, make, env=env):
            run(same, cloud, make, env=env)
            joined = ["sh", "-c", " && ".join(" ".join(f"'{w}'" for w in command) for command in remove)]
            run(down, cloud, joined, env=env)
            bucket = f"bench-{name}-bucket-123456789012-{REGION}"
            keep = [sys.executable, "-c", f"import boto3; boto3.client('s3').delete_bucket(Bucket={bucket!r})"]
            subprocess.run(keep, env=env, check=True, capture_output=True)
    return [up, same, down]


def template(cloud: Cloud, stack: str) -> Path:
    """Write the template that ours would deploy under another stack's name."""
    path = cloud.folder / f"{stack}.json"
    command = [DESENHO, "deploy", "template", str(SOURCE), "--stack", stack, "--region", REGION, "--local"]
    path.write_text(subprocess.run(command, env=cloud.env, capture_output=True, text=True, check=True).stdout)
    return path


def aws_cli(cloud: Cloud, runs: int) -> list[Step]:
    """Measure `aws cloudformation deploy`."""
    uv = shutil.which("uv")
    if not uv:
        return [Step("aws-cli", failed="uv is not installed")]
    home = cloud.folder / "aws-cli"
    try:
        subprocess.run([uv, "venv", "-q", home], check=True, capture_output=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", home / "bin" / "python", AWS_CLI], check=True)
    except subprocess.CalledProcessError:
        return [Step("aws-cli", failed="cannot be installed")]
    aws = [str(home / "bin" / "python"), str(home / "bin" / "aws")]
    make = [
        *aws, "cloudformation", "deploy", "--stack-name", "bench-aws", "--no-fail-on-empty-changeset",
        "--template-file", str(template(cloud, "bench-aws")), "--capabilities", "CAPABILITY_IAM",
    ]  # fmt: skip
    remove = [
        [*aws, "cloudformation", "delete-stack", "--stack-name", "bench-aws"],
        [*aws, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "bench-aws"],
    ]
    return theirs(cloud, "aws", make, remove, runs)


def cdk(cloud: Cloud, runs: int) -> list[Step]:
    """Measure `cdk deploy` of an assembly that holds the template, so that no library has to make it first."""
    npm = shutil.which("npm")
    if not npm:
        return [Step("cdk", failed="npm is not installed")]
    home = cloud.folder / "cdk"
    done = subprocess.run([npm, "install", "--silent", "--prefix", home, CDK], capture_output=True, check=False)
    if done.returncode:
        return [Step("cdk", failed="cannot be installed")]
    assembly = cloud.folder / "cdk.out"
    assembly.mkdir()
    shutil.copy(template(cloud, "bench-cdk"), assembly / "bench-cdk.template.json")
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://123456789012/{REGION}",
        "properties": {"templateFile": "bench-cdk.template.json", "validateOnSynth": False},
    }
    manifest = {"version": "36.0.0", "artifacts": {"bench-cdk": stack}}
    (assembly / "manifest.json").write_text(json.dumps(manifest))
    command = [str(home / "node_modules" / ".bin" / "cdk"), "--app", str(assembly), "--ci", "--no-notices"]
    make = [*command, "deploy", "bench-cdk", "--require-approval", "never"]
    return theirs(cloud, "cdk", make, [[*command, "destroy", "bench-cdk", "--force"]], runs)


def main() -> None:
    """Measure and print, or write the table beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    parser.add_argument("--runs", type=int, default=5, help="of desenho; others have at most three")
    parser.add_argument("--files", type=int, default=1000, help="uploads of a burst")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the local cloud ends with this script
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-stack-") as place:
        cloud = Cloud(Path(place))
        try:
            steps, first, cold = ours(cloud, options.runs)
            # The programs are in the artifact bucket from here on; the others only make the stack.
            run(Step("programs"), cloud, [DESENHO, "deploy", "up", str(SOURCE), *DEPLOY])
            traffic = cloud.traffic()
            traffic.burst(40, 8)  # all functions run from here on
            warm = traffic.warm(50)
            bursts = [traffic.burst(options.files, workers) for workers in (2, 8)]
            memory = traffic.memory()
            steps += aws_cli(cloud, min(options.runs, 3))
            steps += cdk(cloud, min(options.runs, 3))
        finally:
            cloud.forget()
    text = "\n".join(
        [
            "# The challenge on the local cloud",
            "",
            "Made by `benchmarks/stack.py`, which says what is measured and how.",
            f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores,",
            f"load {load:.1f} of other work at the start: above the number of cores trust CPU only.",
            f"Medians of {options.runs} runs, of others at most 3. {AWS_CLI}, {CDK}.",
            "",
            "## Deploying",
            "",
            "| what | wall | CPU of the command | CPU of the local cloud |",
            "|---|---|---|---|",
            *(step.row() for step in steps),
            "",
            "## Files",
            "",
            *rows_of_traffic(first, cold, warm, bursts, memory),
        ]
    )
    print(text)
    if options.write:
        TABLE.write_text(text, encoding="utf-8")


def rows_of_traffic(
    first: list[float], cold: list[float], warm: list[float], bursts: list[Burst], memory: dict[str, list[float]]
) -> list[str]:
    """Return what files take, as lines of Markdown."""
    shares = ", ".join(f"{kind} {' + '.join(f'{size:.0f}' for size in sizes)}" for kind, sizes in memory.items())
    total = sum(size for sizes in memory.values() for size in sizes)
    return [
        "| what | seen | to reach |",
        "|---|---|---|",
        f"| nothing runs; `up`, `upload`, first row | {statistics.median(first):.2f} s | 6 s |",
        f"| upload to row, first file of a stack | {statistics.median(cold):.2f} s | |",
        f"| upload to row, one file at a time | {statistics.median(warm):.0f} ms, at most {warm[-1]:.0f} ms | 30 ms |",
        *(
            f"| {b.files} uploads by {b.workers} workers | {b.rate:.0f} files/s, {b.lost} lost; upload to row median"
            f" {b.median / 1000:.1f} s, 99 % {b.p99 / 1000:.1f} s; {b.cpu:.0f} ms of CPU a file | 60 files/s, 0 lost |"
            for b in bursts
        ),
        f"| memory after that | {total:.0f} MB: {shares} | 400 MB |",
        "",
        "In a burst files wait for each other: they come faster than two cores handle them. Memory is the proportional",
        "set size of Linux: what processes share counts once.",
        "",
    ]


if __name__ == "__main__":
    main()
