"""Packed archives that are kept: the same bytes with and without, and nothing broken is ever taken."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import platformdirs
import pytest

from deploy import artifacts, packed
from deploy.artifacts import bundle, zipped

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"python/a.so": (b"\x7fELF" * 1000, True), "python/b.py": (b"b = 1\n", False)}


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep archives of any size, in a folder of the test's own."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_a, **_k: tmp_path)
    monkeypatch.setattr(artifacts, "_WORTH_KEEPING", 0)
    return tmp_path / "packed"


def packing_again_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_zip", "_tar"):
        monkeypatch.setattr(artifacts, name, lambda _files: pytest.fail("it is packed again"))


@pytest.mark.parametrize("pack", [zipped, bundle])
def test_an_archive_is_packed_once_and_its_bytes_are_the_same(
    pack: type, entries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.setattr(artifacts, "_WORTH_KEEPING", 1 << 40)
        plain = pack(FILES, "x")
    assert not entries.exists()
    assert pack(FILES, "x") == plain
    packing_again_fails(monkeypatch)
    assert pack(FILES, "x") == plain
    assert len(list(entries.iterdir())) == 1


def test_zip_and_tar_of_the_same_files_stay_apart(entries: Path) -> None:
    assert zipped(FILES, "x").content[:2] == b"PK"
    assert bundle(FILES, "x").content[:2] == b"\x1f\x8b"
    assert len(list(entries.iterdir())) == 2


@pytest.mark.parametrize("harm", [b"", b"short", b"\0" * 5000])
def test_an_entry_that_is_broken_is_made_again(harm: bytes, entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = zipped(FILES, "x")
    (entry,) = entries.iterdir()
    entry.write_bytes(harm)
    assert zipped(FILES, "x") == whole
    packing_again_fails(monkeypatch)
    assert zipped(FILES, "x") == whole
    assert list(entries.iterdir()) == [entry], "nothing half written is left"


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(entries: Path) -> None:
    entries.write_text("a file is in the way")
    assert zipped(FILES, "x") == zipped(FILES, "x")


def test_what_nobody_has_used_for_long_goes(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    zipped(FILES, "x")
    (old,) = entries.iterdir()
    os.utime(old, (1, 1))
    zipped(FILES, "x")
    assert old.stat().st_mtime > 1, "it has been used"
    os.utime(old, (1, 1))
    bundle(FILES, "x")
    assert not old.exists()
    monkeypatch.setattr(packed, "_UNUSED_SECONDS", 1 << 40)
    zipped(FILES, "x")
    assert len(list(entries.iterdir())) == 2
