"""The workloads that this project brings: what each needs to run, and how much it takes.

The code itself is in `deploy/workloads/`. Sizes are MiB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deploy.workloads.shared.contract import INCOMING, JOBS, MODELS, PROCESSED

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OWN", "WORKLOADS", "Workload", "of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A function and an app that belong together.

    `handler` is what Lambda calls. `max_object_mb` bounds what is accepted. `layer` and `libraries` are the
    requirements that travel with the function and with the app. `starts` says that the function starts the instance
    instead of calling it. `reads` and `writes` are the prefixes that the app uses in a bucket it is joined with.
    """

    handler: str
    max_object_mb: int
    layer: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    starts: bool = False
    reads: tuple[str, ...] = (PROCESSED,)
    writes: tuple[str, ...] = ()


OWN: Final = Workload(handler="", max_object_mb=1024)
"""What is known of a user's own code."""

WORKLOADS: Final[Mapping[str, Workload]] = {
    "challenge": Workload(handler="workloads.challenge.function.main", max_object_mb=1024),
    "file_processing": Workload(
        handler="workloads.file_processing.function.main",
        max_object_mb=50,
        layer=("pillow==12.0.0", "pypdf==6.1.3"),
    ),
    "etl": Workload(
        handler="workloads.etl.function.main",
        max_object_mb=100,  # a report takes up to four times its size of the function's disk, which has 512 MiB
        layer=("duckdb==1.4.1",),
        libraries=("duckdb==1.4.1",),
    ),
    "web_app": Workload(handler="workloads.web_app.function.main", max_object_mb=1024),
    "ml_pipeline": Workload(
        handler="workloads.ml_pipeline.function.main",
        max_object_mb=1024,
        layer=("numpy==2.3.4",),
        libraries=("numpy==2.3.4",),
        starts=True,
        reads=(INCOMING, PROCESSED, JOBS),
        writes=(MODELS, JOBS),
    ),
}
"""The workloads by name."""


def of(runs: str | None) -> Workload:
    """Return a workload by its name; None is the user's own code."""
    return OWN if runs is None else WORKLOADS[runs]
