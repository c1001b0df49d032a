"""What CloudFormation says when it refuses."""

from __future__ import annotations

__all__ = ["ApiError", "ResourceError", "TemplateError"]


class ApiError(Exception):
    """An answer that is an error: the code and the message a client sees."""

    def __init__(self, message: str, code: str = "ValidationError", status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


class TemplateError(ApiError):
    """A template that contradicts itself, or asks for what is not supported here; always by name."""


class ResourceError(Exception):
    """A resource that could not be made, changed or removed: the reason its event gives."""
