"""The script that an instance runs at every boot, and the user data that carries it.

cloud-init runs a script of the user data once in the life of an instance; the small configuration before it makes that
every boot. So a new release is a change of one setting: the instance stops, starts and fetches the new bundle, and it
keeps its address and its volume.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LIMIT", "filled", "settings", "user_data", "without_settings"]

LIMIT: Final = 16384
"""Bytes of user data that EC2 takes, before base64."""

_BOUNDARY: Final = "==desenho=="
_SETTING: Final = re.compile(r"^([A-Z]+)='(.*)'$", re.MULTILINE)
_CONFIG: Final = """Content-Type: multipart/mixed; boundary="{boundary}"
MIME-Version: 1.0

--{boundary}
Content-Type: text/cloud-config

cloud_final_modules:
  - [scripts-user, always]

--{boundary}
Content-Type: text/x-shellscript

{script}--{boundary}--
"""


def filled(values: Mapping[str, str]) -> str:
    """Return the script with settings filled in. Raises KeyError for a name that is not a setting of it."""
    script = files("deploy.boot").joinpath("boot.sh").read_text(encoding="utf-8")
    known = {name for name, _ in _SETTING.findall(script)}
    for name, value in values.items():
        if name not in known or "'" in value or "\n" in value:
            raise KeyError(name)
    return _SETTING.sub(lambda m: f"{m[1]}='{values.get(m[1], m[2])}'", script)


def user_data(values: Mapping[str, str]) -> str:
    """Return the user data as a text for `Fn::Sub`: `${Logical}` in a value is filled in by CloudFormation."""
    script = filled({name: f"@{name}@" for name in values}).replace("${", "${!")
    for name, value in values.items():
        script = script.replace(f"@{name}@", value)
    return _CONFIG.format(boundary=_BOUNDARY, script=script)


def settings(text: str) -> dict[str, str]:
    """Return the settings of user data, decoded: what the instance is to run, where, and with which volume."""
    return dict(_SETTING.findall(text))


def without_settings(text: str) -> str:
    """Return user data with every setting left empty: the script itself."""
    return _SETTING.sub(r"\1=''", text)
