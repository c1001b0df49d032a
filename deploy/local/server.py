"""The background process: `python -m deploy.local.server STATE [PID]`; with PID it ends when that process does.

It listens on loopback only. The socket is open before anything heavy is loaded, so that early requests wait in the
kernel's queue and never fail.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from deploy.local.lock import hold
from deploy.local.state import State, write_json

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

__all__ = ["main"]

PORT: Final = 4577
"""The port that is tried first, so that addresses in a shell's history stay valid."""

log = logging.getLogger("deploy.local")


def main(argv: list[str]) -> int:
    """Serve a state folder until told to stop; 0 also if another process serves it already."""
    state = State(Path(argv[0]))
    lock = hold(state.lock)
    if lock is None:
        return 0
    state.run.unlink(missing_ok=True)
    parent = int(argv[1]) if len(argv) > 1 else None
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    stopping = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _empty(state.scratch)
    tempfile.tempdir = str(state.scratch)
    try:
        _serve(state, parent, stopping)
    finally:
        state.run.unlink(missing_ok=True)
        shutil.rmtree(state.scratch, ignore_errors=True)
        lock.close()
    return 0


def _serve(state: State, parent: int | None, stopping: threading.Event) -> None:
    started = time.monotonic()
    listening = _listen(state)
    port: int = listening.getsockname()[1]
    told: dict[str, Any] = {"pid": os.getpid(), "port": port, "token": secrets.token_hex(16)}
    write_json(state.run, {**told, "status": "loading"})
    gc.disable()  # loading makes nothing but garbage that stays; collecting it would cost a fifth of the start
    from deploy.local.cloud import Cloud
    from deploy.local.front import Front

    cloud = Cloud(state, f"http://127.0.0.1:{port}")
    from deploy.local.serving import make_server  # after the cloud, which tells moto its settings before it is loaded

    front = Front(cloud, told["token"], stopping)
    server = make_server(listening, front)
    cloud.restore(lambda what: write_json(state.run, {**told, "status": what}))
    gc.freeze()
    gc.enable()
    write_json(state.run, {**told, "status": "ready"})
    log.info("ready on 127.0.0.1:%d after %.2f s", port, time.monotonic() - started)
    _run(server, parent, stopping)
    cloud.close()
    log.info("stopped")


def _run(server: BaseWSGIServer, parent: int | None, stopping: threading.Event) -> None:
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    serving.start()
    while not stopping.wait(0.5):
        if parent is not None and not _lives(parent):
            log.info("process %d has ended", parent)
            break
    server.shutdown()
    server.server_close()


def _listen(state: State) -> socket.socket:
    """Listen on the port of the last time, else on the usual one, else on any that is free."""
    for port in (_last_port(state), PORT, 0):
        if port is None:
            continue
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(128)
        except OSError:
            listening.close()
        else:
            write_json(state.port, listening.getsockname()[1])
            return listening
    raise OSError("no port is free on 127.0.0.1")


def _last_port(state: State) -> int | None:
    try:
        return int(json.loads(state.port.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
