"""Uploads by the form of a web page: what is signed of them is a policy, and the form has to keep it.

Sources: "Browser-Based Uploads Using POST (AWS Signature Version 4)", "POST Policy" and "Creating an HTML Form" in the
Amazon S3 API reference; boto3's `generate_presigned_post` makes both versions of signature.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import json
import tempfile
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from werkzeug.formparser import parse_form_data

from deploy.local.admission import SECRETS, Refusal, signing_key
from deploy.local.values import is_list

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_form", "unlike_policy"]

_IN_MEMORY: Final = 1024 * 1024
"""Bytes of a form; a larger one is on disk while it is read."""

_BLOCK: Final = 1024 * 1024
_FREE: Final = frozenset({"policy", "x-amz-signature", "signature", "awsaccesskeyid", "file"})
"""The fields that no condition has to name, and those that begin with `x-ignore-`."""


def is_form(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request is the form of a page."""
    return environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE", "").startswith("multipart/form-data")


def unlike_policy(environ: dict[str, Any], bucket: str, now: dt.datetime) -> Refusal | None:
    """Return why a form is refused: nobody has signed it, or it is not what was signed; None if it is.

    The form can be read again afterwards.
    """
    body = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - moto reads it later
    source, left = environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0)
    while left > 0 and (block := source.read(min(left, _BLOCK))):
        body.write(block)
        left -= len(block)
    body.seek(0)
    _, given, files = parse_form_data({**environ, "wsgi.input": body}, silent=True)
    form = {name.lower(): value for name, value in given.items()}
    file = files.get("file")
    if file is None:
        size = len(form.get("file", "").encode())
    else:
        size = file.stream.seek(0, 2)
        file.close()
    body.seek(0)
    environ["wsgi.input"] = body
    if "policy" not in form or not ("x-amz-signature" in form or "signature" in form):
        return Refusal("403 Forbidden", "AccessDenied", "Access Denied")
    return _unsigned(form) or _broken(form, bucket, size, now)


def _unsigned(form: Mapping[str, str]) -> Refusal | None:
    """Return why the policy is refused, which the key of the form has not signed."""
    policy = form["policy"].encode()
    if "x-amz-signature" in form:
        key, *scope = form.get("x-amz-credential", "").split("/")
        secret, given = SECRETS.get(key), form["x-amz-signature"]
        signature = hmac.digest(signing_key(secret, scope), policy, "sha256").hex() if secret else given
    else:
        secret, given = SECRETS.get(form.get("awsaccesskeyid", "")), form["signature"]
        signature = base64.b64encode(hmac.digest(secret.encode(), policy, "sha1")).decode() if secret else given
    if hmac.compare_digest(signature.encode(), given.encode()):
        return None
    return Refusal(
        "403 Forbidden",
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
        "method.",
    )


def _broken(form: Mapping[str, str], bucket: str, size: int, now: dt.datetime) -> Refusal | None:
    """Return which word of the policy the form does not keep."""
    try:
        policy: dict[str, Any] = json.loads(base64.b64decode(form["policy"]))
        until = dt.datetime.fromisoformat(policy["expiration"])
        expired = now > until  # TypeError where no zone is told
        conditions = [_condition(said) for said in policy["conditions"]]
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return Refusal("400 Bad Request", "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.")
    if expired:
        return _denied("Policy expired.")
    fields = {**form, "bucket": bucket}
    named = {name for kind, name, _ in conditions if kind != "content-length-range"}
    for name in fields:
        if name not in named and name not in _FREE | {"bucket"} and not name.startswith("x-ignore-"):
            return _denied(f"Extra input fields: {name}")
    for kind, name, value in conditions:
        if kind == "content-length-range":
            if size > int(value):
                told = {"ProposedSize": str(size), "MaxSizeAllowed": value}
                return Refusal("400 Bad Request", "EntityTooLarge", _TOO_LARGE, told)
            if size < int(name):
                told = {"ProposedSize": str(size), "MinSizeAllowed": name}
                return Refusal("400 Bad Request", "EntityTooSmall", _TOO_SMALL, told)
        elif kind == "eq" and fields.get(name) != value:
            return _denied(f'Policy Condition failed: ["eq", "${name}", "{value}"]')
        elif kind == "starts-with" and not fields.get(name, "").startswith(value):
            return _denied(f'Policy Condition failed: ["starts-with", "${name}", "{value}"]')
    return None


_TOO_LARGE: Final = "Your proposed upload exceeds the maximum allowed size"
_TOO_SMALL: Final = "Your proposed upload is smaller than the minimum allowed size"


def _condition(said: Any) -> tuple[str, str, str]:
    """Return a condition as its kind, its field and its value. Raises ValueError for what is none."""
    if isinstance(said, dict):
        ((name, value),) = cast("dict[str, Any]", said).items()
        return "eq", name.lower(), str(value)
    if not is_list(said):
        raise TypeError(said)
    kind, name, value = (str(part) for part in said)
    if kind.lower() == "content-length-range":
        return kind.lower(), str(int(name)), str(int(value))
    if kind.lower() not in {"eq", "starts-with"}:
        raise ValueError(kind)
    return kind.lower(), name.removeprefix("$").lower(), value


def _denied(why: str) -> Refusal:
    return Refusal("403 Forbidden", "AccessDenied", f"Invalid according to Policy: {why}")
