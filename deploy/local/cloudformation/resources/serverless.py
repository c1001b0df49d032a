"""Lambda: functions and what belongs to them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from deploy.local.cloudformation.errors import ResourceError
from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exchange_tags,
    exists,
    gone_is_fine,
    or_removed,
    pick,
    tag_list,
)
from deploy.local.cloudformation.schema import TAGS, Props, boolean, integer, listing, mapping, record, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Client

__all__ = ["HANDLERS"]

_CODE: Final = record(S3Bucket=text(), S3Key=text(), S3ObjectVersion=text(), ZipFile=text(), needed=True)
_SETTINGS: Final[Mapping[str, Any]] = {
    "Description": "",
    "Handler": "",
    "MemorySize": 128,
    "Timeout": 3,
    "EphemeralStorage": {"Size": 512},
    "LoggingConfig": None,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
    "Environment": {"Variables": {}},
    "DeadLetterConfig": {"TargetArn": ""},
    "Layers": [],
    "Role": None,
    "Runtime": None,
    "KMSKeyArn": "",
}
"""What UpdateFunctionConfiguration sets, and what it is if nothing is said. Source: the Lambda API reference."""


def packed(source: str, name: str) -> bytes:
    """Return a zip with one file, the same bytes for the same source."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), source)
    return made.getvalue()


def _code(props: Props) -> dict[str, Any]:
    code = props["Code"]
    if "ZipFile" in code:
        node = props.get("Runtime", "").startswith("nodejs")
        return {"ZipFile": packed(code["ZipFile"], "index.js" if node else "index.py")}
    if "S3Bucket" not in code or "S3Key" not in code:
        raise ResourceError("Code needs S3Bucket and S3Key, or ZipFile")
    return code


def _content(aws_s3: Client, code: dict[str, Any]) -> bytes:
    if "ZipFile" in code:
        return code["ZipFile"]
    version = {"VersionId": code["S3ObjectVersion"]} if "S3ObjectVersion" in code else {}
    return aws_s3.get_object(Bucket=code["S3Bucket"], Key=code["S3Key"], **version)["Body"].read()


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Function(Handler):
    TYPE = "AWS::Lambda::Function"
    NAME = "FunctionName"
    TAGGED = True
    PROPERTIES = record(
        FunctionName=text(replace=True),
        Code=_CODE,
        Role=text(needed=True),
        Runtime=text(),
        Handler=text(),
        Architectures=listing(text("arm64", "x86_64")),
        Description=text(),
        MemorySize=integer(),
        Timeout=integer(),
        EphemeralStorage=record(Size=integer(needed=True)),
        ReservedConcurrentExecutions=integer(),
        LoggingConfig=record(
            LogFormat=text("JSON", "Text"),
            LogGroup=text(),
            ApplicationLogLevel=text(),
            SystemLogLevel=text(),
        ),
        TracingConfig=record(Mode=text("Active", "PassThrough", needed=True)),
        VpcConfig=record(SubnetIds=listing(text()), SecurityGroupIds=listing(text())),
        Environment=record(Variables=mapping(text())),
        DeadLetterConfig=record(TargetArn=text()),
        Layers=listing(text(), ordered=True),
        KmsKeyArn=text(),
        PackageType=text("Zip", replace=True),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Arn",)

    def create(self, resource: Resource) -> str:
        props, client = resource.properties, resource.aws("lambda")
        name: str = props.get("FunctionName", resource.name)
        if "Runtime" not in props or "Handler" not in props:
            raise ResourceError("a function from a zip needs Runtime and Handler")
        if exists(lambda: client.get_function(FunctionName=name)):
            raise ResourceError(f"{name} already exists")
        asked = {n: v for n, v in self._settings(props).items() if n in props or n == "KMSKeyArn"}
        client.create_function(
            FunctionName=name, Code=_code(props), Tags=resource.user_tags, **asked, **pick(props, "Architectures")
        )
        with or_removed(self, replace(resource, physical_id=name)):
            self._reserve(client, name, {}, props)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        client, name, after = resource.aws("lambda"), resource.physical_id, resource.properties
        code = ("Code", "Architectures")
        if any(after.get(n) != before.get(n) for n in code):
            architectures = after.get("Architectures", ["x86_64"])
            client.update_function_code(FunctionName=name, Architectures=architectures, **_code(after))
        old, new = self._settings(before), self._settings(after)
        asked = {n: v for n, v in new.items() if v != old[n] and v is not None}
        if new["LoggingConfig"] is None and old["LoggingConfig"] is not None:
            asked["LoggingConfig"] = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"}
        if asked:
            client.update_function_configuration(FunctionName=name, **asked)
        self._reserve(client, name, before, after)
        arn = client.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        exchange_tags(
            client.list_tags(Resource=arn).get("Tags", {}),
            resource.user_tags,
            lambda lost: client.untag_resource(Resource=arn, TagKeys=lost),
            lambda tags: client.tag_resource(Resource=arn, Tags=tags),
        )
        return name

    def _settings(self, props: Props) -> dict[str, Any]:
        said = {**props, **({"KMSKeyArn": props["KmsKeyArn"]} if "KmsKeyArn" in props else {})}
        return {n: said.get(n, default) for n, default in _SETTINGS.items()}

    def _reserve(self, client: Client, name: str, before: Props, after: Props) -> None:
        old, new = (p.get("ReservedConcurrentExecutions") for p in (before, after))
        if new is None and old is not None:
            client.delete_function_concurrency(FunctionName=name)
        elif new != old:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=new)

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").delete_function(FunctionName=resource.physical_id)

    def read(self, resource: Resource) -> Props:
        client, name = resource.aws("lambda"), resource.physical_id
        answer = client.get_function(FunctionName=name)
        found = answer["Configuration"]
        told = pick(
            found,
            "FunctionName",
            "Role",
            "Runtime",
            "Handler",
            "Architectures",
            "Description",
            "MemorySize",
            "Timeout",
            "EphemeralStorage",
            "LoggingConfig",
            "TracingConfig",
            "Environment",
            "DeadLetterConfig",
            "PackageType",
        )
        if found.get("VpcConfig", {}).get("SubnetIds"):
            told["VpcConfig"] = pick(found["VpcConfig"], "SubnetIds", "SecurityGroupIds")
        if found.get("KMSKeyArn"):
            told["KmsKeyArn"] = found["KMSKeyArn"]
        if found.get("Layers"):
            told["Layers"] = [layer["Arn"] for layer in found["Layers"]]
        concurrency = client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
        told |= {} if concurrency is None else {"ReservedConcurrentExecutions": concurrency}
        if "Code" in resource.properties:  # a function tells only the hash of its code
            wanted = _content(resource.aws("s3"), _code(resource.properties))
            told["Code"] = (
                resource.properties["Code"] if _sha256(wanted) == found["CodeSha256"] else found["CodeSha256"]
            )
        return {**told, "Tags": tag_list(answer.get("Tags", {}))}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = resource.aws("lambda").get_function(FunctionName=resource.physical_id)
        return {"Arn": found["Configuration"]["FunctionArn"]}


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


class LayerVersion(Handler):
    TYPE = "AWS::Lambda::LayerVersion"
    PROPERTIES = record(
        LayerName=text(replace=True),
        Content=record(
            S3Bucket=text(needed=True), S3Key=text(needed=True), S3ObjectVersion=text(), needed=True, replace=True
        ),
        CompatibleRuntimes=listing(text(), replace=True),
        CompatibleArchitectures=listing(text(), replace=True),
        Description=text(replace=True),
        LicenseInfo=text(replace=True),
    )
    ATTRIBUTES = ("LayerVersionArn",)

    def create(self, resource: Resource) -> str:
        props = {k: v for k, v in resource.properties.items() if k != "LayerName"}
        name = resource.properties.get("LayerName", resource.name)
        return resource.aws("lambda").publish_layer_version(LayerName=name, **props)["LayerVersionArn"]

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            resource.aws("lambda").delete_layer_version(**self._key(resource))

    def read(self, resource: Resource) -> Props:
        found = resource.aws("lambda").get_layer_version(**self._key(resource))
        told = pick(found, "CompatibleRuntimes", "CompatibleArchitectures", "Description", "LicenseInfo")
        if "Content" in resource.properties:
            wanted = _content(resource.aws("s3"), resource.properties["Content"])
            sha = found["Content"]["CodeSha256"]
            told["Content"] = resource.properties["Content"] if _sha256(wanted) == sha else sha
        return {**told, "LayerName": self._key(resource)["LayerName"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"LayerVersionArn": resource.physical_id}

    def _key(self, resource: Resource) -> dict[str, Any]:
        *_, name, version = resource.physical_id.split(":")
        return {"LayerName": name, "VersionNumber": int(version)}


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


HANDLERS: tuple[Handler, ...] = (
    Function(),
    Permission(),
    EventInvokeConfig(),
    LayerVersion(),
    Version(),
    Alias(),
    EventSourceMapping(),
)
