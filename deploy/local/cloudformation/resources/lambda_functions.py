"""Lambda's functions and layers: what runs."""

from __future__ import annotations

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
from deploy.local.cloudformation.resources.lambda_code import CODE, code, told_code
from deploy.local.cloudformation.schema import TAGS, Props, integer, listing, mapping, record, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.aws import Client

__all__ = ["HANDLERS"]

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


class Function(Handler):
    TYPE = "AWS::Lambda::Function"
    NAME = "FunctionName"
    TAGGED = True
    PROPERTIES = record(
        FunctionName=text(replace=True),
        Code=CODE,
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
            FunctionName=name, Code=code(props), Tags=resource.user_tags, **asked, **pick(props, "Architectures")
        )
        with or_removed(self, replace(resource, physical_id=name)):
            self._reserve(client, name, {}, props)
        return name

    def update(self, resource: Resource, before: Props) -> str:
        client, name, after = resource.aws("lambda"), resource.physical_id, resource.properties
        if any(after.get(n) != before.get(n) for n in ("Code", "Architectures")):
            architectures = after.get("Architectures", ["x86_64"])
            client.update_function_code(FunctionName=name, Architectures=architectures, **code(after))
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
        if "Code" in resource.properties:
            said = resource.properties["Code"]
            told["Code"] = told_code(resource.aws("s3"), said, code(resource.properties), found["CodeSha256"])
        return {**told, "Tags": tag_list(answer.get("Tags", {}))}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = resource.aws("lambda").get_function(FunctionName=resource.physical_id)
        return {"Arn": found["Configuration"]["FunctionArn"]}


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
            said = resource.properties["Content"]
            told["Content"] = told_code(resource.aws("s3"), said, said, found["Content"]["CodeSha256"])
        return {**told, "LayerName": self._key(resource)["LayerName"]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"LayerVersionArn": resource.physical_id}

    def _key(self, resource: Resource) -> dict[str, Any]:
        *_, name, version = resource.physical_id.split(":")
        return {"LayerName": name, "VersionNumber": int(version)}


HANDLERS: tuple[Handler, ...] = (Function(), LayerVersion())
