"""A function: its role, its log, its retries, where its failures go, and its alarms.

A function that calls an app stands in the app's VPC and reaches S3 and that app, nothing else. Every other function
stands outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Api, Bucket, Function, Instance, Queue
from deploy import catalogue
from deploy.meaning import Meaning
from deploy.resources import queue
from deploy.resources.alarm import alarm
from deploy.resources.network import NO_EGRESS
from deploy.resources.resource import Resource, Serves, Value, att, policy, ref, serving, sub, tags
from deploy.resources.rules import calls, group, out_rules, speaks_http
from deploy.workloads.shared import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Code, Environment
    from deploy.resources.network import Net

__all__ = ["RUNTIME", "resources"]

RUNTIME = "python3.13"

_INTERFACES: list[Value] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
]
"""What Lambda does on behalf of a function in a VPC. Source: "Giving Lambda functions access to resources in a VPC"."""


def resources(plan: Blueprint, env: Environment, net: Net | None, function: Part[Function]) -> Iterator[Resource]:
    """Yield a function and all that belongs to it; `net` is the VPC that it stands in, if it does."""
    logical, serves, part = plan.names.logical(function.id), serving(function), Serves(kind="part", id=function.id)
    name, code = env.named(function.id, limit=64), _code(env, function)
    log, role, layer = (plan.names.logical(function.id, p) for p in ("Log", "Role", "Layer"))
    if net:
        yield _group(plan, net, function, part)
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
    yield _role(plan, env, net, function, role=role, log=log, failed=failed)
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
    properties: dict[str, Value] = {
        "FunctionName": name,
        "Runtime": RUNTIME,
        "Architectures": ["arm64"],
        "Handler": function.spec.handler or catalogue.of(function.spec.runs).handler,
        "Code": {"S3Bucket": env.artifacts, "S3Key": code.key},
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
    if code.layer:
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
    yield Resource(
        id=logical, type="AWS::Lambda::Function", serves=serves, properties=properties, after=after, skips=skips
    )
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


def _buckets(plan: Blueprint, function: Part[Function]) -> tuple[list[str], list[str]]:
    """Return the buckets that a function reads uploads from, and those that it writes to."""
    sources = [link.source.id for link in plan.into(function, Meaning.EVENT, Bucket)]
    for through in plan.into(function, Meaning.CONSUME, Queue):
        sources += [link.source.id for link in plan.into(through.source, Meaning.NOTIFY, Bucket)]
    targets = [link.target.id for link in plan.out(function, Meaning.WRITE, Bucket)]
    return list(dict.fromkeys(sources)), list(dict.fromkeys(targets or sources))


def _variables(plan: Blueprint, env: Environment, function: Part[Function]) -> Mapping[str, Value]:
    limit = function.spec.max_object_mb or catalogue.of(function.spec.runs).max_object_mb
    _, targets = _buckets(plan, function)
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


def _group(plan: Blueprint, net: Net, function: Part[Function], part: Serves) -> Resource:
    return Resource(
        id=group(plan, function),
        type="AWS::EC2::SecurityGroup",
        serves=part,
        properties={
            "GroupDescription": "Lambda function, may call its app and S3 only",
            "VpcId": ref(net.logical),
            "SecurityGroupEgress": NO_EGRESS,
            "Tags": tags(net.environment.named(function.id), part),
        },
    )


def _role(
    plan: Blueprint,
    env: Environment,
    net: Net | None,
    function: Part[Function],
    *,
    role: str,
    log: str,
    failed: str | None,
) -> Resource:
    policies: dict[str, list[Mapping[str, Value]]] = {
        "logs": [_allow("WriteLog", ["logs:CreateLogStream", "logs:PutLogEvents"], att(log, "Arn"))]
    }
    if objects := _objects(plan, env, function):
        policies["objects"] = objects
    if failed:
        policies["failures"] = [_allow("SendFailures", ["sqs:SendMessage"], att(failed, "Arn"))]
    if queues := [att(plan.names.logical(q.source.id), "Arn") for q in plan.into(function, Meaning.CONSUME, Queue)]:
        takes: list[Value] = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        policies["messages"] = [_allow("TakeMessages", takes, queues)]
    starts = () if speaks_http(function) else plan.out(function, Meaning.CALL, Instance)
    if starts:
        arns: list[Value] = [
            sub(env.arn("ec2", f"instance/${{{plan.names.logical(link.target.id)}}}")) for link in starts
        ]
        policies["instances"] = [_allow("StartInstances", ["ec2:StartInstances"], arns)]
    skips: dict[str, str] = {}
    if net:
        own = env.arn("lambda", f"function:{env.named(function.id, limit=64)}")
        policies["network"] = [
            _allow("LambdaManagesInterfaces", _INTERFACES, "*"),
            {
                "Sid": "TheFunctionsCodeDoesNot",
                "Effect": "Deny",
                "Action": _INTERFACES,
                "Resource": "*",
                "Condition": {"ArnEquals": {"lambda:SourceFunctionArn": own}},
            },
        ]
        skips["CKV_AWS_111"] = "Lambda asks for these actions on every resource; the Deny keeps the code from them"
    return Resource(
        id=role,
        type="AWS::IAM::Role",
        serves=Serves(kind="part", id=function.id),
        skips=skips,
        properties={
            "AssumeRolePolicyDocument": policy(
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ),
            "Policies": [
                {"PolicyName": name, "PolicyDocument": policy(*statements)} for name, statements in policies.items()
            ],
        },
    )


def _objects(plan: Blueprint, env: Environment, function: Part[Function]) -> list[Mapping[str, Value]]:
    """Return what a function may do with objects: read uploads, write what it makes, sign links to that for the app."""

    def under(buckets: list[str], *prefixes: str) -> list[Value]:
        return [f"arn:{env.partition}:s3:::{env.bucket_name(b)}/{p}*" for b in buckets for p in prefixes]

    sources, targets = _buckets(plan, function)
    reads: list[Value] = ["s3:GetObject", "s3:GetObjectVersion"]
    starts = not speaks_http(function)
    made = (contract.PROCESSED, contract.REJECTED, *((contract.JOBS,) if starts else ()))
    found: list[Mapping[str, Value]] = []
    if sources:
        found.append(_allow("ReadUploads", reads, under(sources, contract.INCOMING)))
    if targets:
        found.append(_allow("WriteResults", ["s3:PutObject"], under(targets, *made)))
        found.append(_allow("SignResults", reads, under(targets, contract.PROCESSED)))
    if targets and plan.into(function, Meaning.ROUTE, Api):
        found.append(_allow("SignUploads", ["s3:PutObject"], under(targets, contract.INCOMING)))
    return found


def _allow(sid: str, actions: list[Value], on: Value) -> Mapping[str, Value]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": on}


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
        yield alarm(
            plan.names.logical(function.id, "FailedEventsAlarm"),
            function.id,
            "Failed events wait in their queue; desenho deploy redrive sends them again",
            "AWS/SQS:ApproximateNumberOfMessagesVisible",
            {"QueueName": att(failed, "QueueName")},
            over=1,
            at="Maximum",
        )
