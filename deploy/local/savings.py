"""What moto does that one account on one machine can spare: to load, to remember, to look for at every request."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["answer_with_less", "have_one_account", "list_modules_once", "load_offerings_late", "look_up_tags"]

_OFFERINGS = "ec2/resources/instance_type_offerings"
_HOSTS: Final = 1024
"""How many hosts are remembered: each bucket may have one."""


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


def answer_with_less() -> None:
    """Spare every request what its answer does not depend on: about a fifth of what S3 takes for a small object."""
    _read_headers_as_they_are()
    _remember_what_hosts_mean()
    _find_backends_without_a_lock()
    _draw_request_ids_at_once()


def _read_headers_as_they_are() -> None:
    """Look for names that WSGI has folded only where there are any: headers are read several times a request."""
    from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, EnvironHeaders
    from werkzeug.datastructures import EnvironHeaders as Plain

    headers = cast("Any", EnvironHeaders)
    renaming: Any = headers.__iter__

    def iterate(self: Any) -> Iterator[tuple[str, str]]:
        folded = self.environ.get(PRESERVED_HEADER_NAMES_ENVIRON_KEY)
        return renaming(self) if folded else Plain.__iter__(self)

    headers.__iter__ = iterate


def _remember_what_hosts_mean() -> None:
    """Match a host's name against moto's patterns once: which service it is, and whether a bucket is in it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication
    from moto.s3.responses import S3Response

    dispatcher, response = cast("Any", DomainDispatcherApplication), cast("Any", S3Response)
    has_bucket: Any = response.subdomain_based_buckets

    @lru_cache(_HOSTS)
    def names_bucket(host: str) -> bool:
        return has_bucket(_Asked({"host": host}))

    def subdomain_based_buckets(request: Any) -> bool:
        host = request.headers.get("host")
        return names_bucket(host) if host else has_bucket(request)

    dispatcher.get_backend_for_host = lru_cache(_HOSTS)(dispatcher.get_backend_for_host)
    response.subdomain_based_buckets = staticmethod(subdomain_based_buckets)


class _Asked(NamedTuple):
    """What of a request tells whether its host names a bucket."""

    headers: dict[str, str]


def _find_backends_without_a_lock() -> None:
    """Make the backends of an account under moto's lock, and only read them from then on."""
    from moto.core.base_backend import BackendDict

    backends = cast("Any", BackendDict)
    make: Any = backends.__getitem__

    def find(self: Any, account: str) -> Any:
        found: Any = self.get(account)
        return make(self, account) if found is None else found

    backends.__getitem__ = find


def _draw_request_ids_at_once() -> None:
    """Draw the characters of an identifier together: every answer has one of 52."""
    from moto.moto_api._internal.moto_random import MotoRandom

    def get_random_string(self: Any, length: int = 20, include_digits: bool = True, lower_case: bool = False) -> str:
        pool = string.ascii_letters + (string.digits if include_digits else "")
        drawn = "".join(self.choices(pool, k=length))
        return drawn.lower() if lower_case else drawn

    cast("Any", MotoRandom).get_random_string = get_random_string


def look_up_tags() -> None:
    """Find the tags of a resource of EC2 under its id: moto matches all tags of the Region against a pattern.

    Its 1,300 public snapshots, asked for their tags, took 0.1 s.
    """
    from moto.ec2.models.core import TaggedEC2Resource
    from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

    kinds: dict[str, str] = EC2_PREFIX_TO_RESOURCE

    def get_tags(self: Any) -> list[dict[str, str]]:
        tags: dict[str, str] = self.ec2_backend.tags.get(self.id) or {}
        same = {"resource_id": self.id, "resource_type": kinds.get(get_prefix(self.id), "")} if tags else {}
        return [{"key": key, "value": value, **same} for key, value in tags.items()]

    cast("Any", TaggedEC2Resource).get_tags = get_tags


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
