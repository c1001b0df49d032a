"""The code of Lambda's functions and layers: what a template says of it, and the hash that Lambda tells of it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.schema import Props, record, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Client

__all__ = ["CODE", "code", "told_code"]

CODE: Final = record(S3Bucket=text(), S3Key=text(), S3ObjectVersion=text(), ZipFile=text(), needed=True)
"""The property `Code` of a function."""


def code(props: Props) -> dict[str, Any]:
    """Return a function's code as Lambda's API takes it. Raises ResourceError if the place of it is incomplete."""
    said = props["Code"]
    if "ZipFile" in said:
        node = props.get("Runtime", "").startswith("nodejs")
        return {"ZipFile": _packed(said["ZipFile"], "index.js" if node else "index.py")}
    if "S3Bucket" not in said or "S3Key" not in said:
        raise ResourceError("Code needs S3Bucket and S3Key, or ZipFile")
    return said


def told_code(s3: Client, said: Props, where: Mapping[str, Any], sha256: str) -> Any:
    """Return the code as the template said it if it is what runs, its hash otherwise: Lambda tells only that.

    `where` is the code as Lambda's API took it, `sha256` the hash that it tells.
    """
    return said if _sha256(_content(s3, where)) == sha256 else sha256


def _packed(source: str, name: str) -> bytes:
    """Return a zip with one file, the same bytes for the same source."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), source)
    return made.getvalue()


def _content(s3: Client, where: Mapping[str, Any]) -> bytes:
    if "ZipFile" in where:
        return where["ZipFile"]
    version = {"VersionId": where["S3ObjectVersion"]} if "S3ObjectVersion" in where else {}
    return s3.get_object(Bucket=where["S3Bucket"], Key=where["S3Key"], **version)["Body"].read()


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
