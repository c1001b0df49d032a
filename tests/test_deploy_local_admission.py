"""What S3 looks at before it takes a request, asked with URLs that botocore signs."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.config import Config

from deploy.local.admission import altered, unsigned

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[dict[str, Any]], dict[str, Any]]

SIGNED = {"Bucket": "b", "Key": "incoming/é + %41/~ ü.txt", "ContentLength": 5, "ContentType": "text/plain"}
URL = "http://127.0.0.1:4599"


def presigned(
    seconds: int = 60,
    secret: str = "local",
    version: str = "s3v4",
    endpoint: str = URL,
    access_key: str = "local",
    **given: Any,
) -> str:
    s3: Any = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
        config=Config(signature_version=version, s3={"addressing_style": "auto" if endpoint == URL else "virtual"}),
    )
    return s3.generate_presigned_url("put_object", Params=SIGNED | given, ExpiresIn=seconds)


def sent(url: str, body: bytes = b"12345", **more: str) -> dict[str, Any]:
    """Return a request as the server hands it on."""
    parts = urlsplit(url)
    return {
        "REQUEST_METHOD": "PUT",
        "PATH_INFO": unquote(parts.path),
        "QUERY_STRING": parts.query,
        "RAW_URI": f"{parts.path}?{parts.query}",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "text/plain",
        "wsgi.input": io.BytesIO(body),
        **more,
    }


def now(later: float = 0) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=later)


def test_what_is_as_it_was_signed_is_taken() -> None:
    assert unsigned(sent(presigned()), now()) is None
    assert unsigned(sent(presigned()), now(59)) is None
    assert unsigned(sent(presigned(endpoint="http://localhost:4599", Key="/begins/with a slash")), now()) is None
    assert unsigned(sent(presigned(Metadata={"a": "b  c"}), HTTP_X_AMZ_META_A="b  c"), now()) is None


def changed(**given: str) -> Change:
    return lambda asked: asked | given


CHANGES: dict[str, Change] = {
    "longer": changed(CONTENT_LENGTH="6"),
    "shorter": changed(CONTENT_LENGTH="4"),
    "type": changed(CONTENT_TYPE="text/html"),
    "method": changed(REQUEST_METHOD="GET"),
    "host": changed(HTTP_HOST="localhost:4599"),
    "bucket": lambda asked: asked | {"RAW_URI": asked["RAW_URI"].replace("/b/", "/c/")},
    "secret": lambda _: sent(presigned(secret="guessed")),
    "signature": lambda asked: asked | {"QUERY_STRING": asked["QUERY_STRING"].replace("ture=", "ture=%C3%A9")},
    "time": lambda asked: asked | {
        name: asked[name].replace("Expires=60", "Expires=600") for name in ("RAW_URI", "QUERY_STRING")
    },
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_as_it_was_signed_is_refused(change: str) -> None:
    refusal = unsigned(CHANGES[change](sent(presigned())), now())
    assert refusal is not None
    assert (refusal.status[:3], refusal.code) == ("403", "SignatureDoesNotMatch")


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_url_ends_with_its_time(version: str) -> None:
    asked = sent(presigned(version=version))
    assert unsigned(asked, now(58)) is None
    refusal = unsigned(asked, now(62))
    assert refusal is not None
    assert (refusal.status[:3], refusal.code, refusal.message) == ("403", "AccessDenied", "Request has expired")
    assert b"<ServerTime>" in refusal.body


def test_what_a_key_that_is_not_known_has_signed_is_held_to_its_time_only() -> None:
    asked = sent(presigned(access_key="AKIAIOSFODNN7EXAMPLE", secret="its own"))
    assert unsigned(asked, now()) is None
    refusal = unsigned(asked, now(62))
    assert refusal is not None
    assert refusal.message == "Request has expired"


def test_the_parameters_of_version_2_do_not_lengthen_a_time_of_version_4() -> None:
    refusal = unsigned(sent(f"{presigned()}&Signature=x&Expires=99999999999"), now(62))
    assert refusal is not None
    assert refusal.message == "Request has expired"


def test_a_clock_that_is_ahead_and_a_time_that_is_too_long() -> None:
    early = unsigned(sent(presigned()), now(-1000))
    assert early is not None
    assert early.message == "Request is not yet valid"
    long = unsigned(sent(presigned(seconds=604_801)), now())
    assert long is not None
    assert (long.status[:3], long.code) == ("400", "AuthorizationQueryParametersError")
    url = presigned()
    for part, instead in (
        ("X-Amz-Expires=60&", "x=&"),
        ("X-Amz-SignedHeaders=", "x="),
        ("X-Amz-Expires=60", "X-Amz-Expires=soon"),
        ("X-Amz-Expires=60", "X-Amz-Expires=%C2%B2"),
        ("X-Amz-Expires=60", "X-Amz-Expires=-60"),
    ):
        cut = unsigned(sent(url.replace(part, instead)), now())
        assert cut is not None
        assert cut.code == "AuthorizationQueryParametersError"


def test_what_bears_no_signature_of_this_kind_is_not_looked_at() -> None:
    assert unsigned(sent(f"{URL}/b/key?versionId=1"), now()) is None
    assert unsigned(sent(f"{URL}/b/key?Signature=x"), now()) is None
    assert unsigned(sent(presigned(seconds=1), REQUEST_METHOD="OPTIONS"), now(60)) is None


def test_a_body_is_what_its_digest_says() -> None:
    digest = base64.b64encode(hashlib.md5(b"12345", usedforsecurity=False).digest()).decode()
    asked = sent(f"{URL}/b/key", HTTP_CONTENT_MD5=digest)
    assert altered(asked) is None
    assert asked["wsgi.input"].read() == b"12345"
    refusal = altered(sent(f"{URL}/b/key", b"54321", HTTP_CONTENT_MD5=digest))
    assert refusal is not None
    assert (refusal.status[:3], refusal.code) == ("400", "BadDigest")
    assert altered(sent(f"{URL}/b/key")) is None
