"""What it takes to deploy the challenge to the local cloud: ours, beside aws-cli and cdk on the same endpoint.

    uv run python benchmarks/stack.py            # measure and print
    uv run python benchmarks/stack.py --write    # and write benchmarks/stack.md

All deploy the same template: ours as `desenho deploy up` makes it, the others as `desenho deploy template --local`
prints it, with the same programs in the same artifact bucket. aws-cli is installed by uv and cdk by npm, each into a
folder of its own; what cannot be installed is left out and said so. Wall is seconds by the clock; CPU is user and
system time of the command and its children, and of the local cloud meanwhile. Figures are medians over several runs,
one after the other.
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

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".md")
SOURCE = ROOT / "diagrams" / "challenge.py"
REGION = "us-east-1"
AWS_CLI, CDK = "awscli==1.45.11", "aws-cdk@3.0.0"
DESENHO = str(Path(sys.executable).with_name("desenho"))
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
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {
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
            pid = json.loads((self.folder / "state" / "running.json").read_text())["pid"]
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError, KeyError):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(step: Step, cloud: Cloud, command: list[str], *, env: dict[str, str] | None = None) -> bool:
    """Run a command and note what it took; tell whether it succeeded."""
    if step.failed:
        return False
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


def ours(cloud: Cloud, runs: int) -> list[Step]:
    """Measure `desenho`."""
    start, nothing, running, same, down = (
        Step(f"desenho: {words}")
        for words in (
            "local cloud start, from nothing", "up, from nothing (the cloud starts too)", "up, with the cloud running",
            "up again, nothing to change", "down with all data",
        )
    )  # fmt: skip
    deploy = ["--stack", "bench", "--region", REGION, "--local", "--yes"]
    for _ in range(runs):
        cloud.forget()
        run(start, cloud, [DESENHO, "local", "start"])
        cloud.forget()
        run(nothing, cloud, [DESENHO, "deploy", "up", str(SOURCE), *deploy])
        run(same, cloud, [DESENHO, "deploy", "up", str(SOURCE), *deploy])
        run(down, cloud, [DESENHO, "deploy", "down", *deploy, "--delete-data"])
        run(running, cloud, [DESENHO, "deploy", "up", str(SOURCE), *deploy])
        run(Step("clearing up"), cloud, [DESENHO, "deploy", "down", *deploy, "--delete-data"])
    return [start, nothing, running, same, down]


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
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the local cloud ends with this script
    with tempfile.TemporaryDirectory(prefix="bench-stack-") as place:
        cloud = Cloud(Path(place))
        try:
            steps = ours(cloud, options.runs)
            # The programs are in the artifact bucket from here on; the others only make the stack.
            deploy = ["--stack", "bench", "--region", REGION, "--local", "--yes"]
            run(Step("programs"), cloud, [DESENHO, "deploy", "up", str(SOURCE), *deploy])
            steps += aws_cli(cloud, options.runs)
            steps += cdk(cloud, options.runs)
        finally:
            cloud.forget()
    where = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    text = "\n".join(
        [
            "# Deploying the challenge to the local cloud",
            "",
            f"Python {platform.python_version()}, {where}, medians of {options.runs} runs. {AWS_CLI}, {CDK}.",
            "",
            "| what | wall | CPU of the command | CPU of the local cloud |",
            "|---|---|---|---|",
            *(step.row() for step in steps),
            "",
        ]
    )
    print(text)
    if options.write:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
