"""The wire: AWS's query protocol, read and written by the service model that every client has."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from moto.core.parse import UNDEFINED, QueryParser
from moto.core.serialize import QuerySerializer, SerializationContext
from moto.core.utils import get_service_model

from deploy.local.cloudformation.errors import ApiError, ResourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.cloudformation.operations.requests import Operation

__all__ = ["answer"]

log = logging.getLogger("deploy.local")


def answer(region: str, body: str, operations: Mapping[str, Operation]) -> tuple[int, bytes]:
    """Answer a request: the status and the XML. Whatever an operation raises becomes an error of the protocol."""
    form = dict(parse_qsl(body, keep_blank_values=True))
    action = form.pop("Action", "")
    request_id = str(uuid.uuid4())
    operation = operations.get(action)
    if operation is None:
        refusal = ApiError(
            f"the local cloud does not answer {action or 'a request without an action'}", "InvalidAction"
        )
        return _error(refusal, request_id)
    model = cast("Any", get_service_model("cloudformation")).operation_model(action)
    try:
        parsed: Any = QueryParser(model).parse({"values": form})  # pyright: ignore[reportArgumentType] - a dict serves as well
        asked: dict[str, Any] = {} if parsed is UNDEFINED else parsed
        _check_needed(model, asked)
        result = operation(region, asked)
    except ApiError as error:
        return _error(error, request_id)
    except ResourceError as error:
        return _error(ApiError(str(error)), request_id)
    except Exception as error:
        log.exception("%s failed", action)
        return _error(ApiError(f"{type(error).__name__}: {error}", "InternalFailure", 500), request_id)
    serialized = QuerySerializer(model, SerializationContext(request_id)).serialize(result)
    written: str | bytes = serialized["body"]
    return 200, written if isinstance(written, bytes) else written.encode()


def _check_needed(model: Any, asked: dict[str, Any]) -> None:
    """Raise ApiError, in AWS's words, where a request lacks what the service model says it must have."""
    lacking = [n for n in (model.input_shape.required_members if model.input_shape else ()) if n not in asked]
    if lacking:
        said = "; ".join(
            f"Value null at '{n[0].lower()}{n[1:]}' failed to satisfy constraint: Member must not be null"
            for n in lacking
        )
        raise ApiError(f"{len(lacking)} validation error{'s' if len(lacking) > 1 else ''} detected: {said}")


def _error(error: ApiError, request_id: str) -> tuple[int, bytes]:
    side = "Sender" if error.status < 500 else "Receiver"
    return error.status, (
        f'<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>{side}</Type>'
        f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()
