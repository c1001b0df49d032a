"""moto, which answers AWS's APIs: loaded in this process, only the services that are asked for."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

from deploy.local.aws import parse_models_once
from deploy.local.process import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["load"]


def load(port: int) -> Callable[..., Iterable[bytes]]:
    """Return moto's WSGI application, set as AWS behaves.

    Raises RuntimeError where moto is loaded already: it has read its settings then.
    """
    if "moto.settings" in sys.modules:
        raise RuntimeError("moto was loaded before it was told how to behave")
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

    from deploy.local import gaps, ids, savings

    savings.load_offerings_late()  # first of all: moto loads them when its EC2 is imported
    _route_any_key()
    application = DomainDispatcherApplication(create_backend_app)
    savings.have_one_account()
    savings.list_modules_once()
    savings.answer_with_less()
    savings.look_up_tags()
    ids.install()
    gaps.install()
    return application


def _route_any_key() -> None:
    """Have moto's routes lead to keys of objects that have line breaks, too: S3 takes any UTF-8."""
    from moto.moto_server import utilities

    converter = cast("Any", utilities).RegexConverter
    init = converter.__init__

    def with_line_breaks(self: Any, *given: Any) -> None:
        init(self, *given)
        self.regex = f"(?s:{self.regex})"

    converter.__init__ = with_line_breaks
