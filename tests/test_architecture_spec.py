from __future__ import annotations

import copy
import json
import pickle

import pytest

from architecture.errors import SpecError
from architecture.spec import SPECS, Bucket, Function, Instance, Network, Person, Subnet, Volume, make, properties


def test_a_spec_is_data() -> None:
    assert Function() == Function(memory_mb=512)
    assert Function() != Function(memory_mb=256)
    assert Network(cidr="10.0.0.0/16") != Subnet(cidr="10.0.0.0/16"), "two kinds are never equal"
    assert len({Bucket(), Bucket(), Bucket(versioned=False)}) == 2
    assert repr(Volume(size_gb=20)) == "Volume(size_gb=20)"
    assert pickle.loads(pickle.dumps(Volume(size_gb=20))) == copy.deepcopy(Volume(size_gb=20)) == Volume(size_gb=20)
    with pytest.raises(AttributeError):
        Volume().size_gb = 5  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("kind", SPECS)
def test_properties_travel_as_json(kind: str) -> None:
    plain = make(kind, {})
    assert properties(plain) == {}
    assert make(kind, json.loads(json.dumps(properties(plain)))) == plain


def test_what_is_said_travels_as_json() -> None:
    bucket = Bucket(versioned=False, origins=("https://example.com", "http://localhost:8000"))
    assert make("bucket", json.loads(json.dumps(properties(bucket)))) == bucket


def test_an_unknown_property_names_the_allowed_ones() -> None:
    with pytest.raises(SpecError) as error:
        make("function", {"memory": 512, "timeout": 3})
    assert "memory" in str(error.value)
    assert "timeout" in str(error.value)
    for name in Function.fields:
        assert name in error.value.hint


def test_an_unknown_kind_names_the_allowed_ones() -> None:
    with pytest.raises(SpecError, match="bucket, function"):
        make("toaster", {})


def test_a_spec_without_properties_says_so() -> None:
    with pytest.raises(SpecError, match="takes no property"):
        make("person", {"name": "Ana"})
    assert Person() == Person()


@pytest.mark.parametrize(
    ("kind", "given", "hint"),
    [
        ("function", {"memory_mb": 64}, "from 128 to 10240"),
        ("function", {"memory_mb": True}, "from 128 to 10240"),
        ("function", {"memory_mb": None}, "from 128 to 10240"),
        ("function", {"timeout_s": 901}, "from 1 to 900"),
        ("function", {"log_days": 2}, "one of: 1, 3, 5"),
        ("function", {"workload": "toaster"}, "challenge, etl"),
        ("function", {"code": "/etc"}, "relative"),
        ("function", {"code": "../up", "handler": "a.b"}, "relative"),
        ("function", {"code": "src"}, "handler="),
        ("function", {"code": "src", "handler": "nodot"}, "app.main"),
        ("function", {"code": "src", "handler": "a.b", "workload": "etl"}, "one of the two"),
        ("instance", {"app": "src", "workload": "etl"}, "one of the two"),
        ("instance", {"instance_type": "T4G"}, "t4g.micro"),
        ("instance", {"port": 80}, "from 1024"),
        ("volume", {"size_gb": 0}, "from 1"),
        ("volume", {"snapshot": "snap-x"}, "snap-0123"),
        ("bucket", {"versioned": "yes"}, "True or False"),
        ("bucket", {"origins": ["example.com"]}, "https://example.com"),
        ("bucket", {"origins": "https://example.com"}, "a tuple of"),
        ("network", {"cidr": "10.0.0.1/16"}, "10.0.0.0/16"),
        ("subnet", {"cidr": "10.0.0.0/8"}, "/16 to /28"),
        ("region", {"name": "Brazil"}, "sa-east-1"),
        ("zone", {"letter": "sa-east-1a"}, "letter"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(kind: str, given: dict[str, object], hint: str) -> None:
    with pytest.raises(SpecError) as error:
        make(kind, given)
    assert hint in error.value.hint
    assert error.value.where.lower() == kind


@pytest.mark.parametrize(
    ("instance_type", "machine"),
    [
        ("t4g.micro", "arm64"), ("m7gd.large", "arm64"), ("im4gn.large", "arm64"), ("a1.medium", "arm64"),
        ("x2gd.medium", "arm64"), ("g5g.xlarge", "arm64"), ("t3.micro", "x86_64"), ("g4dn.xlarge", "x86_64"),
        ("u-6tb1.metal", "x86_64"), ("m7i-flex.large", "x86_64"),
    ],
)  # fmt: skip
def test_the_processor_comes_from_the_type(instance_type: str, machine: str) -> None:
    assert Instance(instance_type=instance_type).machine == machine


def test_a_program_of_ones_own_is_no_workload() -> None:
    assert Function().runs == Instance().runs == "challenge"
    assert Function(workload="etl").runs == "etl"
    assert Function(code="src/fn", handler="app.main").runs is None
    assert Instance(app="src/app").runs is None
