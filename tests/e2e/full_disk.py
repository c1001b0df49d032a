"""A volume that is really full, on a local cloud of its own: run in namespaces where a disk may be mounted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from alive import CHALLENGE, Alive, until
from deploy.local import State, stop
from desenho.cli import main


def run(folder: Path) -> None:
    """Fill the disk, look at what is left, make the disk larger, send what failed again."""
    alive = Alive(State(folder))
    try:
        alive.up()
        server = alive.physical("Server")
        alive("ec2").stop_instances(InstanceIds=[server])
        until(lambda: not alive.cloud.ask("health")["apps"])
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(alive.volume)], check=True)
        alive("ec2").start_instances(InstanceIds=[server])
        small = alive.stored("small.bin", alive.put("small.bin", b"small"))

        content = os.urandom(20_000_000)
        version = alive.put("large.bin", content)
        until(lambda: alive.failures() == 1, 40)
        assert {told["reason"] for told in alive.said("large.bin") if told["what"] == "failed"} == {
            'RuntimeError: the app answers 507: {"error": "20000000 bytes have no room on the volume"}'
        }
        assert not alive.versions("large.bin")
        assert alive.content(small) == b"small"
        assert alive.audit() == 1, "nothing is left half written"

        subprocess.run(["mount", "-o", "remount,size=64m", str(alive.volume)], check=True)
        assert main(["deploy", "redrive", str(CHALLENGE), "--local"]) == 0
        assert alive.content(alive.stored("large.bin", version)) == content
        assert (len(alive.versions("large.bin")), alive.failures(), alive.audit()) == (1, 0, 2)
    finally:
        stop(alive.state)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
