"""The app of the ETL: `python -m workloads.etl.app`."""

from __future__ import annotations

from ..shared.app import serve
from .sql import routes

__all__: list[str] = []

if __name__ == "__main__":
    serve(routes)
