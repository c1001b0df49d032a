"""The architectures of diagrams/."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from architecture.capture import capture
from architecture.codec import dumps, loads
from architecture.model import GroupKind
from architecture.spec import Function, Instance
from architecture.text import langs_of, translate

if TYPE_CHECKING:
    from architecture.model import Architecture

ROOT = Path(__file__).parent.parent
FIVE = ["challenge", "etl", "file_processing", "ml_pipeline", "web_app"]
ALL = sorted((ROOT / "diagrams").rglob("*.py"))


@pytest.fixture(scope="module")
def five() -> dict[str, Architecture]:
    return {name: capture(ROOT / "diagrams" / f"{name}.py")[0] for name in FIVE}


def test_the_five_are_there() -> None:
    assert sorted(p.stem for p in (ROOT / "diagrams").glob("*.py")) == FIVE


@pytest.mark.parametrize("script", ALL, ids=lambda p: p.stem)
def test_every_id_is_said_or_a_first_binding(script: Path) -> None:
    """So that cells, resources and differences mean the same tomorrow; and nothing else is to be said either."""
    for architecture in capture(script):
        assert not architecture.notes


@pytest.mark.parametrize("script", ALL, ids=lambda p: p.stem)
def test_both_languages_are_complete(script: Path) -> None:
    for architecture in capture(script):
        assert (architecture.lang, architecture.langs) == ("pt", ("pt", "en"))
        for words in architecture.words():
            assert langs_of(words) in ({"pt", "en"}, set())


@pytest.mark.parametrize("script", ALL, ids=lambda p: p.stem)
def test_steps_are_numbered_from_one_and_run_along_the_lines(script: Path) -> None:
    for architecture in capture(script):
        steps = {edge.step for edge in architecture.edges if edge.step is not None}
        assert steps == set(range(1, len(steps) + 1))
        assert steps or architecture.name not in FIVE


@pytest.mark.parametrize("name", FIVE)
def test_storage_and_functions_stand_outside_the_vpc_and_servers_in_a_private_subnet(
    name: str, five: dict[str, Architecture]
) -> None:
    architecture = five[name]
    for node in architecture.nodes:
        kinds = [group.kind for group in architecture.path(node.id)]
        match node.kind:
            case "aws.general.User":
                assert kinds == []
            case "aws.network.CloudFront":
                assert kinds == [GroupKind.CLOUD]
            case "aws.compute.EC2" | "aws.storage.ElasticBlockStoreEBS":
                assert kinds == [GroupKind.CLOUD, GroupKind.REGION, GroupKind.VPC, GroupKind.PRIVATE_SUBNET]
            case _:
                assert kinds == [GroupKind.CLOUD, GroupKind.REGION]


@pytest.mark.parametrize("name", FIVE)
def test_each_runs_its_own_workload(name: str, five: dict[str, Architecture]) -> None:
    specs = [node.spec for node in five[name].nodes if isinstance(node.spec, Function | Instance)]
    assert [spec.runs for spec in specs] == [name, name]


@pytest.mark.parametrize("name", FIVE)
def test_services_carry_their_official_names(name: str, five: dict[str, Architecture]) -> None:
    from architecture.names import SERVICE_NAMES

    for node in five[name].nodes:
        if node.kind in SERVICE_NAMES:
            assert translate(node.label, "pt").startswith(SERVICE_NAMES[node.kind])
            assert translate(node.label, "en").startswith(SERVICE_NAMES[node.kind])


@pytest.mark.parametrize("name", FIVE)
def test_a_student_can_read_it(name: str) -> None:
    lines = (ROOT / "diagrams" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 40
    assert not [line for line in lines if len(line) > 120]


def test_the_model_is_the_same_in_every_process_and_folder(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from architecture.capture import capture; "
        "from architecture.codec import dumps; print(dumps(capture(Path(sys.argv[1]))[0]), end='')"
    )
    copy = tmp_path / "elsewhere.py"
    copy.write_bytes((ROOT / "diagrams" / "web_app.py").read_bytes())
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, str(script)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for script, seed in ((copy, "1"), (ROOT / "diagrams" / "web_app.py", "2"))
    }
    (text,) = texts
    assert dumps(loads(text)) == text
    assert str(tmp_path) not in text
