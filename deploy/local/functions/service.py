"""Lambda's side of a call: who may, what runs, what is logged, and what becomes of an event that fails.

Sources: "Asynchronous invocation" and "Error handling" in the Lambda developer guide. Retries come after 1 and 2
seconds here, on AWS after one and two minutes.
"""

from __future__ import annotations

import base64
import json
import logging
import sys
import threading
import time
import uuid
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import quote_plus

from deploy.local.functions.backlog import Backlog, Waiting
from deploy.local.functions.destinations import Destinations
from deploy.local.functions.polling import Polling
from deploy.local.functions.pool import AT_ONCE, BusyError, Pool
from deploy.local.functions.sandbox import Done, Program, Sandbox
from deploy.local.metrics import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deploy.local.aws import Clients
    from deploy.local.metrics import Metrics
    from deploy.local.state import State
    from deploy.local.vpc import Vpc

__all__ = ["Functions", "permits"]

log = logging.getLogger("deploy.local")

RETRY_SECONDS: Final = (1.0, 2.0)
THROTTLED_SECONDS: Final = (0.2, 5.0)
"""How soon an event that a reserved concurrency holds back has another turn, the later the longer it waits already.

On AWS that is from 1 second to 5 minutes.
"""

_RESERVED: Final = "ReservedFunctionConcurrentInvocationLimitExceeded"
_WORKERS: Final = AT_ONCE
_PYTHON: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"


def permits(policy: dict[str, Any], bucket: str, account: str) -> bool:
    """Tell whether a function's policy lets S3 call it for a bucket."""
    for statement in policy.get("Statement", []):
        principal: Any = statement.get("Principal") or {}
        named: Any = principal if isinstance(principal, str) else principal.get("Service", "")
        if statement.get("Effect") != "Allow" or named not in {"s3.amazonaws.com", "*"}:
            continue
        if statement.get("Action") not in {"lambda:InvokeFunction", "lambda:*", "*"}:
            continue
        conditions = {k.lower(): v for operator in statement.get("Condition", {}).values() for k, v in operator.items()}
        source = conditions.get("aws:sourcearn", "*")
        if fnmatchcase(f"arn:aws:s3:::{bucket}", source) and conditions.get("aws:sourceaccount", account) == account:
            return True
    return False


class Functions:
    """All functions of the account; `install` has moto call them."""

    def __init__(
        self,
        state: State,
        clients: Callable[[str], Clients],
        vpc: Vpc,
        metrics: Metrics,
        endpoint_url: str,
        account: str,
    ) -> None:
        self._state = state
        self._clients = clients
        self._vpc = vpc
        self._metrics = metrics
        self._endpoint = endpoint_url
        self._account = account
        self._pools: dict[str, Pool] = {}
        self._lock = threading.Lock()
        self._backlog = Backlog(state.folder / "events")
        self._destinations = Destinations(clients, self._backlog.add)
        self._polling = Polling(clients, self.run, account)
        self._sequence = 0

    def install(self) -> None:
        """Have moto hand invocations and events of buckets over."""
        from moto.awslambda.models import LambdaFunction
        from moto.s3 import notifications

        functions = self

        def invoke(self: Any, body: Any, request_headers: Any, response_headers: dict[str, str]) -> bytes:
            return functions.invoke(self, body, request_headers, response_headers)

        def notify(_account: str, event: dict[str, Any], arn: str, region: str) -> None:
            functions.notify(event, arn, region)

        event_of = cast("Any", notifications)._get_s3_event  # noqa: SLF001 - moto has no public way

        def whole_event(name: str, bucket: Any, key: Any, notification: str) -> dict[str, Any]:
            return functions.complete(event_of(name, bucket, key, notification), key)

        self._polling.install()
        cast("Any", LambdaFunction).invoke = invoke
        cast("Any", notifications)._invoke_awslambda = notify  # noqa: SLF001 - moto has no public way
        cast("Any", notifications)._get_s3_event = whole_event  # noqa: SLF001 - moto has no public way

    def start(self) -> None:
        """Begin to work off the events that wait, those of before too."""
        self._backlog.restore()
        for number in range(_WORKERS):
            threading.Thread(target=self._work, name=f"events {number}", daemon=True).start()

    def close(self) -> None:
        """End everything that runs; events that wait are on disk."""
        self._polling.close()
        self._backlog.close()
        for pool in list(self._pools.values()):
            pool.close()

    def invoke(self, function: Any, body: Any, asked: Any, told: dict[str, str]) -> bytes:
        """Answer an Invoke call."""
        payload = body.encode() if isinstance(body, str) else (body or b"")
        payload = payload or b"{}"
        kind = asked.get("X-Amz-Invocation-Type") or asked.get("x-amz-invocation-type") or "RequestResponse"
        if kind == "DryRun":
            return b""
        if kind == "Event":
            self._backlog.add(function.function_arn, payload)
            return b""
        try:
            done = self.run(function, str(uuid.uuid4()), payload)
        except BusyError:
            raise _throttled() from None
        if done.outcome.error:
            told["x-amz-function-error"] = "Unhandled"
        told["x-amz-executed-version"] = str(function.version)
        told["x-amz-log-result"] = base64.b64encode("\n".join(done.lines).encode()[-4096:]).decode()
        return done.outcome.payload

    def run(self, function: Any, request_id: str, payload: bytes) -> Done:
        """Have a function handle an event, and log what it says.

        Raises BusyError where as many of it run as it reserves; where it reserves none, the event waits for its turn.
        """
        reserved = function.reserved_concurrency
        limit = AT_ONCE if reserved is None else int(reserved)
        try:
            done = self._pool(function).run(
                self._program(function), limit, request_id, payload, partial(self._log, function), wait=reserved is None
            )
        except BusyError:
            self._measure(function, "Throttles", 1)
            raise
        self._measure(function, "Errors", 1 if done.outcome.error else 0)
        self._measure(function, "Throttles", 0)
        return done

    def complete(self, event: dict[str, Any], key: Any) -> dict[str, Any]:
        """Add what moto leaves out of an event of S3: sequencer, version, who and where; S3 leaves slashes alone."""
        record = event["Records"][0]
        request = uuid.uuid4().hex[:16].upper()
        with self._lock:
            self._sequence = max(self._sequence + 1, time.time_ns())
            sequencer = f"{self._sequence:018X}"
        record |= {
            "userIdentity": {"principalId": f"AWS:{self._account}"},
            "requestParameters": {"sourceIPAddress": "127.0.0.1"},
            "responseElements": {"x-amz-request-id": request, "x-amz-id-2": request},
        }
        record["s3"]["bucket"]["ownerIdentity"] = {"principalId": self._account}
        record["s3"]["object"] |= {"key": quote_plus(key.name, safe="/"), "sequencer": sequencer}
        if key.version_id != "null":
            record["s3"]["object"]["versionId"] = key.version_id
        return event

    def notify(self, event: dict[str, Any], arn: str, region: str) -> None:
        """Accept an event of a bucket, if the function's policy permits the bucket."""
        function = self._find(arn, region)
        bucket: str = event["Records"][0]["s3"]["bucket"]["name"]
        if function is None:
            log.error("the bucket %s calls %s, which does not exist", bucket, arn)
        elif not permits({"Statement": function.policy.statements}, bucket, self._account):
            log.error("the policy of %s does not let the bucket %s call it", arn, bucket)
        else:
            self._backlog.add(arn, json.dumps(event).encode())

    def _work(self) -> None:
        """Work off events, one after the other, until closed."""
        while (waiting := self._backlog.take()) is not None:
            try:
                self._try(waiting)
            except Exception:
                log.exception("an event of %s could not be handled", waiting.function_arn)
                self._backlog.again(waiting, RETRY_SECONDS[-1])

    def _try(self, waiting: Waiting) -> None:
        parts = waiting.function_arn.split(":")
        function = self._find(waiting.function_arn, parts[3])
        if function is None:
            self._backlog.done(waiting)
            return
        configured: list[Any] = function.event_invoke_config
        config: dict[str, Any] = configured[-1].config if configured else {}
        age = time.time() - waiting.accepted
        old = age > config.get("MaximumEventAgeInSeconds", 21600)
        if function.reserved_concurrency is not None and int(function.reserved_concurrency) == 0:
            self._measure(function, "Throttles", 1)
            self._give_up(waiting, function, config, None, _RESERVED)
            return
        try:
            done = self.run(function, waiting.id, waiting.content)
        except BusyError:
            # It was not tried, and comes back until it is too old; no worker waits: there may be other functions.
            if old:
                self._give_up(waiting, function, config, None, "EventAgeExceeded")
            else:
                soonest, latest = THROTTLED_SECONDS
                self._backlog.later(waiting, min(max(soonest, age / 2), latest))
            return
        if not done.outcome.error:
            self._destinations.succeeded(waiting, function, config, done)
            self._backlog.done(waiting)
            return
        retries = config.get("MaximumRetryAttempts", 2)
        if waiting.attempt > retries or old:
            self._give_up(waiting, function, config, done, "EventAgeExceeded" if old else "RetriesExhausted")
        else:
            self._backlog.again(waiting, RETRY_SECONDS[min(waiting.attempt, len(RETRY_SECONDS)) - 1])

    def _give_up(self, waiting: Waiting, function: Any, config: dict[str, Any], done: Done | None, why: str) -> None:
        """Send an event that failed for good where the function says: to its destination and to its dead letters."""
        self._destinations.failed(waiting, function, config, done, why)
        self._backlog.done(waiting)

    def _find(self, arn: str, region: str) -> Any:
        from moto.awslambda.exceptions import UnknownFunctionException
        from moto.awslambda.models import lambda_backends

        try:
            return lambda_backends[self._account][region].get_function(arn)
        except UnknownFunctionException:
            return None

    def _program(self, function: Any) -> Program:
        network: dict[str, list[str]] = function._vpc_config or {}  # noqa: SLF001 - moto has no public way
        groups = network.get("SecurityGroupIds", [])
        version = str(function.version)
        return Program(
            name=function.function_name,
            arn=function.function_arn,
            version="$LATEST" if version in {"1", "$LATEST"} and ":$LATEST" not in function.function_arn else version,
            region=function.region,
            handler=function.handler,
            runtime=function.run_time,
            memory_mb=int(function.memory_size),
            timeout=float(function.timeout),
            log_group=function.logs_group_name,
            digest=function.code_sha_256,
            variables=tuple(sorted((k, str(v)) for k, v in function.environment_vars.items())),
            layers=tuple(layer["Arn"] for layer in function.layers),
            proxy=self._vpc.proxy_url(function.region, groups) if groups else "",
        )

    def _pool(self, function: Any) -> Pool:
        def start(program: Program) -> Sandbox:
            from moto.awslambda.models import lambda_backends

            backend: Any = lambda_backends[self._account][function.region]
            layers = tuple(backend.layers_versions_by_arn(arn).code_bytes for arn in program.layers)
            return Sandbox(program, function.code_bytes, layers, self._state.scratch, self._endpoint)

        with self._lock:
            key: str = function.function_arn
            if key not in self._pools:
                self._pools[key] = Pool(start)
                if function.run_time != _PYTHON:
                    log.warning("%s runs on %s here, and on %s on AWS", key, _PYTHON, function.run_time)
            pool = self._pools[key]
        pool.use(start)
        return pool

    def _log(self, function: Any, stream: str, lines: Sequence[tuple[int, str]]) -> None:
        logs = function.logs_backend
        logs.ensure_log_group(function.logs_group_name)
        group = logs.groups[function.logs_group_name]
        if stream not in group.streams:
            logs.create_log_stream(function.logs_group_name, stream)
        events = [{"timestamp": at, "message": line} for at, line in lines]
        logs.put_log_events(function.logs_group_name, stream, events)
        self._metrics.embedded(function.region, (line for _, line in lines))

    def _measure(self, function: Any, name: str, value: float) -> None:
        dimensions = frozenset({("FunctionName", str(function.function_name))})
        self._metrics.add(Series(function.region, "AWS/Lambda", name, dimensions), value)


def _throttled() -> Exception:
    """Return what moto answers as 429. Source: Lambda API reference, Invoke, TooManyRequestsException."""
    from moto.core.exceptions import JsonRESTError

    error: Any = JsonRESTError("TooManyRequestsException", "Rate Exceeded.")
    error.code = 429
    error.description = json.dumps({**json.loads(error.description), "Reason": _RESERVED, "Type": "User"})
    return error
