"""IAM: roles, policies, instance profiles."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deploy.local.cloudformation.resources.base import (
    Handler,
    Resource,
    exchange_tags,
    gained_and_lost,
    gone_is_fine,
    or_removed,
    pick,
    tag_dict,
    tag_list,
)
from deploy.local.cloudformation.schema import TAGS, Props, document, integer, listing, record, text

if TYPE_CHECKING:
    from deploy.local.aws import Client

__all__ = ["HANDLERS"]


def _document(found: Any) -> Any:
    return json.loads(found) if isinstance(found, str) else found


class Role(Handler):
    TYPE = "AWS::IAM::Role"
    NAME = "RoleName"
    TAGGED = True
    PROPERTIES = record(
        RoleName=text(replace=True),
        AssumeRolePolicyDocument=document(needed=True),
        Description=text(),
        MaxSessionDuration=integer(),
        Path=text(replace=True),
        PermissionsBoundary=text(),
        ManagedPolicyArns=listing(text()),
        Policies=listing(record(PolicyName=text(needed=True), PolicyDocument=document(needed=True))),
        Tags=TAGS,
    )
    ATTRIBUTES = ("Arn", "RoleId")

    def create(self, resource: Resource) -> str:
        props, iam = resource.properties, resource.aws("iam")
        role: str = props.get("RoleName", resource.name)
        iam.create_role(
            RoleName=role,
            AssumeRolePolicyDocument=json.dumps(props["AssumeRolePolicyDocument"]),
            Tags=tag_list(resource.all_tags),
            **pick(props, "Description", "MaxSessionDuration", "Path", "PermissionsBoundary"),
        )
        with or_removed(self, replace(resource, physical_id=role)):
            self._exchange_policies(iam, role, {}, props)
        return role

    def update(self, resource: Resource, before: Props) -> str:
        iam, role, after = resource.aws("iam"), resource.physical_id, resource.properties
        if after["AssumeRolePolicyDocument"] != before["AssumeRolePolicyDocument"]:
            iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(after["AssumeRolePolicyDocument"]))
        said = {
            "Description": after.get("Description", ""),
            "MaxSessionDuration": after.get("MaxSessionDuration", 3600),
        }
        if any(said[n] != before.get(n) for n in said):
            iam.update_role(RoleName=role, **said)
        boundary = after.get("PermissionsBoundary")
        if boundary and boundary != before.get("PermissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
        elif "PermissionsBoundary" in before and not boundary:
            iam.delete_role_permissions_boundary(RoleName=role)
        self._exchange_policies(iam, role, before, after)
        exchange_tags(
            tag_dict(iam.list_role_tags(RoleName=role)["Tags"]),
            resource.user_tags,
            lambda lost: iam.untag_role(RoleName=role, TagKeys=lost),
            lambda tags: iam.tag_role(RoleName=role, Tags=tag_list(tags)),
        )
        return role

    def _exchange_policies(self, iam: Client, role: str, before: Props, after: Props) -> None:
        gained, lost = gained_and_lost(before.get("ManagedPolicyArns", []), after.get("ManagedPolicyArns", []))
        for arn in lost:
            iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for arn in gained:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        old = {p["PolicyName"]: p["PolicyDocument"] for p in before.get("Policies", [])}
        new = {p["PolicyName"]: p["PolicyDocument"] for p in after.get("Policies", [])}
        for name in old:
            if name not in new:
                iam.delete_role_policy(RoleName=role, PolicyName=name)
        for name, policy in new.items():
            if policy != old.get(name):
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))

    def delete(self, resource: Resource) -> None:
        with gone_is_fine():
            self._remove(resource.aws("iam"), resource.physical_id)

    def _remove(self, iam: Client, role: str) -> None:
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            iam.delete_role_policy(RoleName=role, PolicyName=name)
        for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=role)

    def read(self, resource: Resource) -> Props:
        iam, role = resource.aws("iam"), resource.physical_id
        found = iam.get_role(RoleName=role)["Role"]
        told = pick(found, "RoleName", "MaxSessionDuration", "Path")
        told |= {"Description": found["Description"]} if found.get("Description") else {}
        told["AssumeRolePolicyDocument"] = _document(found["AssumeRolePolicyDocument"])
        if boundary := found.get("PermissionsBoundary"):
            told["PermissionsBoundary"] = boundary["PermissionsBoundaryArn"]
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        told["ManagedPolicyArns"] = [p["PolicyArn"] for p in attached if p["PolicyArn"] not in resource.siblings]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        told["Policies"] = [
            {
                "PolicyName": name,
                "PolicyDocument": _document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]),
            }
            for name in names
            if name not in resource.siblings
        ]
        return {**told, "Tags": found.get("Tags", [])}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = resource.aws("iam").get_role(RoleName=resource.physical_id)["Role"]
        return pick(found, "Arn", "RoleId")


class Policy(Handler):
    TYPE = "AWS::IAM::Policy"
    PROPERTIES = record(
        PolicyName=text(needed=True, replace=True),
        PolicyDocument=document(needed=True),
        Roles=listing(text(), needed=True),
    )
    ATTRIBUTES = ("Id",)

    def create(self, resource: Resource) -> str:
        with or_removed(self, resource):
            self._put(resource, resource.properties["Roles"])
        return resource.properties["PolicyName"]

    def update(self, resource: Resource, before: Props) -> str:
        self._remove(resource, [r for r in before["Roles"] if r not in resource.properties["Roles"]])
        self._put(resource, resource.properties["Roles"])
        return resource.physical_id

    def delete(self, resource: Resource) -> None:
        self._remove(resource, resource.properties["Roles"])

    def read(self, resource: Resource) -> Props:
        iam, name = resource.aws("iam"), resource.properties["PolicyName"]
        roles = resource.properties["Roles"]
        found = [_document(iam.get_role_policy(RoleName=r, PolicyName=name)["PolicyDocument"]) for r in roles]
        return {"PolicyName": name, "Roles": roles, "PolicyDocument": found[0]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"Id": resource.physical_id}

    def _put(self, resource: Resource, roles: list[str]) -> None:
        asked = pick(resource.properties, "PolicyName")
        for role in roles:
            policy = json.dumps(resource.properties["PolicyDocument"])
            resource.aws("iam").put_role_policy(RoleName=role, PolicyDocument=policy, **asked)

    def _remove(self, resource: Resource, roles: list[str]) -> None:
        for role in roles:
            with gone_is_fine():
                resource.aws("iam").delete_role_policy(RoleName=role, PolicyName=resource.properties["PolicyName"])


class ManagedPolicy(Handler):
    TYPE = "AWS::IAM::ManagedPolicy"
    NAME = "ManagedPolicyName"
    PROPERTIES = record(
        ManagedPolicyName=text(replace=True),
        PolicyDocument=document(needed=True),
        Description=text(replace=True),
        Path=text(replace=True),
        Roles=listing(text()),
    )
    ATTRIBUTES = ("PolicyArn",)

    def create(self, resource: Resource) -> str:
        props, iam = resource.properties, resource.aws("iam")
        policy = iam.create_policy(
            PolicyName=props.get("ManagedPolicyName", resource.name),
            PolicyDocument=json.dumps(props["PolicyDocument"]),
            **pick(props, "Description", "Path"),
        )["Policy"]["Arn"]
        with or_removed(self, replace(resource, physical_id=policy)):
            for role in props.get("Roles", []):
                iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        return policy

    def update(self, resource: Resource, before: Props) -> str:
        iam, policy, after = resource.aws("iam"), resource.physical_id, resource.properties
        if after["PolicyDocument"] != before["PolicyDocument"]:
            for version in iam.list_policy_versions(PolicyArn=policy)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=policy, VersionId=version["VersionId"])
            said = json.dumps(after["PolicyDocument"])
            iam.create_policy_version(PolicyArn=policy, PolicyDocument=said, SetAsDefault=True)
        gained, lost = gained_and_lost(before.get("Roles", []), after.get("Roles", []))
        for role in lost:
            iam.detach_role_policy(RoleName=role, PolicyArn=policy)
        for role in gained:
            iam.attach_role_policy(RoleName=role, PolicyArn=policy)
        return policy

    def delete(self, resource: Resource) -> None:
        iam, policy = resource.aws("iam"), resource.physical_id
        with gone_is_fine():
            for role in iam.list_entities_for_policy(PolicyArn=policy)["PolicyRoles"]:
                iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=policy)
            for version in iam.list_policy_versions(PolicyArn=policy)["Versions"]:
                if not version["IsDefaultVersion"]:
                    iam.delete_policy_version(PolicyArn=policy, VersionId=version["VersionId"])
            iam.delete_policy(PolicyArn=policy)

    def read(self, resource: Resource) -> Props:
        iam, policy = resource.aws("iam"), resource.physical_id
        found = iam.get_policy(PolicyArn=policy)["Policy"]
        version = iam.get_policy_version(PolicyArn=policy, VersionId=found["DefaultVersionId"])["PolicyVersion"]
        told = {"ManagedPolicyName": found["PolicyName"], **pick(found, "Description", "Path")}
        roles = [r["RoleName"] for r in iam.list_entities_for_policy(PolicyArn=policy)["PolicyRoles"]]
        wanted = resource.properties.get("Roles", [])  # a role may have attached the policy itself
        own = [r for r in roles if r in wanted or r not in resource.siblings]
        return {**told, "PolicyDocument": _document(version["Document"]), "Roles": own}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        return {"PolicyArn": resource.physical_id}


class InstanceProfile(Handler):
    TYPE = "AWS::IAM::InstanceProfile"
    NAME = "InstanceProfileName"
    PROPERTIES = record(
        InstanceProfileName=text(replace=True), Path=text(replace=True), Roles=listing(text(), needed=True)
    )
    ATTRIBUTES = ("Arn",)

    def create(self, resource: Resource) -> str:
        props, iam = resource.properties, resource.aws("iam")
        profile: str = props.get("InstanceProfileName", resource.name)
        iam.create_instance_profile(InstanceProfileName=profile, **pick(props, "Path"))
        with or_removed(self, replace(resource, physical_id=profile)):
            for role in props["Roles"]:
                iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
        return profile

    def update(self, resource: Resource, before: Props) -> str:
        iam, profile = resource.aws("iam"), resource.physical_id
        gained, lost = gained_and_lost(before["Roles"], resource.properties["Roles"])
        for role in lost:
            iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=role)
        for role in gained:
            iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
        return profile

    def delete(self, resource: Resource) -> None:
        iam, profile = resource.aws("iam"), resource.physical_id
        with gone_is_fine():
            for role in iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]:
                iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=role["RoleName"])
            iam.delete_instance_profile(InstanceProfileName=profile)

    def read(self, resource: Resource) -> Props:
        found = resource.aws("iam").get_instance_profile(InstanceProfileName=resource.physical_id)["InstanceProfile"]
        return {**pick(found, "InstanceProfileName", "Path"), "Roles": [r["RoleName"] for r in found["Roles"]]}

    def attributes(self, resource: Resource) -> dict[str, Any]:
        found = resource.aws("iam").get_instance_profile(InstanceProfileName=resource.physical_id)["InstanceProfile"]
        return pick(found, "Arn")


HANDLERS: tuple[Handler, ...] = (Role(), Policy(), ManagedPolicy(), InstanceProfile())
