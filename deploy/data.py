"""The data that a stack leaves behind when it goes: its buckets, and a snapshot of each volume."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from architecture.errors import CloudError
from deploy.names import physical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deploy.client import Clients

__all__ = ["Kept", "buckets", "delete_bucket", "delete_snapshot", "owner_of", "snapshots", "tag_snapshots"]

_SHOWN: Final = 1000
"""How many objects of a bucket are counted; where there are more, that is what is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A bucket or a snapshot that stays. `gb` is its size in GiB, at most, as far as it was counted."""

    kind: str
    name: str
    says: str
    gb: float


def owner_of(clients: Clients, bucket: str) -> str | None:
    """Return the stack that a bucket was made for: None if the bucket does not exist, empty if it is not ours."""
    s3 = clients("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except CloudError as error:
        if error.code in {"404", "NoSuchBucket", "NotFound"}:
            return None
        if error.code == "403":
            return ""
        raise
    return _tag(clients, bucket)


def buckets(clients: Clients, stack: str) -> Iterator[Kept]:
    """Yield the buckets of a stack, by their tag, whether the stack still exists or not."""
    ours = physical(stack)[:20]  # asking each bucket of the account for its tags would take a call for each
    for told in clients("s3").list_buckets().get("Buckets", []):
        name = told["Name"]
        if name.startswith(ours) and _tag(clients, name) == stack:
            sizes = [v["Size"] for v in _versions(clients, name, limit=_SHOWN)]
            count = f"{_SHOWN} or more" if len(sizes) >= _SHOWN else str(len(sizes))
            yield Kept(kind="bucket", name=name, says=f"{count} objects", gb=sum(sizes) / 2**30)


def snapshots(clients: Clients, stack: str, volumes: Iterable[str] = ()) -> Iterator[Kept]:
    """Yield the snapshots of a stack: by their tag, and those of the volumes named."""
    filters = [[{"Name": "tag:desenho:stack", "Values": [stack]}]]
    if named := [*volumes]:
        filters.append([{"Name": "volume-id", "Values": named}])
    seen: set[str] = set()
    for each in filters:
        for told in clients("ec2").describe_snapshots(OwnerIds=["self"], Filters=each)["Snapshots"]:
            if told["SnapshotId"] not in seen:
                seen.add(told["SnapshotId"])
                says = f"of {told['VolumeId']}, {told['StartTime']:%Y-%m-%d %H:%M}"
                yield Kept(kind="snapshot", name=told["SnapshotId"], says=says, gb=float(told["VolumeSize"]))


def tag_snapshots(clients: Clients, stack: str, volumes: dict[str, str]) -> dict[str, str]:
    """Mark the snapshots of volumes (physical id to node id) as the stack's, so that its next life finds them.

    Returns the newest snapshot of each node.
    """
    if not volumes:
        return {}
    ec2 = clients("ec2")
    told = ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "volume-id", "Values": [*volumes]}])
    newest: dict[str, str] = {}
    for snapshot in sorted(told["Snapshots"], key=lambda s: s["StartTime"]):
        node = volumes[snapshot["VolumeId"]]
        tags = [{"Key": "desenho:stack", "Value": stack}, {"Key": "desenho:id", "Value": node}]
        ec2.create_tags(Resources=[snapshot["SnapshotId"]], Tags=tags)
        newest[node] = snapshot["SnapshotId"]
    return newest


def delete_bucket(clients: Clients, bucket: str) -> int:
    """Delete a bucket with every version of every object; return how many there were."""
    s3 = clients("s3")
    count = 0
    while batch := [*_versions(clients, bucket, limit=1000)]:
        objects = [{"Key": v["Key"], "VersionId": v["VersionId"]} for v in batch]
        answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
        if errors := answer.get("Errors"):
            hint = "lift what holds it (a lock, a policy of the bucket), then run the same command again"
            raise CloudError(f"{errors[0]['Key']} cannot be deleted: {errors[0]['Message']}", where=bucket, hint=hint)
        count += len(objects)
    for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
        s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    s3.delete_bucket(Bucket=bucket)
    return count


def delete_snapshot(clients: Clients, snapshot: str) -> None:
    """Delete a snapshot."""
    clients("ec2").delete_snapshot(SnapshotId=snapshot)


def _versions(clients: Clients, bucket: str, *, limit: int) -> Iterator[dict[str, Any]]:
    told = clients("s3").list_object_versions(Bucket=bucket, MaxKeys=limit)
    yield from told.get("Versions", [])
    yield from ({**marker, "Size": 0} for marker in told.get("DeleteMarkers", []))


def _tag(clients: Clients, bucket: str) -> str:
    try:
        told = clients("s3").get_bucket_tagging(Bucket=bucket)
    except CloudError as error:
        if error.code in {"NoSuchTagSet", "AccessDenied", "403"}:
            return ""
        raise
    return next((t["Value"] for t in told["TagSet"] if t["Key"] == "desenho:stack"), "")
