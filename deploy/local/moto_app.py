"""moto, which answers AWS's APIs: loaded in this process, only the services that are asked for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

from deploy.local.aws import parse_models_once
from deploy.local.process import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["load"]


def load(port: int) -> Callable[..., Iterable[bytes]]:
    """Return moto's WSGI application, set as AWS behaves."""
    os.environ.update(
        {
            "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # roles may attach AWS's own policies
            "MOTO_ENABLE_AMI_VALIDATION": "true",
            "MOTO_DISABLE_GLOBAL_CORS": "true",  # only a bucket's own CORS rules open anything to pages
            "MOTO_ACCOUNT_ID": ACCOUNT,
            "MOTO_PORT": str(port),
        }
    )
    parse_models_once()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    from deploy.local import gaps, ids

    application = DomainDispatcherApplication(create_backend_app)
    _have_one_account()
    _list_modules_once()
    ids.install()
    gaps.install()
    return application


def _have_one_account() -> None:
    """Spare moto the bookkeeping of which account uses what: there is one."""
    import moto.iam.models as iam

    def visited(**_: Any) -> None:
        return None

    cast("Any", iam).mark_account_as_visited = visited


def _list_modules_once() -> None:
    """Spare moto a look through all of its folders, which it takes to see who answers a request."""
    import moto.backends as backends

    modules = frozenset(backends.list_of_moto_modules())

    def known() -> Iterable[str]:
        return modules

    cast("Any", backends).list_of_moto_modules = known
