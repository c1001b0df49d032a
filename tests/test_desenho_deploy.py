"""`desenho deploy` as a user types it: without an account, and on the local cloud."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from architecture.errors import UsageError
from desenho.cli import main
from desenho.stacks import region_of

if TYPE_CHECKING:
    from deploy.local import LocalCloud

ROOT = Path(__file__).parents[1]
CHALLENGE = str(ROOT / "diagrams" / "challenge.py")
ACTIONS = ["plan", "up", "status", "outputs", "cost", "template", "down"]


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without any AWS credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


@pytest.fixture
def here(local_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, nobody: None) -> None:
    """`--local` means the local cloud of the tests."""
    monkeypatch.setenv("DESENHO_STATE", str(local_cloud.state.folder))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["deploy", *words])
    out, err = capsys.readouterr()
    return code, out, err


# ---- without an account


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_help(capsys: pytest.CaptureFixture[str], action: str) -> None:
    code, out, _ = run(capsys, action, "--help")
    assert code == 0
    assert "--stack NAME" in out


def test_the_help_names_every_action(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for action in ACTIONS:
        assert out.count(f"\n    {action} ") == 1, "in one list"
    assert "costs money" in out


def test_template_needs_no_account(capsys: pytest.CaptureFixture[str], nobody: None) -> None:
    code, out, _ = run(capsys, "template", CHALLENGE, "--stack", "demo", "--region", "us-east-1")
    assert code == 0
    assert out == (ROOT / "tests/golden/templates/challenge.us-east-1.json").read_text()


def test_the_region_is_the_diagrams_own(capsys: pytest.CaptureFixture[str], nobody: None) -> None:
    _, out, _ = run(capsys, "template", CHALLENGE, "--stack", "demo")
    assert out == (ROOT / "tests/golden/templates/challenge.sa-east-1.json").read_text()


def test_python_m_deploy_is_the_same(nobody: None) -> None:
    command = [sys.executable, "-m", "deploy", "template", CHALLENGE, "--stack", "demo", "--region", "us-east-1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == (ROOT / "tests/golden/templates/challenge.us-east-1.json").read_text()


def test_cost_needs_no_account(capsys: pytest.CaptureFixture[str], nobody: None) -> None:
    code, out, _ = run(capsys, "cost", CHALLENGE)
    assert code == 0
    assert "12.52" in out
    _, out, _ = run(capsys, "cost", CHALLENGE, "--region", "us-east-1", "--json")
    assert json.loads(out)["monthly"]["idle"] == {"usd": 7.57, "complete": True}


@pytest.mark.parametrize(("action", "code"), [("plan", 1), ("up", 2), ("status", 2)])
def test_without_credentials_local_is_offered(
    capsys: pytest.CaptureFixture[str], nobody: None, action: str, code: int
) -> None:
    found, out, err = run(capsys, action, CHALLENGE)
    assert found == code
    assert out == ""
    assert "no usable AWS credentials" in err
    assert "--local" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["plan", "nowhere.py"], "no such file"),
        (["plan"], "required: SOURCE"),
        (["plan", CHALLENGE, "--nowhere"], "unrecognized arguments: --nowhere"),
        (["up", CHALLENGE, "--local", "--endpoint-url", "http://x"], "not allowed with"),
        (["status", "--local"], "which stack?"),
        (["plan", str(ROOT / "diagrams"), "--local"], "a deploy has one source"),
        (["up", CHALLENGE, "--local", "--stack", "my_stack"], "CloudFormation takes no such name"),
        (["plan", CHALLENGE, "--local", "--stack", "9lives"], "letters, digits and hyphens, with a letter first"),
        (["fly", CHALLENGE], "invalid choice"),
    ],
)
def test_words_that_mean_nothing(capsys: pytest.CaptureFixture[str], here: None, words: list[str], says: str) -> None:
    code, out, err = run(capsys, *words)
    assert code == (1 if words[0] == "plan" else 2)
    assert says in err
    assert out == ""


def test_what_cannot_be_deployed_is_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path, here: None) -> None:
    script = tmp_path / "plain.py"
    script.write_text(
        "from diagrams import Diagram\nfrom diagrams.aws.compute import ECS\nfrom diagrams.aws.database import RDS\n"
        "with Diagram('plain', show=False):\n    web = ECS('web')\n    db = RDS('db')\n    web >> db\n"
    )
    code, _, err = run(capsys, "plan", str(script), "--local")
    assert code == 1
    assert "web (web): aws.compute.ElasticContainerService cannot be deployed" in err
    assert "db (db): aws.database.RDS cannot be deployed" in err
    assert "supported are nodes: api, bucket" in err


# ---- on the local cloud


def test_a_stack_is_looked_for_in_the_regions_of_the_local_cloud() -> None:
    told = [
        {"name": "mine", "region": "sa-east-1", "status": "CREATE_COMPLETE"},
        {"name": "other", "region": "us-west-2", "status": "CREATE_COMPLETE"},
    ]
    assert region_of("mine", told) == "sa-east-1"
    assert region_of("missing", told) == "us-east-1"
    with pytest.raises(UsageError, match="a stack mine in eu-west-1, sa-east-1") as error:
        region_of("mine", [*told, {"name": "mine", "region": "eu-west-1", "status": "ROLLBACK_COMPLETE"}])
    assert "--region" in error.value.hint


def test_a_stack_from_its_first_plan_to_its_last_byte(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, here: None
) -> None:
    script = tmp_path / "mine.py"
    script.write_text(Path(CHALLENGE).read_text())
    mine = [str(script), "--local"]

    code, out, _ = run(capsys, "plan", *mine)
    assert (code, "mine in sa-east-1: " in out, "+ create      Bucket" in out) == (2, True, True)

    code, out, err = run(capsys, "up", *mine, "--yes")
    assert code == 0, err
    assert "create complete   Bucket (AWS::S3::Bucket)  Amazon S3 in AWS Cloud > sa-east-1" in err
    assert "mine is up" in err
    assert "BucketName" in out

    assert run(capsys, "plan", *mine)[0] == 0
    code, out, err = run(capsys, "up", *mine)
    assert (code, "nothing to change" in err) == (0, True), "nothing to change asks nothing"

    code, out, _ = run(capsys, "status", *mine)
    assert code == 0
    assert "mine in sa-east-1: CREATE_COMPLETE" in out
    assert "not checked here" in out

    code, out, _ = run(capsys, "outputs", "--stack", "mine", "--local", "--json")
    told: dict[str, Any] = json.loads(out)
    assert code == 0
    assert told["endpoint"].startswith("http://127.0.0.1:")
    ids = {r["id"]: r["physical_id"] for r in told["resources"] if r["id"]}
    assert {"vpc", "subnet", "bucket", "function", "server", "volume", "bucket--function"} <= ids.keys()
    assert ids["bucket"] == told["outputs"]["BucketName"]

    script.write_text(script.read_text().replace("memory_mb=512", "memory_mb=1024").replace("t4g.micro", "t3.micro"))
    code, out, err = run(capsys, "plan", *mine)
    assert code == 2
    assert "MemorySize: 512 -> 1024" in out
    assert "up needs --replace server" in err
    code, _, err = run(capsys, "up", *mine, "--yes")
    assert (code, "--replace server" in err) == (2, True)
    code, out, err = run(capsys, "up", *mine, "--yes", "--replace", "server", "--json")
    assert code == 0, err
    again = {r["id"]: r["physical_id"] for r in json.loads(out)["resources"] if r["id"]}
    assert again["volume"] == ids["volume"]
    assert again["server"] != ids["server"]

    code, _, err = run(capsys, "down", *mine)
    assert (code, "add --yes" in err) == (2, True), "nobody to ask removes nothing"
    code, out, err = run(capsys, "down", *mine, "--yes")
    assert code == 0, err
    assert f"stays: bucket {ids['bucket']}" in out
    assert "stays: snapshot snap-" in out

    code, _, err = run(capsys, "up", *mine, "--yes")
    assert code == 0, err
    assert "is taken over with what is in it" in err
    assert "volume is filled from snap-" in err
    assert "import complete   Bucket" in err
    code, out, err = run(capsys, "down", *mine, "--yes", "--delete-data")
    assert (code, out) == (0, ""), err
    code, _, err = run(capsys, "status", *mine)
    assert (code, "there is no stack mine" in err) == (2, True)
    code, _, err = run(capsys, "status", "--stack", "mine", "--local")
    assert (code, "there is no stack mine on the local cloud" in err) == (2, True)
    code, _, err = run(capsys, "down", *mine, "--yes")
    assert (code, "there is no stack mine in sa-east-1 to remove" in err) == (0, True)


@pytest.mark.parametrize("name", ["ml_pipeline", "web_app"])
def test_the_architectures_without_code_are_refused_by_name(
    capsys: pytest.CaptureFixture[str], here: None, name: str
) -> None:
    source = [str(ROOT / "diagrams" / f"{name}.py"), "--local"]
    code, _, err = run(capsys, "plan", *source)
    assert (code, f"the workload {name} has no code yet" in err) == (1, True)
