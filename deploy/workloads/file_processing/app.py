"""The app of file processing: `python -m workloads.file_processing.app`."""

from __future__ import annotations

from ..shared.app import serve

__all__: list[str] = []

if __name__ == "__main__":
    serve()
