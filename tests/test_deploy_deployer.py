"""Deploying to a small account in memory: every state of a stack, and the way out of each."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from architecture.errors import AccessError, CloudError, CredentialsError, StackError, ThrottledError
from architecture.spec import Function, Instance, Volume
from architectures import challenge
from deploy import deployer, removal
from deploy.blueprint import read
from deploy.deployer import Deployment
from deploy.removal import down, stop
from deploy.report import report
from fake_account import FakeAccount

BASE = Path(__file__).parent


class Audience:
    """Somebody who remembers all that is said, and answers yes unless told otherwise."""

    def __init__(self, *, yes: bool = True) -> None:
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.yes = yes

    def say(self, text: str) -> None:
        self.heard.append(text)

    def passing(self, text: str) -> None:
        pass

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self.yes

    @property
    def all(self) -> str:
        return "\n".join(self.heard)


@pytest.fixture
def account() -> FakeAccount:
    return FakeAccount()


@pytest.fixture
def audience() -> Audience:
    return Audience()


def deployment(account: FakeAccount, audience: Audience, **specs: Any) -> Deployment:
    return Deployment(clients=account, blueprint=read(challenge(**specs)), name="demo", base=BASE, audience=audience)


def snapshot(account: FakeAccount, volume: str = "volume") -> list[str]:
    return [s["SnapshotId"] for s in account.snapshots if {"Key": "desenho:id", "Value": volume} in s["Tags"]]


# ---- the plain way


def test_up_makes_everything_and_up_again_changes_nothing(account: FakeAccount, audience: Audience) -> None:
    shown: list[deployer.Plan] = []
    outcome = deployer.up(deployment(account, audience), show=shown.append)
    assert account.stacks["demo"].status == "CREATE_COMPLETE"
    assert {c.action for c in shown[0].changes} == {"create"}
    assert len(shown[0].changes) == len(account.stacks["demo"].resources)
    assert outcome.stack
    assert outcome.stack.outputs["BucketName"] == "demo-bucket-111122223333-us-east-1"
    assert "create complete   Bucket (AWS::S3::Bucket)  Amazon S3 in AWS Cloud > sa-east-1  1 s" in audience.all
    assert account.buckets["desenho-artifacts-111122223333-us-east-1"]["private"]
    assert account.stacks["demo"].tags == [{"Key": "desenho:stack", "Value": "demo"}]

    again = Audience()
    assert deployer.up(deployment(account, again)).plan.changes == ()
    assert again.asked == [], "nothing to change is nothing to ask"


def test_a_deployed_stack_needs_no_second_look_at_the_account(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    account.calls.clear()
    account.images = {"arm64": "ami-0bbbbbbbbbbbbbbb1", "x86_64": "ami-0bbbbbbbbbbbbbbb2"}
    assert not deployer.up(deployment(account, audience)).plan.changes, "a newer image replaces nothing"
    assert not [c for c in account.calls if c.startswith(("ec2", "ssm", "sts", "service-quotas"))]


def test_plan_of_a_new_stack_leaves_nothing_behind(account: FakeAccount, audience: Audience) -> None:
    plan = deployer.plan(deployment(account, audience))
    assert plan.changes
    assert plan.notes == ("the diagram says sa-east-1, this goes to us-east-1",)
    assert account.stacks == {}
    assert account.buckets == {}


def test_plan_says_each_property_before_and_after(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    plan = deployer.plan(deployment(account, audience, function=Function(memory_mb=1024, log_days=30)))
    told = {c.logical: [str(d) for d in c.details] for c in plan.changes}
    assert told == {"Function": ["MemorySize: 512 -> 1024"], "FunctionLog": ["RetentionInDays: 14 -> 30"]}
    assert plan.summary == "demo in us-east-1: 2 to update"
    assert not account.stacks["demo"].change_sets, "the change set is gone"
    assert json.loads(json.dumps(plan.as_json()))["changes"][0]["properties"][0]["path"]


def test_a_change_of_words_alone_is_told_and_waits_for_a_resource(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    drawn = challenge()
    nodes = tuple(replace(n, label="Ingest") if n.id == "server" else n for n in drawn.nodes)
    renamed = replace(deployment(account, audience), blueprint=read(replace(drawn, nodes=nodes)))
    for told in (deployer.plan(renamed), deployer.up(renamed).plan):
        assert told.changes == ()
        assert any(
            note.startswith("the words of server have changed; the stack takes them with") for note in told.notes
        )
    assert not any("the words of" in note for note in deployer.plan(deployment(account, audience)).notes)


def test_a_no_changes_nothing(account: FakeAccount) -> None:
    with pytest.raises(StackError, match="nothing was changed"):
        deployer.up(deployment(account, Audience(yes=False)))
    assert account.stacks == {}, "not even the empty record of a stack"


def test_somebody_elses_question_keeps_its_change_set(account: FakeAccount, audience: Audience) -> None:
    account("cloudformation").create_change_set(
        StackName="demo",
        ChangeSetName="theirs",
        ChangeSetType="CREATE",
        TemplateBody='{"Resources": {"A": {"Type": "T"}}}',
    )
    with pytest.raises(StackError, match="nothing was changed"):
        deployer.up(deployment(account, Audience(yes=False)))
    assert len(account.stacks["demo"].change_sets) == 1


# ---- failures


def test_the_first_failure_comes_with_cause_and_hint(account: FakeAccount, audience: Audience) -> None:
    account.fail["Server"] = "You have requested more vCPU capacity than your current vCPU limit of 0"
    with pytest.raises(StackError) as error:
        deployer.up(deployment(account, audience))
    assert "Server failed: You have requested more vCPU" in error.value.what
    assert "Service Quotas" in error.value.hint
    assert any(line.startswith("  the cause: You have requested") for line in audience.heard)
    assert account.stacks["demo"].status == "ROLLBACK_COMPLETE"


def test_after_a_failed_creation_up_clears_up_and_starts_again(account: FakeAccount, audience: Audience) -> None:
    account.fail["Server"] = "no luck"
    with pytest.raises(StackError):
        deployer.up(deployment(account, audience))
    plan = deployer.plan(deployment(account, audience))
    assert "the stack is ROLLBACK_COMPLETE: what is left of it is removed first" in plan.notes
    deployer.up(deployment(account, audience))
    assert account.stacks["demo"].status == "CREATE_COMPLETE"
    assert "its creation failed" in audience.all


def test_a_failed_update_leaves_what_was_there(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    before = account.stacks["demo"].template
    account.fail["Function"] = "Rate exceeded"
    with pytest.raises(StackError) as error:
        deployer.up(deployment(account, audience, function=Function(memory_mb=1024)))
    assert "what was there before is as it was" in error.value.what
    assert account.stacks["demo"].template == before
    deployer.up(deployment(account, audience, function=Function(memory_mb=1024)))
    assert account.stacks["demo"].status == "UPDATE_COMPLETE"


@pytest.mark.parametrize("stays", [False, True])
def test_a_way_back_that_failed_is_finished(account: FakeAccount, audience: Audience, stays: bool) -> None:
    deployer.up(deployment(account, audience))
    account.fail["Function"] = "no luck"
    account.fail_rollback = {"FunctionLog"}
    with pytest.raises(StackError):
        deployer.up(deployment(account, audience, function=Function(memory_mb=1024, log_days=30)))
    assert account.stacks["demo"].status == "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(StackError) as stuck:
        deployer.plan(deployment(account, audience))
    assert "desenho deploy up finishes the way back" in stuck.value.hint
    if not stays:
        account.fail_rollback = set()
    deployer.up(deployment(account, audience))
    assert account.stacks["demo"].status in {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
    assert ("without the resources that fail" in audience.all) == stays


def test_a_way_back_waits_for_a_yes(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    account.stacks["demo"].status = "UPDATE_ROLLBACK_FAILED"
    with pytest.raises(StackError, match="UPDATE_ROLLBACK_FAILED"):
        deployer.up(deployment(account, Audience(yes=False)))
    assert "cloudformation.continue_update_rollback" not in account.calls


def test_a_removal_that_failed_says_where_and_goes_on(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    account.fail_delete["Vpc"] = "The vpc has dependencies (DependencyViolation)"
    with pytest.raises(StackError) as error:
        down(account, "demo", audience)
    assert "Vpc: The vpc has dependencies" in error.value.what
    assert "something outside of this stack still uses it" in error.value.hint
    for action in (deployer.plan, deployer.up):
        with pytest.raises(StackError, match="DELETE_FAILED"):
            action(deployment(account, audience))
    account.fail_delete.clear()
    down(account, "demo", audience)
    assert account.stacks == {}


# ---- running operations


def run_by(account: FakeAccount, token: str) -> None:
    """Start an update that stays under way, as somebody with a token."""
    account.slow = True
    stack = account.stacks["demo"]
    body = json.dumps(
        stack.template | {"Resources": stack.template["Resources"] | {"More": {"Type": "T", "Properties": {}}}}
    )
    made = account("cloudformation").create_change_set(
        StackName="demo", ChangeSetName="c", ChangeSetType="UPDATE", TemplateBody=body
    )
    account("cloudformation").execute_change_set(ChangeSetName=made["Id"], StackName="demo", ClientRequestToken=token)


def test_a_second_deploy_says_who_is_running(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    run_by(account, "desenho-ana-at-laptop-pid-77-1f")
    for action in (deployer.plan, deployer.up):
        with pytest.raises(StackError) as error:
            action(deployment(account, audience))
        assert "UPDATE_IN_PROGRESS, started by ana on laptop (process 77) at 2026-01-02 03:" in error.value.what
        assert "status --stack demo" in error.value.hint
    told = report(account, "demo")
    assert told.running.startswith("ana on laptop")
    assert not told.well


def test_what_another_tool_started_is_left_alone(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    run_by(account, "console-token-1")
    with pytest.raises(StackError, match="a client with the token console-token-1"):
        deployer.up(deployment(account, audience))


def test_a_living_deploy_on_this_machine_is_left_alone(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    node = re.sub(r"[^A-Za-z0-9]+", "-", platform.node()).strip("-")
    run_by(account, f"desenho-me-at-{node}-pid-{os.getppid()}-1f")
    with pytest.raises(StackError, match="an operation is running"):
        deployer.up(deployment(account, audience))


def starts_theirs(account: FakeAccount, body: str) -> None:
    """Let Ana begin to make the stack that is not there yet."""
    account.slow = True
    made = account("cloudformation").create_change_set(
        StackName="demo", ChangeSetName="theirs", ChangeSetType="CREATE", TemplateBody=body
    )
    account("cloudformation").execute_change_set(
        ChangeSetName=made["Id"], StackName="demo", ClientRequestToken="desenho-ana-at-laptop-pid-77-1f"
    )


def test_of_two_first_deploys_at_once_the_second_says_who_is_running(
    account: FakeAccount, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(**given: Any) -> Any:
        monkeypatch.undo()
        starts_theirs(account, given["TemplateBody"])
        what = "Stack [demo] already exists and cannot be created again with the changeSet [desenho-1]."
        raise CloudError(what, code="ValidationError")

    monkeypatch.setattr(account, "cloudformation_create_change_set", meanwhile)
    with pytest.raises(StackError) as error:
        deployer.up(deployment(account, audience))
    assert "CREATE_IN_PROGRESS, started by ana on laptop (process 77)" in error.value.what
    assert "status --stack demo" in error.value.hint
    account.finish("demo")
    assert account.stacks["demo"].status == "CREATE_COMPLETE"


def test_a_change_set_that_another_deploy_has_swept_away_is_planned_anew(
    account: FakeAccount, audience: Audience
) -> None:
    deployer.up(deployment(account, audience))
    gone = CloudError("ChangeSet [desenho-1] does not exist", code="ChangeSetNotFound")
    account.raises("cloudformation.describe_change_set", gone)
    with pytest.raises(StackError, match="somebody else has changed the stack") as error:
        deployer.up(deployment(account, audience, function=Function(memory_mb=1024)))
    assert "run the same command again" in error.value.hint


def test_a_no_leaves_alone_what_somebody_else_began_meanwhile(account: FakeAccount) -> None:
    class Slow(Audience):
        def agrees(self, question: str) -> bool:
            starts_theirs(account, '{"Resources": {"A": {"Type": "T"}}}')
            return super().agrees(question)

    with pytest.raises(StackError, match="nothing was changed"):
        deployer.up(deployment(account, Slow(yes=False)))
    assert account.stacks["demo"].status == "CREATE_IN_PROGRESS"


def test_ctrl_c_stops_nothing_and_up_goes_on(account: FakeAccount, audience: Audience) -> None:
    account.slow = True
    polls = iter(range(100))
    original = account.cloudformation_describe_stack_events

    def events(**given: Any) -> Any:
        if next(polls) == 2:
            raise KeyboardInterrupt
        return original(**given)

    account.cloudformation_describe_stack_events = events
    with pytest.raises(KeyboardInterrupt):
        deployer.up(deployment(account, audience))
    assert "CloudFormation goes on by itself" in audience.all
    assert account.stacks["demo"].status == "CREATE_IN_PROGRESS"

    # The process that was interrupted has ended; its operation has the token of one that is no more.
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    for event in account.stacks["demo"].events:
        event["ClientRequestToken"] = re.sub(r"pid-\d+", f"pid-{ended.stdout.strip()}", event["ClientRequestToken"])
    account.slow = False
    answers = iter([lambda: None, lambda: account.finish("demo")])

    def finishing(**given: Any) -> Any:
        found = original(**given)
        next(answers, lambda: None)()
        return found

    account.cloudformation_describe_stack_events = finishing
    again = Audience()
    assert not deployer.up(deployment(account, again)).plan.changes
    assert "following it" in again.all
    assert "create complete   Server" in again.all
    assert account.stacks["demo"].status == "CREATE_COMPLETE"


# ---- the account


def test_throttling_while_following_is_waited_out(account: FakeAccount, audience: Audience) -> None:
    slow_down = ThrottledError("AWS asks for fewer calls", code="Throttling")
    account.raises("cloudformation.describe_change_set", slow_down, slow_down)
    deployer.up(deployment(account, audience))
    account.raises("cloudformation.describe_stack_events", slow_down)
    with pytest.raises(ThrottledError):
        deployer.up(deployment(account, audience, function=Function(memory_mb=1024)))
    account.raises("cloudformation.describe_change_set", slow_down)
    deployer.up(deployment(account, audience, function=Function(memory_mb=1024)))
    assert account.stacks["demo"].status == "UPDATE_COMPLETE"


@pytest.mark.parametrize("call", ["sts.get_caller_identity", "cloudformation.describe_stacks"])
@pytest.mark.parametrize(
    "error",
    [
        CredentialsError("the AWS credentials have expired", code="ExpiredToken"),
        AccessError("a permission is missing: cloudformation:DescribeStacks", code="AccessDenied"),
    ],
)
def test_what_the_account_refuses_changes_nothing(
    account: FakeAccount, audience: Audience, call: str, error: CloudError
) -> None:
    account.raises(call, error)
    with pytest.raises(type(error)):
        deployer.up(deployment(account, audience))
    assert account.stacks == {}
    assert account.buckets == {}


def test_a_missing_permission_in_the_middle_leaves_no_change_set(account: FakeAccount, audience: Audience) -> None:
    account.raises("cloudformation.execute_change_set", AccessError("a permission is missing", code="AccessDenied"))
    with pytest.raises(AccessError):
        deployer.up(deployment(account, audience))
    assert account.stacks == {}


def test_what_cloudformation_refuses_is_told_in_its_words(account: FakeAccount, audience: Audience) -> None:
    account.raises("cloudformation.create_change_set", CloudError("Template format error: x", code="ValidationError"))
    with pytest.raises(CloudError, match="Template format error: x"):
        deployer.up(deployment(account, audience))
    assert account.stacks == {}
    deployer.up(deployment(account, audience))
    assert account.stacks["demo"].status == "CREATE_COMPLETE"


def test_quotas_are_told_before_anything_is_made(account: FakeAccount, audience: Audience) -> None:
    account.vpcs, account.unreserved = 5, 10
    account.quotas["L-1216C47A"] = 1
    with pytest.raises(StackError) as error:
        deployer.up(deployment(account, audience, function=Function(concurrency=5)))
    for words in (
        "reserve 5 executions, and the account has 0",
        "5 VPCs already",
        "2 vCPUs, and the account's quota is 1",
    ):
        assert words in error.value.what
    assert account.stacks == account.buckets == {}


def test_a_quota_that_may_not_be_asked_is_a_note(account: FakeAccount, audience: Audience) -> None:
    account.raises("service-quotas.get_service_quota", AccessError("no", where="service-quotas get_service_quota"))
    plan = deployer.plan(deployment(account, audience))
    assert "not checked, for want of a permission: service-quotas get_service_quota" in plan.notes


def test_a_volume_cannot_shrink(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    with pytest.raises(StackError, match="cannot shrink from 10 to 5 GiB"):
        deployer.plan(deployment(account, audience, volume=Volume(size_gb=5)))


def test_a_plan_that_is_overtaken_says_so(account: FakeAccount, audience: Audience) -> None:
    account.raises("cloudformation.execute_change_set", CloudError("OBSOLETE", code="InvalidChangeSetStatus"))
    with pytest.raises(StackError, match="somebody else has changed the stack"):
        deployer.up(deployment(account, audience))
    assert account.stacks == {}


def test_a_bucket_of_somebody_else_is_not_touched(account: FakeAccount, audience: Audience) -> None:
    account.buckets["demo-bucket-111122223333-us-east-1"] = {"tag": "other", "objects": {}}
    with pytest.raises(StackError, match="belongs to the stack other"):
        deployer.up(deployment(account, audience))


def test_a_template_too_large_for_a_call_travels_through_the_bucket(
    account: FakeAccount, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.stack._INLINE", 1000)
    deployer.up(deployment(account, audience))
    assert any(
        k.startswith("templates/") for k in account.buckets["desenho-artifacts-111122223333-us-east-1"]["objects"]
    )


# ---- data


def test_data_outlive_the_stack_and_come_back(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    bucket = "demo-bucket-111122223333-us-east-1"
    account.buckets[bucket]["objects"]["incoming/a.txt"] = b"kept"
    kept = down(account, "demo", audience)
    assert [(k.kind, k.name) for k in kept] == [("bucket", bucket), ("snapshot", "snap-00000000")]
    assert "Its data stay" in audience.asked[-1]
    assert account.instances == {}, "the instance was stopped before it went"

    again = Audience()
    plan = deployer.plan(deployment(account, again))
    assert f"the bucket {bucket}, left by an earlier stack, is taken over with what is in it" in plan.notes
    assert {c.logical for c in plan.changes if c.action == "adopt"} == {"Bucket"}
    assert "volume is filled from snap-00000000, left by an earlier stack" in plan.notes
    deployer.up(deployment(account, again))
    assert account.stacks["demo"].template["Resources"]["Volume"]["Properties"]["SnapshotId"] == "snap-00000000"
    assert account.buckets[bucket]["objects"] == {"incoming/a.txt": b"kept"}
    assert not deployer.up(deployment(account, again)).plan.changes, "the snapshot stays in the template"


def test_data_go_only_when_they_are_to_go(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    account.buckets["demo-bucket-111122223333-us-east-1"]["objects"] = {f"incoming/{n}": b"x" for n in range(2500)}
    assert down(account, "demo", audience, delete_data=True) == ()
    assert "for ever" in audience.asked[-1]
    assert [*account.buckets] == ["desenho-artifacts-111122223333-us-east-1"]
    assert account.snapshots == []


def test_data_that_a_stack_left_can_go_later(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    down(account, "demo", audience)
    down(account, "demo", audience, delete_data=True)
    assert account.snapshots == []
    assert [*account.buckets] == ["desenho-artifacts-111122223333-us-east-1"]


def test_the_data_of_a_stack_are_found_however_its_name_is_spelt(account: FakeAccount, audience: Audience) -> None:
    deployer.up(replace(deployment(account, audience), name="My--Shop"))
    assert "bucket" in [k.kind for k in down(account, "My--Shop", audience)]
    assert "bucket my-shop-bucket-111122223333-us-east-1" in audience.asked[-1]


def test_a_no_removes_nothing(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    with pytest.raises(StackError, match="nothing was removed"):
        down(account, "demo", Audience(yes=False))
    assert account.stacks["demo"].status == "CREATE_COMPLETE"
    assert [*account.instances.values()] == ["running"]


def test_a_no_keeps_the_data_that_a_stack_left(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    kept = down(account, "demo", audience)
    with pytest.raises(StackError, match="nothing was removed"):
        down(account, "demo", Audience(yes=False), delete_data=True)
    assert down(account, "demo", audience) == kept


@pytest.mark.parametrize("state", ["pending", "running", "stopped", "terminated"])
def test_an_instance_is_at_rest_before_it_goes(account: FakeAccount, audience: Audience, state: str) -> None:
    deployer.up(deployment(account, audience))
    (instance,) = account.instances
    account.instances[instance] = state
    stop(account, audience, [instance])
    wanted = state if state == "terminated" else "stopped"
    assert account.instances == {instance: wanted}
    assert ("ec2.stop_instances" in account.calls) == (state in {"pending", "running"})


def test_an_instance_that_does_not_stop_is_told(
    account: FakeAccount, audience: Audience, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "_STOP_SECONDS", 0)
    deployer.up(deployment(account, audience))
    (instance,) = account.instances
    account.instances[instance] = "stopping"
    with pytest.raises(StackError, match=f"{instance} did not stop in 0 s"):
        down(account, "demo", audience)
    assert account.stacks["demo"].status == "CREATE_COMPLETE"


@pytest.mark.parametrize("poll_s", [0, 3])
def test_that_a_function_goes_slowly_is_said_where_it_does(
    account: FakeAccount, audience: Audience, poll_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployer.up(deployment(account, audience))
    monkeypatch.setattr("time.sleep", lambda _: None)
    account.poll_s = poll_s  # the local cloud is asked more often than AWS
    down(account, "demo", audience)
    assert ("AWS takes 5 to 45 minutes" in audience.all) == (poll_s > 1)


def test_a_removal_that_is_under_way_is_followed_to_its_end(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    account.slow = True
    stack = account.stacks["demo"]
    account("cloudformation").delete_stack(StackName="demo")
    assert stack.status == "DELETE_IN_PROGRESS"
    account.instances = dict.fromkeys(account.instances, "stopped")
    original = account.cloudformation_describe_stack_events
    answers = iter([lambda: None, lambda: account.finish_removal(stack)])

    def finishing(**given: Any) -> Any:
        found = original(**given)
        next(answers, lambda: None)()
        return found

    account.cloudformation_describe_stack_events = finishing
    kept = down(account, "demo", audience)
    assert [k.kind for k in kept] == ["bucket", "snapshot"]
    assert account.calls.count("cloudformation.delete_stack") == 1, "it is not asked for twice"
    assert "delete complete   Server (AWS::EC2::Instance)" in audience.all


# ---- replacing


def test_what_would_replace_the_instance_needs_a_word(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    with pytest.raises(StackError) as error:
        deployer.up(deployment(account, audience, server=Instance(instance_type="t3.micro")))
    assert "this would replace server" in error.value.what
    assert "ImageId: ami-0aaaaaaaaaaaaaaa1 -> ami-0aaaaaaaaaaaaaaa2 (this replaces it)" in error.value.what
    assert "InstanceType" not in error.value.what, "that alone would replace nothing"
    assert "--replace server" in error.value.hint
    assert account.stacks["demo"].status == "CREATE_COMPLETE"


def test_replacing_takes_two_steps_and_keeps_the_volume(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    stack = account.stacks["demo"]
    old = {k: r["PhysicalResourceId"] for k, r in stack.resources.items()}
    deployer.up(deployment(account, audience, server=Instance(instance_type="t3.micro")), replacing=["server"])
    new = {k: r["PhysicalResourceId"] for k, r in stack.resources.items()}
    assert stack.status == "UPDATE_COMPLETE"
    assert new["Volume"] == old["Volume"]
    assert new["Server"] != old["Server"]
    assert new["ServerVolumeAttachment"] != old["ServerVolumeAttachment"]
    assert account.instances == {new["Server"]: "running"}, "the old one was stopped, then removed"
    handles = {k: v for k, v in new.items() if k.startswith("ServerReady")}
    assert handles
    assert not {*handles.values()} & {*old.values()}, "the new instance is waited for"


def test_replacing_a_volume_brings_its_data_back(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    stack = account.stacks["demo"]
    old = stack.resources["Volume"]["PhysicalResourceId"]
    account.snapshots.append({**_snapshot("snap-0000000a", "vol-other"), "Tags": []})
    changed = deployment(account, audience, volume=Volume(snapshot="snap-0123456789abcdef0"))
    with pytest.raises(StackError, match="this would replace volume"):
        deployer.up(changed)
    deployer.up(changed, replacing=["volume"])
    assert stack.resources["Volume"]["PhysicalResourceId"] != old
    assert snapshot(account), "the old volume's data are in a snapshot that is marked as the stack's"
    assert stack.template["Resources"]["Volume"]["Properties"]["SnapshotId"] == "snap-0123456789abcdef0"


def _snapshot(name: str, volume: str) -> dict[str, Any]:
    from fake_account import START

    return {"SnapshotId": name, "VolumeId": volume, "State": "completed", "StartTime": START, "VolumeSize": 1}


def test_replace_that_replaces_nothing_is_refused(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    changed = deployment(account, audience, function=Function(memory_mb=1024))
    with pytest.raises(StackError, match="nothing replaces server"):
        deployer.up(changed, replacing=["server"])
    assert not account.stacks["demo"].change_sets


# ---- looking


def test_status_and_outputs_of_what_is_not_there(account: FakeAccount) -> None:
    with pytest.raises(StackError, match="there is no stack demo in us-east-1"):
        report(account, "demo")


def test_status_tells_places_states_and_alarms(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    told = report(account, "demo")
    rows = {r.resource.logical: r for r in told.rows}
    assert told.well
    assert rows["Server"].now == "running"
    assert rows["Server"].place == "Amazon EC2"
    assert (rows["ServerRole"].item, rows["ServerRole"].main) == ("server", False)
    assert rows["FunctionErrorsAlarm"].now == "OK"

    def alarmed(**given: Any) -> Any:
        return {"MetricAlarms": [{"AlarmName": a, "StateValue": "ALARM"} for a in given["AlarmNames"]]}

    account.cloudwatch_describe_alarms = alarmed
    assert not report(account, "demo").well


def test_outputs_are_enough_for_another_client(account: FakeAccount, audience: Audience) -> None:
    deployer.up(deployment(account, audience))
    told = json.loads(json.dumps(report(account, "demo", states=False).as_json()))
    mine = {r["id"]: r["physical_id"] for r in told["resources"] if r["id"]}
    assert mine["bucket"] == told["outputs"]["BucketName"]
    assert mine["server"] == told["outputs"]["ServerId"]
    assert {"stack", "region", "endpoint", "resources", "outputs"} <= told.keys()
