from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from architecture import spec
from architecture.capture import capture
from architecture.errors import ScriptError, SpecError
from architecture.spec import Bucket, Function
from deploy.environment import example
from deploy.template import template
from desenho import aws, deployed_as

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = """
from diagrams import Cluster, Diagram
from diagrams.aws.compute import ECS, Lambda
from diagrams.aws.storage import S3
from desenho import deployed_as
from architecture.spec import Bucket, Function

with Diagram("plain", show=False):
    box = S3("box")
    work = Lambda("work")
    deployed_as(work, Function(memory_mb=1024))
    other = ECS("other")
    deployed_as(other, Bucket(versioned=False))
    box >> work >> other
"""


def test_nodes_of_the_library_take_a_spec(tmp_path: Path) -> None:
    script = tmp_path / "plain.py"
    script.write_text(PLAIN)
    (found,) = capture(script)
    assert found.items["work"].spec == Function(memory_mb=1024)
    assert found.items["box"].spec is None
    resources: Any = template(found, example("demo", "us-east-1"))["Resources"]
    assert resources["Work"]["Properties"]["MemorySize"] == 1024
    assert resources["Other"]["Type"] == "AWS::S3::Bucket"
    assert "VersioningConfiguration" not in resources["Other"]["Properties"]


def test_it_returns_the_node_and_takes_specs_only() -> None:
    class Thing:
        pass

    thing = Thing()
    assert deployed_as(thing, Bucket()) is thing
    with pytest.raises(TypeError, match="such as Bucket"):
        deployed_as(thing, "bucket")


@pytest.mark.parametrize(
    ("node", "of"),
    [
        (aws.S3, spec.Bucket), (aws.Lambda, spec.Function), (aws.EC2, spec.Instance), (aws.EBS, spec.Volume),
        (aws.SQS, spec.Queue), (aws.CloudFront, spec.Distribution), (aws.APIGateway, spec.Api),
        (aws.VPC, spec.Network), (aws.PrivateSubnet, spec.Subnet), (aws.PublicSubnet, spec.Subnet),
    ],
)  # fmt: skip
def test_typed_nodes_take_the_properties_of_their_specs(node: type, of: type[spec.Spec]) -> None:
    taken = inspect.signature(node.__init__).parameters
    assert {name: taken[name].default for name in of.fields if name in taken} == {
        name: field.default for name, field in of.fields.items()
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('S3("box", version=True)', "has no keyword version; it takes: "),
        ('Lambda("work", memory_mb=64)', "a whole number from 128 to 10240"),
        ('EC2("server", workload="etl", app="src")', "one of the two"),
    ],
)
def test_a_wrong_property_names_what_is_allowed(tmp_path: Path, line: str, says: str) -> None:
    script = tmp_path / "wrong.py"
    script.write_text(f"from desenho import Diagram\nfrom desenho.aws import *\nwith Diagram('x'):\n    a = {line}\n")
    with pytest.raises((ScriptError, SpecError)) as error:
        capture(script)
    assert says in str(error.value)
