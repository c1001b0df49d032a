"""An instance with its role, its volume, and the signal by which it says that its app answers."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from architecture.spec import Bucket, Instance, Volume
from deploy import boot, catalogue
from deploy.meaning import Meaning
from deploy.resources.alarm import alarm
from deploy.resources.firewall import security_group
from deploy.resources.resource import Resource, Serves, Value, att, policy, ref, serving, tags
from deploy.resources.rules import group
from deploy.workloads.shared import contract

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.blueprint import Blueprint, Part
    from deploy.environment import Environment
    from deploy.resources.net import Net

__all__ = ["resources"]

_READY_SECONDS = "900"
"""How long a deploy waits for the app: start, packages, a new volume's first format, and some patience."""


def _volume(plan: Blueprint, env: Environment, net: Net, part: Part[Volume], instance: Part[Instance]) -> Resource:
    """Return a volume, in the zone of its instance. A snapshot of it stays when the stack goes."""
    serves = serving(part)
    properties: dict[str, Value] = {
        "AvailabilityZone": att(net.subnet(instance), "AvailabilityZone"),
        "Size": part.spec.size_gb,
        "VolumeType": "gp3",
        "Encrypted": True,
        "Tags": tags(env.named(part.id), serves),
    }
    snapshot = part.spec.snapshot or env.snapshots.get(part.id)
    if snapshot:
        properties["SnapshotId"] = snapshot
    return Resource(
        id=plan.names.logical(part.id),
        type="AWS::EC2::Volume",
        serves=serves,
        properties=properties,
        kept="Snapshot",
        skips={"CKV_AWS_189": "encrypted with the key that AWS manages; a key of one's own costs 1 USD a month"},
    )


def resources(plan: Blueprint, env: Environment, net: Net, instance: Part[Instance]) -> Iterator[Resource]:
    """Yield an instance and all that belongs to it, its attachments and its readiness included."""
    logical, part = plan.names.logical(instance.id), Serves(kind="part", id=instance.id)
    role, profile = plan.names.logical(instance.id, "Role"), plan.names.logical(instance.id, "Profile")
    if not instance.place.firewall:
        says = "Instance, reachable by what the diagram joins it with only"
        yield security_group(net, group(plan, instance), says, env.named(instance.id), part)
    yield _role(plan, env, instance, role)
    yield Resource(id=profile, type="AWS::IAM::InstanceProfile", serves=part, properties={"Roles": [ref(role)]})
    for each in plan.volumes(instance):
        yield _volume(plan, env, net, each, instance)
    values = _values(plan, env, instance)
    # Every release gets a condition of its own name, so that every release is waited for.
    release = sha256(boot.user_data(values).encode()).hexdigest()[:8]
    ready = plan.names.logical(instance.id, f"Ready{release}")
    handle = plan.names.logical(instance.id, f"ReadyHandle{release}")
    if env.waits:
        values["SIGNAL"] = f"${{{handle}}}"
        yield Resource(id=handle, type="AWS::CloudFormation::WaitConditionHandle", serves=part, properties={})
    yield _instance(plan, env, net, instance, profile=profile, values=values)
    attachments = list(_attachments(plan, instance, logical))
    yield from attachments
    if env.waits:
        yield Resource(
            id=ready,
            type="AWS::CloudFormation::WaitCondition",
            serves=part,
            after=(logical, *(a.id for a in attachments)),
            properties={"Handle": ref(handle), "Timeout": _READY_SECONDS, "Count": 1},
        )
    yield from _alarms(plan, env, instance)


def _values(plan: Blueprint, env: Environment, instance: Part[Instance]) -> dict[str, str]:
    """Return what the boot script is told, by name; `${...}` stands for what CloudFormation puts in."""
    code = env.code.get(instance.id)
    found = {
        "STACK": env.stack,
        "REGION": env.region,
        "BUNDLE": f"s3://{env.artifacts}/{code.key if code else 'apps/app.tar.gz'}",
        "PORT": str(instance.spec.port),
        "BUCKETS": ",".join(env.bucket_name(link.target.id) for link in plan.out(instance, Meaning.READ, Bucket)),
    }
    if volumes := plan.volumes(instance):
        found["VOLUME"] = f"${{{plan.names.logical(volumes[0].id)}}}"
    return found


def _instance(
    plan: Blueprint, env: Environment, net: Net, instance: Part[Instance], *, profile: str, values: Mapping[str, str]
) -> Resource:
    serves = serving(instance)
    return Resource(
        id=plan.names.logical(instance.id),
        type="AWS::EC2::Instance",
        serves=serves,
        after=(*net.ways_out(net.subnet(instance)), plan.names.logical(group(plan, instance), "ToS3")),
        skips=_skips(instance),
        properties={
            "ImageId": env.images[instance.spec.machine],
            "InstanceType": instance.spec.instance_type,
            "IamInstanceProfile": ref(profile),
            **_network(plan, net, instance),
            "EbsOptimized": True,
            "InstanceInitiatedShutdownBehavior": "stop",
            "PropagateTagsToVolumeOnCreation": True,
            "MetadataOptions": {
                "HttpTokens": "required",
                "HttpEndpoint": "enabled",
                "HttpPutResponseHopLimit": 1,
                "InstanceMetadataTags": "disabled",
            },
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {
                        "VolumeType": "gp3",
                        "VolumeSize": instance.spec.root_gb,
                        "Encrypted": True,
                        "DeleteOnTermination": True,
                    },
                }
            ],
            "Tags": tags(env.named(instance.id), serves),
            "UserData": {"Fn::Base64": {"Fn::Sub": boot.user_data(values)}},
        },
    )


def _network(plan: Blueprint, net: Net, instance: Part[Instance]) -> dict[str, Value]:
    """Return where an instance stands; one with a public address says it with its interface."""
    network: dict[str, Value] = {
        "SubnetId": ref(net.subnet(instance)),
        "SecurityGroupIds": [att(group(plan, instance), "GroupId")],
    }
    if instance.spec.public_ip:
        interface: dict[str, Value] = {
            "DeviceIndex": "0",
            "AssociatePublicIpAddress": True,
            "SubnetId": network["SubnetId"],
            "GroupSet": network["SecurityGroupIds"],
        }
        return {"NetworkInterfaces": [interface]}
    return network


def _attachments(plan: Blueprint, instance: Part[Instance], logical: str) -> Iterator[Resource]:
    for link in plan.out(instance, Meaning.ATTACH, Volume):
        yield Resource(
            id=plan.names.logical(link.edges[0], "Attachment"),
            type="AWS::EC2::VolumeAttachment",
            serves=Serves(kind="edge", id=link.edges[0]),
            properties={
                "InstanceId": ref(logical),
                "VolumeId": ref(plan.names.logical(link.target.id)),
                "Device": "/dev/sdf",
            },
        )


def _alarms(plan: Blueprint, env: Environment, instance: Part[Instance]) -> Iterator[Resource]:
    yield alarm(
        plan.names.logical(instance.id, "StatusAlarm"),
        instance.id,
        "The instance or its host has failed its status checks for five minutes",
        "AWS/EC2:StatusCheckFailed",
        {"InstanceId": ref(plan.names.logical(instance.id))},
        over=1,
        at="Maximum",
        seconds=60,
        times=5,
        missing="missing",
    )
    for each in plan.volumes(instance):
        yield alarm(
            plan.names.logical(each.id, "FullAlarm"),
            each.id,
            "The data volume is more than 85 percent full; the function reports what the app tells it",
            f"{contract.METRICS}:{contract.DISK_USED}",
            {"Stack": env.stack},
            over=85,
            at="Maximum",
        )


def _role(plan: Blueprint, env: Environment, instance: Part[Instance], role: str) -> Resource:
    workload = catalogue.of(instance.spec.runs)
    buckets = [env.bucket_name(link.target.id) for link in plan.out(instance, Meaning.READ, Bucket)]

    def under(prefixes: tuple[str, ...]) -> list[Value]:
        return [f"arn:{env.partition}:s3:::{bucket}/{p}*" for bucket in buckets for p in prefixes]

    statements: list[Mapping[str, Value]] = [
        {
            "Sid": "ReadBundle",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": f"arn:{env.partition}:s3:::{env.artifacts}/apps/*",
        }
    ]
    if buckets:
        reads: list[Value] = ["s3:GetObject", "s3:GetObjectVersion"]
        statements.append({"Sid": "Read", "Effect": "Allow", "Action": reads, "Resource": under(workload.reads)})
    if buckets and workload.writes:
        writes = under(workload.writes)
        statements.append({"Sid": "Write", "Effect": "Allow", "Action": "s3:PutObject", "Resource": writes})
        lists: list[Value] = [f"arn:{env.partition}:s3:::{bucket}" for bucket in buckets]
        prefixes: list[Value] = [f"{p}*" for p in workload.reads]
        statements.append(
            {
                "Sid": "List",
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": lists,
                "Condition": {"StringLike": {"s3:prefix": prefixes}},
            }
        )
    return Resource(
        id=role,
        type="AWS::IAM::Role",
        serves=Serves(kind="part", id=instance.id),
        properties={
            "AssumeRolePolicyDocument": policy(
                {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ),
            "Policies": [{"PolicyName": "objects", "PolicyDocument": policy(*statements)}],
        },
    )


def _skips(instance: Part[Instance]) -> dict[str, str]:
    skips = {"CKV_AWS_126": "detailed monitoring costs 2.10 USD a month; the alarm uses the free status checks"}
    if instance.spec.public_ip:
        skips["CKV_AWS_88"] = "the diagram asks for a public address; nothing may come in but what it draws"
    return skips
