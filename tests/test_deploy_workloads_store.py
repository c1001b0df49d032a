"""The files on the volume: there is a row if and only if the whole file is there."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from deploy.workloads.shared.store import FullError, MismatchError, Store


def description(content: bytes, key: str = "incoming/a.txt", *, version: str = "v1", order: str = "01", **more: object):
    told = {"bucket": "b", "key": key, "name": key.removeprefix("incoming/"), "version": version, "order": order}
    return {**told, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **more}


def add(store: Store, content: bytes, **more: object) -> str:
    return store.add(description(content, **more), io.BytesIO(content))


@pytest.fixture
def store(tmp_path: Path):
    made = Store(tmp_path)
    yield made
    made.close()


def stored(folder: Path) -> list[Path]:
    return [p for p in (folder / "files").rglob("*") if p.is_file()]


def test_an_event_that_comes_twice_makes_one_row_and_one_file(store: Store, tmp_path: Path) -> None:
    first = add(store, b"hello")
    assert add(store, b"hello") == first
    assert store.count == 1
    assert [p.read_bytes() for p in stored(tmp_path)] == [b"hello"]


def test_the_newer_version_is_current_in_whatever_order_versions_arrive(store: Store) -> None:
    newer = add(store, b"newer", version="v2", order="0055AED6DCD90281E5")
    add(store, b"older", version="v1", order="0055AED6DCD9")
    assert [f["id"] for f in store.find()] == [newer]
    assert [f["version"] for f in store.versions(newer)] == ["v2", "v1"]


def test_without_versions_an_older_event_that_comes_late_changes_nothing(store: Store, tmp_path: Path) -> None:
    add(store, b"newer", version="", order="02")
    add(store, b"older", version="", order="01")
    assert [p.read_bytes() for p in stored(tmp_path)] == [b"newer"]
    add(store, b"newest", version="", order="03")
    assert [p.read_bytes() for p in stored(tmp_path)] == [b"newest"]


@pytest.mark.parametrize(
    "key",
    ["incoming/a b.txt", "incoming/a+b%20.txt", "incoming/ação.txt", "incoming/😀.png", "incoming/../../etc/passwd",
     "incoming/" + "é" * 507],
)  # fmt: skip
def test_any_key_is_only_a_name(store: Store, tmp_path: Path, key: str) -> None:
    file_id = add(store, b"x", key=key)
    found = store.get(file_id)
    assert found is not None
    assert found["key"] == key
    assert all((tmp_path / "files") in p.parents for p in stored(tmp_path))


def test_a_preview_belongs_to_one_content_of_one_file(store: Store) -> None:
    first = add(store, b"first", version="", order="01")
    assert store.preview(first) is None
    store.add_preview(first, "01", "image/png", b"small")
    store.add_preview(first, "01", "image/jpeg", b"smaller")
    assert store.preview(first) == ("image/jpeg", b"smaller")
    assert [file["preview"] for file in store.find()] == [True]
    assert add(store, b"first", version="", order="01") == first
    assert store.preview(first) == ("image/jpeg", b"smaller"), "an event that comes twice changes nothing"
    assert add(store, b"second", version="", order="02") == first
    assert store.preview(first) is None, "it would show what is there no more"
    with pytest.raises(KeyError):
        store.add_preview("nobody", "02", "image/png", b"small")


def test_the_preview_of_an_older_content_that_comes_late_changes_nothing(store: Store) -> None:
    file_id = add(store, b"newer", version="", order="0055AED6DCD90281E5")
    store.add_preview(file_id, "0055AED6DCD90281E5", "image/png", b"newer")
    add(store, b"older", version="", order="0055AED6DCD9")
    store.add_preview(file_id, "0055AED6DCD9", "image/png", b"older")
    assert store.preview(file_id) == ("image/png", b"newer")


def test_a_preview_has_no_room_on_a_full_volume(tmp_path: Path) -> None:
    store = Store(tmp_path, 4 * 1024 * 1024 + 10)
    file_id = add(store, b"x" * 6)
    with pytest.raises(FullError):
        store.add_preview(file_id, "01", "image/png", b"small")
    assert store.preview(file_id) is None
    store.close()


def test_content_that_is_not_what_was_described_leaves_nothing(store: Store, tmp_path: Path) -> None:
    told = description(b"hello")
    for content in (b"jello", b"hell", b"hello and more"):
        with pytest.raises(MismatchError):
            store.add(told, io.BytesIO(content))
    block = bytes(1024 * 1024)
    with pytest.raises(MismatchError):
        store.add(description(block), io.BytesIO(block + b" and more"))
    for size in (4, 6):
        with pytest.raises(MismatchError):
            store.add(told | {"size": size}, io.BytesIO(b"hello"))
    assert store.count == 0
    assert stored(tmp_path) == []


def test_a_file_is_on_the_disk_before_the_catalogue_tells_of_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, int]] = []
    flush = os.fsync

    def fsync(handle: int) -> None:
        with closing(sqlite3.connect(tmp_path / "catalogue.sqlite3")) as catalogue:
            assert catalogue.execute("select count(*) from files").fetchone() == (0,)
        at = os.fstat(handle)
        kept.append(("folder", 0) if stat.S_ISDIR(at.st_mode) else ("file", at.st_size))
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    add(store, b"hello")
    assert kept == [("file", 5), ("folder", 0), ("folder", 0)]
    assert store.count == 1


def test_a_file_that_finds_no_place_leaves_nothing(store: Store, tmp_path: Path) -> None:
    in_the_way = tmp_path / "files" / hashlib.sha256(b"hello").hexdigest()[:2]
    in_the_way.touch()
    with pytest.raises(FileExistsError):
        add(store, b"hello")
    assert stored(tmp_path) == [in_the_way]
    in_the_way.unlink()
    assert store.content(add(store, b"hello"))


def test_a_digest_is_never_a_path(store: Store) -> None:
    with pytest.raises(MismatchError):
        store.add({**description(b"x"), "sha256": "../../../../tmp/x"}, io.BytesIO(b"x"))


def test_a_full_volume_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    store = Store(tmp_path, capacity=6 * 1024 * 1024)
    kept = add(store, b"k" * 1024 * 1024)
    with pytest.raises(FullError):
        add(store, b"x" * 2 * 1024 * 1024, key="incoming/big", version="v2")
    assert [f["id"] for f in store.find()] == [kept]
    assert len(stored(tmp_path)) == 1
    assert store.used_percent == 16.7
    store.close()


def test_what_is_on_the_volume_counts_after_a_start_and_what_has_gone_does_not(tmp_path: Path) -> None:
    store = Store(tmp_path, capacity=8 * 1024 * 1024)
    add(store, b"a" * 2 * 1024 * 1024, version="", order="01")
    assert store.used_percent == 25
    store.close()
    store = Store(tmp_path, capacity=8 * 1024 * 1024)
    assert store.used_percent == 25
    add(store, b"b" * 1024 * 1024, version="", order="02")
    assert store.used_percent == 12.5
    store.close()


def test_a_search_finds_all_words_and_takes_them_as_they_are(store: Store) -> None:
    add(store, b"1", key="incoming/annual report.pdf", kind="document")
    add(store, b"2", key="incoming/100%_done.txt", kind="text")
    assert [f["name"] for f in store.find("report document")] == ["annual report.pdf"]
    assert [f["name"] for f in store.find("100%_")] == ["100%_done.txt"]
    assert store.find("0_d") == []
    add(store, b"3", key="incoming/3.txt", title="Ação de março")
    assert [f["name"] for f in store.find("março")] == ["3.txt"]


def test_what_a_crash_left_behind_is_swept_up(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept = add(store, b"kept")
    store.close()
    (tmp_path / "files" / ".incoming-left").write_bytes(b"half")
    orphan = hashlib.sha256(b"orphan").hexdigest()
    (tmp_path / "files" / orphan[:2]).mkdir(exist_ok=True)
    (tmp_path / "files" / orphan[:2] / orphan).write_bytes(b"orphan")
    again = Store(tmp_path)
    assert [p.read_bytes() for p in stored(tmp_path)] == [b"kept"]
    assert [f["id"] for f in again.find()] == [kept]
    assert again.missing == []
    again.close()


def test_a_volume_that_lost_a_file_is_told_of(tmp_path: Path) -> None:
    store = Store(tmp_path)
    file_id = add(store, b"kept")
    store.close()
    for path in stored(tmp_path):
        path.unlink()
    again = Store(tmp_path)
    assert again.missing == [file_id]
    again.close()


_WRITER = """
import hashlib, io, sys
from pathlib import Path
from deploy.workloads.shared.store import Store
store = Store(Path(sys.argv[1]))
for i in range(10**6):
    content = (str(i) * 5000).encode()
    told = {"bucket": "b", "key": f"k{i}", "name": f"k{i}", "version": "", "order": "", "size": len(content)}
    store.add({**told, "sha256": hashlib.sha256(content).hexdigest()}, io.BytesIO(content))
    print(i, flush=True)
"""


@pytest.mark.parametrize("pause", [0.0, 0.003, 0.011, 0.027])
def test_killed_at_any_point_there_is_a_row_exactly_where_there_is_a_whole_file(tmp_path: Path, pause: float) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(5):
            acknowledged = int(writer.stdout.readline())
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        rest = writer.stdout.read().split()
    acknowledged = max([acknowledged, *map(int, rest)])
    store = Store(tmp_path)
    files = {p.name: p.read_bytes() for p in stored(tmp_path)}
    assert all(hashlib.sha256(content).hexdigest() == name for name, content in files.items())
    rows = store.find(limit=10**6)
    assert {row["sha256"] for row in rows} == set(files)
    assert {f"k{i}" for i in range(acknowledged + 1)} <= {row["key"] for row in rows}
    store.close()


@pytest.fixture
def disk(tmp_path: Path):
    """A disk of 8 MiB; an app whose capacity says more believes in room that it does not have."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    place = tmp_path / "volume"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"this machine does not let a test mount: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # a test that fails leaves its catalogue open


def fill(disk: Path, left: int) -> Path:
    """Fill a disk but for so many bytes, and return what fills it."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        while (room := shutil.disk_usage(disk).free) > left:
            file.write(bytes(min(room - left, 1024 * 1024)))
            file.flush()
    return filler


def test_a_disk_that_is_really_full_leaves_nothing_half_written(disk: Path) -> None:
    store = Store(disk, capacity=64 * 1024 * 1024)
    kept = add(store, b"k" * 1024 * 1024)
    with pytest.raises(FullError):
        add(store, os.urandom(9 * 1024 * 1024), key="incoming/big", version="v2")
    assert [f["id"] for f in store.find()] == [kept]
    assert len(stored(disk)) == 1
    store.close()


def test_a_disk_without_room_for_the_row_of_a_file_takes_it_once_there_is_room(disk: Path) -> None:
    store = Store(disk, capacity=64 * 1024 * 1024)
    kept = add(store, b"first", version="", order="01")
    before = store.used_percent
    filler = fill(disk, 16 * 1024)
    told = description(b"second", version="", order="02", kind="x" * 200_000)
    with pytest.raises(FullError):
        store.add(told, io.BytesIO(b"second"))
    assert [p.read_bytes() for p in stored(disk)] == [b"first"], "the older is kept, and nothing of the newer"
    assert [f["order"] for f in store.find()] == ["01"]
    assert store.used_percent == before
    filler.unlink()
    assert store.add(told, io.BytesIO(b"second")) == kept
    assert [p.read_bytes() for p in stored(disk)] == [b"second"]
    assert [f["order"] for f in store.find()] == ["02"]
    store.close()


def test_a_disk_without_room_for_a_preview_takes_it_once_there_is_room(disk: Path) -> None:
    store = Store(disk, capacity=64 * 1024 * 1024)
    file_id = add(store, b"photo")
    store.add_preview(file_id, "01", "image/png", b"first")
    filler = fill(disk, 16 * 1024)
    with pytest.raises(FullError):
        store.add_preview(file_id, "01", "image/png", bytes(200_000))
    assert store.preview(file_id) == ("image/png", b"first")
    filler.unlink()
    store.add_preview(file_id, "01", "image/png", bytes(200_000))
    assert store.preview(file_id) == ("image/png", bytes(200_000))
    store.close()
