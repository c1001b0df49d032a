"""The function of file processing, as Lambda calls it."""

from __future__ import annotations

from ..shared.handler import handler
from .transform import transform

__all__ = ["main"]

main = handler(transform)
