"""A probe: a small marked file is sent through a stack, and the lines of the diagram that it takes are noted.

It has always the same name and content, so that of many probes one small file is kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from architecture.errors import AccessError
from architecture.spec import Bucket, Function, Instance, Volume
from deploy import catalogue, uploads
from deploy.journey import follow, listeners
from deploy.meaning import Meaning
from deploy.workloads.shared.contract import PROCESSED, REJECTED
from deploy.workloads.shared.upload import Upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from deploy.blueprint import Blueprint, Part
    from deploy.journey import Step
    from deploy.running import Running
    from deploy.uploads import Uploaded

__all__ = ["NAME", "Probed", "Trip", "probe", "trips", "way"]

NAME: Final = "desenho-probe.txt"
CONTENT: Final = b"This file was sent by desenho probe, to see which way files take. It may be deleted.\n"

_OFF: Final = {
    Meaning.VISIT: "taken by who opens the site or calls the API",
    Meaning.ROUTE: "taken by who calls the API",
    Meaning.ORIGIN: "taken by who opens the site",
    Meaning.FAILURES: "taken by what fails only",
    Meaning.READ: "taken when the app asks for something",
    Meaning.CALL: "the function starts the instance; the log does not tell what it does then",
    Meaning.ATTACH: "the log does not tell what the instance does",
}


class Trip(NamedTuple):
    """A line of the diagram: whether a good file has to take it, when it was taken (seconds), and why not."""

    edge: str
    expected: bool
    seconds: float | None
    why: str = ""

    @property
    def travelled(self) -> bool:
        """Whether the file took it."""
        return self.seconds is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a probe found: each line of the diagram in script order, the steps, and what of it could not be removed."""

    trips: tuple[Trip, ...]
    steps: tuple[Step, ...]
    stays: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether every line was travelled that a good file has to take."""
        return all(trip.travelled for trip in self.trips if trip.expected)


def way(blueprint: Blueprint) -> frozenset[str]:
    """Return the lines that a good file has to take, wherever a person uploads it."""
    return frozenset(edge for bucket in blueprint.of(Bucket) for edge in _way(blueprint, bucket))


def probe(running: Running, *, seconds: float, hear: Callable[[Step], None] = lambda _step: None) -> Probed:
    """Send a marked file into each bucket that people upload to, follow it, and remove it again.

    It waits `seconds` at most; `hear` is told each step. Raises CloudError and StackError.
    """
    key = uploads.key_of(NAME)
    sent = [
        uploads.upload(running.clients, to, key, io.BytesIO(CONTENT), len(CONTENT)) for to in uploads.targets(running)
    ]
    steps: list[Step] = []
    for step in follow(running, sent, seconds=seconds):
        hear(step)
        steps.append(step)
    stays = [line for file in sent for line in _removed(running, file, steps)]
    return Probed(trips=tuple(trips(running.blueprint, steps)), steps=tuple(steps), stays=tuple(dict.fromkeys(stays)))


def trips(blueprint: Blueprint, steps: Sequence[Step]) -> Iterator[Trip]:
    """Yield each line of the diagram, in script order, and whether the files took it whose steps these are."""
    taken: dict[str, float] = {}
    for step in steps:
        for edge in step.hop.edges:
            taken.setdefault(edge, step.seconds)
    broken = next((s.hop for s in reversed(steps) if not s.hop.well), None)
    said = f"{broken.node} {broken.what}: {broken.detail}" if broken else "nothing more was heard of the file in time"
    meanings = {edge: link.meaning for link in blueprint.links for edge in link.edges}
    expected = way(blueprint)
    for edge in blueprint.architecture.edges:
        needed = edge.id in expected
        why = "" if edge.id in taken else said if needed else _OFF.get(meanings[edge.id], "not on the way of an upload")
        yield Trip(edge=edge.id, expected=needed, seconds=taken.get(edge.id), why=why)


def _way(blueprint: Blueprint, bucket: Part[Bucket]) -> Iterator[str]:
    up = [link for link in blueprint.links if link.target.id == bucket.id and link.meaning is Meaning.UPLOAD]
    if not up:
        return
    yield from (edge for link in up for edge in link.edges)
    for function, edges in listeners(blueprint, bucket).items():
        yield from edges
        part = next(f for f in blueprint.of(Function) if f.id == function)
        yield from (edge for link in blueprint.out(part, Meaning.WRITE, Bucket) for edge in link.edges)
        if catalogue.of(part.spec.runs).starts:
            continue
        for call in blueprint.out(part, Meaning.CALL, Instance):
            yield from call.edges
            for kept in blueprint.out(call.target, Meaning.ATTACH, Volume)[:1]:
                yield from kept.edges


def _removed(running: Running, file: Uploaded, steps: list[Step]) -> Iterator[str]:
    """Remove a file and what was made of it, and yield what stays."""
    last = next((s.hop for s in reversed(steps) if s.file is file and s.last), None)
    if last is None:
        yield f"{file.key} in {file.target.bucket}: it is still under way"
        return
    made = Upload(bucket=file.target.bucket, key=file.key, version=file.version, size=file.size, order="")
    bucket = next(b for b in running.blueprint.of(Bucket) if b.id == file.target.node)
    outputs = {file.target.bucket}
    for function in listeners(running.blueprint, bucket):
        part = running.blueprint.part(function)
        outputs |= {running.of(link.target.id) for link in running.blueprint.out(part, Meaning.WRITE, Bucket)}
    # A workload may make more of a file than its document; all of it begins with the file's name.
    documents = [(output, made.made(prefix, ".")) for output in sorted(outputs) for prefix in (PROCESSED, REJECTED)]
    for place, key in [(file.target.bucket, file.key), *documents]:
        try:
            _delete(running, place, key)
        except AccessError as error:
            yield f"{key} in {place}: {error.what}"
    if any(s.hop.what == "kept" for s in steps if s.file is file):
        yield f"{NAME} in the list of the app, and {len(CONTENT)} bytes on its volume, once however often this is run"


def _delete(running: Running, bucket: str, key: str) -> None:
    """Delete all versions of an object, or of all whose keys begin with a key that ends with a dot."""
    s3 = running.clients("s3")
    told = s3.list_object_versions(Bucket=bucket, Prefix=key)
    for version in [*told.get("Versions", []), *told.get("DeleteMarkers", [])]:
        if version["Key"] == key or key.endswith("."):
            s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
