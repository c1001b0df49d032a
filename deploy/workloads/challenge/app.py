"""The app of the challenge: `python -m workloads.challenge.app`."""

from __future__ import annotations

from ..shared.app import serve

__all__: list[str] = []

if __name__ == "__main__":
    serve()
