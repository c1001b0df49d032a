"""What moto does that one account on one machine can spare: to load, to remember, to look for at every request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["have_one_account", "list_modules_once", "load_offerings_late"]

_OFFERINGS = "ec2/resources/instance_type_offerings"


def have_one_account() -> None:
    """Keep no books on which account uses what."""
    import moto.iam.models as iam

    def visited(**_: Any) -> None:
        return None

    cast("Any", iam).mark_account_as_visited = visited


def list_modules_once() -> None:
    """Look through moto's folders once, and not for every request, to see who answers it."""
    import moto.backends as backends

    modules = frozenset(backends.list_of_moto_modules())

    def known() -> Iterable[str]:
        return modules

    cast("Any", backends).list_of_moto_modules = known


def load_offerings_late() -> None:
    """Load which instance types a Region offers when somebody asks for it: all Regions take 70 MB and 0.1 s."""
    import moto.utilities.utils as utils

    load = utils.load_resource

    def load_others(resource: str) -> Any:
        return [] if resource.startswith(_OFFERINGS) else load(resource)

    utils.load_resource = load_others
    try:
        import moto.ec2.models.instance_types as types
    finally:
        utils.load_resource = load
    offerings: dict[str, dict[str, Any]] = types.INSTANCE_TYPE_OFFERINGS
    for kind, regions in offerings.items():
        offerings[kind] = _Offerings(kind, frozenset(regions))


class _Offerings(dict[str, Any]):
    """The instance types that Regions offer, each Region loaded when it is asked for."""

    def __init__(self, kind: str, regions: frozenset[str]) -> None:
        self._kind = kind
        self._regions = regions

    def __missing__(self, region: str) -> Any:
        from moto.utilities.utils import load_resource

        if region not in self._regions:
            raise KeyError(region)
        found = [{**o, "LocationType": self._kind} for o in load_resource(f"{_OFFERINGS}/{self._kind}/{region}.json")]
        self[region] = found
        return found

    def get(self, key: str, default: Any = None, /) -> Any:
        return self[key] if key in self._regions else default
