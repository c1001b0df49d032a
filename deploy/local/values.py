"""What JSON and YAML bring, told apart in a way that the type checker understands."""

from __future__ import annotations

from typing import Any, TypeGuard

__all__ = ["is_list", "is_map"]


def is_map(value: object) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a structure."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Tell whether a value is a list."""
    return isinstance(value, list)
