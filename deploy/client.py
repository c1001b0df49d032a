"""The one module that speaks to AWS: clients of its services, typed as far as we use them, and their errors as ours.

The same clients speak to AWS, to the local cloud, and to any other endpoint; only the address differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, cast
from urllib.parse import urlsplit

import boto3
import botocore.exceptions
from botocore.config import Config

from architecture.errors import AccessError, CloudError, CredentialsError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Answer", "Clients", "Service", "ServiceName", "connect", "pages", "translated"]

Answer = dict[str, Any]
"""What an operation answers, as its API reference describes it."""


class Operation(Protocol):
    """An operation of a service: its parameters by keyword, its answer as a dictionary. Raises CloudError."""

    def __call__(self, **given: Any) -> Answer: ...


class Service(Protocol):
    """A client of a service. Its attributes are the operations, in snake case, as boto3 has them."""

    def __getattr__(self, operation: str) -> Operation: ...


ServiceName = Literal[
    "cloudformation", "cloudwatch", "ec2", "lambda", "logs", "pricing", "s3", "service-quotas", "sqs", "ssm", "sts",
]  # fmt: skip
"""The services that a deploy speaks to, as boto3 calls them."""


class Clients(Protocol):
    """The services of one Region: `clients("s3")`.

    `endpoint_url` is None for AWS itself. `poll_s` is how many seconds to wait between two looks at something that is
    under way.
    """

    region: str
    endpoint_url: str | None
    poll_s: float

    def __call__(self, service: ServiceName, /) -> Service:
        """Return the client of a service."""
        ...


def connect(
    region: str | None = None, *, endpoint_url: str | None = None, access_key: tuple[str, str] | None = None
) -> Clients:
    """Return the clients of a Region; without one it is the Region that the user has configured.

    `access_key` is an id and a secret, for endpoints that accept any; without it boto3 looks for the user's own.
    Nothing is asked of the network yet. Raises CloudError where no Region is known.
    """
    key, secret = access_key or (None, None)
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret)
    chosen = region or cast("str | None", session.region_name)
    if not chosen:
        raise CloudError("no Region is known", hint="name one with --region, or draw it: Region('sa-east-1')")
    return _Clients(session, chosen, endpoint_url)


def pages(operation: Operation, **given: Any) -> Iterator[Answer]:
    """Yield the answers of an operation that tells where to go on by `NextToken`, one after the other."""
    more: dict[str, Any] = {}
    while True:
        page = operation(**given, **more)
        yield page
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


class _Clients:
    """Clients of boto3, made when they are first asked for."""

    def __init__(self, session: Any, region: str, endpoint_url: str | None) -> None:
        self._session = session
        self.region = region
        self.endpoint_url = endpoint_url
        self._near = endpoint_url is not None and urlsplit(endpoint_url).hostname in {"127.0.0.1", "::1", "localhost"}
        self.poll_s = 0.05 if self._near else 2.0
        self._made: dict[str, Service] = {}

    def __call__(self, service: ServiceName, /) -> Service:
        if service not in self._made:
            self._made[service] = self._make(service)
        return self._made[service]

    def _make(self, service: ServiceName) -> Service:
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 8},
            connect_timeout=5,
            read_timeout=60,
            signature_version="s3v4" if service == "s3" else None,  # a presigned URL then carries the length too
            # Presigned URLs name the Region's own host: the global one leads elsewhere while a bucket is new.
            s3={"addressing_style": "path" if self.endpoint_url else "virtual"},
            proxies={} if self._near else None,  # a proxy of the user's has no business on loopback
        )
        region = _PRICES if service == "pricing" else self.region
        try:
            client = self._session.client(service, region_name=region, endpoint_url=self.endpoint_url, config=config)
        except botocore.exceptions.BotoCoreError as error:
            raise translated(error, service, self.endpoint_url) from error
        return cast("Service", _Translating(client, service, self.endpoint_url))


class _Translating:
    """A client whose errors are ours."""

    def __init__(self, client: Any, service: str, endpoint_url: str | None) -> None:
        self._client = client
        self._service = service
        self._endpoint_url = endpoint_url

    def __getattr__(self, operation: str) -> Operation:
        call = cast("Callable[..., Answer]", getattr(self._client, operation))

        def translating(**given: Any) -> Answer:
            try:
                return call(**given)
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
                raise translated(error, f"{self._service} {operation}", self._endpoint_url) from error

        return translating


_PRICES: Final = "us-east-1"
"""The Region where the Price List API answers, for all Regions."""

_CREDENTIALS: Final = frozenset(
    {
        "AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "InvalidAccessKeyId",
        "InvalidClientTokenId", "RequestExpired", "SignatureDoesNotMatch", "TokenRefreshRequired",
        "UnrecognizedClientException",
    }
)  # fmt: skip
_ACCESS: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "403"})
_THROTTLED: Final = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "RequestThrottled",
        "TooManyRequestsException", "SlowDown", "ServiceUnavailable",
    }
)  # fmt: skip


def translated(error: Exception, doing: str, endpoint_url: str | None = None) -> CloudError:
    """Return an error of boto3 as one of ours; `doing` names the service and the operation."""
    if isinstance(error, botocore.exceptions.ClientError):
        told = cast("dict[str, dict[str, str]]", error.response).get("Error", {})
        code, message = told.get("Code", ""), told.get("Message", str(error))
        if code in _CREDENTIALS:
            expired = "xpired" in code or "xpired" in message
            what = "the AWS credentials have expired" if expired else f"AWS does not accept the credentials: {message}"
            return CredentialsError(what, where=doing, hint=_SIGN_IN, code=code)
        if code in _ACCESS:
            return AccessError(f"a permission is missing: {message}", where=doing, hint=_PERMIT, code=code)
        if code in _THROTTLED:
            return ThrottledError("AWS asks for fewer calls", where=doing, hint=_LATER, code=code)
        return CloudError(message, where=doing, code=code)
    if isinstance(
        error,
        botocore.exceptions.NoCredentialsError
        | botocore.exceptions.PartialCredentialsError
        | botocore.exceptions.CredentialRetrievalError,
    ):
        return CredentialsError(f"there are no usable AWS credentials: {error}", where=doing, hint=_NO_ACCOUNT)
    if isinstance(error, botocore.exceptions.SSOError | botocore.exceptions.TokenRetrievalError):
        return CredentialsError(f"the AWS sign-in has ended: {error}", where=doing, hint=_SIGN_IN)
    if isinstance(error, botocore.exceptions.ConnectionError | botocore.exceptions.HTTPClientError):
        where = endpoint_url or "AWS"
        return CloudError(f"{where} does not answer: {error}", where=doing, hint=_OFFLINE)
    return CloudError(str(error), where=doing)


_SIGN_IN: Final = "sign in again (aws sso login, or new keys with aws configure), then run the same command"
_NO_ACCOUNT: Final = "sign in (aws configure, or aws sso login); or add --local: it needs no account and costs nothing"
_PERMIT: Final = "ask who administers the account for that action; nothing has been changed by this call"
_LATER: Final = "wait a minute, then run the same command: it goes on where it stopped"
_OFFLINE: Final = "check the network and the address; --local starts the local cloud by itself"
