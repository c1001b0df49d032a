"""The template language: what is read, what it means, and what is refused by name."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.cloudformation import parameters
from deploy.local.cloudformation.errors import ResourceError, TemplateError
from deploy.local.cloudformation.functions import Scope, references
from deploy.local.cloudformation.graph import dependencies, ordered
from deploy.local.cloudformation.operations.capabilities import identity_types, needed_capabilities
from deploy.local.cloudformation.parameters import PREVIOUS, Value
from deploy.local.cloudformation.resources import HANDLERS
from deploy.local.cloudformation.schema import UNKNOWN, boolean, integer, listing, record, same, text
from deploy.local.cloudformation.template import parse

TOPIC = {"Type": "AWS::SNS::Topic"}


class Known:
    """Resources with ids of their own names; one that is not made yet is called Late."""

    def ref(self, logical_id: str) -> Any:
        return UNKNOWN if logical_id == "Late" else f"id-of-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> Any:
        return UNKNOWN if logical_id == "Late" else f"{name}-of-{logical_id}"

    def zones(self, region: str) -> list[str]:
        return [f"{region}a", f"{region}b"]

    def parameter(self, name: str, version: str | None) -> str:
        return f"{name}@{version}"


def scope(values: dict[str, Any] | None = None, **sections: Any) -> Scope:
    resources = {"Resources": {"A": TOPIC, "B": TOPIC, "Late": TOPIC}, **sections}
    pseudo = {"AWS::Region": "sa-east-1", "AWS::StackName": "s"}
    return Scope(parse(json.dumps(resources)), {**pseudo, **(values or {})}, Known())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"Ref": "A"}, "id-of-A"),
        ({"Ref": "AWS::Region"}, "sa-east-1"),
        ({"Ref": "P"}, "7"),
        ({"Fn::GetAtt": ["A", "TopicName"]}, "TopicName-of-A"),
        ({"Fn::GetAtt": "A.TopicName"}, "TopicName-of-A"),
        ({"Fn::Sub": "${AWS::StackName}-${A}-${A.TopicName}-${!Literal}"}, "s-id-of-A-TopicName-of-A-${Literal}"),
        ({"Fn::Sub": ["${X}/${P}", {"X": {"Ref": "B"}}]}, "id-of-B/7"),
        ({"Fn::Join": ["-", ["a", {"Ref": "P"}, 1]]}, "a-7-1"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["0", {"Fn::GetAZs": ""}]}, "sa-east-1a"),
        ({"Fn::GetAZs": {"Ref": "AWS::Region"}}, ["sa-east-1a", "sa-east-1b"]),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "x"]}, "y"),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"a": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"Fn::Base64": "olá"}, base64.b64encode("olá".encode()).decode()),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ("{{resolve:ssm:/a/b:3}}", "/a/b@3"),
        ({"Ref": "Late"}, UNKNOWN),
        ({"Fn::Select": [0, {"Fn::Split": ["-", {"Ref": "Late"}]}]}, UNKNOWN),
        ({"Fn::Sub": "x-${Late}"}, f"x-{UNKNOWN}"),
    ],
)
def test_functions(written: Any, meant: Any) -> None:
    found = scope(
        {"P": "7"},
        Parameters={"P": {"Type": "String"}},
        Mappings={"M": {"sa-east-1": {"x": "y"}}},
        Conditions={
            "Yes": {"Fn::Equals": [{"Ref": "P"}, 7]},
            "No": {"Fn::And": [{"Condition": "Yes"}, {"Fn::Not": [{"Condition": "Yes"}]}]},
        },
    ).evaluate(written, "here")
    assert found == meant


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"Fn::ImportValue": "x"}, "Fn::ImportValue is not supported"),
        ({"Fn::Transform": {"Name": "x"}}, "Fn::Transform is not supported"),
        ({"Fn::Length": [1]}, "Fn::Length is not supported"),
        ({"Fn::Nonsense": 1}, "Fn::Nonsense is not a function"),
        ({"Ref": "Nobody"}, "Nobody"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "Nobody"),
        ({"Fn::Sub": "${Nobody}"}, "Nobody"),
        ({"Fn::FindInMap": ["M", "a", "b"]}, "M::a::b"),
        ({"Fn::Select": [5, ["a"]]}, "Fn::Select"),
        ({"Fn::If": ["Missing", 1, 2]}, "Missing"),
        ({"Fn::Cidr": ["10.0.0.0/24", 300, 8]}, "no room"),
    ],
)
def test_what_a_function_cannot_do_is_said_by_name(written: Any, said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        scope().evaluate(written, "here")


def test_secrets_are_refused_by_name() -> None:
    with pytest.raises(ResourceError, match="resolve:secretsmanager"):
        scope().evaluate("{{resolve:secretsmanager:a}}", "here")


def test_conditions_in_a_circle() -> None:
    with pytest.raises(TemplateError, match="circle"):
        scope(Conditions={"A1": {"Condition": "B1"}, "B1": {"Condition": "A1"}}).condition("A1")


@given(
    st.integers(16, 24).flatmap(
        lambda size: st.tuples(st.just(size), st.integers(1, 2 ** max(0, 28 - size)), st.integers(4, 32 - size))
    )
)
def test_cidr_gives_ranges_that_lie_inside_and_apart(said: tuple[int, int, int]) -> None:
    size, count, bits = said
    block = ipaddress.ip_network(f"10.0.0.0/{size}")
    if count > 2 ** (32 - size - bits):
        with pytest.raises(TemplateError, match="no room"):
            scope().evaluate({"Fn::Cidr": [str(block), count, bits]}, "here")
        return
    found = [ipaddress.ip_network(c) for c in scope().evaluate({"Fn::Cidr": [str(block), count, bits]}, "here")]
    assert len(found) == count
    assert all(n.subnet_of(block) and n.prefixlen == 32 - bits for n in found)
    assert not any(a.overlaps(b) for i, a in enumerate(found) for b in found[:i])


def test_yaml_short_forms_are_the_long_ones() -> None:
    short = parse(
        """
        Parameters: {P: {Type: String, Default: 2012-10-17}}
        Conditions: {C: !Not [!Equals [!Ref P, "1"]]}
        Resources:
          A:
            Type: AWS::SNS::Topic
            Condition: C
            Properties:
              TopicName: !Sub "${AWS::StackName}-x"
              DisplayName: !If [C, !GetAtt B.TopicName, !Ref "AWS::NoValue"]
          B: {Type: AWS::SNS::Topic, DependsOn: []}
        """
    )
    assert short.resources["A"].properties == {
        "TopicName": {"Fn::Sub": "${AWS::StackName}-x"},
        "DisplayName": {"Fn::If": ["C", {"Fn::GetAtt": ["B", "TopicName"]}, {"Ref": "AWS::NoValue"}]},
    }
    assert short.conditions["C"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "P"}, "1"]}]}
    assert short.parameters["P"].default == "2012-10-17"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("[]", "unsupported structure"),
        ("{", "not well-formed"),
        ("a: [", "not well-formed"),
        ("Resources: {}", "At least one Resources member"),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources: {A: {Type: AWS::SNS::Topic}}",
            "Transform is not supported",
        ),
        ("Hooks: {}\nResources: {A: {Type: AWS::SNS::Topic}}", "Hooks"),
        ("Resources: {a-b: {Type: AWS::SNS::Topic}}", "non alphanumeric"),
        ("Resources: {A: {Properties: {}}}", "Type member"),
        ("Resources: {A: {Type: AWS::SNS::Topic, CreationPolicy: {}}}", "CreationPolicy"),
        ("Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}}", "B"),
        ("Resources: {A: {Type: AWS::SNS::Topic, Condition: C}}", "Unresolved condition C"),
        ("Resources: {A: {Type: AWS::SNS::Topic, DeletionPolicy: Keep}}", "Keep"),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DeletionPolicy: Snapshot}}",
            "does not support DeletionPolicy Snapshot",
        ),
        ("Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs: {O: {}}", "Value"),
        ("Resources:\n  ? [A]\n  : {Type: AWS::SNS::Topic}", "a key must be a text (line 2)"),
        ("Resources:\n  A: {Type: AWS::SNS::Topic}\n  A: {Type: AWS::SQS::Queue}", "the key A is there twice"),
        ("Parameters: {A: {Type: String}}\nResources: {A: {Type: AWS::SNS::Topic}}", "duplicate name A"),
        ("Parameters: {P: {Default: 1}}\nResources: {A: {Type: AWS::SNS::Topic}}", "Type member"),
        ("Resources: {A: {Type: AWS::SNS::Topic, DependsOn: 5}}", "Resources/A/DependsOn] must be a string or a list"),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DependsOn: [5]}}",
            "Resources/A/DependsOn] must be a string or a list",
        ),
        ("Resources: {A: {Type: AWS::SNS::Topic, Condition: []}}", "Resources/A/Condition] must be a string"),
        (
            "Resources: {A: {Type: AWS::SNS::Topic}}\nOutputs: {O: {Value: x, Condition: [C]}}",
            "Outputs/O/Condition] must be a string",
        ),
        ("Parameters: {P: {Type: 5}}\nResources: {A: {Type: AWS::SNS::Topic}}", "Parameters/P/Type] must be a string"),
        (
            "Parameters: {P: {Type: String, AllowedValues: a}}\nResources: {A: {Type: AWS::SNS::Topic}}",
            "must be a list",
        ),
        (
            "Parameters: {P: {Type: String, MinLength: a}}\nResources: {A: {Type: AWS::SNS::Topic}}",
            "must be a whole number",
        ),
        ("Parameters: {P: {Type: Number, MaxValue: a}}\nResources: {A: {Type: AWS::SNS::Topic}}", "must be a number"),
        (
            "Parameters: {P: {Type: String, AllowedPattern: '('}}\nResources: {A: {Type: AWS::SNS::Topic}}",
            "a regular expression",
        ),
        ("Rules: {R: 5}\nResources: {A: {Type: AWS::SNS::Topic}}", "Rules/R] must be an object"),
        ("Rules: {R: {Assertions: 5}}\nResources: {A: {Type: AWS::SNS::Topic}}", "Rules/R/Assertions] must be a list"),
        ("Rules: {R: {Assertions: [{}]}}\nResources: {A: {Type: AWS::SNS::Topic}}", "must contain an Assert member"),
    ],
)
def test_what_is_wrong_with_a_template_is_said_by_name(body: str, said: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(said)):
        parse(body)


def test_order_and_circles() -> None:
    def resource(name: str) -> dict[str, Any]:
        return {**TOPIC, "Properties": {"DisplayName": {"Ref": name}}}

    found = scope(Resources={"A": resource("B"), "B": resource("C"), "C": TOPIC})
    assert dependencies(found) == {"A": ["B"], "B": ["C"], "C": []}
    assert ordered(dependencies(found), dict.fromkeys("ABC", "AWS::SNS::Topic")) == ["C", "B", "A"]
    with pytest.raises(TemplateError, match=r"Circular dependency between resources: \[A, B\]"):
        dependencies(scope(Resources={"A": resource("B"), "B": resource("A"), "C": resource("A")}))


def test_a_wait_condition_comes_last() -> None:
    types = {"Wait": "AWS::CloudFormation::WaitCondition", "A": "AWS::SNS::Topic", "B": "AWS::SNS::Topic"}
    assert ordered({"Wait": [], "A": [], "B": ["A"]}, types) == ["A", "B", "Wait"]


def test_only_the_side_of_a_condition_that_holds_is_needed() -> None:
    value = {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "B"}]}
    found = scope(Conditions={"C": {"Fn::Equals": [1, 2]}})
    assert [r.name for r in references(value, found)] == ["B"]


PARAMETERS = {
    "Name": {"Type": "String", "MinLength": 2, "AllowedPattern": "[a-z]+"},
    "Size": {"Type": "Number", "Default": 5, "MinValue": 1, "MaxValue": 10},
    "Kind": {"Type": "String", "Default": "a", "AllowedValues": ["a", "b"]},
    "Many": {"Type": "CommaDelimitedList", "Default": "x, y"},
    "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": "/ami"},
}


def resolve(given: dict[str, Any], previous: dict[str, Value] | None = None) -> dict[str, Any]:
    template = parse(json.dumps({"Parameters": PARAMETERS, "Resources": {"A": TOPIC}}))
    values = parameters.resolve(template, given, previous or {}, lambda name: f"value of {name}")
    return parameters.reading(template, values)


def test_parameters_have_values() -> None:
    assert resolve({"Name": "abc"}) == {
        "Name": "abc",
        "Size": "5",
        "Kind": "a",
        "Many": ["x", "y"],
        "Image": "value of /ami",
    }
    assert resolve({"Name": PREVIOUS}, {"Name": Value("old")})["Name"] == "old"


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({}, r"\[Name\] must have values"),
        ({"Name": PREVIOUS}, r"\[Name\] must have values"),
        ({"Name": "abc", "Other": "1"}, r"\[Other\] do not exist"),
        ({"Name": "a"}, "at least 2"),
        ({"Name": "A1"}, "pattern"),
        ({"Name": "abc", "Size": "11"}, "not greater than 10"),
        ({"Name": "abc", "Size": "0"}, "not less than 1"),
        ({"Name": "abc", "Size": "many"}, "must be a number"),
        ({"Name": "abc", "Kind": "c"}, "a, b"),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_by_name(given_: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        resolve(given_)


def test_rules_are_asserted() -> None:
    rule = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "P"}, "prod"]},
        "Assertions": [{"Assert": {"Fn::Contains": [["b"], {"Ref": "Q"}]}, "AssertDescription": "prod needs b"}],
    }
    said = {"Parameters": {"P": {"Type": "String"}, "Q": {"Type": "String"}}, "Rules": {"R": rule}}
    parameters.check_rules(scope({"P": "dev", "Q": "a"}, **said))
    parameters.check_rules(scope({"P": "prod", "Q": "b"}, **said))
    with pytest.raises(TemplateError, match="prod needs b"):
        parameters.check_rules(scope({"P": "prod", "Q": "a"}, **said))


TABLE = record(
    Name=text(needed=True), Size=integer(), On=boolean(), Kind=text("a", "b"), Items=listing(record(Key=text()))
)


def test_values_become_canonical() -> None:
    assert TABLE.take({"Name": 1, "Size": "5", "On": "TRUE", "Items": [{"Key": True}]}, "X") == {
        "Name": "1",
        "Size": 5,
        "On": True,
        "Items": [{"Key": "true"}],
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Name": "a", "Sise": 1}, "X/Sise is not supported by the local cloud"),
        ({"Name": "a", "Items": [{"Kye": 1}]}, "X/Items/0/Kye is not supported"),
        ({}, "X/Name is missing"),
        ({"Name": "a", "Size": 1.5}, "X/Size must be a whole number"),
        ({"Name": "a", "Size": "x"}, "X/Size must be a number"),
        ({"Name": "a", "On": "yes"}, "X/On must be true or false"),
        ({"Name": "a", "Kind": "c"}, "X/Kind is 'c'; it is one of: a, b"),
        ({"Name": "a", "Items": {}}, "X/Items must be a list"),
        ({"Name": {}}, "X/Name must be a string, not a structure"),
    ],
)
def test_a_table_is_strict(value: Any, said: str) -> None:
    with pytest.raises(ResourceError, match=said):
        TABLE.take(value, "X")


def test_order_matters_only_where_it_means_something() -> None:
    assert same(listing(text()), ["a", "b"], ["b", "a"])
    assert not same(listing(text(), ordered=True), ["a", "b"], ["b", "a"])


def test_every_type_names_itself_and_its_name() -> None:
    for kind, handler in HANDLERS.items():
        assert kind == handler.TYPE
        assert handler.NAME is None or handler.PROPERTIES.members[handler.NAME].replace, kind


@pytest.mark.parametrize(
    ("properties", "needed"), [({}, ["CAPABILITY_IAM"]), ({"RoleName": "reader"}, ["CAPABILITY_NAMED_IAM"])]
)
def test_a_capability_is_needed_for_the_types_that_give_permissions(
    properties: dict[str, Any], needed: list[str]
) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": properties}
    asked = parse(json.dumps({"Resources": {"Topic": TOPIC, "Role": role, "Policy": {"Type": "AWS::IAM::Policy"}}}))
    assert needed_capabilities(asked) == needed
    assert identity_types(asked) == ["AWS::IAM::Policy", "AWS::IAM::Role"]


def test_a_template_that_gives_no_permissions_needs_no_capability() -> None:
    asked = parse(json.dumps({"Resources": {"Topic": TOPIC}}))
    assert (needed_capabilities(asked), identity_types(asked)) == ([], [])


FUNCTIONS_THAT_TAKE = (
    "Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::GetAZs", "Fn::Split", "Fn::FindInMap", "Fn::If",
    "Fn::Base64", "Fn::Cidr", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::Contains", "Condition",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, 5, True, "x", [], {}, [1], ["a"], ["a", 5], [5, 5], [None, None], ["a", ["b"]], [["a"]], [["a"], 1, 2],
    ["Yes", 1, 2], {"a": 1}, ["", "", ""],
)  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS_THAT_TAKE)
def test_an_argument_of_another_shape_is_an_error_of_the_template(function: str) -> None:
    for argument in ODD:
        written = {function: argument}
        with suppress(TemplateError):
            scope().evaluate(written, "here")
        with suppress(TemplateError):
            scope(Conditions={"C": written}).condition("C")
        with suppress(TemplateError):
            dependencies(scope(Resources={"A": {**TOPIC, "Properties": {"DisplayName": written}}}))


def test_an_argument_of_another_shape_is_said_with_its_place() -> None:
    properties = {"DisplayName": {"Fn::GetAtt": "B"}}
    with pytest.raises(TemplateError, match=r"Fn::GetAtt takes a list of 2 \[Resources/A/Properties\]"):
        dependencies(scope(Resources={"A": {**TOPIC, "Properties": properties}}))
