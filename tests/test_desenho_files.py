"""Files are written whole, all or none."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from architecture.errors import OutputError
from desenho.files import write_all


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_folders_are_made_and_what_changed_is_told(tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "b" / "one.svg", tmp_path / "two.png"
    assert write_all({one: b"1", two: b"2"}) == {one, two}
    assert write_all({one: b"1", two: b"3"}) == {two}
    assert everything(tmp_path) == {"a/b/one.svg": b"1", "two.png": b"3"}


def test_a_file_with_the_same_bytes_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "same.svg"
    write_all({path: b"1"})
    os.utime(path, (1, 1))
    write_all({path: b"1"})
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("blocked", ["a file where a folder should be", "a folder where the file should be"])
def test_nothing_is_replaced_when_one_file_cannot_be_written(tmp_path: Path, blocked: str) -> None:
    good = tmp_path / "good.svg"
    good.write_bytes(b"old")
    if blocked.startswith("a file"):
        (tmp_path / "out").write_bytes(b"a file")
        bad = tmp_path / "out" / "bad.svg"
    else:
        bad = tmp_path / "bad.svg"
        bad.mkdir()
    before = everything(tmp_path)
    with pytest.raises(OutputError) as caught:
        write_all({good: b"new", bad: b"new"})
    assert str(bad) in str(caught.value)
    assert everything(tmp_path) == before


def test_a_name_that_is_too_long_asks_for_a_shorter_one(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as caught:
        write_all({tmp_path / ("x" * 300): b"new"})
    assert "shorter filename" in caught.value.hint
    assert not everything(tmp_path)


def test_a_full_disk_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        real(path, data[:1])
        if "second" in path.name:
            raise OSError(28, "No space left on device")
        return len(data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="no space left on device"):
        write_all({tmp_path / "first": b"1234", tmp_path / "second": b"1234"})
    assert everything(tmp_path) == {}


def test_an_error_in_the_last_step_names_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def replace(path: Path, target: str) -> Path:
        if "second" in path.name:
            raise OSError(13, "Permission denied")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OutputError) as caught:
        write_all({tmp_path / "first": b"1", tmp_path / "second": b"2"})
    assert "permission denied" in str(caught.value)
    assert f"already written: {tmp_path / 'first'}" in str(caught.value)
    assert everything(tmp_path) == {"first": b"1"}


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.svg").write_bytes(b"old")
    link = tmp_path / "link.svg"
    link.symlink_to("real.svg")
    write_all({link: b"new"})
    assert link.is_symlink()
    assert (tmp_path / "real.svg").read_bytes() == b"new"


def test_files_get_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    before = os.umask(0o022)
    try:
        write_all({path: b"1"})
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@settings(max_examples=30)
@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,3}(/[a-z]{1,3})?\.svg", fullmatch=True), st.binary(max_size=9), max_size=5)
)
def test_what_was_written_is_what_is_there(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    folder = tmp_path_factory.mktemp("files")
    write_all({folder / name: data for name, data in files.items()})
    assert everything(folder) == files
