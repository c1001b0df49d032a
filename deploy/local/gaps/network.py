"""EC2 Instance Connect Endpoints, which moto does not have, and changes of other endpoints that it drops."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, cast

__all__ = ["install"]


@dataclass(slots=True)
class _Endpoint:
    """An endpoint as the API tells it."""

    instance_connect_endpoint_id: str
    subnet_id: str
    vpc_id: str
    availability_zone: str
    owner_id: str
    created_at: Any
    security_group_ids: list[str]
    preserve_client_ip: bool
    region: str
    state: str = "create-complete"
    tags: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def told(self, tags: list[dict[str, str]]) -> dict[str, Any]:
        dns = f"{self.instance_connect_endpoint_id}.ec2-instance-connect-endpoint.{self.region}.amazonaws.com"
        return {
            "InstanceConnectEndpointId": self.instance_connect_endpoint_id,
            "InstanceConnectEndpointArn": (
                f"arn:aws:ec2:{self.region}:{self.owner_id}:instance-connect-endpoint/"
                f"{self.instance_connect_endpoint_id}"
            ),
            "OwnerId": self.owner_id,
            "State": self.state,
            "StateMessage": "",
            "DnsName": dns,
            "FipsDnsName": dns,
            "NetworkInterfaceIds": [],
            "VpcId": self.vpc_id,
            "SubnetId": self.subnet_id,
            "AvailabilityZone": self.availability_zone,
            "CreatedAt": self.created_at,
            "PreserveClientIp": self.preserve_client_ip,
            "SecurityGroupIds": self.security_group_ids,
            "Tags": tags,
        }


def install() -> None:
    """Add the operations to moto's EC2."""
    from moto.core.responses import ActionResult
    from moto.core.utils import utcnow
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.responses import EC2Response
    from moto.ec2.utils import random_id

    made: dict[tuple[str, str], dict[str, _Endpoint]] = {}

    def endpoints(self: Any) -> dict[str, _Endpoint]:
        return made.setdefault((self.current_account, self.region), {})

    def found(self: Any, identifier: str) -> _Endpoint:
        if identifier not in endpoints(self):
            raise EC2ClientError(
                "InvalidInstanceConnectEndpointId.NotFound",
                f"The instance connect endpoint ID '{identifier}' does not exist",
            )
        return endpoints(self)[identifier]

    def told(self: Any, endpoint: _Endpoint) -> dict[str, Any]:
        filters = {"resource-id": [endpoint.instance_connect_endpoint_id]}
        tags = [{"Key": t["key"], "Value": t["value"]} for t in self.ec2_backend.describe_tags(filters=filters)]
        return endpoint.told(tags)

    def create_instance_connect_endpoint(self: Any) -> ActionResult:
        subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
        groups: list[str] = self._get_param("SecurityGroupIds", []) or []
        for group in groups:
            if self.ec2_backend.get_security_group_from_id(group) is None:
                raise EC2ClientError("InvalidGroup.NotFound", f"The security group '{group}' does not exist")
        if not groups:
            groups = [self.ec2_backend.get_default_security_group(subnet.vpc_id).id]
        endpoint = _Endpoint(
            instance_connect_endpoint_id=random_id(prefix="eice"),
            subnet_id=subnet.id,
            vpc_id=subnet.vpc_id,
            availability_zone=subnet.availability_zone,
            owner_id=self.current_account,
            created_at=utcnow(),
            security_group_ids=list(groups),
            preserve_client_ip=bool(self._get_param("PreserveClientIp", False)),
            region=self.region,
        )
        endpoints(self)[endpoint.instance_connect_endpoint_id] = endpoint
        said: list[dict[str, Any]] = self._get_param("TagSpecifications", []) or []
        for specification in said:
            tags: dict[str, str] = {t["Key"]: t["Value"] for t in specification.get("Tags", [])}
            self.ec2_backend.create_tags([endpoint.instance_connect_endpoint_id], tags)
        return ActionResult({"InstanceConnectEndpoint": told(self, endpoint)})

    def describe_instance_connect_endpoints(self: Any) -> ActionResult:
        wanted: list[str] = self._get_param("InstanceConnectEndpointIds", []) or []
        chosen = [found(self, i) for i in wanted] if wanted else list(endpoints(self).values())
        filters: list[dict[str, Any]] = self._get_param("Filters", []) or []
        for condition in filters:
            member = {"subnet-id": "subnet_id", "vpc-id": "vpc_id", "state": "state"}.get(
                condition["Name"], "instance_connect_endpoint_id"
            )
            chosen = [e for e in chosen if getattr(e, member) in condition["Values"]]
        return ActionResult({"InstanceConnectEndpoints": [told(self, e) for e in chosen]})

    def delete_instance_connect_endpoint(self: Any) -> ActionResult:
        endpoint = found(self, self._get_param("InstanceConnectEndpointId"))
        del endpoints(self)[endpoint.instance_connect_endpoint_id]
        endpoint.state = "delete-complete"
        return ActionResult({"InstanceConnectEndpoint": told(self, endpoint)})

    for operation in (
        create_instance_connect_endpoint,
        describe_instance_connect_endpoints,
        delete_instance_connect_endpoint,
    ):
        setattr(cast("Any", EC2Response), operation.__name__, operation)
    _change_endpoints()


def _change_endpoints() -> None:
    """Have a VPC endpoint's private names and its policy change when they are to: moto takes and forgets that."""
    from moto.core.responses import ActionResult
    from moto.ec2.models.vpcs import VPCEndPoint
    from moto.ec2.responses import EC2Response

    response = cast("Any", EC2Response)
    modify = response.modify_vpc_endpoint

    def modify_vpc_endpoint(self: Any) -> ActionResult:
        answer: ActionResult = modify(self)
        endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
        private = self._get_bool_param("PrivateDnsEnabled")
        if private is not None:
            endpoint.private_dns_enabled = private
        if self._get_bool_param("ResetPolicy"):
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        return answer

    response.modify_vpc_endpoint = modify_vpc_endpoint
