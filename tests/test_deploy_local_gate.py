"""What S3 takes of web pages, and what it tells them, asked as a browser asks."""

from __future__ import annotations

import base64
import hmac
import http.client
import io
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from deploy.local.admission import Refusal
from deploy.local.cors import Rule, headers, matching, preflight
from local_clients import Account

if TYPE_CHECKING:
    from deploy.local import LocalCloud

FRIEND, FOE, NEAR = "https://friend.example", "https://evil.example", "http://localhost:8000"
RULES = (Rule([FRIEND], ["PUT", "POST"], ["content-type", "x-amz-*"], ["ETag"], "60"),)
BUCKET = "of-web-pages"


# ------------------------------------------------------------ the rules


def test_a_rule_counts_where_origin_method_and_headers_fit() -> None:
    assert matching(RULES, FRIEND, "PUT", ["Content-Type", "X-Amz-Meta-Name"]) == RULES[0]
    assert matching(RULES, FRIEND, "DELETE") is None
    assert matching(RULES, f"{FRIEND}.evil.example", "PUT") is None
    assert matching(RULES, FRIEND, "PUT", ["authorization"]) is None
    wide = Rule(["https://*.example"], ["GET"])
    assert matching([wide], FRIEND, "GET") == wide
    assert matching([wide], "https://friend.example.com", "GET") is None
    assert matching([wide, *RULES], FRIEND, "PUT") == RULES[0]


def test_credentials_are_for_an_origin_that_is_named() -> None:
    assert dict(headers(RULES[0], FRIEND))["Access-Control-Allow-Credentials"] == "true"
    told = dict(headers(Rule(["*"], ["GET"]), FRIEND))
    assert told["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in told


@pytest.mark.parametrize(
    ("asked", "rules", "status", "said"),
    [
        ({"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}, RULES, 400, "Origin request header needed"),
        ({"HTTP_ORIGIN": FRIEND}, RULES, 400, "Invalid Access-Control-Request-Method"),
        ({"HTTP_ORIGIN": FRIEND, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}, (), 403, "CORS is not enabled"),
        ({"HTTP_ORIGIN": FOE, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}, RULES, 403, "no rule of this bucket"),
    ],
)
def test_why_a_browser_may_not_go_on(asked: dict[str, str], rules: tuple[Rule, ...], status: int, said: str) -> None:
    told = preflight(rules, asked)
    assert isinstance(told, Refusal)
    assert told.status.startswith(str(status))
    assert said in told.message


# ------------------------------------------------------------ a bucket


@pytest.fixture(scope="module")
def bucket(local_cloud: LocalCloud):
    s3 = Account(local_cloud)("s3")
    s3.create_bucket(Bucket=BUCKET)
    rule = {"AllowedMethods": ["PUT", "POST"], "AllowedOrigins": [FRIEND], "AllowedHeaders": ["content-type"]}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    return s3


def send(method: str, url: str, body: bytes = b"", **asked: str) -> tuple[int, dict[str, str], str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    names = {name.replace("_", "-"): value for name, value in asked.items()}
    connection.request(method, url.removeprefix(f"http://{parts.netloc}"), body, names)
    answer = connection.getresponse()
    told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode()
    connection.close()
    return told


def address(s3: Any, path: str = "") -> str:
    return f"{s3.meta.endpoint_url}/{BUCKET}{path}"


def keys(s3: Any) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def form(s3: Any, key: str, content: bytes, fields: dict[str, str], **asked: str) -> tuple[int, dict[str, str], str]:
    stream, _, boundary = stream_encode_multipart({**fields, "file": FileStorage(io.BytesIO(content), key)})
    kind = f"multipart/form-data; boundary={boundary}"
    with stream:
        return send("POST", address(s3), stream.read(), Content_Type=kind, **asked)


def signed_form(s3: Any, key: str) -> dict[str, str]:
    given = {"Fields": {"x-amz-meta-a": "b"}, "Conditions": [["content-length-range", 1, 10], {"x-amz-meta-a": "b"}]}
    return s3.generate_presigned_post(BUCKET, key, **given, ExpiresIn=60)["fields"]


def test_a_page_is_told_why_its_upload_is_refused(bucket: Any) -> None:
    given = {"Bucket": BUCKET, "Key": "a"}
    late = bucket.generate_presigned_url("put_object", Params=given, ExpiresIn=-5)
    status, told, body = send("PUT", late, b"x", Origin=FRIEND)
    assert (status, told["access-control-allow-origin"]) == (403, FRIEND)
    assert "Request has expired" in body
    status, told, _ = send("PUT", late, b"x", Origin=NEAR)
    assert (status, told.get("access-control-allow-origin")) == (403, None)
    wrong = bucket.generate_presigned_url("put_object", Params=given)
    status, told, _ = send("PUT", wrong, b"x", Origin=FRIEND, Content_MD5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert (status, told["access-control-allow-origin"]) == (400, FRIEND)
    status, told, _ = send("PUT", wrong, b"x", Origin=FRIEND)
    assert (status, told["access-control-allow-origin"], told["vary"][:6]) == (200, FRIEND, "Origin")


def test_a_browser_asks_first(bucket: Any) -> None:
    asked = {"Access_Control_Request_Method": "PUT", "Access_Control_Request_Headers": "content-type"}
    status, told, _ = send("OPTIONS", address(bucket, "/a"), Origin=FRIEND, **asked)
    assert (status, told["access-control-allow-headers"]) == (200, "content-type")
    asked["Access_Control_Request_Headers"] = "x-amz-acl"
    status, told, body = send("OPTIONS", address(bucket, "/a"), Origin=FRIEND, **asked)
    assert (status, told.get("access-control-allow-origin")) == (403, None)
    assert "AccessForbidden" in body


@pytest.mark.parametrize("origin", [FOE, FRIEND, NEAR, "null", ""])
def test_nobody_writes_without_a_signature(bucket: Any, origin: str) -> None:
    asked = {"Origin": origin} if origin else {}
    for told in (
        form(bucket, "unsigned", b"x", {"key": "unsigned"}, **asked),
        form(bucket, "made-up", b"x", {"key": "made-up", "policy": "e30=", "signature": ""}, **asked),
        send("POST", address(bucket), b"key=plain&file=x", Content_Type="application/x-www-form-urlencoded", **asked),
        send("POST", address(bucket), b"key=plain&file=x", Content_Type="text/plain", **asked),
        send("PUT", address(bucket, "/put"), b"x", **asked),
        send("DELETE", address(bucket), **asked),
        send("POST", f"{bucket.meta.endpoint_url}/moto-api/reset", **asked),
    ):
        assert told[0] in {400, 403}, told
    assert keys(bucket).count("unsigned") == keys(bucket).count("made-up") == 0
    assert not {"plain", "put"} & {*keys(bucket)}


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_form_is_taken_as_it_was_signed(bucket: Any, local_cloud: LocalCloud, version: str) -> None:
    import boto3
    from botocore.config import Config

    s3: Any = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=local_cloud.endpoint_url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(signature_version=version),
    )
    key = f"form-{version}"
    fields = signed_form(s3, key)
    status, told, body = form(s3, key, b"12345", fields, Origin=FRIEND)
    assert (status, told["access-control-allow-origin"]) == (204, FRIEND), body
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"12345"
    assert form(s3, key, b"12345", fields)[0] == 204
    assert form(s3, key, b"12345", fields, Origin=NEAR)[0] == 204
    status, _, body = form(s3, key, b"12345", fields, Origin=FOE)
    assert (status, f"No CORS rule of this bucket lets a page of {FOE}" in body) == (403, True)
    for content, changed, said in (
        (b"12345678901", {}, "EntityTooLarge"),
        (b"", {}, "EntityTooSmall"),
        (b"1", {"key": "other"}, "Policy Condition failed"),
        (b"1", {"acl": "public-read"}, "Extra input fields: acl"),
        (b"1", {"policy": "e30="}, "SignatureDoesNotMatch"),
    ):
        status, _, body = form(s3, key, content, fields | changed)
        assert (status in {400, 403}, said in body) == (True, True), body
    assert "other" not in keys(s3)
    late = s3.generate_presigned_post(BUCKET, key, ExpiresIn=-5)["fields"]
    assert "Policy expired" in form(s3, key, b"1", late)[2]


def test_a_policy_says_in_which_zone_it_expires(bucket: Any) -> None:
    for until, expected in (("2099-01-01T00:00:00", 400), ("2099-01-01T00:00:00Z", 204)):
        said = {"expiration": until, "conditions": [["starts-with", "$key", ""], {"bucket": BUCKET}]}
        policy = base64.b64encode(json.dumps(said).encode())
        signature = base64.b64encode(hmac.digest(b"local", policy, "sha1")).decode()
        signed = {"key": "zone", "AWSAccessKeyId": "local", "policy": policy.decode(), "signature": signature}
        assert form(bucket, "zone", b"1", signed)[0] == expected


def test_a_large_form_arrives_whole(bucket: Any) -> None:
    content = json.dumps([*range(400_000)]).encode()
    fields = bucket.generate_presigned_post(BUCKET, "large")["fields"]
    assert form(bucket, "large", content, fields)[0] == 204
    assert bucket.get_object(Bucket=BUCKET, Key="large")["Body"].read() == content


def test_a_key_is_any_text(bucket: Any) -> None:
    for key in ("two\nlines\r\n.txt", "\ttab 😀 %0A +&=?.txt", "//a/../b"):
        bucket.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
        assert bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()
        assert key in keys(bucket)
        bucket.delete_object(Bucket=BUCKET, Key=key)
        assert key not in keys(bucket)
