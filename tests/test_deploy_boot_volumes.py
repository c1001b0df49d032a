"""The boot script with the programs that find, make and mount file systems, on devices that are files of this machine.

Only what has no place here is a stub: the bundle's download, systemd, the app. Needed: root, loop devices, xfsprogs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from deploy import boot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAMS = ("losetup", "blkid", "mkfs.xfs", "mkfs.ext4", "mkswap", "mount", "xfs_growfs", "unshare")
PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
SIZE: Final = 320 * 1024**2
"""Bytes. XFS has no file system below 300 MB."""

SMALL: Final = 4 * 1024**2
"""Bytes, where none is made."""

pytestmark = pytest.mark.slow


def run(*words: str | Path, code: int | None = 0) -> str:
    given = [*map(str, words)]
    done = subprocess.run(given, env={"PATH": PATH}, capture_output=True, text=True, check=False, timeout=60)
    assert code in {None, done.returncode}, done.stdout + done.stderr
    return done.stdout + done.stderr


def why_not() -> str:
    """Return why this machine cannot do it, empty if it can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "root"
    missing = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if missing:
        return ", ".join(missing)
    done = subprocess.run(["losetup", "-f"], env={"PATH": PATH}, capture_output=True, check=False)
    alone = subprocess.run(["unshare", "--mount", "true"], env={"PATH": PATH}, capture_output=True, check=False)
    return "" if done.returncode == alone.returncode == 0 else "loop devices and namespaces"


class Volume:
    """A device with the content of a file, and what a boot makes of it."""

    def __init__(self, root: Path, device: str) -> None:
        self.root, self.device = root, device
        for folder in ("bin", "disks", "apps", "units", "work", "data", "bundle"):
            (root / folder).mkdir()
        (root / "fstab").touch()
        (root / "bundle" / "run").write_text("#!/bin/sh\n")
        run("tar", "-czf", root / "bundle.tar.gz", "-C", root / "bundle", ".")
        (root / "disks" / "nvme-Amazon_Elastic_Block_Store_vol0abc").symlink_to(device)
        self._stub("aws", f"cp {root}/bundle.tar.gz {root}/work/bundle.tar.gz")
        self._stub("curl", f'case "$*" in *healthz*) ;; *) cat >>{root}/signals;; esac')
        self._stub("mount", f'exec /bin/mount -T {root}/fstab "$@"')  # the system's own table is not ours to write
        self._stub("id", "exit 1")
        for name in ("systemctl", "useradd", "chown", "dnf", "python3.13"):
            self._stub(name, "true")
        settings = {
            "STACK": "demo", "REGION": "us-east-1", "BUNDLE": "s3://artifacts/apps/0123.tar.gz", "PORT": "8080",
            "VOLUME": "vol-0abc", "SIGNAL": "http://signal", "DISKS": f"{root}/disks", "DATA": f"{root}/data",
            "APPS": f"{root}/apps", "UNITS": f"{root}/units", "FSTAB": f"{root}/fstab",
            "LOG": f"{root}/log", "WORK": f"{root}/work",
        }  # fmt: skip
        (root / "boot.sh").write_text(boot.filled(settings))

    def _stub(self, name: str, line: str) -> None:
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/bash\n{line}\n")
        path.chmod(0o755)

    def boot(self, then: str = "true", code: int = 0) -> str:
        """Boot, in a mount namespace of its own, run a command there, and return what all said."""
        words = f"PATH={self.root}/bin:$PATH bash {self.root}/boot.sh && cd {self.root}/data && {then}"
        return run("unshare", "--mount", "bash", "-c", words, code=code)

    @property
    def signals(self) -> str:
        return (self.root / "signals").read_text()

    @property
    def facts(self) -> dict[str, str]:
        """What blkid says of the device."""
        lines = run("blkid", "-p", "-o", "export", self.device, code=None).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    @property
    def digest(self) -> str:
        """The digest of every byte of the device."""
        with Path(self.device).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture
def volume(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Volume]:
    """A blank volume, of a size that a test may choose."""
    reason = why_not()
    if reason:
        pytest.skip(f"{reason} needed")
    with (tmp_path / "image").open("wb") as file:
        file.truncate(getattr(request, "param", SIZE))
    device = run("losetup", "--find", "--show", tmp_path / "image").strip()
    try:
        yield Volume(tmp_path, device)
    finally:
        run("losetup", "--detach", device)


@contextmanager
def mounted(device: str, at: Path) -> Iterator[Path]:
    at.mkdir()
    run("mount", device, at)
    try:
        yield at
    finally:
        run("umount", at)


def test_a_blank_volume_gets_a_file_system_once_and_keeps_what_is_on_it(volume: Volume) -> None:
    volume.boot("echo kept >file")
    facts = volume.facts
    assert (facts["TYPE"], facts["LABEL"]) == ("xfs", "data")
    assert "kept" in volume.boot("cat file")
    assert volume.facts == facts
    assert volume.signals.count('"Status":"SUCCESS"') == 2


def test_a_volume_that_was_made_larger_is_used_to_its_end(volume: Volume) -> None:
    before = int(volume.boot("df --output=size -B1 . | tail -1").split()[-1])
    with (volume.root / "image").open("r+b") as file:
        file.truncate(2 * SIZE)
    run("losetup", "--set-capacity", volume.device)
    after = int(volume.boot("df --output=size -B1 . | tail -1").split()[-1])
    assert after - before > 0.9 * SIZE


@pytest.mark.loses_nothing(11)
def test_the_file_system_of_somebody_else_is_mounted_as_it_is(volume: Volume) -> None:
    run("mkfs.ext4", "-q", "-L", "theirs", volume.device)
    with mounted(volume.device, volume.root / "theirs") as folder:
        (folder / "letter").write_text("not ours")
    facts = volume.facts
    assert "not ours" in volume.boot("cat letter")
    assert volume.facts == facts
    assert (facts["TYPE"], facts["LABEL"]) == ("ext4", "theirs")


def raw(volume: Volume) -> None:
    """Data of no known kind, which begin after a stretch of zeros."""
    with Path(volume.device).open("r+b") as file:
        file.seek(900_000)
        file.write(b"secret" * 1000)


def at_the_end(volume: Volume) -> None:
    """Data of no known kind, in the last bytes."""
    with Path(volume.device).open("r+b") as file:
        file.seek(-6, os.SEEK_END)
        file.write(b"secret")


def partitioned(volume: Volume) -> None:
    """A partition table with one partition. Source: UEFI specification, "Legacy Master Boot Record"."""
    entry = bytes([0, 0, 2, 0, 0x83, 0, 0, 0]) + (2048).to_bytes(4, "little") + (4096).to_bytes(4, "little")
    with Path(volume.device).open("r+b") as file:
        file.write((bytes(446) + entry).ljust(510, b"\0") + b"\x55\xaa")


def swap(volume: Volume) -> None:
    run("mkswap", volume.device)


def encrypted(volume: Volume) -> None:
    """The header of a LUKS volume. Source: LUKS1 On-Disk Format Specification, 2.3.2."""
    with Path(volume.device).open("r+b") as file:
        file.write(b"LUKS\xba\xbe\x00\x01".ljust(168, b"\0") + b"0f5a1d1e-0000-4000-8000-000000000000")


@pytest.mark.loses_nothing(11)
@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (raw, "holds data of an unknown kind and was left alone"),
        (at_the_end, "holds data of an unknown kind and was left alone"),
        (partitioned, "has no filesystem of its own and was left alone"),
        (swap, "holds swap, which could not be mounted, and was left alone"),
        (encrypted, "holds crypto_LUKS, which could not be mounted, and was left alone"),
    ],
    ids=["raw", "end", "partitioned", "swap", "encrypted"],
)
@pytest.mark.parametrize("volume", [SMALL], indirect=True, ids=["small"])
def test_what_cannot_be_mounted_is_left_as_it_is_to_the_last_byte(
    volume: Volume, fill: Callable[[Volume], None], reason: str
) -> None:
    fill(volume)
    before = volume.digest
    volume.boot(code=1)
    assert volume.digest == before
    assert '"Status":"FAILURE"' in volume.signals
    assert reason in volume.signals
