"""How Lambda's functions are called: under which versions and aliases, by whom, from which source, and what then."""

from __future__ import annotations

import json
from typing import Any

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import Handler, Resource, gone_is_fine, pick
from deploy.local.cloudformation.schema import Props, boolean, integer, listing, record, text

__all__ = ["HANDLERS"]


class Permission(Handler):
    TYPE = "AWS::Lambda::Permission"
    PROPERTIES = record(
        FunctionName=text(needed=True, replace=True),
        Action=text(needed=True, replace=True),
        Principal=text(needed=True, replace=True),
        SourceArn=text(replace=True),
        SourceAccount=text(replace=True),
        PrincipalOrgID=text(replace=True),
    )
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        resource.aws("lambda").add_permission(StatementId=resource.name, **resource.properties)
        return resource.name

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").remove_permission(
                FunctionName=resource.properties["FunctionName"], StatementId=resource.physical_id
            )

    def read(self, resource: Resource) -> Props:
        function = resource.properties["FunctionName"]
        policy = json.loads(resource.aws("lambda").get_policy(FunctionName=function)["Policy"])
        found = next((s for s in policy["Statement"] if s["Sid"] == resource.physical_id), None)
        if found is None:
            raise ResourceError(f"{resource.physical_id} does not exist")
        principal = found["Principal"]
        told = {
            "FunctionName": function,
            "Action": found["Action"],
            "Principal": principal if isinstance(principal, str) else next(iter(principal.values())),
        }
        conditions = {k.lower(): v for operator in found.get("Condition", {}).values() for k, v in operator.items()}
        for name, key in (
            ("SourceArn", "aws:sourcearn"),
            ("SourceAccount", "aws:sourceaccount"),
            ("PrincipalOrgID", "aws:principalorgid"),
        ):
            if key in conditions:
                told[name] = conditions[key]
        return told

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}


class EventInvokeConfig(Handler):
    TYPE = "AWS::Lambda::EventInvokeConfig"
    PROPERTIES = record(
        FunctionName=text(needed=True, replace=True),
        Qualifier=text(needed=True, replace=True),
        MaximumRetryAttempts=integer(),
        MaximumEventAgeInSeconds=integer(),
        DestinationConfig=record(
            OnFailure=record(Destination=text(needed=True)), OnSuccess=record(Destination=text(needed=True))
        ),
    )

    def create(self, resource: Resource) -> str:
        self._put(resource)
        return f"{resource.properties['FunctionName']}|{resource.properties['Qualifier']}"

    def update(self, resource: Resource, before: Props) -> str:
        self._put(resource)
        return resource.physical_id

    def _put(self, resource: Resource) -> None:
        said = pick(resource.properties, "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        resource.aws("lambda").put_function_event_invoke_config(**self._key(resource), **said)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").delete_function_event_invoke_config(**self._key(resource))

    def read(self, resource: Resource) -> Props:
        found = resource.aws("lambda").get_function_event_invoke_config(**self._key(resource))
        told = pick(found, "MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig")
        told["DestinationConfig"] = {k: v for k, v in told.get("DestinationConfig", {}).items() if v}
        return {**told, **self._key(resource)}

    def _key(self, resource: Resource) -> dict[str, str]:
        return pick(resource.properties, "FunctionName", "Qualifier")


class Version(Handler):
    TYPE = "AWS::Lambda::Version"
    PROPERTIES = record(
        FunctionName=text(needed=True, replace=True),
        Description=text(replace=True),
        CodeSha256=text(replace=True),
    )
    ATTRIBUTES = ("FunctionArn", "Version")

    def create(self, resource: Resource) -> str:
        return resource.aws("lambda").publish_version(**resource.properties)["FunctionArn"]

    def delete(self, resource: Resource) -> None:
        arn, _, version = resource.physical_id.rpartition(":")
        with gone_is_fine():
            resource.aws("lambda").delete_function(FunctionName=arn, Qualifier=version)

    def read(self, resource: Resource) -> Props:
        arn, _, version = resource.physical_id.rpartition(":")
        found = resource.aws("lambda").get_function(FunctionName=arn, Qualifier=version)["Configuration"]
        wanted = resource.properties.get("FunctionName", "")
        name = wanted if wanted in {found["FunctionName"], arn} else found["FunctionName"]
        return {"FunctionName": name, **pick(found, "Description", "CodeSha256")}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"FunctionArn": resource.physical_id, "Version": resource.physical_id.rpartition(":")[2]}


class Alias(Handler):
    TYPE = "AWS::Lambda::Alias"
    PROPERTIES = record(
        FunctionName=text(needed=True, replace=True),
        Name=text(needed=True, replace=True),
        FunctionVersion=text(needed=True),
        Description=text(),
    )
    ATTRIBUTES = ("AliasArn",)

    def create(self, resource: Resource) -> str:
        return resource.aws("lambda").create_alias(**resource.properties)["AliasArn"]

    def update(self, resource: Resource, before: Props) -> str:
        resource.aws("lambda").update_alias(**{"Description": "", **resource.properties})
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").delete_alias(**pick(resource.properties, "FunctionName", "Name"))

    def read(self, resource: Resource) -> Props:
        key = pick(resource.properties, "FunctionName", "Name")
        return {**key, **pick(resource.aws("lambda").get_alias(**key), "Name", "FunctionVersion", "Description")}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"AliasArn": resource.physical_id}


class EventSourceMapping(Handler):
    TYPE = "AWS::Lambda::EventSourceMapping"
    PROPERTIES = record(
        FunctionName=text(needed=True),
        EventSourceArn=text(needed=True, replace=True),
        BatchSize=integer(),
        MaximumBatchingWindowInSeconds=integer(),
        Enabled=boolean(),
        FunctionResponseTypes=listing(text("ReportBatchItemFailures")),
        ScalingConfig=record(MaximumConcurrency=integer()),
        FilterCriteria=record(Filters=listing(record(Pattern=text()))),
    )
    ATTRIBUTES = ("Id", "EventSourceMappingArn")

    def create(self, resource: Resource) -> str:
        return resource.aws("lambda").create_event_source_mapping(**resource.properties)["UUID"]

    def update(self, resource: Resource, before: Props) -> str:
        after = {k: v for k, v in resource.properties.items() if k != "EventSourceArn"}
        defaults: Props = {
            "BatchSize": 10,
            "MaximumBatchingWindowInSeconds": 0,
            "Enabled": True,
            "FunctionResponseTypes": [],
            "ScalingConfig": {},
            "FilterCriteria": {},
        }
        asked = {n: after.get(n, d) for n, d in defaults.items() if after.get(n, d) != before.get(n, d)}
        client = resource.aws("lambda")
        client.update_event_source_mapping(UUID=resource.physical_id, FunctionName=after["FunctionName"], **asked)
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").delete_event_source_mapping(UUID=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        found = resource.aws("lambda").get_event_source_mapping(UUID=resource.physical_id)
        told = pick(
            found,
            "EventSourceArn",
            "BatchSize",
            "MaximumBatchingWindowInSeconds",
            "FunctionResponseTypes",
            "ScalingConfig",
            "FilterCriteria",
        )
        wanted = resource.properties.get("FunctionName", "")
        arn: str = found["FunctionArn"]
        told["FunctionName"] = wanted if wanted in {arn, arn.split(":function:")[-1]} else arn
        return {**told, "Enabled": found["State"] in {"Enabled", "Enabling", "Creating"}}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        arn = f"arn:aws:lambda:{resource.aws.region}:{_account(resource)}:event-source-mapping:{resource.physical_id}"
        return {"Id": resource.physical_id, "EventSourceMappingArn": arn}


def _account(resource: Resource) -> str:
    return resource.stack_id.split(":")[4]


HANDLERS: tuple[Handler, ...] = (Permission(), EventInvokeConfig(), Version(), Alias(), EventSourceMapping())
