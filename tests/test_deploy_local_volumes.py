"""What is on volumes and in snapshots of the local cloud: folders that outlive the ids of EC2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.local.cloudformation.stack import Made
from deploy.local.state import State
from deploy.local.volumes import Volumes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def volume(physical: str, *, generation: int = 0, snapshot: str | None = None, logical: str = "Data") -> Made:
    return Made(
        logical_id=logical,
        type="AWS::EC2::Volume",
        physical_id=physical,
        status="CREATE_COMPLETE",
        properties={"SnapshotId": snapshot} if snapshot else {},
        generation=generation,
    )


def test_a_volume_begins_empty_and_is_found_by_the_id_that_it_has(state: State) -> None:
    left = state.volumes / "demo" / "Data"
    left.mkdir(parents=True)
    (left / "of an earlier stack").touch()
    volumes = Volumes(state)
    volumes.made("demo", volume("vol-1"))
    assert volumes.folder("vol-1") == left
    assert list(left.iterdir()) == []


def test_the_contents_are_there_whatever_the_id_is_after_a_start(state: State) -> None:
    before = Volumes(state)
    before.made("demo", volume("vol-1"))
    (before.folder("vol-1") / "file").write_text("data")
    after = Volumes(state)
    after.remember("demo", volume("vol-9"))
    assert (after.folder("vol-9") / "file").read_text() == "data"


def test_a_replacement_has_a_folder_of_its_own(state: State) -> None:
    volumes = Volumes(state)
    volumes.made("demo", volume("vol-1"))
    (volumes.folder("vol-1") / "file").write_text("old")
    volumes.made("demo", volume("vol-2", generation=1))
    assert list(volumes.folder("vol-2").iterdir()) == []
    volumes.removed("demo", volume("vol-1"))
    assert list((state.volumes / "demo").iterdir()) == [volumes.folder("vol-2")]


def test_a_snapshot_outlives_its_volume_and_fills_another(state: State) -> None:
    volumes = Volumes(state)
    volumes.made("demo", volume("vol-1"))
    (volumes.folder("vol-1") / "file").write_text("data")
    (volumes.folder("vol-1") / "link").symlink_to("file")
    for _ in range(2):  # an operation that was killed is done again
        volumes.snapshot("demo", volume("vol-1"), "snap-1")
    for _ in range(2):
        volumes.removed("demo", volume("vol-1"))
    assert not (state.volumes / "demo").exists()
    volumes.made("next", volume("vol-2", snapshot="snap-1"))
    folder = volumes.folder("vol-2")
    assert (folder / "file").read_text() == "data"
    assert (folder / "link").is_symlink()
    volumes.forget_snapshot("snap-1")
    volumes.forget_snapshot("snap-1")
    assert list(state.snapshots.iterdir()) == []
    assert (folder / "file").read_text() == "data"


def test_a_volume_that_goes_leaves_the_others_of_its_stack(state: State) -> None:
    volumes = Volumes(state)
    for number, logical in enumerate(("One", "Two")):
        volumes.made("demo", volume(f"vol-{number}", logical=logical))
    (volumes.folder("vol-1") / "file").write_text("data")
    volumes.removed("demo", volume("vol-0", logical="One"))
    assert [p.name for p in (state.volumes / "demo").iterdir()] == ["Two"]
    assert (volumes.folder("vol-1") / "file").read_text() == "data"


def test_a_volume_that_a_client_made_is_kept_by_its_id(state: State) -> None:
    folder = Volumes(state).folder("vol-1")
    (folder / "file").write_text("data")
    assert (Volumes(state).folder("vol-1") / "file").read_text() == "data"


def test_other_resources_have_no_folder(state: State) -> None:
    volumes, bucket = Volumes(state), Made(logical_id="B", type="AWS::S3::Bucket", physical_id="b", status="")
    volumes.made("demo", bucket)
    volumes.remember("demo", bucket)
    volumes.removed("demo", bucket)
    assert not state.volumes.exists()
