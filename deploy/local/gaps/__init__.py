"""What moto 5.2.5 does not answer, or drops: put into moto's own classes, so that it is served as everything else.

Each module names what it adds and why. They are installed once, in the background process, before the first request.
"""

from __future__ import annotations

from deploy.local.gaps import account, alarms, buckets, compute, firewall, functions, logs, messaging, network, tables

__all__ = ["install"]


def install() -> None:
    """Fill the gaps."""
    for gap in (account, alarms, buckets, compute, firewall, functions, logs, messaging, network, tables):
        gap.install()
