"""The app on the instance: it keeps files on the volume and shows them.

Its settings are variables: `DATA_DIR` (the folder on the volume), `PORT`, `HOST` (every address without it: who may
come in is the security group's business), `DATA_BYTES`, `LINKS`, `AWS_REGION`.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from . import contract
from .server import server
from .store import Store

if TYPE_CHECKING:
    from .server import Routes

__all__ = ["serve"]


def serve(routes: Routes | None = None) -> None:
    """Serve until the process is asked to end; what is under way is finished first.

    `routes` are the pages that a workload has of its own.
    """
    capacity = os.environ.get(contract.DATA_BYTES)
    store = Store(Path(os.environ["DATA_DIR"]), int(capacity) if capacity else None)
    region = os.environ.get("AWS_REGION", "us-east-1")
    links = os.environ.get(contract.LINKS) or f"https://*.s3.{region}.amazonaws.com,https://*.s3.amazonaws.com"
    host, port = os.environ.get("HOST", "0.0.0.0"), int(os.environ["PORT"])  # noqa: S104 - see above
    with server(store, host, port, tuple(links.split(",")), routes) as app:

        def end(_signal: int, _frame: object) -> None:
            threading.Thread(target=app.shutdown).start()  # shutdown waits for serve_forever, which runs in this thread

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        app.serve_forever(poll_interval=0.1)
    store.close()
