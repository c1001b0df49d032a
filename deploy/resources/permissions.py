"""What a function may do: its role, which allows what the lines of the diagram say and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Api, Bucket, Function, Instance, Queue
from deploy.meaning import Meaning
from deploy.resources.resource import Resource, Serves, Value, att, policy, sub
from deploy.resources.rules import speaks_http
from deploy.workloads.shared import contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment
    from deploy.resources.net import Net

__all__ = ["buckets", "role_of"]

_INTERFACES: list[Value] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
]
"""What Lambda does on behalf of a function in a VPC. Source: "Giving Lambda functions access to resources in a VPC"."""


def role_of(
    plan: Blueprint,
    env: Environment,
    net: Net | None,
    function: Part[Function],
    *,
    role: str,
    log: str,
    failed: str | None,
) -> Resource:
    """Return the role of a function: `role` is its logical id, `log` that of its log, `failed` of its failures' queue.

    `net` is the VPC that the function stands in, if it does.
    """
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


def buckets(plan: Blueprint, function: Part[Function]) -> tuple[list[str], list[str]]:
    """Return the buckets that a function reads uploads from, and those that it writes to."""
    sources = [link.source.id for link in plan.into(function, Meaning.EVENT, Bucket)]
    for through in plan.into(function, Meaning.CONSUME, Queue):
        sources += [link.source.id for link in plan.into(through.source, Meaning.NOTIFY, Bucket)]
    targets = [link.target.id for link in plan.out(function, Meaning.WRITE, Bucket)]
    return list(dict.fromkeys(sources)), list(dict.fromkeys(targets or sources))


def _objects(plan: Blueprint, env: Environment, function: Part[Function]) -> list[Mapping[str, Value]]:
    """Return what a function may do with objects: read uploads, write what it makes, sign links to that for the app."""

    def under(names: list[str], *prefixes: str) -> list[Value]:
        return [f"arn:{env.partition}:s3:::{env.bucket_name(b)}/{p}*" for b in names for p in prefixes]

    sources, targets = buckets(plan, function)
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
