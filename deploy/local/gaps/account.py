"""What an account may use: quotas, Lambda's account settings, prices.

The quotas are AWS's defaults, as the Service Quotas console lists them. There are no prices here: the answer is empty,
not invented.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Pricing", "install", "is_account_settings", "lambda_settings"]

_QUOTAS: Final = {
    "vpc": [
        ("L-F678F1CE", "VPCs per Region", 5),
        ("L-A4707A72", "Internet gateways per Region", 5),
        ("L-FE5A380F", "NAT gateways per Availability Zone", 5),
        ("L-407747CB", "Subnets per VPC", 200),
        ("L-E79EC296", "VPC security groups per Region", 2500),
        ("L-0EA8095F", "Inbound or outbound rules per security group", 60),
        ("L-1B52E74A", "Gateway VPC endpoints per Region", 20),
        ("L-DF5E4CA3", "Network interfaces per Region", 5000),
    ],
    "ec2": [
        ("L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5),
        ("L-DB2E81BA", "Running On-Demand G and VT instances", 0),
        ("L-417A185B", "Running On-Demand P instances", 0),
        ("L-0263D0A3", "EC2-VPC Elastic IPs", 5),
    ],
    "lambda": [
        ("L-B99A9384", "Concurrent executions", 1000),
        ("L-9FEE3D26", "Elastic network interfaces per VPC", 500),
    ],
    "ebs": [
        ("L-7A658B76", "Storage for General Purpose SSD (gp3) volumes, in TiB", 50),
        ("L-309BACF6", "Snapshots per Region", 100000),
    ],
    "s3": [("L-DC2B2D3D", "General purpose buckets", 10000)],
    "cloudformation": [("L-0485CB21", "Stack count", 2000)],
}
"""Service -> code, name, value."""

_CONCURRENCY: Final = 1000


def _quota(service: str, code: str, name: str, value: int) -> dict[str, Any]:
    return {
        "ServiceCode": service,
        "ServiceName": service,
        "QuotaArn": f"arn:aws:servicequotas:::{service}/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def install() -> None:
    """Add the quotas to moto's Service Quotas."""
    from moto.servicequotas.exceptions import NoSuchResource
    from moto.servicequotas.responses import ServiceQuotasResponse

    def quotas(self: Any) -> list[dict[str, Any]]:
        service = json.loads(self.body).get("ServiceCode")
        if service not in _QUOTAS:
            raise NoSuchResource
        return [_quota(service, *q) for q in _QUOTAS[service]]

    def list_service_quotas(self: Any) -> str:
        return json.dumps({"Quotas": quotas(self)})

    def get_service_quota(self: Any) -> str:
        wanted = json.loads(self.body).get("QuotaCode")
        found = [q for q in quotas(self) if q["QuotaCode"] == wanted]
        if not found:
            raise NoSuchResource
        return json.dumps({"Quota": found[0]})

    def list_services(_self: Any) -> str:
        return json.dumps({"Services": [{"ServiceCode": s, "ServiceName": s} for s in _QUOTAS]})

    served = cast("Any", ServiceQuotasResponse)
    for operation in (list_service_quotas, get_service_quota, list_services):
        setattr(served, operation.__name__, operation)
    served.list_aws_default_service_quotas = list_service_quotas
    served.get_aws_default_service_quota = get_service_quota


def is_account_settings(service: str, environ: dict[str, Any]) -> bool:
    """Tell whether a request is Lambda's GetAccountSettings."""
    return service == "lambda" and environ.get("PATH_INFO", "").rstrip("/").endswith("/account-settings")


def lambda_settings(region: str, account: str) -> dict[str, Any]:
    """Return the answer to GetAccountSettings: the default limits, and what the functions use of them."""
    from moto.awslambda.models import lambda_backends

    functions = list(lambda_backends[account][region].list_functions())
    reserved = sum(int(f.reserved_concurrency or 0) for f in functions)
    return {
        "AccountLimit": {
            "TotalCodeSize": 80530636800,
            "CodeSizeUnzipped": 262144000,
            "CodeSizeZipped": 52428800,
            "ConcurrentExecutions": _CONCURRENCY,
            "UnreservedConcurrentExecutions": _CONCURRENCY - reserved,
        },
        "AccountUsage": {"TotalCodeSize": sum(int(f.code_size) for f in functions), "FunctionCount": len(functions)},
    }


class Pricing:
    """The Price List API: it answers, and has no prices."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        operation: str = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        answers: dict[str, dict[str, Any]] = {
            "GetProducts": {"FormatVersion": "aws_v1", "PriceList": []},
            "DescribeServices": {"FormatVersion": "aws_v1", "Services": []},
            "GetAttributeValues": {"AttributeValues": []},
            "ListPriceLists": {"PriceLists": []},
        }
        known = operation in answers
        body = json.dumps(
            answers.get(operation, {"__type": "UnknownOperationException", "message": operation})
        ).encode()
        headers = [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))]
        start_response("200 OK" if known else "400 Bad Request", headers)
        return [body]
