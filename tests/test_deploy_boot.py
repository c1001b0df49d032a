"""The boot script with stubs in place of the programs that touch a machine."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architectures import challenge
from deploy import boot
from deploy.environment import example
from deploy.template import template

if TYPE_CHECKING:
    from pathlib import Path

BLANK = bytes(2_000_000)
VOLUME = "vol-0abc"


class Machine:
    """A folder that stands for an instance. Every stub writes what it was called with into `calls`."""

    def __init__(self, root: Path, *, healthy: bool = True) -> None:
        self.root = root
        for folder in ("bin", "disks", "apps", "units", "work", "data"):
            (root / folder).mkdir()
        (root / "fstab").write_text(f"UUID=r / xfs defaults 0 0\nUUID=old {root}/data xfs x 0 2\n")
        calls = root / "calls"
        calls.touch()
        bundle = root / "bundle"
        bundle.mkdir()
        (bundle / "run").write_text("#!/bin/sh\n")
        subprocess.run(["tar", "-czf", root / "bundle.tar.gz", "-C", bundle, "."], check=True)
        self._stub(
            "blkid",
            f'echo "$@" >>{calls}',
            f'case "$*" in *-p*) exit $(cat {root}/probed);; *TYPE*) cat {root}/type;; *UUID*) cat {root}/uuid;; esac',
        )
        self._stub(
            "mkfs.xfs",
            f"echo MKFS >>{calls}",
            f"echo 0 >{root}/probed; echo xfs >{root}/type; echo 12-34 >{root}/uuid",
        )
        self._stub("blockdev", 'stat -Lc %s "$2"')
        self._stub("mountpoint", f"[ -e {root}/mounted ]")
        self._stub("mount", f'echo MOUNT "$@" >>{calls}; touch {root}/mounted')
        self._stub("aws", f'echo AWS "$@" >>{calls}; cp {root}/bundle.tar.gz {root}/work/bundle.tar.gz')
        asks = f"exit {0 if healthy else 7}"
        self._stub("curl", f'case "$*" in *healthz*) {asks};; *) echo "SIGNAL $(cat)" >>{calls};; esac')
        self._stub("id", "exit 1")
        for name in ("systemctl", "xfs_growfs", "useradd", "chown", "dnf"):
            self._stub(name, f'echo {name} "$@" >>{calls}')
        self._stub("sleep", "true")

    def _stub(self, name: str, *lines: str) -> None:
        path = self.root / "bin" / name
        path.write_text("\n".join(("#!/bin/bash", *lines, "")))
        path.chmod(0o755)

    def attach(self, content: bytes, kind: str = "") -> None:
        """Attach a volume with some content, and a filesystem of a kind if there is one."""
        (self.root / "disks" / "nvme-Amazon_Elastic_Block_Store_vol0abc").write_bytes(content)
        (self.root / "type").write_text(kind)
        (self.root / "uuid").write_text("12-34\n" if kind else "")
        (self.root / "probed").write_text("0" if kind else "2")

    def start(self, **more: str) -> int:
        """Boot, and return the exit code of the script."""
        (self.root / "mounted").unlink(missing_ok=True)
        values = {
            "STACK": "demo", "REGION": "us-east-1", "BUNDLE": "s3://artifacts/apps/0123.tar.gz", "PORT": "8080",
            "VOLUME": VOLUME, "SIGNAL": "http://signal", "DISKS": f"{self.root}/disks", "DATA": f"{self.root}/data",
            "APPS": f"{self.root}/apps", "UNITS": f"{self.root}/units", "FSTAB": f"{self.root}/fstab",
            "LOG": f"{self.root}/log", "WORK": f"{self.root}/work",
        } | more  # fmt: skip
        script = self.root / "boot.sh"
        script.write_text(boot.filled(values))
        path = f"{self.root}/bin:/usr/bin:/bin"
        return subprocess.run(
            ["bash", script], env={"PATH": path}, capture_output=True, timeout=60, check=False
        ).returncode

    @property
    def calls(self) -> list[str]:
        return (self.root / "calls").read_text().splitlines()

    @property
    def signals(self) -> list[dict[str, Any]]:
        return [json.loads(c.removeprefix("SIGNAL ")) for c in self.calls if c.startswith("SIGNAL ")]

    @property
    def formatted(self) -> int:
        return self.calls.count("MKFS")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_blank_volume_is_formatted_and_mounted(machine: Machine) -> None:
    machine.attach(BLANK)
    assert machine.start() == 0
    assert machine.formatted == 1
    assert [s["Status"] for s in machine.signals] == ["SUCCESS"]
    assert f"UUID=12-34 {machine.root}/data xfs" in (machine.root / "fstab").read_text()
    assert (machine.root / "apps" / "current" / "run").exists()
    unit = (machine.root / "units" / "desenho-app.service").read_text()
    assert f"ExecStart={machine.root}/apps/current/run" in unit
    assert "PORT=8080" in unit
    assert "dnf install -y -q python3.13" in machine.calls or shutil.which("python3.13", path="/usr/bin:/bin")


@pytest.mark.parametrize("kind", ["xfs", "ext4"])
def test_an_existing_filesystem_is_mounted_as_it_is(machine: Machine, kind: str) -> None:
    machine.attach(b"data" + BLANK, kind)
    assert machine.start() == 0
    assert machine.formatted == 0
    assert f"{machine.root}/data {kind} " in (machine.root / "fstab").read_text()
    assert any(c.startswith("xfs_growfs") for c in machine.calls) == (kind == "xfs")


@pytest.mark.loses_nothing(11)
@pytest.mark.parametrize(("before", "size"), [(900_000, 6), (40_000_000, 4_000_000), (64_000_000 - 6, 6)])
def test_unknown_data_are_never_formatted(machine: Machine, before: int, size: int) -> None:
    machine.attach((bytes(before) + b"s" * size).ljust(64_000_000, b"\0"))
    assert machine.start() != 0
    assert machine.formatted == 0
    (signal,) = machine.signals
    assert signal["Status"] == "FAILURE"
    assert "holds data of an unknown kind" in signal["Reason"]


@pytest.mark.parametrize("code", [0, 8], ids=["one", "several"])
def test_partition_tables_are_left_alone(machine: Machine, code: int) -> None:
    machine.attach(BLANK)
    (machine.root / "probed").write_text(str(code))
    assert machine.start() != 0
    assert machine.formatted == 0
    assert "no filesystem of its own" in machine.signals[0]["Reason"]


def test_a_volume_that_cannot_be_read_is_left_alone(machine: Machine) -> None:
    machine.attach(BLANK[:1000])
    assert machine.start() != 0
    assert machine.formatted == 0
    (signal,) = machine.signals
    assert "could not be read and was left alone" in signal["Reason"]


def test_three_boots_format_once_and_signal_thrice(machine: Machine) -> None:
    machine.attach(BLANK)
    assert [machine.start() for _ in range(3)] == [0, 0, 0]
    assert machine.formatted == 1
    assert len({s["UniqueId"] for s in machine.signals}) == 3
    assert (machine.root / "fstab").read_text().count(f"{machine.root}/data ") == 1
    assert sum(c.startswith("AWS") for c in machine.calls) == 1, "the bundle is fetched once"


def test_a_new_release_is_fetched(machine: Machine) -> None:
    machine.attach(BLANK)
    machine.start()
    machine.start(BUNDLE="s3://artifacts/apps/4567.tar.gz")
    assert (machine.root / "apps" / "current").resolve().name == "4567"
    assert machine.formatted == 1


def test_a_release_that_broke_off_is_fetched_again(machine: Machine) -> None:
    machine.attach(BLANK)
    (machine.root / "apps" / "0123").mkdir()
    (machine.root / "apps" / "0123" / "half").touch()
    assert machine.start() == 0
    assert not (machine.root / "apps" / "0123" / "half").exists()


def test_a_missing_volume_is_waited_for_then_told(machine: Machine) -> None:
    assert machine.start() != 0
    (signal,) = machine.signals
    assert (signal["Status"], VOLUME in signal["Reason"]) == ("FAILURE", True)
    assert "did not appear" in signal["Reason"]


def test_a_sick_app_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path, healthy=False)
    machine.attach(BLANK, "xfs")
    assert machine.start() != 0
    assert "did not answer on port 8080" in machine.signals[-1]["Reason"]


def test_whatever_breaks_is_told_once(machine: Machine) -> None:
    machine.attach(BLANK)
    (machine.root / "bin" / "aws").write_text("#!/bin/bash\nexit 1\n")
    assert machine.start() != 0
    (signal,) = machine.signals
    assert "the boot script stopped at line" in signal["Reason"]


def test_an_instance_without_a_volume_or_a_listener(machine: Machine) -> None:
    assert machine.start(VOLUME="", SIGNAL="") == 0
    assert machine.signals == []
    assert not any(c.startswith("MOUNT") for c in machine.calls)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed; .ci/run has it")
def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    script = tmp_path / "boot.sh"
    script.write_text(boot.filled({"STACK": "demo", "PORT": "8080"}))
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(KeyError):
        boot.filled({"STAK": "demo"})


words = st.text("abcXYZ019:/.-_, ")


@given(st.fixed_dictionaries({"STACK": words, "BUNDLE": words, "PORT": words}))
def test_settings_can_be_read_back(values: dict[str, str]) -> None:
    text = boot.user_data(values).replace("${!", "${")
    assert boot.settings(text).items() >= values.items()
    assert boot.without_settings(text) == boot.without_settings(boot.user_data({"STACK": "x"}).replace("${!", "${"))


def test_the_user_data_are_what_the_script_expects() -> None:
    server = template(challenge(), example("demo", "us-east-1"))["Resources"]["Server"]
    text = server["Properties"]["UserData"]["Fn::Base64"]["Fn::Sub"]
    settings = boot.settings(text)
    assert settings["VOLUME"] == "${Volume}"
    assert settings["SIGNAL"].startswith("${ServerReadyHandle")
    assert settings["STACK"] == "demo"
    assert len(text.encode()) < boot.LIMIT / 2
    assert "- [scripts-user, always]" in text
