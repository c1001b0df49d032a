"""An HTTP API that hands every request to one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from architecture.spec import Function
from deploy.meaning import Meaning
from deploy.resources.resource import Resource, Serves, Value, att, ref, serving, sub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from architecture.spec import Api
    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment

__all__ = ["resources"]

_PER_SECOND = 20
"""Requests. More are turned away, so that nobody can run up the bill."""

_LOGGED = {
    "request": "requestId",
    "from": "identity.sourceIp",
    "time": "requestTime",
    "method": "httpMethod",
    "path": "path",
    "status": "status",
    "error": "integrationErrorMessage",
}
"""The fields of a line of the access log, by the variable of API Gateway that fills each."""


def resources(plan: Blueprint, env: Environment, api: Part[Api]) -> Iterator[Resource]:
    """Yield an API, its only route and its stage, with a log of who called."""
    logical, serves, part = plan.names.logical(api.id), serving(api), Serves(kind="part", id=api.id)
    link = plan.out(api, Meaning.ROUTE, Function)[0]
    edge, target = Serves(kind="edge", id=link.edges[0]), plan.names.logical(link.target.id)
    integration, log = plan.names.logical(link.edges[0], "Integration"), plan.names.logical(api.id, "Log")
    name = env.named(api.id)
    properties: dict[str, Value] = {
        "Name": name,
        "ProtocolType": "HTTP",
        "Tags": {"Name": name, "desenho:id": api.id},
    }
    if api.spec.origins:
        properties["CorsConfiguration"] = {
            "AllowOrigins": [*api.spec.origins],
            "AllowMethods": ["GET", "POST"],
            "AllowHeaders": ["content-type"],
            "MaxAge": 3000,
        }
    yield Resource(id=logical, type="AWS::ApiGatewayV2::Api", serves=serves, properties=properties)
    yield Resource(
        id=integration,
        type="AWS::ApiGatewayV2::Integration",
        serves=edge,
        properties={
            "ApiId": ref(logical),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": att(target, "Arn"),
            "PayloadFormatVersion": "2.0",
        },
    )
    yield Resource(
        id=plan.names.logical(api.id, "Route"),
        type="AWS::ApiGatewayV2::Route",
        serves=part,
        skips={"CKV_AWS_309": "the diagram lets its users in without an account; the function decides what they may"},
        properties={
            "ApiId": ref(logical),
            "RouteKey": "$default",
            "AuthorizationType": "NONE",
            "Target": sub(f"integrations/${{{integration}}}"),
        },
    )
    yield Resource(
        id=log,
        type="AWS::Logs::LogGroup",
        serves=part,
        kept="Delete",
        skips={"CKV_AWS_158": "encrypted with the key that AWS owns; a key of one's own costs 1 USD a month"},
        properties={"LogGroupName": f"/aws/apigateway/{name}", "RetentionInDays": link.target.spec.log_days},
    )
    line = ",".join(f'"{key}":"$context.{variable}"' for key, variable in _LOGGED.items())
    yield Resource(
        id=plan.names.logical(api.id, "Stage"),
        type="AWS::ApiGatewayV2::Stage",
        serves=part,
        properties={
            "ApiId": ref(logical),
            "StageName": "$default",
            "AutoDeploy": True,
            "AccessLogSettings": {"DestinationArn": att(log, "Arn"), "Format": f"{{{line}}}"},
            "DefaultRouteSettings": {"ThrottlingRateLimit": _PER_SECOND, "ThrottlingBurstLimit": 2 * _PER_SECOND},
        },
    )
    yield Resource(
        id=plan.names.logical(link.edges[0], "Permission"),
        type="AWS::Lambda::Permission",
        serves=edge,
        properties={
            "FunctionName": att(target, "Arn"),
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": sub(env.arn("execute-api", f"${{{logical}}}/*")),
        },
    )
