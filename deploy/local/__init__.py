"""The local cloud: a background process on loopback that answers as AWS does, without an account or a network.

Clients start it with `ensure_running` and then speak to its endpoint as they would to AWS. Nothing here imports moto:
that happens in the background process only (`deploy.local.server`).
"""

from __future__ import annotations

from deploy.local.process import LocalCloud, ensure_running, find, stop
from deploy.local.state import State

__all__ = ["LocalCloud", "State", "ensure_running", "find", "stop"]
