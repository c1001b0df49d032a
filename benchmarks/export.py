"""What it costs to draw: whole processes, ours against the `diagrams` library and against graphviz2drawio.

    uv run python benchmarks/export.py            # measure and print
    uv run python benchmarks/export.py --write    # and write benchmarks/export.md

`diagrams` needs the program `dot` (Debian package graphviz). graphviz2drawio is installed by uv into an environment of
its own. All measure the same scripts: the challenge, and synthetic ones in groups of five nodes with a chain through
all nodes and 0.587 n random edges more (n nodes), and a chain alone in groups of ten. Beside `diagrams` come the hard
cases of the tests too, as far as they have 13 to 35 nodes: architectures that somebody might draw. Figures are medians
over several runs by turns, one process after the other: CPU is user and system time of the process and its children,
memory the largest resident set of any of them.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from architecture.capture import capture

ROOT = Path(__file__).parent.parent
TABLE = Path(__file__).with_suffix(".md")
LIMIT = 120.0
"""Seconds of wall time after which a run is ended and said to be so."""

CHALLENGE = """
from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.general import User
from diagrams.aws.storage import EBS, S3

with Diagram("Architecture challenge", filename="challenge", show=False, outformat=FORMATS):
    user = User("User")
    with Cluster("AWS Cloud"), Cluster("Region sa-east-1"):
        bucket = S3("Amazon S3")
        function = Lambda("AWS Lambda")
        with Cluster("VPC"), Cluster("Private subnet"):
            server = EC2("Amazon EC2")
            volume = EBS("Amazon EBS")
    user >> Edge(label="1 uploads a file") >> bucket >> Edge(label="2 s3:ObjectCreated") >> function
    function >> Edge(label="3 HTTP POST") >> server
    server - Edge(label="4 stores") - volume
"""


TO_DOT = """
from pathlib import Path
from diagrams import Diagram
FORMATS = "dot"

def render(diagram):
    Path(f"{diagram.filename}.dot").write_text(diagram.dot.source, encoding="utf-8")
    Path(diagram.filename).touch()  # which the library removes

Diagram.render = render
"""
PNG_AND_SVG = """
from diagrams import Diagram
made = Diagram.__init__
Diagram.__init__ = lambda self, *words, **more: made(self, *words, **{"outformat": ["png", "svg"], **more})
"""
PEER = "graphviz2drawio==1.2.0"
CASES = ROOT / "tests" / "cases"
MEDIUM = range(13, 36)
"""The nodes of cases that are measured."""


@dataclass(frozen=True)
class Cost:
    """The median of some runs, or why there is none."""

    cpu: float = 0.0
    wall: float = 0.0
    memory: float = 0.0
    failed: str = ""

    def __str__(self) -> str:
        return self.failed or f"{self.cpu:.2f} s / {self.wall:.2f} s, {self.memory:.0f} MB"


@dataclass(frozen=True)
class Row:
    """One source and what each program needs for it."""

    name: str
    nodes: int
    edges: int
    ours: Cost
    ours_pixels: str
    theirs: Cost
    theirs_pixels: str
    drawio: Cost
    graphviz2drawio: Cost


def synthetic(nodes: int, *, group: int, extra: float) -> tuple[str, int]:
    """Return a script of that many nodes in groups and the number of its edges."""
    dice = random.Random(nodes)
    pairs = [(i, i + 1) for i in range(nodes - 1)]
    while len(pairs) < nodes - 1 + round(extra * nodes):
        pairs.append((dice.randrange(nodes), dice.randrange(nodes)))
    kinds = ["EC2", "Lambda", "S3", "EBS"]
    lines = [
        "from diagrams import Cluster, Diagram",
        "from diagrams.aws.compute import EC2, Lambda",
        "from diagrams.aws.storage import EBS, S3",
        "n = []",
        f'with Diagram("{nodes} nodes", filename="synthetic", show=False, outformat=FORMATS):',
    ]
    for start in range(0, nodes, group):
        lines.append(f'    with Cluster("Group {start // group + 1}"):')
        lines += [
            f'        n.append({dice.choice(kinds)}("Node {i + 1}"))' for i in range(start, min(nodes, start + group))
        ]
    lines += [f"    n[{a}] >> n[{b}]" for a, b in pairs]
    return "\n".join(lines) + "\n", len(pairs)


def once(command: list[str], folder: Path) -> Cost:
    """Run a program to its end and return what it needed."""
    # Modules may be kept compiled, as on any machine; else each run compiles ours and not those of the libraries.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    late = threading.Timer(LIMIT, lambda: os.killpg(process.pid, 9))
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read() if process.stderr else b""))
    late.start()
    reader.start()
    # The usage of this one process and the children that it waited for, which subprocess does not tell.
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    late.cancel()
    reader.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if wall >= LIMIT:
        return Cost(failed=f"over {LIMIT:.0f} s")
    if process.returncode:
        last = b"".join(said).decode(errors="replace").strip().splitlines()[-1:]
        print(f"{command}: {process.returncode}: {last}", file=sys.stderr)
        return Cost(failed=f"failed (exit {process.returncode})")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1000)


def by_turns(commands: list[list[str]], folder: Path, runs: int) -> list[Cost]:
    """Run programs some times, those that take long less often, and return the medians of each.

    They run by turns, so that what slows the machine for a while slows them all.
    """
    costs = [[once(command, folder)] for command in commands]
    for command, own in zip(commands, costs, strict=True):
        if own[0].wall < 20 and not own[0].failed:
            own[0] = once(command, folder)  # the first one compiled modules and warmed up the disk's cache
    for done in range(1, runs):
        for command, own in zip(commands, costs, strict=True):
            if done < (runs if own[0].wall < 3 else 3 if own[0].wall < 20 else 1) and not own[-1].failed:
                own.append(once(command, folder))
    return [own[-1] if own[-1].failed else median(own) for own in costs]


def median(costs: list[Cost]) -> Cost:
    """Return the medians of time and memory."""
    return Cost(
        *(statistics.median(values) for values in zip(*((c.cpu, c.wall, c.memory) for c in costs), strict=True))
    )


def pixels(path: Path) -> str:
    """Return the size of a PNG in px, from its first chunk."""
    if not path.exists():
        return "-"
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return f"{width} x {height} ({width * height / 1e6:.1f} MP)"


def measure(name: str, script: str, nodes: int, edges: int, folder: Path, runs: int, converter: Path | None) -> Row:
    """Measure all programs on one script."""
    print(f"{name} ...", file=sys.stderr)
    (folder / "plain.py").write_text("FORMATS = ['png', 'svg']\n" + script, encoding="utf-8")
    (folder / "to_dot.py").write_text(TO_DOT + script, encoding="utf-8")
    stem = "challenge" if "challenge" in script else "synthetic"
    for old in folder.rglob("*.png"):
        old.unlink()
    export = [str(Path(sys.executable).with_name("desenho")), "export", "plain.py", "-o", "ours"]
    ours, theirs = by_turns([export, [sys.executable, "plain.py"]], folder, runs)
    theirs_pixels = pixels(folder / f"{stem}.png")
    to_drawio = [[*export, "-f", "drawio"]]
    if converter is not None:
        subprocess.run([sys.executable, "to_dot.py"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        to_drawio.append([str(converter), f"{stem}.dot", "-o", "theirs.drawio"])
    drawio, *converted = by_turns(to_drawio, folder, runs)
    ours_pixels = pixels(folder / "ours" / f"{stem}.png")
    return Row(
        name,
        nodes,
        edges,
        ours,
        ours_pixels,
        theirs,
        theirs_pixels,
        drawio,
        *converted or [Cost(failed="not installed")],
    )


@dataclass(frozen=True)
class Case:
    """A case of the tests and what both programs need for it."""

    name: str
    nodes: int
    edges: int
    ours: Cost
    theirs: Cost


def measure_cases(folder: Path, runs: int) -> list[Case]:
    """Measure the cases of 13 to 35 nodes, all three formats against two of `diagrams`."""
    cases = list[Case]()
    for path in sorted(CASES.glob("*.py")):
        (architecture,) = capture(path)
        if len(architecture.nodes) not in MEDIUM:
            continue
        print(f"{path.stem} ...", file=sys.stderr)
        (folder / "both.py").write_text(PNG_AND_SVG + path.read_text(encoding="utf-8"), encoding="utf-8")
        export = [str(Path(sys.executable).with_name("desenho")), "export", str(path), "-o", "ours"]
        ours, theirs = by_turns([export, [sys.executable, "both.py"]], folder, runs)
        cases.append(Case(path.stem, len(architecture.nodes), len(architecture.edges), ours, theirs))
    return cases


def get_graphviz2drawio(folder: Path) -> Path | None:
    """Install graphviz2drawio into an environment of its own; return its program."""
    uv = shutil.which("uv")
    if uv is None:
        return None
    place = folder / "graphviz2drawio"
    subprocess.run([uv, "venv", "-q", str(place)], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", str(place), PEER], check=True)
    return place / "bin" / "graphviz2drawio"


def ratio(ours: Cost, theirs: Cost) -> str:
    """Return how much more or less CPU time ours takes."""
    return "-" if ours.failed or theirs.failed else f"{ours.cpu / theirs.cpu:.2f}"


def report(rows: list[Row], cases: list[Case], runs: int) -> str:
    """Return the figures as Markdown."""
    ratios = [case.ours.cpu / case.theirs.cpu for case in cases if not (case.ours.failed or case.theirs.failed)]
    dot = subprocess.run(["dot", "-V"], capture_output=True, text=True, check=True).stderr.strip()
    lines = [
        "# What it costs to draw",
        "",
        f"Medians of up to {runs} runs, by turns. Ratios are of CPU times of whole processes (below 1 we are faster),",
        "which other work on the machine hardly touches. A cell is CPU time / wall time and the largest memory.",
        f"Python {platform.python_version()}, diagrams {version('diagrams')}, {dot}, {os.cpu_count()} processors,",
        f"{platform.system()} {platform.machine()}.",
        "",
        "## All three formats (PNG, SVG, .drawio) against two of `diagrams` (PNG, SVG)",
        "",
        "| source | nodes | edges | desenho: 3 formats | diagrams: 2 formats | ratio | PNG: desenho | PNG: diagrams |",
        "|---|---:|---:|---|---|---:|---|---|",
    ]
    lines += [
        f"| {r.name} | {r.nodes} | {r.edges} | {r.ours} | {r.theirs} | {ratio(r.ours, r.theirs)} | {r.ours_pixels}"
        f" | {r.theirs_pixels} |"
        for r in rows
    ]
    lines += [
        "",
        f"## The same for the cases of the tests with {MEDIUM.start} to {MEDIUM.stop - 1} nodes",
        "",
        f"Ratios: median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}.",
        "",
        "| case | nodes | edges | desenho: 3 formats | diagrams: 2 formats | ratio |",
        "|---|---:|---:|---|---|---:|",
        *(f"| {c.name} | {c.nodes} | {c.edges} | {c.ours} | {c.theirs} | {ratio(c.ours, c.theirs)} |" for c in cases),
        "",
        f"## .drawio alone against {PEER.replace('==', ' ')}",
        "",
        "graphviz2drawio starts from a dot file that is there already: running the script is in our time only.",
        "",
        "| source | nodes | edges | desenho | graphviz2drawio | ratio |",
        "|---|---:|---:|---|---|---:|",
    ]
    lines += [
        f"| {r.name} | {r.nodes} | {r.edges} | {r.drawio} | {r.graphviz2drawio}"
        f" | {ratio(r.drawio, r.graphviz2drawio)} |"
        for r in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="runs of each program (default: 7)")
    parser.add_argument(
        "--nodes", type=int, nargs="*", default=[5, 20, 35, 50, 200, 1000], help="sizes of the synthetic ones"
    )
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    options = parser.parse_args()
    if shutil.which("dot") is None:
        parser.exit(2, "the program dot is missing: install Graphviz (Debian: apt-get install graphviz)\n")
    sources = [("challenge", CHALLENGE, 5, 4)]
    for nodes in options.nodes:
        script, edges = synthetic(nodes, group=5, extra=0.587)
        sources.append((f"{nodes} nodes, groups of 5", script, nodes, edges))
    if 1000 in options.nodes:
        script, edges = synthetic(1000, group=10, extra=0)
        sources.append(("chain of 1000, groups of 10", script, 1000, edges))
    with tempfile.TemporaryDirectory(prefix="desenho-benchmark-") as name:
        folder = Path(name)
        converter = get_graphviz2drawio(folder)
        rows = [measure(*source, folder, options.runs, converter) for source in sources]
        text = report(rows, measure_cases(folder, options.runs), options.runs)
    print(text)
    if options.write:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
