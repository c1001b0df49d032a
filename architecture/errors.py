"""The errors of the project. Each says where, what, and what to do.

DesenhoError                     anything a person can mend; the command prints it and exits 2
├── SourceError                  a source cannot be read
│   ├── ScriptError              a script raised, exited, drew nothing or never ended
│   └── CodecError               a JSON model is broken
├── ModelError                   an architecture that contradicts itself
│   ├── SpecError                a deploy property that is unknown or out of range
│   └── UnsupportedError         a node, group or line that has no meaning when deployed
├── CloudError                   an account, or the local cloud, that refuses or fails
│   ├── CredentialsError         no credentials, or expired ones
│   ├── AccessError              a permission that is missing
│   ├── ThrottledError           too many calls for the account; calling again later helps
│   └── StackError               a stack in a state that needs a word first, or a deploy that failed
├── OutputError                  a file cannot be written
└── UsageError                   a word on the command line that means nothing
"""

__all__ = [
    "AccessError",
    "CloudError",
    "CodecError",
    "CredentialsError",
    "DesenhoError",
    "ModelError",
    "OutputError",
    "ScriptError",
    "SourceError",
    "SpecError",
    "StackError",
    "ThrottledError",
    "UnsupportedError",
    "UsageError",
]


class DesenhoError(Exception):
    """Anything that a person can mend.

    `where` is a file, a line or an option; `what` a sentence; `hint` what to do, if there is something.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.hint}" if self.hint else head


class SourceError(DesenhoError):
    """A source that cannot be read."""


class ScriptError(SourceError):
    """A script that raised, exited, drew nothing or never ended."""


class CodecError(SourceError):
    """A JSON model that is broken."""


class ModelError(DesenhoError):
    """An architecture that contradicts itself: an unknown parent, two things of one id."""


class SpecError(ModelError):
    """A deploy property that is unknown or out of range."""


class UnsupportedError(ModelError):
    """A node, group or line that has no meaning when deployed."""


class CloudError(DesenhoError):
    """An account, or the local cloud, that refuses or fails.

    `code` is the service's own word for it (`ValidationError`), empty where there is none.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.code = code


class CredentialsError(CloudError):
    """No credentials, or expired ones."""


class AccessError(CloudError):
    """A permission that is missing."""


class ThrottledError(CloudError):
    """Too many calls for the account; calling again later helps."""


class StackError(CloudError):
    """A stack in a state that needs a word first, or a deploy that failed."""


class OutputError(DesenhoError):
    """A file that cannot be written."""


class UsageError(DesenhoError):
    """A word on the command line that means nothing."""
