"""A function: its role, its log, its retries, where its failures go, and its alarms.

A function that calls an app stands in the app's VPC and reaches S3 and that app, nothing else. Every other function
stands outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from architecture.spec import Bucket, Function, Instance, Queue
from deploy import catalogue
from deploy.meaning import Meaning
from deploy.resources import queue
from deploy.resources.alarm import alarm, waiting_alarm
from deploy.resources.firewall import security_group
from deploy.resources.permissions import buckets, role_of
from deploy.resources.resource import Resource, Serves, Value, att, ref, serving, sub, tags
from deploy.resources.rules import calls, group, out_rules, speaks_http
from deploy.workloads.shared import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Code, Environment
    from deploy.resources.net import Net

__all__ = ["RUNTIME", "resources"]

RUNTIME: Final = "python3.13"


def resources(plan: Blueprint, env: Environment, net: Net | None, function: Part[Function]) -> Iterator[Resource]:
    """Yield a function and all that belongs to it; `net` is the VPC that it stands in, if it does."""
    logical, part = plan.names.logical(function.id), Serves(kind="part", id=function.id)
    name, code = env.named(function.id, limit=64), _code(env, function)
    log, role, layer = (plan.names.logical(function.id, p) for p in ("Log", "Role", "Layer"))
    if net:
        says = "Lambda function, may call its app and S3 only"
        yield security_group(net, group(plan, function), says, env.named(function.id), part)
    yield Resource(
        id=log,
        type="AWS::Logs::LogGroup",
        serves=part,
        kept="Delete",
        skips={"CKV_AWS_158": "encrypted with the key that AWS owns; a key of one's own costs 1 USD a month"},
        properties={
            "LogGroupName": f"/aws/lambda/{name}",
            "RetentionInDays": function.spec.log_days,
            "Tags": tags(name, part),
        },
    )
    failed, extra = queue.failures(plan, env, function) if _asynchronous(plan, function) else (None, [])
    yield from extra
    yield role_of(plan, env, net, function, role=role, log=log, failed=failed)
    if code.layer:
        yield Resource(
            id=layer,
            type="AWS::Lambda::LayerVersion",
            serves=part,
            properties={
                "LayerName": f"{name}-libraries",
                "Content": {"S3Bucket": env.artifacts, "S3Key": code.layer},
                "CompatibleRuntimes": [RUNTIME],
                "CompatibleArchitectures": ["arm64"],
            },
        )
    yield _function(plan, env, net, function, role=role, log=log, layer=layer if code.layer else None)
    if failed:
        yield Resource(
            id=plan.names.logical(function.id, "Retries"),
            type="AWS::Lambda::EventInvokeConfig",
            serves=part,
            properties={
                "FunctionName": ref(logical),
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": 2,
                "MaximumEventAgeInSeconds": 21600,
                "DestinationConfig": {"OnFailure": {"Destination": att(failed, "Arn")}},
            },
        )
    for link in plan.into(function, Meaning.CONSUME, Queue):
        yield Resource(
            id=plan.names.logical(link.edges[0], "Source"),
            type="AWS::Lambda::EventSourceMapping",
            serves=Serves(kind="edge", id=link.edges[0]),
            properties={
                "FunctionName": ref(logical),
                "EventSourceArn": att(plan.names.logical(link.source.id), "Arn"),
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        )
    yield from _alarms(plan, function, logical, failed)


def _function(
    plan: Blueprint,
    env: Environment,
    net: Net | None,
    function: Part[Function],
    *,
    role: str,
    log: str,
    layer: str | None,
) -> Resource:
    logical, serves, name = plan.names.logical(function.id), serving(function), env.named(function.id, limit=64)
    properties: dict[str, Value] = {
        "FunctionName": name,
        "Runtime": RUNTIME,
        "Architectures": ["arm64"],
        "Handler": function.spec.handler or catalogue.of(function.spec.runs).handler,
        "Code": {"S3Bucket": env.artifacts, "S3Key": _code(env, function).key},
        "Role": att(role, "Arn"),
        "MemorySize": function.spec.memory_mb,
        "Timeout": function.spec.timeout_s,
        "EphemeralStorage": {"Size": function.spec.storage_mb},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": ref(log)},
        "TracingConfig": {"Mode": "PassThrough"},
        "Environment": {"Variables": {**_variables(plan, env, function)}},
        "Tags": tags(name, serves),
    }
    skips = {
        "CKV_AWS_116": "failed events go to a queue with their payload and the reason, which says more than a DLQ",
        "CKV_AWS_173": "the variables hold no secret",
    }
    after: tuple[str, ...] = ()
    if function.spec.concurrency is not None:
        properties["ReservedConcurrentExecutions"] = function.spec.concurrency
    else:
        skips["CKV_AWS_115"] = "a new account refuses any reservation; concurrency= of the function sets one"
    if layer:
        properties["Layers"] = [ref(layer)]
    if net:
        pair = net.pair(_home(plan, function))
        properties["VpcConfig"] = {
            "SubnetIds": [ref(s) for s in pair],
            "SecurityGroupIds": [att(group(plan, function), "GroupId")],
        }
        # The ways through the network are there before the function and stay until it is gone.
        after = (*net.ways_out(*pair), *out_rules(plan, function))
    else:
        skips["CKV_AWS_117"] = "it speaks to AWS APIs only; inside a VPC it would need endpoints that cost money"
    return Resource(
        id=logical, type="AWS::Lambda::Function", serves=serves, properties=properties, after=after, skips=skips
    )


def _code(env: Environment, function: Part[Function]) -> Code:
    from deploy.environment import Code

    placeholder = "functions/code.zip"
    layer = "layers/libraries.zip" if catalogue.of(function.spec.runs).layer else None
    return env.code.get(function.id, Code(key=placeholder, layer=layer))


def _home(plan: Blueprint, function: Part[Function]) -> Part[Instance]:
    """Return the instance whose subnet a function shares."""
    return calls(plan, function)[0].target


def _asynchronous(plan: Blueprint, function: Part[Function]) -> bool:
    return bool(plan.into(function, Meaning.EVENT, Bucket))


def _variables(plan: Blueprint, env: Environment, function: Part[Function]) -> Mapping[str, Value]:
    limit = function.spec.max_object_mb or catalogue.of(function.spec.runs).max_object_mb
    _, targets = buckets(plan, function)
    found: dict[str, Value] = {contract.STACK: env.stack, contract.MAX_BYTES: str(limit * 1024 * 1024)}
    if targets:
        found[contract.OUTPUT_BUCKET] = env.bucket_name(targets[0])
    for link in plan.out(function, Meaning.CALL, Instance)[:1]:
        instance = plan.names.logical(link.target.id)
        if speaks_http(function):
            found[contract.APP_URL] = sub(f"http://${{{instance}.PrivateIp}}:{link.target.spec.port}")
        else:
            found[contract.INSTANCE_ID] = ref(instance)
    return found


def _alarms(plan: Blueprint, function: Part[Function], logical: str, failed: str | None) -> Iterator[Resource]:
    of: Mapping[str, Value] = {"FunctionName": ref(logical)}
    yield alarm(
        plan.names.logical(function.id, "ErrorsAlarm"),
        function.id,
        "The function failed at least once in five minutes",
        "AWS/Lambda:Errors",
        of,
        over=1,
    )
    yield alarm(
        plan.names.logical(function.id, "ThrottlesAlarm"),
        function.id,
        "The function has been throttled for a quarter of an hour",
        "AWS/Lambda:Throttles",
        of,
        over=1,
        times=3,
    )
    if failed:
        yield waiting_alarm(
            plan.names.logical(function.id, "FailedEventsAlarm"),
            function.id,
            "Failed events wait in their queue; desenho deploy redrive sends them again",
            failed,
        )
