"""The text of a template as plain data: JSON, or YAML as CloudFormation reads it.

Source: "CloudFormation template formats" and "Intrinsic function reference" in the CloudFormation user guide.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, cast

import yaml

from deploy.local.cloudformation.errors import TemplateError
from deploy.local.values import is_map

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["load"]


def load(body: str) -> dict[str, Any]:
    """Return what a template says, its short forms written out. Raises TemplateError for what is malformed."""
    try:
        content = json.loads(body) if body.lstrip().startswith("{") else yaml.load(body, Loader=_Loader)  # noqa: S506 - it is a SafeLoader
    except (ValueError, yaml.YAMLError) as error:
        first = str(error).replace("\n", " ")
        raise TemplateError(f"Template format error: not well-formed. ({first})") from None
    if not is_map(content):
        raise TemplateError("Template format error: unsupported structure.")
    return content


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times as fast, where it is built


class _Loader(_Base):
    """YAML as CloudFormation reads it: short forms, dates as text, no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, Hashable):
                raise TemplateError(f"Template format error: a key must be a text (line {line})")
            if key in made:
                raise TemplateError(f"Template format error: the key {key} is there twice (line {line})")
            made[key] = self.construct_object(value_node, deep=deep)
        return made

    def construct_yaml_map(self, node: yaml.MappingNode) -> Iterator[dict[Any, Any]]:
        made: dict[Any, Any] = {}
        yield made
        made.update(self.construct_mapping(node, deep=True))


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


def _as_text(loader: _Loader, node: yaml.ScalarNode) -> Any:
    return loader.construct_scalar(node)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _as_text)
_Loader.add_multi_constructor("!", _short_form)
