"""The programs that a stack runs, as archives: the same bytes for the same content, stored under their digest.

Dates, owners and the order of entries are fixed, so a program that has not changed keeps its key, and a key that exists
need not be sent again.
"""

from __future__ import annotations

import gzip
import io
import sys
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from architecture.errors import AccessError, CloudError, DesenhoError
from deploy.packed import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from deploy.client import Clients

__all__ = ["Archive", "Files", "bundle", "folder", "make_bucket", "put", "put_template", "zipped"]

Files = dict[str, tuple[bytes, bool]]
"""The content of an archive: its paths, with `/`, each with its bytes and whether it may be executed."""

_DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold."""

_LEVEL: Final = 6
"""Of DEFLATE: the highest, 9, takes 2.7 times as long for native libraries and gains less than 1 percent."""

_PACKER: Final = f"python{sys.version_info.major}.{sys.version_info.minor}-zlib{zlib.ZLIB_RUNTIME_VERSION}-{_LEVEL}"
"""What makes the bytes of an archive, beside what is in it."""

_WORTH_KEEPING: Final = 4 * 1024 * 1024
"""Bytes. Less is packed again sooner than it is found."""

_LEFT_OUT: Final = frozenset({"__pycache__", ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache"})


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive and the key that it is stored under. `unpacked` is the size of what is in it, in bytes."""

    key: str
    content: bytes
    unpacked: int


def folder(root: Path, *, under: str = "") -> Files:
    """Read a folder, without caches and hidden things. `under` is put before each path.

    Raises DesenhoError where there is no such folder, and for a link that leads out of it.
    """
    if not root.is_dir():
        raise DesenhoError("there is no such folder", where=str(root), hint="code= and app= are relative to the script")
    found: Files = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if any(p in _LEFT_OUT or p.startswith(".") for p in inside.parts) or path.suffix == ".pyc" or path.is_dir():
            continue
        if not path.resolve().is_relative_to(root.resolve()):
            hint = "put the file itself there: what lies outside does not travel"
            raise DesenhoError("it is a link that leads out of the folder", where=str(path), hint=hint)
        name = str(PurePosixPath(under) / inside.as_posix())
        found[name] = (path.read_bytes(), bool(path.stat().st_mode & 0o100))
    return found


def zipped(files: Files, prefix: str) -> Archive:
    """Pack files as a zip, under `prefix/DIGEST.zip`."""
    return _archive(files, prefix, "zip", _zip)


def bundle(files: Files, prefix: str) -> Archive:
    """Pack files as a tar, compressed, under `prefix/DIGEST.tar.gz`."""
    return _archive(files, prefix, "tar.gz", _tar)


def make_bucket(clients: Clients, bucket: str) -> bool:
    """Make the artifact bucket where it does not exist, private and encrypted; tell whether it was made.

    Raises CloudError where the name belongs to somebody else.
    """
    s3 = clients("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except AccessError as error:
        raise CloudError(
            f"the bucket {bucket} belongs to somebody else, or may not be looked at", where="artifacts", hint=error.hint
        ) from error
    except CloudError as error:
        if error.code not in {"404", "NoSuchBucket", "NotFound"}:
            raise
    else:
        return False
    place = {} if clients.region == "us-east-1" else {"LocationConstraint": clients.region}
    s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": place} if place else {}))
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "desenho:stack", "Value": "shared by all"}]})
    return True


def put(clients: Clients, bucket: str, archives: Iterable[Archive]) -> list[str]:
    """Send the archives that the bucket does not have yet and return their keys."""
    sent: list[str] = []
    for archive in archives:
        if not _has(clients, bucket, archive.key):
            clients("s3").put_object(Bucket=bucket, Key=archive.key, Body=archive.content)
            sent.append(archive.key)
    return sent


def put_template(clients: Clients, bucket: str, body: str) -> str:
    """Store a template that is too large for a call and return its address for CloudFormation."""
    content = body.encode()
    archive = Archive(f"templates/{sha256(content).hexdigest()[:32]}.json", content, len(content))
    put(clients, bucket, [archive])
    if clients.endpoint_url:
        return f"{clients.endpoint_url}/{bucket}/{archive.key}"
    return f"https://{bucket}.s3.{clients.region}.amazonaws.com/{archive.key}"


def _has(clients: Clients, bucket: str, key: str) -> bool:
    try:
        clients("s3").head_object(Bucket=bucket, Key=key)
    except CloudError as error:
        if error.code in {"404", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True


def _ordered(files: Mapping[str, tuple[bytes, bool]]) -> Iterable[tuple[str, bytes, bool]]:
    return ((name, *files[name]) for name in sorted(files))


def _archive(files: Files, prefix: str, ending: str, pack: Callable[[Files], bytes]) -> Archive:
    """Key an archive by what is in it, not by its bytes: those also tell which zlib packed it."""
    digest = sha256()
    for name, inside, executable in _ordered(files):
        digest.update(f"{name}\0{len(inside)}\0{executable:d}\0".encode())
        digest.update(inside)
    unpacked = sum(len(inside) for inside, _ in files.values())
    if unpacked < _WORTH_KEEPING:
        content = pack(files)
    else:
        content = kept(f"{digest.hexdigest()}-{_PACKER}.{ending}", lambda: pack(files))
    return Archive(f"{prefix}/{digest.hexdigest()[:32]}.{ending}", content, unpacked)


def _zip(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, content, executable in _ordered(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # Unix, on every system, so that the modes count
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()


def _tar(files: Files) -> bytes:
    out = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=_LEVEL, mtime=0, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for name, content, executable in _ordered(files):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o755 if executable else 0o644
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()
